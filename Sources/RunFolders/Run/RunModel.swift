package import Experiments
import Foundation

/// What a run left that can tag sentences: a module for each tuned language, over an encoder.
package struct RunModel: Hashable, Sendable {
  /// The run.
  package var run: RunID
  /// The languages of which the run has a tuned module: those of the experiment in its order,
  /// then others by name.
  package var languages: [String]
  /// The folder of the encoder that they were tuned on.
  package var encoder: String
  /// Why nothing can be tagged by it; nil when it can.
  package var problem: String?

  /// A model with what is known of it.
  package init(run: RunID, languages: [String], encoder: String = "", problem: String? = nil) {
    self.run = run
    self.languages = languages
    self.encoder = encoder
    self.problem = problem
  }

  /// Looks which files a run has.
  ///
  /// - Parameter state: What the run is doing; asked only where files are missing.
  package init(
    run: RunID, folder: RunFolder, experiment: Experiment, state: @autoclosure () -> RunState
  ) {
    let isPrimed = experiment.hasOwnEncoder
    self.run = run
    encoder = isPrimed ? folder.primed : experiment[Settings.encoderPath]
    languages = Self.tuned(in: folder, order: experiment[Settings.tuningLanguages])
    if experiment[Settings.kind] == .pretraining {
      problem = "Run #\(run) made an encoder from text, no tagger; expected a run that tunes."
    } else if languages.isEmpty {
      let state = state()
      problem =
        state == .finished
        ? "\(folder.tuned): the files of run #\(run) are gone; expected a .safetensors file "
          + "for each tuned language. Run the experiment again: primer run \(folder.experiment)."
        : "Run #\(run) is \(state.rawValue) and has tuned no language yet; expected a "
          + "finished run. primer runs lists them."
    } else if !FileManager.default.fileExists(atPath: encoder) {
      problem =
        "\(encoder): the encoder of run #\(run) is gone; expected "
        + (isPrimed
          ? "the directory that the run wrote. Run the experiment again: primer run "
            + "\(folder.experiment)."
          : "the directory of the setting encoder.path. Bring it back.")
    }
  }

  private static func tuned(in folder: RunFolder, order: [String]) -> [String] {
    let ending = ".safetensors"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.tuned)) ?? []
    let there = names.filter { $0.hasSuffix(ending) }.map { String($0.dropLast(ending.count)) }
    return order.filter(there.contains) + there.filter { !order.contains($0) }.sorted()
  }
}
