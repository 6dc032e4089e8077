import Encoders
import Experiments
import Foundation
import LabNotebook
import ModelFiles
import NamedEntities
import RunFolders
import Tensors
import Testing

@testable import Laboratory

@Suite struct PredictorTests {
  /// The folder of the tiny world's run, with an experiment and a state.
  private func record(
    _ world: TinyWorld, _ experiment: Experiment, state: RunState = .finished,
    folder: String = "3"
  ) throws -> RunFolder {
    let run = try world.runFolder(experiment, name: folder)
    unlink(run.journal)
    if state != .queued { try JournalWriter(run).finish(state: state, error: nil) }
    return run
  }

  /// Words and predicted tags of a predictions file.
  private func predictions(_ path: String) throws -> (words: [[String]], tags: [[String]]) {
    let sentences = try String(contentsOfFile: path, encoding: .utf8)
      .split(separator: "\n\n").map { $0.split(separator: "\n").map { $0.split(separator: "\t") } }
    return (
      sentences.map { $0.map { String($0[0]) } }, sentences.map { $0.map { String($0[2]) } }
    )
  }

  @Test(arguments: [
    ["priming.method": "none"], ["priming.method": "maml", "tuning.start": "primed"],
    ["tuning.updates": "all"], ["adapter.type": "lora"], ["adapter.placement": "houlsby"],
    ["adapter.type": "none", "priming.method": "none"], ["data.maximumSubwords": "10"],
    ["data.maximumSubwords": "10", "data.longSentences": "cut"],
  ])
  func `a run's predictor gives what the run predicted`(changes: [String: String]) throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let changes = changes.merging(["tuning.epochs": "8", "tuning.sentences": "24"]) { $1 }
    let experiment = try world.experiment(changes)
    _ = try world.run(experiment)
    let predictor = try Predictor(folder: try record(world, experiment))
    for split in ["dev", "test"] {
      let written = try predictions(world.file("predictions/cc.\(split).conll"))
      #expect(try predictor.predict(written.words).map(\.tags) == written.tags)
      #expect(written.tags.joined().contains { $0 != "O" }, "there is something to get wrong")
      // One by one, as they are typed, as well as many at a time.
      #expect(try written.words.map { try predictor.predict([$0])[0].tags } == written.tags)
    }
  }

  @Test func `a directory with a tagging head is opened by its labels`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let experiment = try world.experiment(["tuning.updates": "all"])
    _ = try world.run(experiment)
    let predictor = try Predictor(directory: world.file("primed"))
    #expect(predictor.labels == TagSet.panx.labels)
    let answer = try predictor.predict([["Ada", "met", "Bo"], [], ["\u{1}"]])
    #expect(answer.map(\.tags.count) == [3, 0, 1])
    #expect(answer[0].scores.allSatisfy { ($0 ?? 0) > 1 / 8.0 }, "the best of seven")
    #expect(answer[2].scores == [nil] && answer[2].tags == ["O"])
  }

  @Test(
    arguments: [
      ([:], ModelExport.Format.adapterhub),
      (["adapter.type": "lora", "adapter.rank": "2"], .adapterhub),
      (["adapter.type": "lora", "adapter.rank": "2"], .peft),
      (["adapter.type": "prefix", "adapter.prefixLength": "3"], .adapterhub),
      (["adapter.type": "prefix", "adapter.prefixLength": "3"], .peft),
      (["adapter.type": "ia3"], .peft), (["adapter.type": "bitfit"], .huggingface),
    ] as [([String: String], ModelExport.Format)])
  func `what was exported predicts as the run did`(
    changes: [String: String], format: ModelExport.Format
  ) throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let experiment = try world.experiment(changes.merging(["tuning.epochs": "6"]) { $1 })
    _ = try world.run(experiment)
    let outcome = try RunOutcome(try record(world, experiment))
    let path = world.folder.appending(path: "exported").path
    _ = try ModelExport(outcome, as: format).write(language: "cc", withEncoder: true, to: path)
    let predictor =
      format == .huggingface
      ? try Predictor(directory: path)
      : try Predictor(directory: path + "/encoder", adapter: path)
    let written = try predictions(world.file("predictions/cc.test.conll"))
    #expect(try predictor.predict(written.words).map(\.tags) == written.tags)
    if format == .peft {
      let file = path + "/adapter_model.safetensors"
      _ = try Predictor(directory: path + "/encoder", adapter: file)
    }
  }

  @Test(arguments: [
    "bert.encoder.layer.0.output.dense.bias", "bert.embeddings.word_embeddings.weight",
    "classifier.weight",
  ])
  func `weights that are not finite are an error, and no sentence without entities`(
    name: String
  ) throws {
    let world = try TinyWorld()
    defer { world.remove() }
    _ = try world.run(try world.experiment(["tuning.updates": "all"]))
    let file = world.file("primed/model.safetensors")
    var tensors = try SafetensorsFile(path: file).tensors()
    let damaged = try #require(tensors[name])
    tensors[name] = damaged + Double.nan
    try SafetensorsFile.write(tensors, to: file)
    let predictor = try Predictor(directory: world.file("primed"))
    let error = #expect(throws: LaboratoryError.self) {
      _ = try predictor.predict([["Ada", "met", "Bo"]])
    }
    let text = try #require(error?.description)
    #expect(text.contains("‘Ada met Bo’"), "\(text)")
    #expect(text.contains(name) != name.contains("word_embeddings"), "\(text)")
  }

  @Test func `what is no adapter's folder says what would be one`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let experiment = try world.experiment()
    _ = try world.run(experiment)
    for (adapter, text) in [
      (world.file("tuned/cc.safetensors"), "there is no adapter_config.json beside it"),
      (world.file("tuned"), "there is no adapter_config.json in it"),
      ("/nowhere", "there is no such folder"),
    ] {
      do {
        _ = try Predictor(directory: world.file("primed"), adapter: adapter)
        Issue.record("opened \(adapter)")
      } catch {
        #expect("\(error)".contains(text) && "\(error)".contains("--run"), "\(error)")
      }
    }
  }

  @Test func `a score is the mean over an entity's words, and tags are IOB2`() {
    let sentence = TaggedSentence(
      words: ["Ada", "Byron", "in", "Rome"], labels: ["I-PER", "I-PER", "O", "E-LOC"],
      scores: [0.5, 1, 0.9, 0.25])
    #expect(sentence.tags == ["B-PER", "I-PER", "O", "B-LOC"])
    #expect(sentence.entities.map(\.score) == [0.75, 0.25])
    #expect(sentence.entities.map(\.span.words) == [0..<2, 3..<4])
  }

  @Test func `several languages are listed, and one that is not there is named`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let experiment = try world.experiment([
      "priming.method": "none", "tuning.languages": "bb,cc", "tuning.epochs": "1",
    ])
    _ = try world.run(experiment)
    let run = try record(world, experiment)
    #expect(throws: LaboratoryError("Run #3 tuned bb, cc; name one of them by --language.")) {
      try Predictor(folder: run)
    }
    #expect(throws: LaboratoryError("Run #3 has not tuned ‘xx’; expected one of bb, cc.")) {
      try Predictor(folder: run, language: "xx")
    }
    _ = try Predictor(folder: run, language: "bb")
  }

  @Test func `a run without files says why`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    func problem(_ record: RunFolder) -> String {
      do {
        _ = try Predictor(folder: record)
        return "none"
      } catch {
        return "\(error)"
      }
    }
    var experiment = try world.experiment()
    #expect(
      try problem(record(world, experiment, state: .queued)).contains("is queued and has tuned"))
    #expect(try problem(record(world, experiment)).contains("runs/3/tuned: the files of run #3"))
    _ = try world.run(experiment)
    try FileManager.default.removeItem(atPath: world.file("primed"))
    #expect(
      try problem(record(world, experiment)).contains("primed: the encoder of run #3 is gone"))
    try experiment.set("priming.method", to: "none")
    try experiment.set("adapter.reductionFactor", to: "4")
    #expect(
      try problem(record(world, experiment)).contains("adapter_down.0.bias has the shape [8]"),
      "the shape")
    try Data("rubbish".utf8).write(to: URL(filePath: world.file("tuned/cc.safetensors")))
    #expect(try problem(record(world, experiment)).contains("cc.safetensors"))
    try experiment.set("kind", to: "pretraining")
    #expect(try problem(record(world, experiment)).contains("made an encoder from text"))
  }

  @Test(arguments: [
    (#"{}"#, "it names no labels"),
    (#"{"id2label":{"1":"O","2":"B-PER"}}"#, "not 0 to 1"),
  ])
  func `a directory of another kind says what it is`(fields: String, text: String) throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let path = world.folder.appending(path: "encoder/config.json")
    var object = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: path)) as? [String: Any])
    let changes = try JSONSerialization.jsonObject(with: Data(fields.utf8)) as? [String: Any]
    object.merge(changes ?? [:]) { $1 }
    try JSONSerialization.data(withJSONObject: object).write(to: path)
    do {
      _ = try Predictor(directory: world.folder.appending(path: "encoder").path)
      Issue.record("opened")
    } catch {
      #expect("\(error)".contains(text), "\(error)")
    }
  }
}
