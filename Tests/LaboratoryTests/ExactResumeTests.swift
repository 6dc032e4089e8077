import Experiments
import Foundation
import LabNotebook
import Laboratory
import RunFolders
import NamedEntities
import Tensors
import TestSupport
import Testing

/// Runs that end at some moment and go on are, in the end, those that ran through.
@Suite struct ExactResumeTests {
  /// What ends a run as SIGKILL would: nothing is written after it.
  private struct Crash: Error {}

  private static let kinds: [[String: String]] = [
    ["checkpoint.every": "0"],
    [
      "checkpoint.every": "0", "priming.method": "reptile", "priming.inner.updates": "all",
      "priming.metaBatchSize": "2", "priming.outer.optimizer": "sgd",
      "priming.outer.momentum": "0.9", "tuning.optimizer": "sgd",
    ],
    [
      "checkpoint.every": "0", "priming.inner.stepSizes": "tensor+step", "evaluation.every": "1",
      "priming.steps": "3", "encoder.dropout": "0.2",
    ],
    ["checkpoint.every": "100000", "evaluation.every": "1"],
    ["checkpoint.every": "0", "priming.method": "none", "tuning.languages": "cc,aa"],
  ]

  @Test(arguments: kinds.indices)
  func `a run that died at any moment ends in the same numbers and bytes`(kind: Int) throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let experiment = try world.experiment(Self.kinds[kind])
    let through = try ResumableRun(world, "through", experiment)
    var count = 0
    try through.attempt { _ in count += 1 }
    var random = SystemRandomNumberGenerator()
    let seed = UInt64.random(in: 0..<1_000_000, using: &random)
    var generator = SeededGenerator(seed: Int(seed), "crash")
    var crashes = 0
    for round in 0..<CrashRounds.count(6) {
      let book = try ResumableRun(world, "round\(round)", experiment)
      var moments: [Int] = []
      // Up to three deaths, each at a moment of what is left.
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let moment = Int.random(in: 1...count, using: &generator)
        moments.append(moment)
        var seen = 0
        do {
          try book.attempt { _ in
            seen += 1
            if seen == moment { throw Crash() }
          }
          break  // it was through before
        } catch is Crash {
          try book.requeue(losing: Bool.random(using: &generator))
        }
      }
      if try book.state != .finished { try book.attempt { _ in } }
      let comment: Comment = "seed \(seed), round \(round), moments \(moments)"
      try expectSame(book, through, comment)
      crashes += moments.count
    }
    CrashRounds.tell("runs broken off", crashes)
  }

  @Test(arguments: kinds.indices)
  func `a run that was stopped after every step ends in the same numbers and bytes`(
    kind: Int
  ) throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let experiment = try world.experiment(
      Self.kinds[kind].merging(["checkpoint.every": "100000"]) { $1 })
    let through = try ResumableRun(world, "through", experiment)
    try through.attempt { _ in }
    let book = try ResumableRun(world, "stopped", experiment)
    var attempts = 0
    while try book.state != .finished {
      attempts += 1
      try #require(attempts < 100, "it does not come to its end")
      var asked = false
      do {
        try book.attempt { event in
          switch event {
          case .outerStep, .trainingStep:
            if !asked { try book.ask(.stop) }
            asked = true
          default: break
          }
        }
      } catch is RunStopped {
        try book.finish(.stopped)
        try book.requeue()
      }
    }
    #expect(attempts > 5)
    try expectSame(book, through, "stopped \(attempts) times")
  }

  @Test func `a changed setting is changed again at the same moment`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let experiment = try world.experiment([
      "priming.steps": "6", "checkpoint.every": "100000", "priming.outer.schedule": "constant",
    ])
    /// Asks for another learning rate after step 2, and dies after step `death`.
    func attempt(_ book: ResumableRun, changes: Bool, death: Int) throws {
      try book.attempt { event in
        guard case .outerStep(let step, _, _, _, _) = event else { return }
        if step == 2, changes {
          try book.ask(.set(key: "priming.outer.learningRate", value: .number(0.25)))
          try book.ask(.set(key: "priming.steps", value: .integer(7)))
        }
        // The recorder writes a moment later; whoever dies at once has changed nothing.
        if step == 4 { try book.flush() }
        if step == death { throw Crash() }
      }
    }
    let through = try ResumableRun(world, "through", experiment)
    try attempt(through, changes: true, death: 0)
    let book = try ResumableRun(world, "died", experiment)
    #expect(throws: Crash.self) { try attempt(book, changes: true, death: 5) }
    try book.requeue()
    try attempt(book, changes: false, death: 0)
    try expectSame(book, through, "a change at step 2")
    let rates = try book.points("outer/learningRate")
    #expect(rates.map(\.value) == [0.001, 0.001, 0.25, 0.25, 0.25, 0.25, 0.25])
    let changes = try book.contents().events.filter {
      if case .settingChanged = $0.event { true } else { false }
    }
    #expect(changes.count == 2, "each is told once")
  }

  @Test func `a checkpoint that is damaged is passed over for the one before`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let experiment = try world.experiment(["checkpoint.every": "0", "evaluation.every": "0"])
    let through = try ResumableRun(world, "through", experiment)
    try through.attempt { _ in }
    for (number, damage) in Damage.allCases.enumerated() {
      let book = try ResumableRun(world, "damaged\(number)", experiment)
      #expect(throws: Crash.self) {
        try book.attempt { event in
          if case .outerStep(4, _, _, _, _) = event { throw Crash() }
        }
      }
      let store = CheckpointStore(runFolder: book.folder.path)
      let numbers = store.numbers()
      #expect(numbers.count == 2)
      try damage.apply(to: store.path(try #require(numbers.last)))
      try book.requeue()
      var places: [Int] = []
      var warnings: [String] = []
      try book.attempt { event in
        if case .resumed(_, let step) = event { places.append(step) }
        if case .log(.warning, let text) = event { warnings.append(text) }
      }
      #expect(places == [2], "steps 2 and 3 have checkpoints, and that of 3 is \(damage)")
      #expect(warnings.count == 1 && warnings[0].contains("cannot be used"), "\(warnings)")
      try expectSame(book, through, "\(damage)")
    }
  }

  private enum Damage: CaseIterable {
    case flipped, truncated, withoutTensors, stateGone, stateRubbish, stateNewer

    func apply(to path: String) throws {
      let (tensors, state) = (path + "/tensors.safetensors", path + "/state.json")
      let manager = FileManager.default
      switch self {
      case .flipped:
        var bytes = try Data(contentsOf: URL(filePath: tensors))
        bytes[bytes.count - 5] ^= 1
        try bytes.write(to: URL(filePath: tensors))
      case .truncated:
        let bytes = try Data(contentsOf: URL(filePath: tensors))
        try bytes.prefix(bytes.count / 2).write(to: URL(filePath: tensors))
      case .withoutTensors: try manager.removeItem(atPath: tensors)
      case .stateGone: try manager.removeItem(atPath: state)
      case .stateRubbish: try "{".write(toFile: state, atomically: true, encoding: .utf8)
      case .stateNewer:
        let text = try String(contentsOfFile: state, encoding: .utf8)
        try text.replacing("\"format\" : 3", with: "\"format\" : 9")
          .write(toFile: state, atomically: true, encoding: .utf8)
      }
    }
  }

  @Test func `the best by dev F1 and the last two stay, and the best when all is done`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let experiment = try world.experiment([
      "checkpoint.every": "0", "evaluation.every": "1", "priming.steps": "6",
    ])
    let book = try ResumableRun(world, "kept", experiment)
    let store = CheckpointStore(runFolder: book.folder.path)
    var most = 0
    try book.attempt { _ in most = max(most, store.numbers().count) }
    #expect(most == 3)
    let results = try book.contents().results.map(\.result).filter { $0.phase == .priming }
    let best = try #require(results.map(\.scores.micro.f1).max())
    let kept = try store.numbers().map { try store.read($0) }
    #expect(kept.map(\.state.score) == [best])
    let first = try #require(results.first { $0.scores.micro.f1 == best })
    #expect(kept[0].state.place == .priming(step: first.step))
  }
}
