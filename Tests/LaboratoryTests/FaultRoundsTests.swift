import Foundation
import LabNotebook
import Laboratory
import RunFolders
import Tensors
import TestSupport
import Testing

/// The engine itself under one fault after another, of every kind and at any moment.
@Suite(.serialized) struct FaultRoundsTests {
  private enum Fault: CaseIterable {
    case killed, checkpointDamaged, checkpointsGone, journalCut, held, stopped
  }

  @Test func `a run under faults of every kind ends in the same numbers and bytes`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let experiment = try world.experiment([
      "checkpoint.every": "0", "priming.steps": "12", "evaluation.every": "4", "threads": "1",
      "tuning.languages": "cc,aa",
    ])
    let through = try ResumableRun(world, "through", experiment)
    let start = Date()
    try EngineUnderTest(through).wait()
    #expect(try through.state == .finished)
    let whole = Date().timeIntervalSince(start)
    let seed = Int.random(in: 0..<1_000_000)
    var generator = SeededGenerator(seed: seed, "faults")
    var counts: [Fault: Int] = [:]
    for round in 0..<CrashRounds.count(3) {
      let book = try ResumableRun(world, "faults\(round)", experiment)
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
        try engine.wait()
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
    _ fault: Fault, _ engine: EngineUnderTest, _ book: ResumableRun,
    _ generator: inout SeededGenerator
  ) throws -> Bool {
    let seconds = Double.random(in: 0..<0.5, using: &generator)
    switch fault {
    case .held:
      guard engine.send(SIGSTOP) else { return false }
      usleep(UInt32(seconds * 1e6))
      return engine.send(SIGCONT)
    case .stopped:
      guard try [.running, .paused].contains(book.state) else { return false }
      try book.ask(.stop)
      return true
    default: break
    }
    guard engine.kill() else { return false }
    try engine.wait()
    let store = CheckpointStore(runFolder: book.folder.path)
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
    case .journalCut:
      // As after a power cut, or in a copy: anything from the end on may be missing.
      // An engine that was killed while it loaded has none yet.
      guard let bytes = FileManager.default.contents(atPath: book.folder.journal) else {
        return true
      }
      try bytes.prefix(Int.random(in: 0...bytes.count, using: &generator))
        .write(to: URL(filePath: book.folder.journal))
    default: break
    }
    return true
  }
}
