package import Encoders
import Experiments
import MetaLearning
import RunFolders
package import Tensors

/// The priming phase: outer steps that move the pretrained encoder (DESIGN of the method:
/// Gheini, Ma and May, arXiv 2205.12453).
///
/// The steps are those of `OuterLoop`; here stands where their sentences come from, what is told of
/// them, and where a run can be stopped and go on.
package struct Priming {
  /// The model that is primed.
  package let model: TokenClassifier
  /// The training sentences of each priming language.
  package let languages: [LanguageData]

  /// Whether only rows of the subword embeddings that are used are kept apart and updated, or the
  /// whole table like any parameter: the fast form or the plain one.
  package var keepsEmbeddingsApart = true

  private let context: RunContext
  private let loop: OuterLoop<EntityLearner>
  private let sampler: TaskSampler
  private let outerMask: ParameterMask

  /// Priming as a run's settings have it.
  package init(model: TokenClassifier, languages: [LanguageData], context: RunContext) {
    precondition(!languages.isEmpty, "Priming needs at least one language")
    self.model = model
    self.languages = languages
    self.context = context
    let plan = context.plan
    outerMask = plan.mask(Settings.outerUpdates)
    loop = OuterLoop(
      EntityLearner(model: model), plan.outerLoop,
      innerUpdates: { [mask = plan.mask(Settings.innerUpdates)] in mask($0) },
      outerUpdates: { [outerMask] in outerMask($0) })
    sampler = plan.taskSampler(sizes: languages.map(\.encoded.count))
  }

  /// Runs the outer steps, from the first or from where the run goes on.
  ///
  /// - Parameters:
  ///   - initial: Every parameter, the subword embeddings only without `subwords`; not changed.
  ///   - subwords: The subword embeddings, where they are to be read by rows.
  ///   - takingOver: Whether the encoder's parameters may be changed where they are after all, so that
  ///     a large encoder is not in memory twice.
  ///   - evaluate: Called every `evaluation.every` steps, and after the last, with what priming has
  ///     come to.
  /// - Returns: What priming has come to in the end.
  package func run(
    from initial: Parameters, subwords: SubwordRows? = nil, takingOver: Bool = false,
    evaluate: (PrimingState, _ save: @escaping () throws -> Checkpoint) throws -> Void
  ) throws -> PrimingState {
    let name = model.encoder.configuration.wordEmbeddingsName
    let isApart = subwords != nil || (keepsEmbeddingsApart && movesEmbeddingsByRows)
    let source: (any RowSource)? = subwords ?? initial[name]
    let own = initial.copied {
      outerMask($0) && !($0 == name && isApart)
        && !(takingOver && !isAdapterParameter($0) && !isHeadParameter($0))
    }
    var state = PrimingState(
      loop: loop.initialState(own, rows: isApart ? source.map { (name, $0) } : nil))
    if case .rest(let checkpoint) = context.resume.priming { try state.resume(checkpoint) }
    while true {
      if state.isEvaluationDue { try measure(&state, evaluate) }
      guard state.step < context.live[Settings.primingSteps] else {
        try state.loop.mergeRowTable()
        return state
      }
      try context.betweenSteps(step: state.step) { [state] in
        try checkpoint(state, at: .priming(step: state.step))
      }
      try takeStep(&state)
      let every = context.live[Settings.evaluationEvery]
      state.isEvaluationDue =
        every > 0
        && (state.step % every == 0 || state.step >= context.live[Settings.primingSteps])
    }
  }

  /// Measures dev F1 on the way, and keeps the best.
  private func measure(
    _ state: inout PrimingState,
    _ evaluate: (PrimingState, _ save: @escaping () throws -> Checkpoint) throws -> Void
  ) throws {
    // A run that is stopped meanwhile goes on before the evaluation.
    let start = try context.state(at: .primingEvaluation(step: state.step))
    try evaluate(state) { [state] in state.checkpoint(start) { outerMask($0) } }
    state.isEvaluationDue = false
    guard let score = context.newBestScore(step: state.step) else { return }
    try context.checkpoints.write(step: state.step) {
      var best = try checkpoint(state, at: .priming(step: state.step))
      best.state.score = score
      return best
    }
  }

  private func checkpoint(_ state: PrimingState, at place: RunPlace) throws -> Checkpoint {
    state.checkpoint(try context.state(at: place)) { outerMask($0) }
  }

  /// Whether outer steps move the subword embeddings, and by AdamW: then most rows only decay.
  private var movesEmbeddingsByRows: Bool {
    guard outerMask(model.encoder.configuration.wordEmbeddingsName),
      case .adamW = loop.configuration.optimizer
    else { return false }
    return true
  }

  private func takeStep(_ state: inout PrimingState) throws {
    let drawn = sampler.metaBatch(at: state.step)
    let window = state.loop.rowTable.map { _ in vocabularyWindow(of: drawn) }
    let number = state.step + 1
    let step = try loop.step(
      &state.loop, drawn.map { task($0, window) }, reading: window?.ids,
      context.live.outerLoopRates
    ) { event in
      try tell(event, drawn, step: number)
    }
    try context.record(
      .outerStep(
        step: step.number,
        tasks: step.tasks.map {
          TaskLosses(language: $0.name, outer: $0.outerLoss, inner: $0.innerLosses)
        },
        loss: step.loss, gradientNorm: step.gradientNorm, learningRate: step.learningRate))
    if step.isApplied {
      context.tookStep()
    } else {
      try context.leftOutStep(
        "The outer loss of step \(step.number) is \(step.loss) and its gradient norm "
          + "\(step.gradientNorm). "
          + "Lower priming.outer.learningRate or priming.inner.learningRate, or clip the gradient."
      ) { [state] in
        // Such a step changes nothing but the number of steps done.
        try checkpoint(state, at: .priming(step: number - 1))
      }
    }
    let sentences = context.plan.sentencesPerOuterStep
    try context.progress.done(work: Double(sentences) * Work.training, sentences: sentences)
  }

  /// Tells where in the nested loops the run is, and each inner loss.
  private func tell(_ event: OuterLoopEvent, _ drawn: [DrawnTask], step: Int) throws {
    switch event {
    case .taskBegan(let task):
      try context.progress.place { place in
        place.language = languages[drawn[task].task].language
        (place.step, place.stepCount) = (step, context.live[Settings.primingSteps])
        (place.task, place.taskCount) = (task + 1, drawn.count)
        (place.innerStep, place.innerStepCount) = (0, sampler.innerSteps)
      }
    case .innerStep(let task, let innerStep, let loss):
      try context.record(
        .innerStep(
          step: step, task: task, language: languages[drawn[task].task].language,
          innerStep: innerStep, loss: loss))
      try context.progress.place { $0.innerStep = innerStep }
    }
  }

  /// The subwords that a meta-batch reads.
  private func vocabularyWindow(of drawn: [DrawnTask]) -> VocabularyWindow {
    let sentences = drawn.lazy.flatMap { drawn in
      (drawn.batches.support.joined() + drawn.batches.query).map {
        languages[drawn.task].encoded[$0].ids
      }
    }
    let configuration = model.encoder.configuration
    return VocabularyWindow(
      sentences, paddingID: configuration.paddingID,
      vocabularySize: configuration.vocabularySize)
  }

  /// A task of the outer loop: batches of a language.
  private func task(
    _ drawn: DrawnTask, _ window: VocabularyWindow?
  ) -> MetaTask<TokenClassificationBatch> {
    let data = languages[drawn.task]
    let size = context.plan[Settings.primingMicroBatchSize]
    func batch(_ positions: [Int]) -> [MicroBatch<TokenClassificationBatch>] {
      TokenClassificationBatch(positions.map { data.encoded[$0] }, in: window).microBatches(
        of: size)
    }
    return MetaTask(
      name: data.language, support: { batch(drawn.batches.support[$0]) },
      query: { batch(drawn.batches.query) })
  }
}
