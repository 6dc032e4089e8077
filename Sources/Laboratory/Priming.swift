package import Encoders
import Experiments
import Foundation
import LabNotebook
import MetaLearning
package import Tensors

/// The priming phase: outer steps that move the pretrained encoder (DESIGN of the method:
/// Gheini, Ma and May, arXiv 2205.12453).
///
///     for each outer step:
///       for each task of the meta-batch:
///         φ ← θ;  repeat S times: φ ← φ − α ∇φ L(θp, φ; support)
///         g ← ∇ L(θp, φ; query)
///       outer optimizer step with the mean (or sum) of the g
///
/// `multitask` is the same with S = 0. `reptile` takes θ − φ for g (Nichol et al. 2018).
package struct Priming {
  /// The model that is primed.
  package let model: TokenClassifier
  /// The training sentences of each priming language.
  package let languages: [LanguageData]

  /// Whether only rows of the subword embeddings that are used are kept apart and updated, or the
  /// whole table like any parameter: the fast form or the plain one.
  package var keepsEmbeddingsApart = true

  private let reporter: RunReporter
  private let learner: EntityLearner
  private let outerMask: ParameterMask
  private let innerMask: ParameterMask
  private let seed: Int

  /// Priming as the reporter's experiment has it.
  package init(model: TokenClassifier, languages: [LanguageData], reporter: RunReporter) {
    precondition(!languages.isEmpty, "Priming needs at least one language")
    self.model = model
    self.languages = languages
    self.reporter = reporter
    learner = EntityLearner(model: model)
    outerMask = reporter.experiment.mask(Settings.outerUpdates)
    innerMask = reporter.experiment.mask(Settings.innerUpdates)
    seed = reporter.experiment[Settings.seed]
  }

  /// Runs the outer steps.
  ///
  /// - Parameters:
  ///   - initial: Every parameter, the subword embeddings only without `subwords`; not changed.
  ///   - subwords: The subword embeddings, where they are to be read by rows.
  ///   - takingOver: Whether the encoder's parameters may be changed where they are after all, so that
  ///     a large encoder is not in memory twice.
  ///   - checkpoint: Where to go on; nil to begin.
  ///   - evaluate: Called every `evaluation.every` steps with what priming has come to.
  /// - Returns: What priming has come to in the end.
  package func run(
    from initial: Parameters, subwords: SubwordRows? = nil, takingOver: Bool = false,
    resuming checkpoint: Checkpoint? = nil,
    evaluate: (PrimingState, _ save: @escaping () throws -> Checkpoint) throws -> Void
  ) throws -> PrimingState {
    let name = model.encoder.configuration.wordEmbeddingsName
    let rows: (any RowSource)? = subwords ?? initial[name]
    let isApart = subwords != nil || (keepsEmbeddingsApart && movesEmbeddingsApart)
    var state = PrimingState(
      parameters: initial.copied {
        outerMask($0) && !($0 == name && isApart)
          && !(takingOver && !isAdapterParameter($0) && !isHeadParameter($0))
      },
      stepSizes: freshStepSizes(Set(initial.keys).union([name]).sorted()), rule: outerRule)
    if isApart, let rows { state.keepApart(name, rows: rows) }
    if let checkpoint {
      try state.resume(checkpoint)
      try reporter.hasReturned(to: checkpoint.state.place)
    }
    while true {
      if state.isProbeDue { try probe(&state, evaluate) }
      guard state.step < reporter.experiment[Settings.primingSteps] else {
        try state.putTogether()
        return state
      }
      try reporter.checkpoint(step: state.step) { [state] in
        try self.checkpoint(
          state, reporter.state(at: .priming(step: state.step), isInCall: true))
      }
      try outerStep(&state)
      state.step += 1
      let every = reporter.experiment[Settings.evaluationEvery]
      state.isProbeDue =
        every > 0 && state.step % every == 0
        && state.step < reporter.experiment[Settings.primingSteps]
    }
  }

  /// Measures dev F1 on the way, and keeps the best.
  private func probe(
    _ state: inout PrimingState,
    _ evaluate: (PrimingState, _ save: @escaping () throws -> Checkpoint) throws -> Void
  ) throws {
    // A run that is stopped meanwhile goes on before the evaluation.
    let start = try reporter.state(at: .probe(step: state.step))
    try evaluate(state) { [state] in checkpoint(state, start) }
    state.isProbeDue = false
    guard let score = reporter.newBestScore(step: state.step) else { return }
    try reporter.writeCheckpoint(step: state.step) {
      var best = try reporter.state(at: .priming(step: state.step))
      best.score = score
      return checkpoint(state, best)
    }
  }

  private func checkpoint(_ state: PrimingState, _ place: Checkpoint.State) -> Checkpoint {
    var place = place
    place.optimizerSteps = state.optimizerSteps
    place.embeddingDecay = state.embeddings?.table.decay
    return Checkpoint(state: place, tensors: state.tensors { outerMask($0) })
  }

  /// Whether outer steps move the subword embeddings, and by AdamW: then most rows only decay.
  private var movesEmbeddingsApart: Bool {
    guard outerMask(model.encoder.configuration.wordEmbeddingsName), case .adamW = outerRule
    else { return false }
    return true
  }

  private func freshStepSizes(_ names: [ParameterName]) -> StepSizes {
    let experiment = reporter.experiment
    return StepSizes(
      learningRate: experiment[Settings.innerLearningRate],
      sharing: .init(experiment[Settings.innerStepSizes]),
      moving: names.filter { innerMask($0) }, steps: experiment.innerStepCount)
  }

  private var outerRule: OptimizerRule {
    let experiment = reporter.experiment
    let decay = experiment[Settings.outerWeightDecay]
    return switch experiment[Settings.outerOptimizer] {
    case .sgd: .sgd(momentum: experiment[Settings.outerMomentum], weightDecay: decay)
    case .adamw: .adamW(weightDecay: decay)
    }
  }

  private func outerStep(_ state: inout PrimingState) throws {
    let experiment = reporter.experiment
    let step = state.step
    let tasks = drawTasks(step)
    let batches = tasks.indices.map { draw(step, task: $0, languages[tasks[$0]]) }
    let window = window(of: tasks, batches, state)
    let parameters = try state.parameters(in: window)
    var total: Parameters = [:]
    var stepSizeTotal: Parameters = [:]
    var losses: [Double] = []
    for (index, language) in tasks.enumerated() {
      let gradient = try taskGradient(
        step, task: index, of: tasks.count, languages[language], batches[index], parameters,
        state.stepSizes, window)
      losses.append(gradient.outerLoss)
      add(gradient.gradients, to: &total)
      add(gradient.stepSizeGradients, to: &stepSizeTotal)
    }
    if experiment[Settings.primingReduction] == .mean {
      for gradient in Array(total.values) + Array(stepSizeTotal.values) {
        gradient.multiplyInPlace(1 / Double(tasks.count))
      }
    }
    let norm = clip(&total, to: experiment[Settings.outerClipNorm])
    let factor = LearningRateSchedule(
      .init(experiment[Settings.outerSchedule]),
      warmupSteps: experiment[Settings.outerWarmupSteps],
      totalSteps: experiment[Settings.primingSteps]
    ).factor(at: step)
    let rate = experiment[Settings.outerLearningRate] * factor
    let loss = losses.reduce(0, +) / Double(losses.count)
    try reporter.record(
      .outerStep(
        step: step + 1, languages: tasks.map { languages[$0].language }, loss: loss,
        gradientNorm: norm, learningRate: rate))
    let sentences = experiment.sentencesPerOuterStep
    guard loss.isFinite, norm.isFinite else {
      try reporter.leaveOut(
        "The outer loss of step \(step + 1) is \(loss) and its gradient norm \(norm). "
          + "Lower priming.outer.learningRate or priming.inner.learningRate, or clip the gradient."
      ) { [state] in
        try checkpoint(state, reporter.state(at: .priming(step: step)))
      }
      try reporter.done(work: Double(sentences) * Work.training, sentences: sentences)
      return
    }
    reporter.isFinite()
    if let name = state.embeddings?.name, let slope = total.removeValue(forKey: name), let window {
      try state.embeddings?.table.update(slope, of: window.ids, learningRate: rate)
    }
    state.optimizer.update(state.parameters, with: total, learningRate: rate)
    state.stepSizeOptimizer.update(
      state.stepSizes.multipliers, with: stepSizeTotal,
      learningRate: experiment[Settings.innerStepSizeLearningRate] * factor)
    try reporter.done(work: Double(sentences) * Work.training, sentences: sentences)
  }

  /// The languages of an outer step's tasks, as positions in `languages`.
  private func drawTasks(_ step: Int) -> [Int] {
    let experiment = reporter.experiment
    var generator = SeededGenerator(seed: seed, "meta-batch", step)
    let count = experiment[Settings.metaBatchSize]
    let temperature: Double
    switch experiment[Settings.primingSampling] {
    case .uniform: return generator.draw(count, below: languages.count)
    case .size: temperature = 1
    case .temperature: temperature = experiment[Settings.primingTemperature]
    }
    return generator.draw(
      count, weights: languages.map { pow(Double($0.encoded.count), 1 / temperature) })
  }

  private func add(_ gradients: Parameters, to total: inout Parameters) {
    for (name, gradient) in gradients {
      if let sum = total[name] {
        sum.addInPlace(gradient)
      } else {
        total[name] = gradient.owned()
      }
    }
  }

  /// The sentences of a task.
  private func draw(_ step: Int, task: Int, _ data: LanguageData) -> TaskBatches {
    let experiment = reporter.experiment
    var generator = SeededGenerator(seed: seed, "task", step, task)
    return TaskBatches(
      innerSteps: experiment.innerStepCount, supportSize: experiment[Settings.innerBatchSize],
      querySize: experiment[Settings.outerBatchSize], sentenceCount: data.encoded.count,
      using: &generator)
  }

  /// The subwords that an outer step reads; nil when the embeddings are not kept apart.
  private func window(
    of tasks: [Int], _ batches: [TaskBatches], _ state: PrimingState
  ) -> VocabularyWindow? {
    guard state.embeddings != nil else { return nil }
    let sentences = zip(tasks, batches).lazy.flatMap { language, batches in
      (batches.support.joined() + batches.query).map { languages[language].encoded[$0].ids }
    }
    let configuration = model.encoder.configuration
    return VocabularyWindow(
      sentences, paddingID: configuration.paddingID,
      vocabularySize: configuration.vocabularySize)
  }

  private func taskGradient(
    _ step: Int, task: Int, of taskCount: Int, _ data: LanguageData, _ batches: TaskBatches,
    _ parameters: Parameters, _ sizes: StepSizes, _ window: VocabularyWindow?
  ) throws -> MetaGradient {
    let experiment = reporter.experiment
    let method = experiment[Settings.primingMethod]
    let innerSteps = experiment.innerStepCount
    try reporter.place { place in
      place.language = data.language
      (place.step, place.stepCount) = (step + 1, experiment[Settings.primingSteps])
      (place.task, place.taskCount) = (task + 1, taskCount)
      (place.innerStep, place.innerStepCount) = (0, innerSteps)
    }
    var stepSizes = sizes
    stepSizes.learningRate = experiment[Settings.innerLearningRate]
    let loop = InnerLoop(
      steps: innerSteps, stepSizes: stepSizes,
      order: method == .maml ? .init(experiment[Settings.primingOrder]) : .first,
      updates: { [innerMask] in innerMask($0) })
    let onStep: (Int, Double) throws -> Void = { inner, loss in
      try reporter.record(
        .innerStep(
          step: step + 1, task: task, language: data.language, innerStep: inner + 1, loss: loss))
      try reporter.place { $0.innerStep = inner + 1 }
    }
    let draw: (Int) -> TensorGenerator? = { chance(seed, "dropout", step, task, $0) }
    if method == .reptile {
      return try reptile(loop, parameters, data, batches, window, draw, onStep)
    }
    return try loop.metaGradient(
      learner, at: parameters,
      task: Task(
        name: data.language, support: { parts(data, batches.support[$0], window) },
        query: { parts(data, batches.query, window) }),
      outer: { outerMask($0) }, lossWeights: lossWeights(step, innerSteps), chance: draw,
      onStep: onStep)
  }

  /// How much the query loss after each inner step counts; nil: only the last.
  private func lossWeights(_ step: Int, _ innerSteps: Int) -> [Double]? {
    let experiment = reporter.experiment
    guard experiment[Settings.outerLosses] == .annealed, innerSteps > 0 else { return nil }
    let given = experiment[Settings.outerLossAnnealingSteps]
    return annealedLossWeights(
      steps: innerSteps, outerStep: step,
      annealingSteps: given == 0 ? experiment[Settings.primingSteps] / 2 : given)
  }

  /// θ − φ as the gradient; the loss reported is that of the last support batch.
  private func reptile(
    _ loop: InnerLoop, _ parameters: Parameters, _ data: LanguageData, _ batches: TaskBatches,
    _ window: VocabularyWindow?, _ draw: (Int) -> TensorGenerator?,
    _ onStep: (Int, Double) throws -> Void
  ) throws -> MetaGradient {
    var losses: [Double] = []
    let adapted = try loop.adapt(
      learner, from: parameters, support: { parts(data, batches.support[$0], window) }, chance: draw
    ) { step, loss, _ in
      losses.append(loss)
      try onStep(step, loss)
    }
    var gradients: Parameters = [:]
    for (name, value) in parameters where outerMask(name) && innerMask(name) {
      if let moved = adapted[name] { gradients[name] = withoutGradients { value - moved } }
    }
    return MetaGradient(
      gradients: gradients, outerLoss: losses.last ?? .nan, innerLosses: losses,
      adaptedParameters: adapted)
  }

  private func parts(
    _ data: LanguageData, _ positions: [Int], _ window: VocabularyWindow?
  ) -> [MicroBatch<TokenClassificationBatch>] {
    microBatches(
      positions.map { window?.training(data.encoded[$0]) ?? data.encoded[$0] },
      size: reporter.experiment[Settings.primingMicroBatchSize],
      paddingID: model.encoder.configuration.paddingID)
  }
}

/// Units of work for a sentence, so that progress is even: a forward pass is one.
enum Work {
  static let training = 3.0
  static let evaluation = 1.0
}
