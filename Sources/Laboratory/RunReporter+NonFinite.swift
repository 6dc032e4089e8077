import Experiments
import Foundation
import LabNotebook

extension RunReporter {
  /// Takes note of a step whose loss is finite.
  func isFinite() { nonFiniteCount = 0 }

  /// Leaves a step out whose loss or gradient is not finite, or ends the run when there were too
  /// many in a row.
  ///
  /// What the run had come to before that step is kept in `inspection/` of its folder.
  ///
  /// - Parameters:
  ///   - problem: What is not finite, and what to do.
  ///   - save: The state before the step.
  func leaveOut(_ problem: String, save: () throws -> Checkpoint) throws {
    nonFiniteCount += 1
    let limit = experiment[Settings.nonFiniteSteps]
    if nonFiniteCount <= limit {
      try log(
        "\(problem) The step is left out (\(nonFiniteCount) in a row; checkpoint.nonFiniteSteps is "
          + "\(limit)).", level: .warning)
      return
    }
    guard let store else { throw LaboratoryError(problem) }
    let inspection = CheckpointStore(folder: store.runFolder + "/inspection", keep: 1)
    var kept = ""
    do {
      kept = " The state before that step is in \(try inspection.write(save()))."
    } catch {
      try log("The state before that step cannot be kept: \(error)", level: .error)
    }
    throw LaboratoryError(problem + kept)
  }
}
