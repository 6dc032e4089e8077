import Encoders
import Experiments
import Foundation
import RunFolders
import Tensors
import TestSupport
import Testing

@testable import Laboratory

/// The tuning phase by itself, on the tiny world's encoder and one of its languages.
@Suite struct TuningTests {
  private func tune(
    _ experiment: Experiment, _ parts: TinyWorld.Parts, resuming checkpoint: Checkpoint? = nil,
    told: (Event) -> Void = { _ in }, requests: @escaping () -> [Control] = { [] }
  ) throws -> Parameters {
    try withoutActuallyEscaping(told) { told in
      let context = try RunContext(
        experiment,
        book: RunBook(
          record: { told($0) },
          requests: { requests().map { ControlRequest(id: "0", control: $0) } }),
        resuming: ResumePlan(from: checkpoint))
      return try Tuning(model: parts.model, data: parts.languages[0], context: context)
        .run(from: parts.parameters, resuming: checkpoint)
    }
  }

  private func parts(_ world: TinyWorld, _ experiment: Experiment) throws -> TinyWorld.Parts {
    try world.parts(experiment, languages: ["cc"], limit: 20)
  }

  /// 20 sentences in batches of 8 are 3 steps an epoch, 6 in two; a third of them warms up:
  /// 0, ½, 1, ¾, ½, ¼ of 0.01.
  @Test func `tuning takes every batch of every epoch, at the rates of the schedule`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let experiment = try world.experiment([
      "tuning.epochs": "2", "tuning.warmupFraction": "0.33", "tuning.schedule": "linear",
    ])
    #expect(Tuning.stepCount(PlannedSettings(experiment), sentenceCount: 20) == 6)
    var steps: [Int] = []
    var rates: [Double] = []
    _ = try tune(experiment, parts(world, experiment)) { event in
      guard case .trainingStep(.tuning, "cc", let step, _, _, let rate) = event else { return }
      steps.append(step)
      rates.append(rate)
    }
    #expect(steps == Array(1...6))
    expectClose(rates, [0, 0.005, 0.01, 0.0075, 0.005, 0.0025], tolerance: 1e-12)
  }

  /// One epoch of one batch of all sentences, by hand: the gradient of their mean loss, of norm 1 or
  /// clipped to it, and one step of SGD against it.
  @Test func `a step of tuning is an optimizer step against the clipped gradient`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let experiment = try world.experiment([
      "tuning.epochs": "1", "tuning.batchSize": "20", "tuning.optimizer": "sgd",
      "tuning.learningRate": "0.5", "tuning.weightDecay": "0", "tuning.clipNorm": "0.25",
      "tuning.schedule": "constant", "tuning.warmupFraction": "0", "encoder.dropout": "0",
      "tuning.updates": "head",
    ])
    var parts = try parts(world, experiment)
    parts.model.encoder = Encoder(
      parts.model.encoder.configuration.withoutDropout, adapter: parts.model.encoder.adapter)
    var told: (loss: Double, norm: Double) = (0, 0)
    let tuned = try tune(experiment, parts) { event in
      if case .trainingStep(_, _, _, let loss, let norm, _) = event { told = (loss, norm) }
    }
    let leaves = parts.parameters.leaves(where: isHeadParameter)
    let loss = parts.model.loss(leaves, TokenClassificationBatch(parts.languages[0].encoded))
    let names = ["classifier.bias", "classifier.weight"]
    let slopes = gradients(of: loss, for: names.compactMap { leaves[$0] }).compactMap { $0 }
    let norm = slopes.reduce(0) { $0 + $1.doubles.reduce(0) { $0 + $1 * $1 } }.squareRoot()
    expectClose([told.loss, told.norm], [loss.scalar, norm], tolerance: 1e-5)
    #expect(norm > 0.25, "it is clipped")
    for (name, slope) in zip(names, slopes) {
      let expected = zip(parts.parameters[name]?.doubles ?? [], slope.doubles).map {
        $0 - 0.5 * 0.25 / norm * $1
      }
      expectClose(tuned[name]?.doubles ?? [], expected, tolerance: 1e-5, name)
    }
    for (name, value) in parts.parameters where !isHeadParameter(name) {
      #expect(tuned[name]?.floats == value.floats, "\(name) is frozen")
    }
  }

  @Test(arguments: ["adamw", "sgd"])
  func `tuning from a checkpoint ends in the parameters of tuning without a break`(
    optimizer: String
  ) throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let experiment = try world.experiment(["tuning.optimizer": optimizer])
    let parts = try parts(world, experiment)
    let through = try tune(experiment, parts)
    let store = CheckpointStore(runFolder: world.folder.appending(path: "run").path)
    var looks = 0
    let context = try RunContext(
      experiment,
      book: RunBook(
        record: { _ in },
        requests: {
          looks += 1
          return looks == 5 ? [ControlRequest(id: "0", control: .stop)] : []
        }), store: store)
    #expect(throws: RunStopped.self) {
      try Tuning(model: parts.model, data: parts.languages[0], context: context)
        .run(from: parts.parameters, language: 3)
    }
    let checkpoint = try #require(store.newest { Issue.record("\($0)") })
    #expect(checkpoint.state.place == .tuning(language: 3, step: 4))
    var steps: [Int] = []
    let resumed = try tune(experiment, parts, resuming: checkpoint) { event in
      if case .trainingStep(_, _, let step, _, _, _) = event { steps.append(step) }
    }
    #expect(steps == Array(5...9))
    for (name, value) in through { #expect(resumed[name]?.floats == value.floats, "\(name)") }
  }

  @Test func `the learning rate may change on the way`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let experiment = try world.experiment([
      "tuning.schedule": "constant", "tuning.warmupFraction": "0", "tuning.epochs": "1",
    ])
    var looks = 0
    var rates: [Double] = []
    _ = try tune(
      experiment, parts(world, experiment),
      told: { if case .trainingStep(_, _, _, _, _, let rate) = $0 { rates.append(rate) } },
      requests: {
        looks += 1
        return looks == 2 ? [.set(key: "tuning.learningRate", value: .number(0.25))] : []
      })
    #expect(rates == [0.01, 0.25, 0.25])
  }
}

extension EncoderConfiguration {
  fileprivate var withoutDropout: EncoderConfiguration {
    var result = self
    (result.hiddenDropout, result.attentionDropout) = (0, 0)
    return result
  }
}
