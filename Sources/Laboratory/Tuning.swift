package import Encoders
import Experiments
import Foundation
import MetaLearning
import RunFolders
package import Tensors

/// The tuning phase for one target language: ordinary fine-tuning of the parts of the mask.
package struct Tuning {
  /// The model that is tuned.
  package let model: TokenClassifier
  /// The training sentences.
  package let data: LanguageData

  private let context: RunContext

  /// Tuning as a run's settings have it.
  package init(model: TokenClassifier, data: LanguageData, context: RunContext) {
    self.model = model
    self.data = data
    self.context = context
  }

  /// Optimizer steps for a number of sentences.
  package static func stepCount(_ plan: PlannedSettings, sentenceCount: Int) -> Int {
    let size = plan[Settings.tuningBatchSize]
    return plan[Settings.tuningEpochs] * ((sentenceCount + size - 1) / size)
  }

  /// Trains over the sentences, in a new order each epoch.
  ///
  /// - Parameters:
  ///   - initial: Every parameter, but for the word embeddings if there are `subwords`; not changed.
  ///   - subwords: The word embeddings, to be read as each batch needs them; then they do not move.
  ///   - language: The number of the language in the experiment, for checkpoints.
  ///   - checkpoint: A checkpoint within this tuning, from which it goes on; nil to begin.
  /// - Returns: Every parameter; those outside of the mask are the very same tensors.
  package func run(
    from initial: Parameters, subwords: SubwordRows? = nil, language: Int = 0,
    resuming checkpoint: Checkpoint? = nil
  ) throws -> Parameters {
    let plan = context.plan
    let mask = plan.mask(Settings.tuningUpdates)
    precondition(
      subwords == nil || !mask(model.encoder.configuration.wordEmbeddingsName),
      "Word embeddings that stay in their file do not move")
    var parameters = initial
    for name in initial.keys where mask(name) {
      parameters[name] = initial[name]?.detached().copied()
    }
    var optimizer = Optimizer(plan.tuningOptimizer)
    let total = Self.stepCount(plan, sentenceCount: data.encoded.count)
    let schedule = LearningRateSchedule(
      .init(plan[Settings.tuningSchedule]),
      warmupSteps: Int((plan[Settings.tuningWarmupFraction] * Double(total)).rounded()),
      totalSteps: total)
    var begin = 0
    if let checkpoint {
      begin = checkpoint.state.place.step
      try parameters.replace(with: checkpoint.tensors("parameter"))
      optimizer = try checkpoint.optimizer("optimizer", optimizer.rule, of: parameters)
    }
    var step = 0
    for epoch in 0..<plan[Settings.tuningEpochs] {
      var generator = SeededGenerator(
        seed: plan[Settings.seed], "tuning-order/\(data.language)", epoch)
      let order = generator.draw(data.encoded.count, below: data.encoded.count)
      for first in stride(from: 0, to: order.count, by: plan[Settings.tuningBatchSize]) {
        guard step >= begin else {
          step += 1
          continue
        }
        let rows = order[first..<min(first + plan[Settings.tuningBatchSize], order.count)]
        try context.betweenSteps(step: step) { [step, optimizer] in
          var checkpoint = Checkpoint(
            state: try context.state(at: .tuning(language: language, step: step)))
          checkpoint.state.optimizerSteps = ["optimizer": optimizer.step]
          checkpoint.add(parameters.filter { mask($0.key) }, under: "parameter")
          checkpoint.add(optimizer.state, under: "optimizer")
          return checkpoint
        }
        try context.progress.place { ($0.step, $0.stepCount) = (step + 1, total) }
        try train(
          on: rows.map { data.encoded[$0] }, parameters, subwords, &optimizer, mask: mask,
          language: language, step: step,
          rate: context.live[Settings.tuningLearningRate] * schedule.factor(at: step))
        step += 1
      }
    }
    return parameters
  }

  private func train(
    on sentences: [EncodedSentence], _ parameters: Parameters, _ subwords: SubwordRows?,
    _ optimizer: inout Optimizer, mask: ParameterMask, language: Int, step: Int,
    rate: Double
  ) throws {
    let plan = context.plan
    let batch = TokenClassificationBatch(sentences)
    let (seen, read) = try model.reading(batch.subwords, parameters, WordEmbeddings(subwords))
    let parts = TokenClassificationBatch(subwords: read, labels: batch.labels)
      .microBatches(of: plan[Settings.tuningMicroBatchSize])
    let leaves = seen.leaves { mask($0) }
    let names = parameters.sortedNames.filter { mask($0) }
    let (value, slopes) = accumulatedGradients(
      EntityLearner(model: model), leaves, parts, for: names.compactMap { leaves[$0] },
      generator: TensorGenerator(
        seed: plan[Settings.seed], "tuning-dropout/\(data.language)", step))
    var gradients: Parameters = [:]
    for (name, slope) in zip(names, slopes) { gradients[name] = slope }
    let norm = clip(&gradients, to: plan[Settings.tuningClipNorm])
    try context.record(
      .trainingStep(
        phase: .tuning, language: data.language, step: step + 1, loss: value, gradientNorm: norm,
        learningRate: rate))
    if value.isFinite, norm.isFinite {
      context.tookStep()
      optimizer.update(parameters, with: gradients, learningRate: rate)
    } else {
      try context.leftOutStep(
        "The loss of tuning step \(step + 1) on \(data.language) is \(value) and its gradient norm "
          + "\(norm). Lower tuning.learningRate."
      ) {
        var kept = Checkpoint(state: try context.state(at: .tuning(language: language, step: step)))
        kept.add(parameters.filter { mask($0.key) }, under: "parameter")
        return kept
      }
    }
    try context.progress.done(
      work: Double(sentences.count) * Work.training, sentences: sentences.count)
  }
}
