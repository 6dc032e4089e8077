import Encoders
import Foundation
import LabNotebook
import Laboratory
import ModelFiles
import Tensors
import TestSupport
import Testing

/// The settings of priming beyond plain MAML, each through a whole run on the tiny world.
@Suite struct PrimingVariantTests {
  @Test(arguments: ["first", "second"], ["tensor", "tensor+step"])
  func `learned step sizes move from 1 and are kept beside the encoder`(
    order: String, sharing: String
  ) throws {
    let world = try TinyWorld()
    defer { world.remove() }
    _ = try world.run(
      world.experiment([
        "priming.order": order, "priming.inner.stepSizes": sharing,
        "priming.inner.stepSizeLearningRate": "0.01", "encoder.dropout": "0",
      ]))
    let sizes = try SafetensorsFile(path: world.file("primed/step-sizes.safetensors")).tensors()
    // 2 layers × 4 adapter tensors and the head's 2; with steps, two inner steps of each.
    #expect(sizes.count == (sharing == "tensor" ? 10 : 20))
    #expect(sizes.values.contains { $0.scalar != 1 })
    // Four AdamW steps of at most about 1/100 each.
    #expect(sizes.values.allSatisfy { abs($0.scalar - 1) < 0.05 })
  }

  @Test func `losses after each inner step change the course, and end where it ends`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let last = try world.run(world.experiment(), name: "last")
    let annealed = try world.run(
      world.experiment(["priming.outer.losses": "annealed"]), name: "annealed")
    #expect(last.withoutTimes != annealed.withoutTimes)
    #expect(annealed.evaluations.count == last.evaluations.count)
    let none = try world.run(
      world.experiment([
        "priming.outer.losses": "annealed", "priming.outer.lossAnnealingSteps": "1",
        "priming.inner.steps": "1",
      ]), name: "one")
    let plain = try world.run(world.experiment(["priming.inner.steps": "1"]), name: "plain")
    #expect(none.withoutTimes == plain.withoutTimes, "one step has one loss")
  }

  @Test(arguments: ["maml", "multitask", "reptile"])
  func `batches in parts come to the same parameters`(method: String) throws {
    let world = try TinyWorld()
    defer { world.remove() }
    func primed(_ size: String) throws -> Parameters {
      _ = try world.run(
        world.experiment([
          "priming.method": method, "priming.microBatchSize": size, "encoder.dropout": "0",
          "tuning.microBatchSize": size, "priming.outer.optimizer": "sgd",
          "priming.outer.learningRate": "0.1", "priming.inner.updates": "all",
          "tuning.optimizer": "sgd",
        ]), name: size)
      return try ModelDirectory(path: world.file("primed", of: size)).encoderParameters()
        .merging(SafetensorsFile(path: world.file("tuned/cc.safetensors", of: size)).tensors()) {
          $1
        }
    }
    let whole = try primed("0")
    let inParts = try primed("3")
    for (name, value) in whole {
      expectClose(
        inParts[name]?.doubles ?? [], value.doubles, tolerance: 2e-5, "\(name)")
    }
  }

  @Test func `frozen word embeddings stay, whatever the masks`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let name = "bert.embeddings.word_embeddings.weight"
    let original = try ModelDirectory(path: world.folder.appending(path: "encoder").path)
      .encoderParameters()
    for freezes in [true, false] {
      _ = try world.run(
        world.experiment([
          "encoder.freezeEmbeddings": "\(freezes)", "priming.inner.updates": "all",
          "tuning.updates": "all",
        ]), name: "\(freezes)")
      let primed = try ModelDirectory(path: world.file("primed", of: "\(freezes)"))
        .encoderParameters()
      #expect((primed[name]?.floats == original[name]?.floats) == freezes)
      let tuned = try SafetensorsFile(path: world.file("tuned/cc.safetensors", of: "\(freezes)"))
      #expect((tuned.entries[name] == nil) == freezes)
    }
  }

  @Test func `languages are drawn in proportion to their weights`() {
    var counts = [0, 0, 0]
    for step in 0..<4000 {
      var generator = SeededGenerator(seed: 1, "draw", step)
      let drawn = generator.draw(1, weights: [1, 2, 5])
      counts[drawn[0]] += 1
    }
    // 500, 1000 and 2500 of 4000, with deviations of about 21, 27 and 31.
    #expect(abs(counts[0] - 500) < 100 && abs(counts[1] - 1000) < 130)
    #expect(abs(counts[2] - 2500) < 150)
  }

  @Test func `a meta-batch has every language before any a second time`() {
    for step in 0..<50 {
      var generator = SeededGenerator(seed: 2, "draw", step)
      let drawn = generator.draw(5, weights: [0.1, 3, 9])
      #expect(Set(drawn.prefix(3)) == [0, 1, 2])
      #expect(Set(drawn.suffix(2)).count == 2)
    }
  }

  @Test(arguments: ["uniform", "size", "temperature"])
  func `every sampling runs to its F1`(sampling: String) throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let events = try world.run(
      world.experiment(["priming.sampling": sampling, "priming.metaBatchSize": "2"]))
    for case .outerStep(_, let languages, _, _, _) in events {
      #expect(Set(languages) == ["aa", "bb"], "two of two languages are both")
    }
    #expect(!events.evaluations.isEmpty)
  }
}
