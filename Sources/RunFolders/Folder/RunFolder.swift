package import Experiments
import Files
import Foundation

/// A run's folder, and where in it everything is.
package struct RunFolder: Hashable, Sendable {
  /// The folder.
  package let path: String

  /// The folder of a path.
  package init(_ path: String) {
    self.path = path
  }

  /// The resolved experiment, written once.
  package var experiment: String { path + "/experiment.toml" }
  /// What people add and what the launcher knows; see `RunLog`.
  package var log: String { path + "/run.jsonl" }
  /// Events and measured values; see `JournalLine`.
  package var journal: String { path + "/journal.jsonl" }
  /// The file whose lock the engine holds; see `RunLock`.
  package var lock: String { path + "/lock" }
  /// What is asked of the run; see `Requests`.
  package var requests: String { path + "/requests" }
  /// The newest picture of the loops, while an engine works.
  package var progress: String { path + "/progress.json" }
  /// What the engine said on standard output and error.
  package var engineLog: String { path + "/engine.log" }
  /// The numbered checkpoints.
  package var checkpoints: String { path + "/checkpoints" }
  /// The primed encoder.
  package var primed: String { path + "/primed" }
  /// What tuning made of each language.
  package var tuned: String { path + "/tuned" }
  /// The predicted tags of each evaluation.
  package var predictions: String { path + "/predictions" }
  /// What the run needs of the one from whose point it begins.
  package var start: String { path + "/start" }

  /// The run's number, if the folder's name is one.
  package var number: RunID? {
    let name = PathText.name(of: path)
    return RunID(name).flatMap { $0 > 0 && String($0) == name ? $0 : nil }
  }

  /// The newest picture of the loops; nil when no engine has written one.
  package func newestProgress() -> RunProgress? {
    guard let data = try? Self.contents(of: progress, limit: 1 << 16),
      let progress = try? StoredJSON.decoder.decode(RunProgress.self, from: data),
      progress.complaint == nil
    else { return nil }
    return progress
  }

  /// The bytes of an ordinary file that is not a link and not too long.
  static func contents(of path: String, limit: Int) throws(RunFolderError) -> Data {
    let file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { throw .system(errno, path: path, doing: "read") }
    defer { close(file) }
    var facts = stat()
    guard fstat(file, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      throw RunFolderError(
        .other, path: path, problem: "it is not a regular file", advice: "Remove what is there.")
    }
    var data = Data()
    var block = [UInt8](repeating: 0, count: min(limit + 1, 1 << 16))
    while true {
      let count = block.withUnsafeMutableBytes { Foundation.read(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      if count < 0 { throw .system(errno, path: path, doing: "read") }
      if count == 0 { return data }
      data.append(contentsOf: block[..<count])
      if data.count > limit {
        throw RunFolderError(
          .other, path: path, problem: "it is longer than \(limit) bytes",
          advice: "Remove it; this program writes shorter ones.")
      }
    }
  }
}
