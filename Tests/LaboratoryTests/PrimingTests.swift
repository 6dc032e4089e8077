import Encoders
import Experiments
import Foundation
import RunFolders
import MetaLearning
import ModelFiles
import Tensors
import TestSupport
import Testing

@testable import Laboratory

/// The priming phase by itself, on the tiny world's encoder and languages.
@Suite struct PrimingTests {
  private func prime(
    _ experiment: Experiment, _ parts: TinyWorld.Parts, resuming plan: ResumePlan = .beginning,
    told: (Event) -> Void = { _ in },
    evaluate: (PrimingState, _ save: @escaping () throws -> Checkpoint) throws -> Void =
      { _, _ in },
    requests: @escaping () -> [Control] = { [] }
  ) throws -> Parameters {
    try withoutActuallyEscaping(told) { told in
      let context = try RunContext(
        experiment,
        book: RunBook(
          record: { told($0) },
          requests: { requests().map { ControlRequest(id: "0", control: $0) } }),
        resuming: plan)
      return try Priming(model: parts.model, languages: parts.languages, context: context)
        .run(from: parts.parameters, evaluate: evaluate).loop.parameters
    }
  }

  /// The same steps by the outer loop alone, whole batches of the whole table of embeddings.
  @Test(arguments: [
    ["priming.metaBatchSize": "2"], ["priming.order": "second"],
    ["priming.method": "multitask", "priming.reduction": "sum", "priming.metaBatchSize": "3"],
    ["priming.sampling": "size", "priming.outer.schedule": "cosine"],
  ])
  func `priming is the outer loop over batches of the languages' sentences`(
    changes: [String: String]
  ) throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let experiment = try world.experiment(
      [
        "priming.outer.optimizer": "sgd", "priming.outer.learningRate": "0.5",
        "priming.steps": "3", "evaluation.every": "0",
      ].merging(changes) { $1 })
    let parts = try world.parts(experiment)
    let primed = try prime(experiment, parts)

