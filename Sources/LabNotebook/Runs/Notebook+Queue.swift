package import Experiments
import Foundation
import GRDB
import RunFolders

/// A place in the queue.
package enum QueuePlace: Hashable, Sendable {
  /// Before all others.
  case first
  /// Behind all others.
  case last
  /// Just before another run.
  case before(RunID)
  /// Just behind another run.
  case after(RunID)
}

extension Notebook {
  /// The rows of the queue, first the one that is next.
  static let queueOrder =
    "WHERE state = 'queued' AND deleted IS NULL ORDER BY coalesce(position, id), id"

  /// The runs that wait, first the one that is next.
  package func queue() throws -> [RunRecord] {
    let order = try read { try RunID.fetchAll($0, sql: "SELECT id FROM run \(Self.queueOrder)") }
    return try order.compactMap { try self.run($0) }
  }

  /// Gives a queued run another place among those that wait.
  ///
  /// A run that is queued later still comes last: its number is higher than any place given here.
  package func move(_ run: RunID, to place: QueuePlace) throws {
    try write { try self.move(run, to: place, $0) }
  }

  private func move(_ run: RunID, to place: QueuePlace, _ database: Database) throws {
    try requireQueued(run, database)
    var queue = try Self.places(database)
    queue.removeAll { $0.run == run }
    let index: Int
    switch place {
    case .first: index = 0
    case .last: index = queue.count
    case .before(let other): index = try self.index(of: other, in: queue, database)
    case .after(let other): index = try self.index(of: other, in: queue, database) + 1
    }
    let next = Double(try lastNumber(database) + 1)
    let low = index > 0 ? queue[index - 1].place : nil
    let high = index < queue.count ? queue[index].place : next
    let middle = low.map { ($0 + high) / 2 } ?? min(high, next) - 1
    if low ?? -.infinity < middle, middle < high {
      try setPosition(middle, of: run, database)
      return
    }
    // Between two neighbours there is no number left: all that wait get new ones.
    queue.insert((run, 0), at: index)
    for (index, entry) in queue.enumerated() {
      let share = Double(index + 1) / Double(queue.count + 1)
      try setPosition(next - 1 + share, of: entry.run, database)
    }
  }

  private static func places(_ database: Database) throws -> [(run: RunID, place: Double)] {
    try Row.fetchAll(database, sql: "SELECT id, coalesce(position, id) FROM run \(queueOrder)")
      .map { (try $0.stored(0), try $0.stored(1)) }
  }

  private func index(
    of run: RunID, in queue: [(run: RunID, place: Double)], _ database: Database
  ) throws -> Int {
    if let index = queue.firstIndex(where: { $0.run == run }) { return index }
    try requireQueued(run, database)
    throw NotebookError(
      .other, path: runFolder(run),
      problem: "run #\(run) is the run to be moved itself, or in the bin",
      advice: "Name another run that waits in the queue.")
  }

  private func requireQueued(_ run: RunID, _ database: Database) throws {
    let state = try current(run, database).state
    guard state == .queued else {
      throw NotebookError(
        .other, path: runFolder(run), problem: "run #\(run) is \(state.rawValue)",
        advice: "Only runs that wait in the queue have an order.")
    }
  }

  private func setPosition(_ position: Double, of run: RunID, _ database: Database) throws {
    try change(run, database) { _ in [(.position, .number(position))] }
  }

  /// Lets a queued run change places with the one before or after it in the queue.
  ///
  /// - Returns: Whether there was one to change places with.
  @discardableResult
  package func moveInQueue(_ run: RunID, earlier: Bool) throws -> Bool {
    try write { database in
      let queue = try Self.places(database).map(\.run)
      guard let place = queue.firstIndex(of: run) else {
        try self.requireQueued(run, database)
        return false
      }
      let other = earlier ? place - 1 : place + 1
      guard queue.indices.contains(other) else { return false }
      try self.move(run, to: earlier ? .before(queue[other]) : .after(queue[other]), database)
      return true
    }
  }
}
