package import Experiments
package import Foundation

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
    try runs.map { run in
      let contents = try contents(of: run)
      var name = contents.header?.name ?? ""
      if case .text(let text) = contents.columns[.name] { name = text }
      return ArchivedRun(
        id: run, name: name, state: contents.state,
        created: Date(timeIntervalSince1970: contents.header?.created ?? 0),
        bytes: (members[run] ?? []).reduce(0) { $0 + $1.length })
    }
  }

  /// What the journal of a run says, where all of it can be read and is as this program writes it.
  func contents(of run: RunID) throws -> JournalContents {
    guard let member = journal(of: run) else { throw damaged("run #\(run) has no journal") }
    let data = try data(member)
    let contents = JournalContents(data)
    if let problem = contents.problems.first {
      throw damaged("line \(problem.line) of run #\(run): \(problem.reason)")
    }
    guard contents.length == data.count else {
      throw damaged("the journal of run #\(run) is cut short")
    }
    if let complaint = contents.complaint { throw damaged("run #\(run): \(complaint)") }
    return contents
  }

  /// Writes the files of a run into a folder that is new, so that nothing in it leads elsewhere.
  func writeFiles(of run: RunID, to folder: String) throws {
    for member in members[run] ?? [] {
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
