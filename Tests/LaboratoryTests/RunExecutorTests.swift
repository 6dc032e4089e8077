import Encoders
import Experiments
import Foundation
import LabNotebook
import Laboratory
import ModelFiles
import RunFolders
import NamedEntities
import Tensors
import TestSupport
import Testing

@Suite struct RunExecutorTests {
  @Test(arguments: ["none", "multitask", "maml", "reptile"])
  func `every method runs to its F1`(method: String) throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let events = try world.run(
      world.experiment(["priming.method": method, "priming.inner.updates": "all"]))
    let final = events.evaluations.filter { $0.phase == .tuning }
    #expect(final.map(\.split) == ["dev", "test"])
    #expect(final.allSatisfy { $0.sentenceCount == 8 && $0.cutSentenceCount == 0 })
    let outer = events.count { if case .outerStep = $0 { true } else { false } }
    let inner = events.count { if case .innerStep = $0 { true } else { false } }
    #expect(outer == (method == "none" ? 0 : 4))
    #expect(inner == (method == "none" || method == "multitask" ? 0 : 8))
    #expect(
      events.evaluations.count { $0.phase == .priming } == (method == "none" ? 0 : 2),
      "dev F1 after step 2, and after the last")
  }

  @Test func `the same seed tells the same story, and another seed another`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let one = try world.run(world.experiment(), name: "one")
    let two = try world.run(world.experiment(), name: "two")
    let three = try world.run(world.experiment(["seed": "2"]), name: "three")
    #expect(one.withoutTimes == two.withoutTimes)
    #expect(one.withoutTimes != three.withoutTimes)
    for file in ["primed/model.safetensors", "tuned/cc.safetensors"] {
      #expect(
        FileManager.default.contentsEqual(
          atPath: world.file(file, of: "one"), andPath: world.file(file, of: "two")), "\(file)")
    }
  }

  @Test func `a frozen encoder's numbers are those of its file`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let original = try ModelDirectory(path: world.folder.appending(path: "encoder").path)
      .encoderParameters()
    _ = try world.run(world.experiment(["priming.outer.updates": "adapter+head"]))
    let primed = try ModelDirectory(path: world.file("primed")).encoderParameters()
    for (name, value) in original { #expect(primed[name]?.floats == value.floats, "\(name)") }
    let tuned = try SafetensorsFile(path: world.file("tuned/cc.safetensors"))
    #expect(tuned.entries.keys.allSatisfy { isAdapterParameter($0) || isHeadParameter($0) })
  }

  /// Without priming only the embeddings of subwords that the corpora have are read; with priming
  /// that leaves the encoder as it was, all of them.
  @Test func `tuning with the rows that it needs is tuning with the whole table`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    var evaluations: [[EvaluationResult]] = []
    for method in ["none", "maml"] {
      let events = try world.run(
        world.experiment([
          "priming.method": method, "priming.steps": "1", "priming.outer.updates": "adapter+head",
        ]), name: method)
      evaluations.append(events.withoutTimes.evaluations.filter { $0.phase == .tuning })
    }
    #expect(evaluations[0] == evaluations[1] && evaluations[0].count == 2)
    for file in ["tuned/cc.safetensors", "predictions/cc.test.conll"] {
      #expect(
        FileManager.default.contentsEqual(
          atPath: world.file(file, of: "none"), andPath: world.file(file, of: "maml")), "\(file)")
    }
  }

  @Test func `priming moves the encoder, and only when its mask says so`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let original = try ModelDirectory(path: world.folder.appending(path: "encoder").path)
      .encoderParameters()
    _ = try world.run(world.experiment(["priming.outer.updates": "encoder"]))
    let primed = try ModelDirectory(path: world.file("primed")).encoderParameters()
    let moved = original.keys.filter { primed[$0]?.floats != original[$0]?.floats }
    #expect(moved.count > original.count / 2)
    let adapter = try SafetensorsFile(path: world.file("primed/adapter.safetensors")).tensors()
    #expect(
      adapter.filter { $0.key.hasSuffix("adapter_up.weight") }
        .allSatisfy { $0.value.floats.allSatisfy { $0 == 0 } },
      "the adapter is outside of the mask and stays fresh")
  }

  @Test func `tuning learns what is easy`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let events = try world.run(
      world.experiment([
        "priming.method": "none", "tuning.updates": "all", "tuning.epochs": "30",
        "tuning.sentences": "24", "encoder.dropout": "0",
      ]))
    #expect(events.evaluations.allSatisfy { $0.scores.micro.f1 > 0.9 })
  }

  @Test func `predictions are kept beside the run, a line a word`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    _ = try world.run(world.experiment(["priming.method": "none"]))
    let text = try String(
      contentsOfFile: world.file("predictions/cc.test.conll"), encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: true)
    #expect(lines.count == 8 * 6)
    #expect(lines.allSatisfy { $0.split(separator: "\t").count == 3 })
  }

  @Test func `a request to stop ends the run between two steps`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    var asked = 0
    #expect(throws: RunStopped.self) {
      try world.run(world.experiment()) {
        asked += 1
        return asked == 3 ? [.stop] : []
      }
    }
    #expect(asked == 3)
  }

  @Test func `a changed live setting is used and told, a fixed one is refused`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    var asked = 0
    let events = try world.run(world.experiment(["priming.outer.schedule": "constant"])) {
      asked += 1
      return asked == 2
        ? [
          .set(key: "priming.outer.learningRate", value: .number(0.5)),
          .set(key: "seed", value: .integer(9)),
        ] : []
    }
    let rates = events.compactMap { event -> Double? in
      if case .outerStep(_, _, _, _, let rate) = event { rate } else { nil }
    }
    #expect(rates == [0.001, 0.5, 0.5, 0.5])
    let changes = events.compactMap { event -> String? in
      if case .settingChanged(let key, let old, let new, let step, _) = event {
        "\(key) \(old) \(new) \(step)"
      } else {
        nil
      }
    }
    #expect(changes == ["priming.outer.learningRate 0.001 0.5 1"])
  }

  @Test func `a paused run waits, and goes on to the same numbers`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let plain = try world.run(world.experiment(), name: "plain")
    var asked = 0
    let paused = try world.run(world.experiment(), name: "paused") {
      asked += 1
      return asked == 2 ? [.pause] : asked == 4 ? [.resume] : []
    }
    #expect(paused.contains(.stateChanged(.paused)) && paused.contains(.stateChanged(.running)))
    let states = paused.withoutTimes.filter {
      if case .stateChanged = $0 { false } else { true }
    }
    #expect(states == plain.withoutTimes)
  }

  @Test(arguments: [
    (["tuning.languages": "xx"], "xx"),
    (["priming.languages": "aa,yy"], "yy"),
    (["encoder.path": "/nowhere/encoder"], "/nowhere/encoder"),
    (["data.path": "/nowhere/panx"], "/nowhere/panx"),
  ])
  func `what is missing is one error that names it`(
    changes: [String: String], text: String
  ) throws {
    let world = try TinyWorld()
    defer { world.remove() }
    do {
      _ = try world.run(world.experiment(changes))
      Issue.record("ran with \(changes)")
    } catch {
      #expect("\(error)".contains(text), "\(error)")
    }
  }

  @Test func `a loss that is no number ends the run with what to do`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    do {
      _ = try world.run(
        world.experiment([
          "tuning.learningRate": "100", "tuning.clipNorm": "0",
          "tuning.updates": "all", "priming.method": "none", "tuning.optimizer": "sgd",
          "tuning.epochs": "50",
        ]))
      Issue.record("a step size of 100 went well")
    } catch let error as LaboratoryError {
      #expect(error.description.contains("tuning.learningRate"))
    }
  }
}
