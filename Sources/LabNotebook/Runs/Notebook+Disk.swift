package import Experiments
import Files
import Foundation
import RunFolders

/// How much of the disk a run takes, by what it is.
///
/// A file with several names, as a run has that began from another's checkpoint, counts for the run of
/// the lowest number.
package struct RunSpace: Hashable, Sendable {
  /// A part of a run's folder.
  package enum Part: String, CaseIterable, Hashable, Sendable {
    /// From which a run resumes, and from which others begin.
    case checkpoints
    /// The primed encoder.
    case primed
    /// What tuning made of each language.
    case tuned
    /// The tags that were predicted.
    case predictions
    /// What the run began with of another.
    case start
    /// Experiment, journal, log.
    case record
  }

  /// The run.
  package var run: RunRecord
  /// Bytes on the disk of each part.
  package var parts: [Part: Int]
  /// Bytes that go with its checkpoints; 0 where they are kept.
  package var removable: Int

  /// Bytes of all parts.
  package var total: Int { parts.values.reduce(0, +) }
}

extension Notebook {
  /// How much of the disk each run takes, in the order of their numbers.
  ///
  /// The checkpoints of a finished run can be removed, unless it has a star: it needs none to resume, and its
  /// primed encoder, its adapters and its predictions are files of their own.
  package func space() throws -> [RunSpace] {
    var seen: Set<FileIdentity> = []
    return try runs().map { run in
      var parts: [RunSpace.Part: Int] = [:]
      for name in Self.names(in: run.folder) {
        let part = RunSpace.Part(rawValue: name) ?? .record
        parts[part, default: 0] += Self.files(at: "\(run.folder)/\(name)").reduce(0) { sum, file in
          seen.insert(file.identity).inserted ? sum + file.bytes : sum
        }
      }
      let isRemovable = run.state == .finished && !run.starred && run.deleted == nil
      return RunSpace(
        run: run, parts: parts,
        removable: isRemovable ? Self.freed(by: RunFolder(run.folder).checkpoints) : 0)
    }
  }

  /// Removes the checkpoints of a finished run.
  ///
  /// - Returns: How many bytes that frees.
  /// - Throws: A `NotebookError` where the run is not finished, or under way.
  @discardableResult
  package func removeCheckpoints(of run: RunID) throws -> Int {
    let (doomed, bytes) = try write { database in
      let record = try self.current(run, database)
      guard record.state == .finished else {
        throw NotebookError(
          .other, path: record.folder,
          problem: "run #\(run) is \(record.state.rawValue): its checkpoints are kept",
          advice: "Only those of finished runs can be removed.")
      }
      let folder = RunFolder(record.folder).checkpoints
      let bytes = Self.freed(by: folder)
      guard access(folder, F_OK) == 0 else { return (PendingFolder?.none, 0) }
      return (try self.explainingFiles { try PendingFolder(takingAway: folder) }, bytes)
    }
    do {
      try doomed?.remove()
    } catch {
      throw NotebookError(
        .readOnly, path: doomed?.path ?? folder,
        problem: "it cannot be removed (\(error.localizedDescription))",
        advice: "Remove it by hand.")
    }
    return bytes
  }

  /// Bytes on the disk that a folder of this notebook takes beside its runs: the index, pages, kept
  /// files of older formats.
  package func spaceBesideRuns() -> Int {
    Self.names(in: folder).filter { $0 != "runs" }
      .flatMap { Self.files(at: "\(folder)/\($0)") }.reduce(0) { $0 + $1.bytes }
  }

  // MARK: Files

  private struct FileIdentity: Hashable {
    var device: UInt
    var number: UInt
  }

  private struct FoundFile {
    var identity: FileIdentity
    var names: Int
    var bytes: Int
  }

  private static func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  /// The files of a path, itself or what is in it; links are not followed.
  private static func files(at path: String) -> [FoundFile] {
    var facts = stat()
    guard lstat(path, &facts) == 0 else { return [] }
    if facts.st_mode & S_IFMT == S_IFDIR {
      return names(in: path).flatMap { files(at: "\(path)/\($0)") }
    }
    let identity = FileIdentity(device: UInt(facts.st_dev), number: UInt(facts.st_ino))
    return [
      FoundFile(
        identity: identity, names: Int(facts.st_nlink), bytes: Int(facts.st_blocks) * 512)
    ]
  }

  /// The bytes of the files all of whose names are within a folder.
  private static func freed(by folder: String) -> Int {
    var found: [FileIdentity: (file: FoundFile, names: Int)] = [:]
    for file in files(at: folder) { found[file.identity, default: (file, 0)].names += 1 }
    return found.values.reduce(0) { $1.names >= $1.file.names ? $0 + $1.file.bytes : $0 }
  }
}
