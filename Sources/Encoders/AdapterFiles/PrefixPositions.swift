package import Tensors

/// Position embeddings for libraries that count a sentence's positions after those of its prefix.
///
/// AdapterHub and this project put a prefix before keys and values, and count positions from the
/// sentence's first subword. transformers counts from the end of what stands before, so that peft
/// reads other rows of the table: row `length + i` for subword i. An encoder whose table is moved
/// by that many rows computes there what it computes here.
package enum PrefixPositions {
  /// An encoder for peft: unused rows before those of the sentence.
  ///
  /// - Returns: The configuration with a longer table, and the parameters with it.
  package static func counted(
    _ length: Int, in configuration: EncoderConfiguration, _ parameters: Parameters
  ) -> (EncoderConfiguration, Parameters) {
    var configuration = configuration
    var parameters = parameters
    let name = tableName(configuration)
    let first = firstRow(configuration)
    if let table = parameters[name] {
      parameters[name] = withoutGradients {
        .concatenating([
          table.slice(0..<first), .zeros([length, configuration.hiddenSize]),
          table.slice(first..<configuration.maximumPositionCount),
        ])
      }
    }
    configuration.maximumPositionCount += length
    return (configuration, parameters)
  }

  /// An encoder that computes here what it computed in peft: without the rows before the sentence.
  ///
  /// - Returns: The configuration with a shorter table, and the parameters with it.
  package static func uncounted(
    _ length: Int, in configuration: EncoderConfiguration, _ parameters: Parameters
  ) -> (EncoderConfiguration, Parameters) {
    precondition(
      length < configuration.maximumSubwords, "A prefix leaves positions for the sentence")
    var configuration = configuration
    var parameters = parameters
    let name = tableName(configuration)
    let first = firstRow(configuration)
    if let table = parameters[name] {
      parameters[name] = withoutGradients {
        .concatenating([
          table.slice(0..<first),
          table.slice(first + length..<configuration.maximumPositionCount),
        ])
      }
    }
    configuration.maximumPositionCount -= length
    return (configuration, parameters)
  }

  private static func tableName(_ configuration: EncoderConfiguration) -> ParameterName {
    "\(configuration.architecture.prefix).embeddings.position_embeddings.weight"
  }

  /// The row of a sentence's first subword.
  private static func firstRow(_ configuration: EncoderConfiguration) -> Int {
    configuration.architecture.countsFromPadding ? configuration.paddingID + 1 : 0
  }
}

extension PrefixAdapter {
  /// The name of a prefix that is learned itself.
  static func flatName(in configuration: EncoderConfiguration) -> ParameterName {
    name(in: configuration) + ".control_trans"
  }

  /// Every key and value, (length, layers × {key, value} × hiddenSize), in one row.
  func flat(_ parameters: Parameters, in configuration: EncoderConfiguration) -> Tensor {
    if let flat = parameters[Self.flatName(in: configuration)] { return flat }
    let prefixes = prefixes(in: configuration, parameters: ParameterReader(parameters))
    let columns = prefixes.flatMap { [$0.keys, $0.values] }.map { part in
      part.permuted([1, 0, 2]).reshaped([length, configuration.hiddenSize])
    }
    return .concatenating(columns, dimension: 1).reshaped([-1])
  }
}
