import Experiments
import Foundation
import MetaLearning
package import RunFolders
package import Tensors

/// How far a run has come: all that it needs, beside its files, to go on as if it had never stopped.
package struct Checkpoint {
  /// What stands in `state.json`.
  package struct State: Codable, Hashable, Sendable {
    /// The format of this file.
    package var format = Self.newestFormat
    /// Where in the run it is.
    package var place: RunPlace
    /// Steps that each optimizer has taken, by its name.
    package var optimizerSteps: [String: Int] = [:]
    /// How often the run had looked for requests.
    package var tick = 0
    /// What unused rows of the embeddings have been multiplied by.
    package var embeddingDecay: Double?
    /// Live settings as they are now, by key.
    package var liveSettings: [String: String] = [:]
    /// Units of work done, and how many the run has.
    package var work = 0.0
    package var plannedWork = 1.0
    /// Seconds that the run has worked.
    package var seconds = 0.0
    /// Where the journal ended, of which everything before belongs to it.
    package var mark: RunMark
    /// Steps left out in a row because their loss was not finite.
    package var nonFiniteCount = 0
    /// The labels of the head in the order of their ids; nil in older checkpoints, which have PAN-X's.
    package var labels: [String]?
    /// Dev F1 by language at the step at which it was last measured while priming.
    package var devScores: [String: Double] = [:]
    package var devStep = 0
    /// The best mean of them so far.
    package var bestScore: Double?
    /// What a phase keeps beside its tensors.
    package var texts: [String: String] = [:]
    /// Mean F1 on dev when it was written, 0…1; nil when nothing was measured there.
    package var score: Double?
    /// What the bytes of the tensors' file add up to; nil without such a file.
    package var digest: String?
    /// What the bytes of files of the run add up to that it goes on from, by their paths in the
    /// run's folder; nil in older checkpoints.
    package var files: [String: String]?
    /// What the bytes of this file add up to, with zeros in this place.
    package var stateDigest: String?

    /// The format that this program writes.
    package static let newestFormat = 3

    /// A state at a place.
    package init(place: RunPlace, mark: RunMark) {
      self.place = place
      self.mark = mark
    }
  }

  /// What stands in `state.json`.
  package var state: State
  /// Parameters that may have moved, optimizer states, learned step sizes: by prefixed names.
  package var tensors: [String: Tensor]

  /// A checkpoint of a state with tensors.
  package init(state: State, tensors: [String: Tensor] = [:]) {
    self.state = state
    self.tensors = tensors
  }

  /// The tensors whose names begin with `prefix/`, without it.
  package func tensors(_ prefix: String) -> [String: Tensor] {
    var result: [String: Tensor] = [:]
    for (name, tensor) in tensors where name.hasPrefix(prefix + "/") {
      result[String(name.dropFirst(prefix.count + 1))] = tensor
    }
    return result
  }

  /// The state of an optimizer, `KIND/NAME`, if each fits the parameter of its name.
  private func moments(
    _ prefix: String, of parameters: Parameters
  ) throws(LaboratoryError) -> [String: Tensor] {
    let moments = tensors(prefix)
    for (name, tensor) in moments {
      let parameter = name.firstIndex(of: "/").flatMap {
        parameters[String(name[name.index(after: $0)...])]
      }
      guard let parameter, parameter.isLike(tensor) else {
        throw LaboratoryError(
          "The checkpoint has a state \(name) of \(tensor.shape) of an optimizer, which the "
            + "experiment has not. Restart it from step 0: primer resume --restart.")
      }
    }
    return moments
  }

  /// The table of embeddings that priming kept apart, on its rows as they were; nil if the two do not
  /// belong together.
  func rowTable(_ base: any RowSource, rule: OptimizerRule) -> RowTable? {
    RowTable(
      base, rule: rule, step: state.optimizerSteps["embeddings"] ?? 0,
      decay: state.embeddingDecay ?? 1, state: tensors("embeddings"))
  }

  /// An optimizer of parameters as it was, by the name under which its state was added.
  func optimizer(
    _ name: String, _ rule: OptimizerRule, of parameters: Parameters
  ) throws(LaboratoryError) -> Optimizer {
    Optimizer(
      rule, step: state.optimizerSteps[name] ?? 0, state: try moments(name, of: parameters))
  }

  /// Adds tensors under `prefix/`.
  package mutating func add(_ more: [String: Tensor], under prefix: String) {
    for (name, tensor) in more { tensors["\(prefix)/\(name)"] = tensor }
  }
}

extension Tensor {
  /// Whether another tensor has the same shape and kind of numbers.
  func isLike(_ other: Tensor) -> Bool {
    shape == other.shape && elementType == other.elementType
  }
}
