package import Experiments
import Foundation

extension RunFolder {
  /// The experiment that the run carries out.
  package func loadExperiment() throws -> Experiment {
    guard FileManager.default.fileExists(atPath: experiment) else {
      throw RunFolderError(
        .missing, path: experiment, problem: "it is not there",
        advice: "Name the folder of a run, as runs/12 in a notebook.")
    }
    return try Experiment.load(path: experiment)
  }

  /// What the run was called from whose point this one begins; nil where it begins from none.
  package var startName: String? {
    try? Experiment.load(path: start + "/experiment.toml")[Settings.name]
  }

  /// What the run is doing.
  ///
  /// Reads its whole journal: whoever has many runs keeps what was read.
  package func status() throws -> RunStatus {
    var reader = JournalReader(innerSteps: 1)
    _ = try reader.read(journal)
    return RunStatus(
      journal: reader.summary, log: try RunLog(self), lock: RunLock.holder(folder: path))
  }
}
