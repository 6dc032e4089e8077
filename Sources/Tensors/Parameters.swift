/// A parameter's name in its checkpoint, as `bert.encoder.layer.0.output.dense.weight`.
package typealias ParameterName = String

/// All parameters of a model, by name: a value like any other.
package typealias Parameters = [ParameterName: Tensor]

extension Dictionary where Key == ParameterName, Value == Tensor {
  /// The names in one fixed order, so that sums over parameters are the same each time.
  package var sortedNames: [ParameterName] { keys.sorted() }

  /// The number of single numbers.
  package var elementCount: Int { values.reduce(0) { $0 + $1.count } }

  /// Every parameter without history; those that `isTrainable` names are leaves.
  package func leaves(where isTrainable: (ParameterName) -> Bool) -> Parameters {
    Dictionary(
      uniqueKeysWithValues: map { name, value in
        (name, value.detached(requiresGradient: isTrainable(name)))
      })
  }

  /// Every parameter in storage of its own, without history.
  package func copied() -> Parameters {
    mapValues { $0.detached().copied() }
  }

  /// Those that a rule names in storage of their own, without history; the others as they are.
  package func copied(where moves: (ParameterName) -> Bool) -> Parameters {
    Dictionary(
      uniqueKeysWithValues: map { name, value in
        (name, moves(name) ? value.detached().copied() : value)
      })
  }

  /// √(sum of all squares): the norm that clipping looks at.
  package var globalNorm: Double {
    let tensors = sortedNames.compactMap { self[$0] }
    return Workers.map(tensors.count) { tensors[$0].sumOfSquares }.reduce(0, +).squareRoot()
  }
}
