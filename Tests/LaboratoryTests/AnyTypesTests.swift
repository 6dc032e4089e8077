import Encoders
import Experiments
import Foundation
import Laboratory
import LabNotebook
import ModelFiles
import NamedEntities
import RunFolders
import TestSupport
import Testing

/// Runs on corpora whose entity types are not PAN-X's.
@Suite struct AnyTypesTests {
  /// Sentences "Ada met Rome by bus ." in which the means of travel is an entity, too.
  private func write(_ type: String, _ language: String, in world: TinyWorld) throws {
    let folder = world.folder.appending(path: "other/\(language)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (split, count) in [("train", 16), ("dev", 6), ("test", 6)] {
      let rows = (0..<count).map { number in
        let (person, place) = number % 2 == 0 ? ("Ada", "Rome") : ("Bo", "Oslo")
        return "\(person)\tB-PER\nmet\tO\n\(place)\tB-LOC\nby\tO\nbus\tB-\(type)\n.\tO\n\n"
      }
      try rows.joined().write(
        to: folder.appending(path: "\(split).conll"), atomically: true, encoding: .utf8)
    }
  }

  private func world() throws -> (TinyWorld, (_ changes: [String: String]) throws -> Experiment) {
    let world = try TinyWorld()
    try write("MISC", "aa", in: world)
    try write("means of-travel", "bb", in: world)
    try write("means of-travel", "cc", in: world)
    let path = world.folder.appending(path: "other").path
    return (
      world,
      { try world.experiment(["data.path": path, "evaluation.every": "2"].merging($0) { $1 }) }
    )
  }

  private static let labels = [
    "O", "B-LOC", "I-LOC", "B-MISC", "I-MISC", "B-PER", "I-PER", "B-means of-travel",
    "I-means of-travel",
  ]

  private func logs(_ events: [Event], _ level: LogLevel) -> [String] {
    events.compactMap { event in
      if case .log(let own, let text) = event, own == level { text } else { nil }
    }
  }

