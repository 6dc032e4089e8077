import Experiments
import Foundation
import LabNotebook
import Laboratory
import RunFolders
import TestSupport
import Testing

/// Runs that begin with the weights of a point of another run.
@Suite struct ForkTests {
  /// What ends a run as SIGKILL would.
  private struct Crash: Error {}

  /// A world with a notebook, and the runs in it.
  private final class Bench {
    let world: TinyWorld
    private(set) var notebook: Notebook

    init() throws {
      world = try TinyWorld()
      notebook = try Notebook.open(folder: world.folder.appending(path: "book").path)
    }

    deinit { world.remove() }

    /// Queues an experiment and carries it out; one that dies stays as it was left.
    @discardableResult
    func run(
      _ changes: [String: String], _ look: @escaping (Event) throws -> Void = { _ in }
    ) throws -> RunRecord {
      let id = try notebook.enqueue(world.experiment(changes))
      return try carryOut(id, look)
    }

    func carryOut(
      _ id: RunID, _ look: @escaping (Event) throws -> Void = { _ in }
    ) throws -> RunRecord {
      let run = try ResumableRun(RunFolder(notebook.runFolder(id)))
      do {
        try run.attempt(look)
      } catch is Crash {
        try run.finish(.stopped)
      }
      try notebook.refresh()
      return try #require(try notebook.run(id))
    }
  }

