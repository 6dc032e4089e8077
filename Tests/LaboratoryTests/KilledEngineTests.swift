import Files
import Foundation
import LabNotebook
import Laboratory
import Processes
import RunFolders
import Tensors
import TestSupport
import Testing

/// The engine itself, killed with SIGKILL at random moments.
@Suite(.serialized) struct KilledEngineTests {
  /// When the engine is killed.
  private enum Moment {
    /// After so many seconds of its work.
    case seconds(Double)
    /// While it writes a checkpoint, after so many that it had written.
    case writing(after: Int)
  }

  @Test(arguments: [
    ["checkpoint.every": "0", "priming.steps": "8", "tuning.languages": "cc,aa"],
    ["checkpoint.every": "1", "priming.steps": "30", "evaluation.every": "3"],
  ])
  func `a run whose engine is killed again and again ends in the same numbers and bytes`(
    changes: [String: String]
  ) throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let experiment = try world.experiment(changes.merging(["threads": "1"]) { $1 })
    let through = try ResumableRun(world, "through", experiment)
    let start = Date()
    try EngineUnderTest(through).wait()
    #expect(try through.state == .finished)
    let whole = Date().timeIntervalSince(start)
    let seed = Int.random(in: 0..<1_000_000)
    var generator = SeededGenerator(seed: seed, "kill")
    var count = 0
    for round in 0..<CrashRounds.count(4) {
      let book = try ResumableRun(world, "round\(round)", experiment)
      var kills: [String] = []
      while try book.state != .finished {
        let engine = try EngineUnderTest(book)
        if kills.count < 4 {
          let moment: Moment =
            Bool.random(using: &generator)
            ? .seconds(Double.random(in: 0..<whole, using: &generator))
            : .writing(after: Int.random(in: 0..<12, using: &generator))
          if kill(engine, of: book, at: moment) { kills.append("\(moment)") }
        }
        try engine.wait()
        if try book.state == .finished { break }
        try #require(kills.count <= 4, "an engine that nobody killed did not finish")
        try book.requeue()
      }
      try expectSame(book, through, "seed \(seed), round \(round), killed at \(kills)")
      count += kills.count
    }
    CrashRounds.tell("engines killed", count)
  }

  @Test func `a run that each signal ends in turn ends in the same numbers and bytes`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    // No checkpoint is due: each is the signal's.
    let experiment = try world.experiment([
      "priming.steps": "150", "evaluation.every": "0", "threads": "1",
      "checkpoint.every": "100000", "tuning.languages": "cc,aa",
    ])
    let through = try ResumableRun(world, "through", experiment)
    try EngineUnderTest(through).wait()
    let run = try ResumableRun(world, "asked", experiment)
    var signals = [SIGTERM: "SIGTERM", SIGINT: "SIGINT", SIGHUP: "SIGHUP", SIGUSR1: "SIGUSR1"]
    var count = 0
    while let (number, name) = signals.popFirst() {
      let engine = try EngineUnderTest(run)
      let before = try run.points("outer/loss").count
      while try run.points("outer/loss").count <= before, !engine.isOver { usleep(10_000) }
      engine.send(number)
      let end = try engine.wait()
      // On a slow machine it may have come to its end before.
      if end == .exited(0) { break }
      #expect(end == .exited(75))
      count += 1
      #expect(!CheckpointStore(runFolder: run.folder.path).numbers().isEmpty)
      #expect(try run.contents().answered.isEmpty)
      let status = try run.folder.status()
      if number == SIGUSR1 {
        #expect(status.state == .queued)
        let reason =
          "The engine was asked to end and be run again (SIGUSR1); it wrote a checkpoint."
        let events = try run.contents().events.map(\.event)
        #expect(events.suffix(2) == [.log(.warning, reason), .stateChanged(.interrupted)])
      } else {
        #expect(status.state == .interrupted)
        #expect(status.reason == "The engine was asked to end (\(name)); it wrote a checkpoint.")
        try run.requeue()
      }
    }
    #expect(count > 0)
    if try run.state != .finished { try EngineUnderTest(run).wait() }
    try expectSame(run, through, "ended by \(count) signals")
  }

  /// An engine that takes many steps.
  private func withEngineAtWork(
    _ body: (ResumableRun, EngineUnderTest) throws -> Void
  ) throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let experiment = try world.experiment([
      "priming.steps": "20000", "evaluation.every": "0", "threads": "1",
      "checkpoint.every": "100000",
    ])
    let run = try ResumableRun(world, "asked", experiment)
    let engine = try EngineUnderTest(run)
    while try run.points("outer/loss").isEmpty, !engine.isOver { usleep(20_000) }
    try body(run, engine)
  }

  @Test func `an engine whose run is paused obeys a signal too`() throws {
    try withEngineAtWork { run, engine in
      try run.ask(.pause)
      try wait { try run.state == .paused }
      engine.send(SIGTERM)
      let end = try engine.wait()
      #expect(end == .exited(75))
      #expect(try run.state == .interrupted)
      #expect(!CheckpointStore(runFolder: run.folder.path).numbers().isEmpty)
    }
  }

  @Test func `a second signal ends the engine at once`() throws {
    try withEngineAtWork { run, engine in
      // It sees both before its next step.
      for number in [SIGSTOP, SIGINT, SIGTERM, SIGCONT] { engine.send(number) }
      let end = try engine.wait()
      #expect(end == .killed(signal: SIGTERM) || end == .killed(signal: SIGINT), "\(end)")
      #expect(try run.state == .interrupted)
      #expect(CheckpointStore(runFolder: run.folder.path).numbers().isEmpty)
    }
  }

  @Test func `a hang-up after another signal is no second one`() throws {
    try withEngineAtWork { run, engine in
      for number in [SIGSTOP, SIGHUP, SIGTERM, SIGUSR1, SIGCONT] { engine.send(number) }
      let end = try engine.wait()
      #expect(end == .exited(75))
      #expect(!CheckpointStore(runFolder: run.folder.path).numbers().isEmpty)
    }
  }

  @Test func `a run is claimed from before its engine starts until it ends`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let run = try ResumableRun(world, "claimed", world.experiment(["threads": "1"]))
    let claim = try RunLock(folder: run.folder.path)
    let engine = try EngineUnderTest(run, lock: claim)
    claim.release()
    // From here on only the engine has it, whether it has come to its first line or not.
    while RunLock.isHeld(folder: run.folder.path) { usleep(100) }
    #expect(try run.state == .finished, "it had the claim until it wrote its end")
    try engine.wait()
    #expect(try run.state == .finished)
    // One that is not in the queue is not begun again.
    try EngineUnderTest(run).wait()
    #expect(try run.contents().events.count { $0.event == .stateChanged(.finished) } == 1)
    let said = try String(contentsOfFile: run.folder.engineLog, encoding: .utf8)
    #expect(said.contains("is finished; expected it in the queue"), "\(said)")
  }

  /// Kills an engine at a moment; false when it had ended before.
  private func kill(
    _ engine: EngineUnderTest, of book: ResumableRun, at moment: Moment
  ) -> Bool {
    switch moment {
    case .seconds(let seconds):
      if !engine.isAtWork(for: seconds) { return false }
    case .writing(let count):
      let store = CheckpointStore(runFolder: book.folder.path)
      let first = store.numbers().last ?? 0
      while store.numbers().last ?? 0 < first + count { if engine.isOver { return false } }
      while !isWriting(in: store.folder) { if engine.isOver { return false } }
    }
    return engine.kill()
  }

  /// Whether there is a checkpoint that is whole and has not its place yet.
  private func isWriting(in folder: String) -> Bool {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.contains { name in
      AtomicFile.isLeftover(name)
        && FileManager.default.fileExists(atPath: "\(folder)/\(name)/state.json")
    }
  }
}
