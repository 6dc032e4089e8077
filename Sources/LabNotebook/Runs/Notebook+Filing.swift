package import Experiments
import Files
import Foundation
import GRDB
import RunFolders

/// What people do with runs: names, notes, stars, tags, studies, a bin.
extension Notebook {
  /// Writes the note of a run.
  package func setNote(_ run: RunID, _ note: String) throws {
    try checkNote(note, of: run)
    try change(run) { _ in [(.note, .text(note))] }
  }

  /// Writes the note of a run, unless it is not what whoever writes believes to be there.
  ///
  /// - Returns: What is there instead, where nothing was written.
  package func setNote(_ run: RunID, _ note: String, expecting expected: String) throws -> String? {
    try checkNote(note, of: run)
    var other: String?
    try change(run) { record in
      other = record.note.isSame(as: expected) || record.note.isSame(as: note) ? nil : record.note
      return other == nil && !record.note.isSame(as: note) ? [(.note, .text(note))] : []
    }
    return other
  }

  private func checkNote(_ note: String, of run: RunID) throws {
    guard note.utf8.count > RunBounds.note else { return }
    throw NotebookError(
      .other, path: runFolder(run), problem: "the note has \(note.utf8.count) bytes",
      advice: "A note has at most \(RunBounds.note).")
  }

  /// Marks a run with a star, or not.
  package func setStarred(_ run: RunID, _ isStarred: Bool) throws {
    try change(run) { _ in [(.starred, .number(isStarred ? 1 : 0))] }
  }

  /// Puts a run away, or takes it out again.
  package func setArchived(_ run: RunID, _ isArchived: Bool) throws {
    try change(run) { _ in [(.archived, .number(isArchived ? 1 : 0))] }
  }

  /// Gives a run another name.
  package func rename(_ run: RunID, _ name: String) throws {
    var experiment = Experiment()
    try experiment.set(Settings.name.descriptor.key, to: name)
    try change(run) { _ in [(.name, .text(name))] }
  }

  /// Says to which study a run belongs; an empty name takes it out of its study.
  package func setStudy(_ run: RunID, _ study: String) throws {
    try change(run) { _ in [(.study, .text(study))] }
  }

  // MARK: Tags

  /// Gives a run its tags: words without spaces, each once, in the order given.
  package func setTags(_ run: RunID, _ tags: [String]) throws {
    try checkTags(tags, of: run)
    try change(run) { _ in [(.tags, Self.value(ofTags: tags))] }
  }

  /// Adds tags to those of a run, and takes others away.
  ///
  /// - Returns: The tags that were to go and that the run does not have; then nothing was changed.
  package func changeTags(
    _ run: RunID, adding added: [String], removing removed: [String]
  ) throws -> [String] {
    try checkTags(added, of: run)
    var missing: [String] = []
    try change(run) { record in
      missing = removed.filter { !record.tags.contains($0) }
      guard missing.isEmpty else { return [] }
      return [(.tags, Self.value(ofTags: record.tags.filter { !removed.contains($0) } + added))]
    }
    return missing
  }

  private func checkTags(_ tags: [String], of run: RunID) throws {
    guard let bad = tags.first(where: { !Self.isTag($0) }) else { return }
    throw NotebookError(
      .other, path: runFolder(run), problem: "‘\(bad)’ is not a tag",
      advice: "A tag is a word without spaces of at most 40 characters.")
  }

  private static func value(ofTags tags: [String]) -> RunValue {
    .text(
      tags.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        .joined(separator: " "))
  }

  static func isTag(_ text: String) -> Bool {
    !text.isEmpty && text.count <= 40 && text.utf8.count <= 400
      && !text.unicodeScalars.contains {
        $0.properties.isWhitespace || $0.properties.generalCategory == .control
      }
  }

  // MARK: The bin

  /// Puts runs into the bin; all of them or, where one is under way, none.
  ///
  /// A queued run in the bin is not started; it waits again once it is taken out.
  package func putIntoBin(_ runs: [RunID]) throws {
    try write { database in
      for run in runs { try self.requireAtRest(self.current(run, database)) }
      let now = self.clock.now()
      for run in runs {
        try self.change(run, database) { $0.deleted == nil ? [(.deleted, .number(now))] : [] }
      }
    }
  }

  /// Takes runs out of the bin again, as they were.
  package func takeOutOfBin(_ runs: [RunID]) throws {
    try write { database in
      for run in runs {
        try self.change(run, database) { $0.deleted == nil ? [] : [(.deleted, .null)] }
      }
    }
  }

  /// Deletes a run with its folder; one that is under way is refused.
  package func delete(_ run: RunID) throws {
    let doomed = try write { database in
      let record = try self.current(run, database)
      try self.requireAtRest(record)
      let claim = try self.claim(record)
      defer { claim.release() }
      // A second name first: what is half deleted is no run any more.
      let doomed = try self.explainingFiles {
        try RunNumbers.note(run, in: self.folder)
        return try PendingFolder(takingAway: record.folder)
      }
      try self.refresh(run, database)
      return doomed
    }
    do {
      try doomed.remove()
    } catch {
      throw NotebookError(
        .readOnly, path: doomed.path,
        problem: "run #\(run) is deleted, but its folder cannot be (\(error.localizedDescription))",
        advice: "Delete the folder by hand.")
    }
  }

  /// The claim on a run that is at rest: with it nobody starts an engine.
  private func claim(_ run: RunRecord) throws -> RunLock {
    try explainingFiles {
      do {
        return try RunLock(folder: run.folder)
      } catch let error as RunFolderError where error.kind == .takenOver {
        throw underWay(run)
      }
    }
  }

  private func underWay(_ run: RunRecord) -> NotebookError {
    NotebookError(
      .busy, path: run.folder, problem: "run #\(run.id) is under way", advice: "Stop it first.")
  }

  private func requireAtRest(_ run: RunRecord) throws {
    guard run.state == .running || run.state == .paused || RunLock.isHeld(folder: run.folder) else {
      return
    }
    throw underWay(run)
  }
}

/// How long what people and archives say of a run may be, in bytes.
enum RunBounds {
  static let note = 1 << 20
  static let name = 1000
  static let text = 10_000
  static let tags = 10_000
}

extension String {
  /// Whether the texts are the same, byte for byte.
  func isSame(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
