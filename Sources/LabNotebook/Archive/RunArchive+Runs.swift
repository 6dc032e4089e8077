package import Experiments
package import Foundation
package import RunFolders

/// A run in an archive.
package struct ArchivedRun: Codable, Hashable, Sendable {
  /// The number that it had.
  package var id: RunID
  /// What it is called.
  package var name: String
  /// How it ended.
  package var state: RunState
  /// When it was queued.
  package var created: Date
  /// How many bytes its files have.
  package var bytes: Int
}

extension RunArchive {
  /// The runs in it, with what a list shows of them.
  package func listing() throws -> [ArchivedRun] {
    let staging = RunFolder(
      (NSTemporaryDirectory() as NSString)
        .appendingPathComponent("primer-import-\(UUID().uuidString)"))
    defer { try? FileManager.default.removeItem(atPath: staging.path) }
    return try runs.map { run in
      try? FileManager.default.removeItem(atPath: staging.path)
      try writeFiles(of: run, to: staging.path) { Self.isRead($0) }
      let staged = try staged(run, staging)
      return ArchivedRun(
        id: run, name: staged.name, state: staged.state,
        created: Date(timeIntervalSince1970: staged.created),
        bytes: (members[run] ?? []).reduce(0) { $0 + $1.length })
    }
  }

  /// The files of a run in their folder, where they are as this program writes them.
  func staged(_ run: RunID, _ folder: RunFolder) throws -> StagedRun {
    do {
      return try StagedRun(folder)
    } catch let error as StagedRun.Complaint {
      throw damaged("run #\(run): \(error.text)")
    } catch let error as RunFolderError {
      throw damaged("run #\(run): \(error.problem)")
    }
  }

  /// Whether a file says what a run is.
  private static func isRead(_ name: String) -> Bool {
    ["journal.jsonl", "run.jsonl", "experiment.toml"].contains(name)
  }

  /// Writes the files of a run into a folder that is new, so that nothing in it leads elsewhere.
  ///
  /// - Parameter isWanted: Which of them.
  func writeFiles(
    of run: RunID, to folder: String, where isWanted: (String) -> Bool = { _ in true }
  ) throws {
    for member in members[run] ?? [] where isWanted(member.path) {
      let path = "\(folder)/\(member.path)"
      do {
        try FileManager.default.createDirectory(
          atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      } catch {
        throw NotebookError(
          .readOnly, path: path, problem: "it cannot be made (\(error.localizedDescription))",
          advice: "Check the notebook's permissions and its disk.")
      }
      let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
      guard descriptor >= 0 else { throw ArchiveWriter.failure(path, errno) }
      let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
      try read(member) { data in
        do {
          try file.write(contentsOf: data)
        } catch {
          throw ArchiveWriter.failure(path, errno)
        }
      }
      guard fsync(descriptor) == 0 else { throw ArchiveWriter.failure(path, errno) }
      try file.close()
    }
  }
}