    let isSecond = changes["priming.order"] == "second"
    let isMultitask = changes["priming.method"] == "multitask"
    let (tasks, innerSteps) = (
      Int(changes["priming.metaBatchSize"] ?? "1") ?? 1, isMultitask ? 0 : 2
    )
    let loop = OuterLoop(
      EntityLearner(model: parts.model),
      OuterLoopConfiguration(
        taskGradient: .queryLoss(isSecond ? .second : .first), innerSteps: innerSteps,
        reduction: changes["priming.reduction"] == "sum" ? .sum : .mean,
        optimizer: .sgd(weightDecay: 0.01),
        schedule: changes["priming.outer.schedule"] == "cosine" ? .cosine : .linear, seed: 1),
      innerUpdates: { isAdapterParameter($0) || isHeadParameter($0) }, outerUpdates: { _ in true })
    let sampler = TaskSampler(
      sizes: [24, 24], sampling: changes["priming.sampling"] == nil ? .uniform : .bySize,
      metaBatchSize: tasks, innerSteps: innerSteps, supportSize: 4, querySize: 4, seed: 1)
    var state = loop.initialState(parts.parameters.copied())
    for step in 0..<3 {
      let batches = sampler.metaBatch(at: step).map { drawn in
        func batch(_ positions: [Int]) -> TokenClassificationBatch {
          TokenClassificationBatch(positions.map { parts.languages[drawn.task].encoded[$0] })
        }
        return MetaTask(
          name: parts.languages[drawn.task].language,
          support: { batch(drawn.batches.support[$0]) }, query: { batch(drawn.batches.query) })
      }
      _ = try loop.step(
        &state, batches, OuterLoopRates(inner: 0.03, outer: 0.5, clipNorm: 1, totalSteps: 3))
    }
    #expect(Set(primed.keys) == Set(state.parameters.keys))
    for (name, value) in state.parameters {
      #expect(primed[name]?.floats == value.floats, "\(name)")
    }
    #expect(primed["classifier.bias"]?.floats != parts.parameters["classifier.bias"]?.floats)
  }

  @Test func `each inner step and each outer step is told, with its languages`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let experiment = try world.experiment([
      "priming.metaBatchSize": "2", "priming.steps": "2", "evaluation.every": "0",
    ])
    var inner: [String] = []
    var lines: [String] = []
    _ = try prime(experiment, world.parts(experiment)) { event in
      switch event {
      case .innerStep(let step, let task, let language, let innerStep, _):
        inner.append(language)
        lines.append("\(step) task \(task) inner \(innerStep)")
      case .outerStep(let step, let tasks, _, _, _):
        let languages = tasks.map(\.language)
        lines.append("\(step)")
        #expect(languages.sorted() == ["aa", "bb"])
        #expect(inner == languages.flatMap { [$0, $0] }, "in the order of the tasks")
        inner = []
      default: break
      }
    }
    #expect(
      lines
        == (1...2).flatMap { step in
          (0...1).flatMap { task in (1...2).map { "\(step) task \(task) inner \($0)" } }
            + ["\(step)"]
        })
  }

  @Test(arguments: [
    [:], ["priming.inner.stepSizes": "tensor+step"],
    ["priming.method": "reptile", "priming.inner.updates": "all", "priming.metaBatchSize": "2"],
    ["priming.outer.optimizer": "sgd", "priming.outer.momentum": "0.9"],
  ])
  func `priming from a checkpoint ends in the parameters of priming without a break`(
    changes: [String: String]
  ) throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let experiment = try world.experiment(
      ["priming.outer.learningRate": "0.01", "evaluation.every": "2"].merging(changes) { $1 })
    let parts = try world.parts(experiment)
    var checkpoint: Checkpoint?
    let through = try prime(
      experiment, parts,
      evaluate: { state, save in
        guard state.step == 2 else { return }
        var kept = try save()
        kept.tensors = kept.tensors.mapValues { $0.copied() }
        checkpoint = kept
      })
    let kept = try #require(checkpoint)
    #expect(kept.state.place == .primingEvaluation(step: 2))
    var evaluated: [Int] = []
    var steps: [Int] = []
    let resumed = try prime(experiment, parts, resuming: ResumePlan(from: kept)) { event in
      if case .outerStep(let step, _, _, _, _) = event { steps.append(step) }
    } evaluate: { state, _ in
      evaluated.append(state.step)
    }
    #expect(evaluated == [2, 4], "the evaluation that was due is done first")
    #expect(steps == [3, 4])
    for (name, value) in through { #expect(resumed[name]?.floats == value.floats, "\(name)") }
  }

  @Test func `the number of steps and the rates may change on the way`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let experiment = try world.experiment([
      "evaluation.every": "0", "priming.outer.schedule": "constant",
    ])
    var looks = 0
    var rates: [Double] = []
    _ = try prime(
      experiment, world.parts(experiment),
      told: { if case .outerStep(_, _, _, _, let rate) = $0 { rates.append(rate) } },
      requests: {
        looks += 1
        return looks == 2
          ? [
            .set(key: "priming.steps", value: .integer(3)),
            .set(key: "priming.outer.learningRate", value: .number(0.125)),
          ] : []
      })
    #expect(rates == [0.001, 0.125, 0.125])
  }

  @Test func `a step that is not finite is left out, and one too many ends priming`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let experiment = try world.experiment([
      "evaluation.every": "0", "priming.outer.optimizer": "sgd", "priming.outer.clipNorm": "0",
      "priming.outer.learningRate": "100", "priming.outer.weightDecay": "10",
      "priming.outer.schedule": "constant", "priming.steps": "200",
      "checkpoint.nonFiniteSteps": "2",
    ])
    var isFinite: [Bool] = []
    var warnings: [String] = []
    let error = #expect(throws: LaboratoryError.self) {
      try prime(experiment, world.parts(experiment)) { event in
        if case .outerStep(_, _, let loss, let norm, _) = event {
          isFinite.append(loss.isFinite && norm.isFinite)
        }
        if case .log(.warning, let text) = event { warnings.append(text) }
      }
    }
    #expect(error?.description.contains("Lower priming.outer.learningRate") == true)
    #expect(isFinite.suffix(3) == [false, false, false])
    #expect(isFinite.dropLast(3).allSatisfy { $0 })
    #expect(warnings.count == 2 && warnings[1].contains("left out (2 in a row"), "\(warnings)")
  }
}

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

  @Test(arguments: ["uniform", "size", "temperature"])
  func `every sampling runs to its F1`(sampling: String) throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let events = try world.run(
      world.experiment(["priming.sampling": sampling, "priming.metaBatchSize": "2"]))
    for case .outerStep(_, let tasks, _, _, _) in events {
      #expect(Set(tasks.map(\.language)) == ["aa", "bb"], "two of two languages are both")
    }
    #expect(!events.evaluations.isEmpty)
  }
}
