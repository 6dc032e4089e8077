import Foundation
import LabNotebook
import Laboratory
import Tensors
import Testing

/// The engine itself under one fault after another, of every kind and at any moment.
@Suite(.serialized) struct FaultRoundsTests {
  private enum Fault: CaseIterable {
    case killed, checkpointDamaged, checkpointsGone, bookTruncated, bookOverwritten, bookGone
    case bookLocked, held, stopped
  }

  @Test func `a run under faults of every kind ends in the same numbers and bytes`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let experiment = try world.experiment([
      "checkpoint.every": "0", "priming.steps": "12", "evaluation.every": "4", "threads": "1",
      "tuning.languages": "cc,aa",
    ])
    let through = try ResumableBook(world, "through", experiment)
    let start = Date()
    try EngineUnderTest(through).wait()
    #expect(try through.state == .finished)
    let whole = Date().timeIntervalSince(start)
    let seed = Int.random(in: 0..<1_000_000)
    var generator = SeededGenerator(seed: seed, "faults")
    var counts: [Fault: Int] = [:]
    for round in 0..<CrashRounds.count(3) {
      let book = try ResumableBook(world, "faults\(round)", experiment)
      var faults: [Fault] = []
      while try book.state != .finished {
        let engine = try EngineUnderTest(book)
        if faults.count < 6 {
          let fault = Fault.allCases.randomElement(using: &generator) ?? .killed
          let moment = Double.random(in: 0..<whole, using: &generator)
          if engine.isAtWork(for: moment), try commit(fault, engine, book, &generator) {
            faults.append(fault)
          }
        }
        engine.wait()
        if try book.state == .finished { break }
        try #require(faults.count <= 6, "an engine that nobody disturbed did not finish")
        try book.requeue()
      }
      try expectSame(book, through, "seed \(seed), round \(round), \(faults)")
      for fault in faults { counts[fault, default: 0] += 1 }
    }
    for (fault, count) in counts.sorted(by: { "\($0.key)" < "\($1.key)" }) {
      CrashRounds.tell("\(fault)", count)
    }
  }

  /// Lets a fault happen; false where the engine had ended before.
  private func commit(
    _ fault: Fault, _ engine: EngineUnderTest, _ book: ResumableBook,
    _ generator: inout SeededGenerator
  ) throws -> Bool {
    let seconds = Double.random(in: 0..<0.5, using: &generator)
    switch fault {
    case .bookLocked:
      try book.notebook.keepingLocked { _ = engine.isAtWork(for: seconds) }
      return !engine.isOver
    case .held:
      guard engine.send(SIGSTOP) else { return false }
      usleep(UInt32(seconds * 1e6))
      return engine.send(SIGCONT)
    case .stopped:
      guard try [.running, .paused].contains(book.state) else { return false }
      try book.notebook.request(.stop, for: book.id)
      return true
    default: break
    }
    guard engine.kill() else { return false }
    engine.wait()
    let store = CheckpointStore(runFolder: book.folder)
    switch fault {
    case .checkpointDamaged:
      guard let newest = store.numbers().last else { return true }
      let names = try FileManager.default.contentsOfDirectory(atPath: store.path(newest)).sorted()
      let file =
        store.path(newest) + "/" + names[Int.random(in: 0..<names.count, using: &generator)]
      var bytes = try Data(contentsOf: URL(filePath: file))
      bytes[Int.random(in: 0..<bytes.count, using: &generator)] ^= 4
      try bytes.write(to: URL(filePath: file))
    case .checkpointsGone: try? FileManager.default.removeItem(atPath: store.folder)
    case .bookTruncated:
      try book.repair { path in
        let bytes = try Data(contentsOf: URL(filePath: path))
        try bytes.prefix(bytes.count / 2).write(to: URL(filePath: path))
      }
    case .bookOverwritten:
      try book.repair { path in
        var bytes = try Data(contentsOf: URL(filePath: path))
        let first = min(bytes.count, 4096 * (1 + Int(seconds * 10)))
        bytes.replaceSubrange(first..., with: Data(repeating: 0xA5, count: bytes.count - first))
        try bytes.write(to: URL(filePath: path))
      }
    case .bookGone: try book.repair { unlink($0) }
    default: break
    }
    return true
  }
}