  private func expectAlike(_ file: String, _ a: RunRecord, _ b: RunRecord) {
    #expect(
      FileManager.default.contentsEqual(
        atPath: "\(a.folder)/\(file)", andPath: "\(b.folder)/\(file)"), "\(file)")
  }

  private static let nothing = [
    "priming.method": "none", "tuning.start": "primed", "tuning.epochs": "0",
    "evaluation.splits": "test",
  ]

  @Test func `a run begins with exactly the weights of the checkpoint`() throws {
    let bench = try Bench()
    let plain = ["priming.outer.schedule": "constant", "evaluation.every": "0"]
    // Two runs with the same two steps: one ends there, of the other a checkpoint stays.
    let short = try bench.run(plain.merging(["priming.steps": "2"]) { $1 })
    let long = try bench.run(plain.merging(["checkpoint.every": "0"]) { $1 }) { event in
      if case .outerStep(3, _, _, _, _) = event { throw Crash() }
    }
    let fork = try bench.run(
      Self.nothing.merging(["start.checkpoint": "\(long.id)/priming/2"]) { $1 })
    expectAlike("primed/model.safetensors", fork, short)
    expectAlike("primed/adapter.safetensors", fork, short)
    #expect(fork.state == .finished)
  }

  @Test func `a run begins with exactly what another primed, and what it tuned`() throws {
    let bench = try Bench()
    let source = try bench.run(["evaluation.splits": "test"])
    let primed = try bench.run(
      Self.nothing.merging(["start.checkpoint": "\(source.id)"]) { $1 })
    #expect(primed.experiment[Settings.startCheckpoint] == "\(source.id)/primed")
    expectAlike("primed/model.safetensors", primed, source)
    expectAlike("primed/adapter.safetensors", primed, source)
    let tuned = try bench.run(
      Self.nothing.merging(["start.checkpoint": "\(source.id)/tuned/cc"]) { $1 })
    expectAlike("tuned/cc.safetensors", tuned, source)
    expectAlike("predictions/cc.test.conll", tuned, source)
    // A fork of a fork begins with what that one began with.
    let again = try bench.run(
      Self.nothing.merging(["start.checkpoint": "\(primed.id)/primed"]) { $1 })
    expectAlike("primed/model.safetensors", again, source)
  }

  @Test func `step counts and optimizers start from zero, and the settings are the new run's`()
    throws
  {
    let bench = try Bench()
    let source = try bench.run(["evaluation.every": "0"])
    var steps: [Int] = []
    var rates: [Double] = []
    var told: [String] = []
    try bench.run([
      "start.checkpoint": "\(source.id)/primed", "priming.steps": "3", "evaluation.every": "0",
      "priming.outer.learningRate": "0.005", "priming.outer.schedule": "constant",
    ]) { event in
      switch event {
      case .outerStep(let step, _, _, _, let rate):
        steps.append(step)
        rates.append(rate)
      case .log(.info, let text): told.append(text)
      default: break
      }
    }
    #expect(steps == [1, 2, 3])
    #expect(rates == [0.005, 0.005, 0.005])
    #expect(
      told.contains(
        "Begins with #\(source.id) as primed (untitled); optimizers and step counts start from zero"
      ),
      "\(told)")
  }

  @Test func `a fresh adapter of another kind goes on the other run's encoder`() throws {
    let bench = try Bench()
    let source = try bench.run(["evaluation.every": "0"])
    let fork = try bench.run([
      "start.checkpoint": "\(source.id)/primed", "start.keeps": "encoder", "adapter.type": "lora",
      "priming.method": "none",
    ])
    #expect(fork.state == .finished)
    #expect(fork.results.count == 2)
  }

  @Test(arguments: [
    ["start.checkpoint": "1/priming/2", "checkpoint.every": "0"],
    ["start.checkpoint": "1/priming/2", "checkpoint.every": "0", "priming.method": "none"],
  ])
  func `a fork that died at any moment ends in the same numbers and bytes`(
    settings: [String: String]
  ) throws {
    let bench = try Bench()
    try bench.run(["checkpoint.every": "0"]) { event in
      if case .outerStep(3, _, _, _, _) = event { throw Crash() }
    }
    let experiment = try bench.world.experiment(settings)
    let id = try bench.notebook.enqueue(experiment)
    let queued = bench.notebook.runFolder(id)
    func book(_ name: String) throws -> ResumableRun {
      let path = bench.world.folder.appending(path: "copies/\(name)").path
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: queued, toPath: path + "/2")
      return try ResumableRun(RunFolder(path + "/2"))
    }
    // The run that it begins with is gone meanwhile.
    try FileManager.default.removeItem(atPath: bench.notebook.runFolder(1))
    let through = try book("through")
    var count = 0
    try through.attempt { _ in count += 1 }
    for moment in stride(from: 1, through: count, by: max(1, count / CrashRounds.count(8))) {
      let died = try book("died\(moment)")
      var seen = 0
      try? died.attempt { _ in
        seen += 1
        if seen == moment { throw Crash() }
      }
      if try died.state != .finished {
        try died.requeue()
        try died.attempt { _ in }
      }
      try expectSame(died, through, "moment \(moment) of \(count)")
    }
  }

  @Test func `a kept checkpoint that is damaged is told with its file and what to do`() throws {
    let bench = try Bench()
    let source = try bench.run(["evaluation.every": "0", "checkpoint.every": "0"]) { event in
      if case .outerStep(3, _, _, _, _) = event { throw Crash() }
    }
    for damage in ["flipped", "short", "gone"] {
      let id = try bench.notebook.enqueue(
        bench.world.experiment(["start.checkpoint": "\(source.id)"]))
      let folder = bench.notebook.runFolder(id) + "/start/checkpoints"
      let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
      let file = URL(filePath: "\(folder)/\(name)/tensors.safetensors")
      var bytes = try Data(contentsOf: file)
      switch damage {
      case "flipped": bytes[bytes.count - 5] ^= 1
      case "short": bytes = bytes.prefix(bytes.count / 2)
      default: bytes = Data()
      }
      try FileManager.default.removeItem(at: file)
      if damage != "gone" { try bytes.write(to: file) }
      let error = try #require(throws: LaboratoryError.self) { try bench.carryOut(id) }
      #expect(error.description.contains("cannot begin with priming step"), "\(error)")
      #expect(error.description.contains("tensors.safetensors"), "\(error)")
      #expect(error.description.contains("Fork it from another point"), "\(error)")
    }
  }

  @Test func `a fork's model can be asked, and lends no other weights than it began with`() throws {
    let bench = try Bench()
    let source = try bench.run(["evaluation.splits": "test"])
    let fork = try bench.run(
      Self.nothing.merging(["start.checkpoint": "\(source.id)/tuned/cc"]) { $1 })
    let text = "Ada met Rome by bus ."
    func answer(_ run: RunRecord) throws -> [String] {
      let predictor = try Predictor(folder: RunFolder(run.folder), language: "cc")
      return try predictor.predict([text.split(separator: " ").map(String.init)])
        .map { "\($0)" }
    }
    #expect(try answer(fork) == answer(source))
  }
}
