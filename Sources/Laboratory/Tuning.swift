package import Encoders
package import Experiments
import Foundation
import LabNotebook
import MetaLearning
package import Tensors

/// The tuning phase for one target language: ordinary fine-tuning of the parts of the mask.
package struct Tuning {
  /// The model that is tuned.
  package let model: TokenClassifier
  /// The training sentences.
  package let data: LanguageData

  private let reporter: RunReporter

  /// Tuning as the reporter's experiment has it.
  package init(model: TokenClassifier, data: LanguageData, reporter: RunReporter) {
    self.model = model
    self.data = data
    self.reporter = reporter
  }

  /// Optimizer steps for a number of sentences.
  package static func stepCount(_ experiment: Experiment, sentenceCount: Int) -> Int {
    let size = experiment[Settings.tuningBatchSize]
    return experiment[Settings.tuningEpochs] * ((sentenceCount + size - 1) / size)
  }

  /// Trains over the sentences, in a new order each epoch.
  ///
  /// - Parameters:
  ///   - initial: Every parameter, but for the word embeddings if there are `subwords`; not changed.
  ///   - subwords: The word embeddings, to be read as each batch needs them; then they do not move.
  ///   - language: The number of the language in the experiment, for checkpoints.
  ///   - checkpoint: Where to go on; nil to begin.
  /// - Returns: Every parameter; those outside of the mask are the very same tensors.
  package func run(
    from initial: Parameters, subwords: SubwordRows? = nil, language: Int = 0,
    resuming checkpoint: Checkpoint? = nil
  ) throws -> Parameters {
    let start = reporter.experiment
    let mask = start.mask(Settings.tuningUpdates)
    precondition(
      subwords == nil || !mask(model.encoder.configuration.wordEmbeddingsName),
      "Word embeddings that stay in their file do not move")
    var parameters = initial
    for name in initial.keys where mask(name) {
      parameters[name] = initial[name]?.detached().copied()
    }
    var optimizer = Optimizer(rule)
    let total = Self.stepCount(start, sentenceCount: data.encoded.count)
    let schedule = LearningRateSchedule(
      .init(start[Settings.tuningSchedule]),
      warmupSteps: Int((start[Settings.tuningWarmupFraction] * Double(total)).rounded()),
      totalSteps: total)
    var begin = 0
    if let checkpoint, case .tuning(_, let step) = checkpoint.state.place {
      begin = step
      try parameters.replace(with: checkpoint.tensors("parameter"))
      optimizer = Optimizer(
        rule, step: checkpoint.state.optimizerSteps["optimizer"] ?? 0,
        state: try checkpoint.moments("optimizer", of: parameters))
      try reporter.hasReturned(to: checkpoint.state.place)
    }
    var step = 0
    for epoch in 0..<start[Settings.tuningEpochs] {
      var generator = SeededGenerator(
        seed: start[Settings.seed], "tuning-order/\(data.language)", epoch)
      let order = generator.draw(data.encoded.count, below: data.encoded.count)
      for first in stride(from: 0, to: order.count, by: start[Settings.tuningBatchSize]) {
        guard step >= begin else {
          step += 1
          continue
        }
        let rows = order[first..<min(first + start[Settings.tuningBatchSize], order.count)]
        try reporter.checkpoint(step: step) { [step, optimizer] in
          var state = try reporter.state(
            at: .tuning(language: language, step: step), isInCall: true)
          state.optimizerSteps = ["optimizer": optimizer.step]
          var checkpoint = Checkpoint(state: state)
          checkpoint.add(parameters.filter { mask($0.key) }, under: "parameter")
          checkpoint.add(optimizer.state, under: "optimizer")
          return checkpoint
        }
        try reporter.place { ($0.step, $0.stepCount) = (step + 1, total) }
        try train(
          on: rows.map { data.encoded[$0] }, parameters, subwords, &optimizer, mask: mask,
          step: step,
          rate: reporter.experiment[Settings.tuningLearningRate] * schedule.factor(at: step))
        step += 1
      }
    }
    return parameters
  }

  private var rule: OptimizerRule {
    let experiment = reporter.experiment
    let decay = experiment[Settings.tuningWeightDecay]
    return switch experiment[Settings.tuningOptimizer] {
    case .sgd: .sgd(weightDecay: decay)
    case .adamw: .adamW(weightDecay: decay)
    }
  }

  private func train(
    on sentences: [EncodedSentence], _ parameters: Parameters, _ subwords: SubwordRows?,
    _ optimizer: inout Optimizer, mask: ParameterMask, step: Int, rate: Double
  ) throws {
    let experiment = reporter.experiment
    let (seen, window) = try model.parameters(
      parameters, subwords, for: sentences.lazy.map(\.ids))
    let parts = microBatches(
      sentences.map { window?.training($0) ?? $0 }, size: experiment[Settings.tuningMicroBatchSize],
      paddingID: model.encoder.configuration.paddingID)
    let leaves = seen.leaves { mask($0) }
    let names = parameters.sortedNames.filter { mask($0) }
    let (value, slopes) = accumulatedGradients(
      EntityLearner(model: model), leaves, parts, for: names.compactMap { leaves[$0] },
      chance: chance(experiment[Settings.seed], "tuning-dropout/\(data.language)", step))
    var gradients: Parameters = [:]
    for (name, slope) in zip(names, slopes) { gradients[name] = slope }
    let norm = clip(&gradients, to: experiment[Settings.tuningClipNorm])
    try reporter.record(
      .trainingStep(
        phase: .tuning, language: data.language, step: step + 1, loss: value, gradientNorm: norm,
        learningRate: rate))
    guard value.isFinite, norm.isFinite else {
      try reporter.leaveOut(
        "The loss of tuning step \(step + 1) on \(data.language) is \(value) and its gradient norm "
          + "\(norm). Lower tuning.learningRate."
      ) {
        var kept = Checkpoint(state: try reporter.state(at: .tuning(language: 0, step: step)))
        kept.add(parameters.filter { mask($0.key) }, under: "parameter")
        return kept
      }
      try reporter.done(work: Double(sentences.count) * Work.training, sentences: sentences.count)
      return
    }
    reporter.isFinite()
    optimizer.update(parameters, with: gradients, learningRate: rate)
    try reporter.done(work: Double(sentences.count) * Work.training, sentences: sentences.count)
  }
}
