package import Experiments
import Foundation
import GRDB

/// What the owner of the runs does with them: a bin, tags, studies, the order of the queue.
extension Notebook {
  /// Puts runs into the bin; all of them or, where one is under way, none.
  ///
  /// A queued run in the bin is not started; it waits again once it is taken out.
  package func putIntoBin(_ runs: [RunID]) throws {
    try write { database in
      for run in runs {
        let state = try self.state(of: run, database)
        guard state != .running, state != .paused else {
          throw NotebookError(
            .busy, path: self.runFolder(run), problem: "run #\(run) is under way",
            advice: "Stop it first.")
        }
        let isInBin = try Bool.fetchOne(
          database, sql: "SELECT deleted IS NOT NULL FROM run WHERE id = ?", arguments: [run])
        if isInBin == true { continue }
        try self.set(.deleted, of: run, to: self.clock.now(), database)
      }
    }
  }

  /// Takes runs out of the bin again, as they were.
  package func takeOutOfBin(_ runs: [RunID]) throws {
    try write { database in
      for run in runs {
        _ = try self.state(of: run, database)
        try self.set(.deleted, of: run, to: nil as Double?, database)
      }
    }
  }

  /// Gives a run its tags: words without spaces, each once, in the order given.
  package func setTags(_ run: RunID, _ tags: [String]) throws {
    if let bad = tags.first(where: { !Self.isTag($0) }) {
      throw NotebookError(
        .other, path: runFolder(run), problem: "‘\(bad)’ is no tag",
        advice: "A tag is a word without spaces of at most 40 characters.")
    }
    let distinct = tags.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    try set(.tags, of: run, to: distinct.joined(separator: " "))
  }

  /// Says to which study a run belongs; an empty name takes it out of its study.
  package func setStudy(_ run: RunID, _ study: String) throws {
    try set(.study, of: run, to: study)
  }

  /// Lets a queued run change places with the one before or after it in the queue.
  ///
  /// - Returns: Whether there was one to change places with.
  @discardableResult
  package func moveInQueue(_ run: RunID, earlier: Bool) throws -> Bool {
    let queue = try queue().map(\.id)
    guard let place = queue.firstIndex(of: run) else {
      if try self.run(run)?.state != .queued { try move(run, to: .last) }
      return false
    }
    let other = earlier ? place - 1 : place + 1
    guard queue.indices.contains(other) else { return false }
    try move(run, to: earlier ? .before(queue[other]) : .after(queue[other]))
    return true
  }

  /// The rows of the queue, first the one that is next.
  static let queueOrder =
    "WHERE state = 'queued' AND deleted IS NULL ORDER BY coalesce(position, id), id"

  static func isTag(_ text: String) -> Bool {
    !text.isEmpty && text.count <= 40
      && !text.unicodeScalars.contains {
        $0.properties.isWhitespace || $0.properties.generalCategory == .control
      }
  }
}