  @Test func `the head has the tags of all corpora of the run, and they are kept with it`() throws {
    let (world, experiment) = try world()
    defer { world.remove() }
    let events = try world.run(experiment(["tuning.epochs": "20", "encoder.dropout": "0"]))
    let final = try #require(events.evaluations.last)
    #expect(final.scores.types["means of-travel"]?.gold == 6)
    #expect(final.scores.types.values.reduce(0) { $0 + $1.gold } == 18)
    #expect(
      logs(events, .info).contains(
        "9 tags: " + Self.labels.map { "‘\($0)’" }.joined(separator: " ")))
    #expect(
      logs(events, .warning) == [
        "The training sentences of aa have no means of-travel "
          + "(bb/train has 16, cc/train has 16).",
        "The training sentences of bb have no MISC (aa/train has 16).",
        "The training sentences of cc have no MISC (aa/train has 16).",
      ])
    let primed = try ModelDirectory(path: world.file("primed")).configuration
    #expect((0..<9).map { primed.labels?[String($0)] } == Self.labels)
    let folder = RunFolder(world.file(""))
    #expect(try RunOutcome(folder).labels("cc") == Self.labels)
    #expect(try Predictor(folder: folder).labels == Self.labels)
    let predictions = try Predictions.read(
      Predictions.path(runFolder: folder.path, language: "cc", split: "test"))
    #expect(predictions.count == 6)
    #expect(predictions.allSatisfy { $0.gold.map(\.type) == ["PER", "LOC", "means of-travel"] })
    // 4 of 9 tags at random would find next to nothing.
    #expect(final.scores.micro.f1 > 0.5)
  }

  @Test func `types that are kept, and renamed, are the head's`() throws {
    let (world, experiment) = try world()
    defer { world.remove() }
    let events = try world.run(
      experiment(["data.types": "PER,MISC", "data.map": "means of-travel=MISC"]))
    #expect(
      try RunOutcome(RunFolder(world.file(""))).labels("cc")
        == ["O", "B-MISC", "I-MISC", "B-PER", "I-PER"])
    #expect(events.evaluations.last?.scores.types["MISC"]?.gold == 6)
    #expect(events.evaluations.last?.scores.types["LOC"] == nil)
    #expect(
      logs(events, .warning) == [
        "Entities dropped by data.types or data.map: 60 LOC."
      ])
    #expect {
      _ = try world.run(experiment(["data.types": "PER,PRE"]), name: "4")
    } throws: { error in
      "\(error)".contains("data.types names ‘PRE’, which no corpus of the run has; expected")
        && "\(error)".contains("LOC, MISC, PER, means of-travel")
    }
  }

  private struct Crash: Error {}

  @Test func `a run that died goes on with the tags that it began with`() throws {
    let (world, experiment) = try world()
    defer { world.remove() }
    let plan = try experiment(["checkpoint.every": "0"])
    let through = try ResumableRun(world, "through", plan)
    var count = 0
    try through.attempt { _ in count += 1 }
    for moment in stride(from: 3, through: count, by: max(1, count / 5)) {
      let died = try ResumableRun(world, "died\(moment)", plan)
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

  @Test func `another run begins with the head only where its tags are the same`() throws {
    let (world, experiment) = try world()
    defer { world.remove() }
    let notebook = try Notebook.open(folder: world.folder.appending(path: "book").path)
    func run(_ changes: [String: String]) throws -> ResumableRun {
      let id = try notebook.enqueue(experiment(["evaluation.every": "0"].merging(changes) { $1 }))
      let run = try ResumableRun(RunFolder(notebook.runFolder(id)))
      try run.attempt { _ in }
      return run
    }
    _ = try run([:])
    try write("DATE", "dd", in: world)
    for point in ["1/primed", "1/tuned/cc"] {
      let same = try run([
        "start.checkpoint": point, "priming.method": "none", "tuning.start": "primed",
      ])
      #expect(try RunOutcome(same.folder).labels("cc") == Self.labels)
      let encoder = try run([
        "start.checkpoint": point, "start.keeps": "encoder", "data.types": "PER",
        "priming.method": "none",
      ])
      #expect(try RunOutcome(encoder.folder).labels("cc") == ["O", "B-PER", "I-PER"])
      #expect {
        _ = try run([
          "start.checkpoint": point, "tuning.languages": "dd", "priming.method": "none",
          "tuning.start": "primed",
        ])
      } throws: { error in
        "\(error)".contains(
          "and the corpora of this run have DATE, too. Drop those with data.types or data.map")
      }
    }
  }

  @Test func `a primed encoder is lent only to a run with the same tags`() throws {
    let (world, experiment) = try world()
    defer { world.remove() }
    _ = try world.run(experiment([:]), name: "1")
    let lender = RunExecutor.PrimedRun(id: 1, folder: world.file("", of: "1"))
    let alike = try world.run(experiment([:]), name: "2", primedRun: lender)
    #expect(!alike.contains { if case .outerStep = $0 { true } else { false } })
    // Another target language brings other types, though the priming is the same.
    try write("DATE", "dd", in: world)
    let other = try world.run(
      experiment(["tuning.languages": "dd"]), name: "4", primedRun: lender)
    #expect(other.count { if case .outerStep = $0 { true } else { false } } == 4)
    #expect(logs(other, .info).contains { $0.hasPrefix("The primed encoder of #1 is not reused") })
    #expect(try RunOutcome(RunFolder(world.file("", of: "4"))).labels("dd").contains("B-DATE"))
  }

  @Test func `a run of an older program, whose files have no labels, has PAN-X's`() throws {
    let file = try world()
    defer { file.0.remove() }
    let path = file.0.folder.appending(path: "old.safetensors").path
    try SafetensorsFile.write([:], to: path, metadata: ["format": "pt"])
    #expect(try SafetensorsFile(path: path).entityLabels() == TagSet.panx.labels)
    try SafetensorsFile.write([:], to: path, metadata: ["labels": "O B-x I-x"])
    #expect(try SafetensorsFile(path: path).entityLabels() == ["O", "B-x", "I-x"])
  }
}
