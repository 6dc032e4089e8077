package import Encoders
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
    outerMask = ParameterMask(reporter.experiment[Settings.outerUpdates])
    innerMask = ParameterMask(reporter.experiment[Settings.innerUpdates])
    seed = reporter.experiment[Settings.seed]
  }

  /// Runs the outer steps.
  ///
  /// - Parameters:
  ///   - initial: Every parameter; not changed.
  ///   - evaluate: Called every `evaluation.every` steps with the step and the parameters.
  /// - Returns: Every parameter after priming.
  package func run(
    from initial: Parameters, evaluate: (Int, Parameters) throws -> Void
  ) throws -> Parameters {
    let parameters = initial.copied()
    var optimizer = Optimizer(outerRule)
    var step = 0
    while step < reporter.experiment[Settings.primingSteps] {
      try reporter.checkpoint(step: step)
      try outerStep(step, parameters, &optimizer)
      step += 1
      let every = reporter.experiment[Settings.evaluationEvery]
      if every > 0, step % every == 0, step < reporter.experiment[Settings.primingSteps] {
        try evaluate(step, parameters)
      }
    }
    return parameters
  }

  private var outerRule: OptimizerRule {
    let experiment = reporter.experiment
    let decay = experiment[Settings.outerWeightDecay]
    return experiment[Settings.outerOptimizer] == "sgd"
      ? .sgd(momentum: experiment[Settings.outerMomentum], weightDecay: decay)
      : .adamW(weightDecay: decay)
  }

  private func outerStep(
    _ step: Int, _ parameters: Parameters, _ optimizer: inout Optimizer
  ) throws {
    let experiment = reporter.experiment
    var generator = SeededGenerator(seed: seed, "meta-batch", step)
    let tasks = generator.draw(experiment[Settings.metaBatchSize], below: languages.count)
    var total: Parameters = [:]
    var losses: [Double] = []
    for (index, language) in tasks.enumerated() {
      let gradient = try taskGradient(
        step, task: index, of: tasks.count, languages[language], parameters)
      losses.append(gradient.outerLoss)
      add(gradient.gradients, to: &total)
    }
    if experiment[Settings.primingReduction] == "mean" {
      for gradient in total.values { gradient.multiplyInPlace(1 / Double(tasks.count)) }
    }
    let norm = clip(&total, to: experiment[Settings.outerClipNorm])
    let schedule = LearningRateSchedule(
      .init(rawValue: experiment[Settings.outerSchedule]) ?? .constant,
      warmupSteps: experiment[Settings.outerWarmupSteps],
      totalSteps: experiment[Settings.primingSteps])
    let rate = experiment[Settings.outerLearningRate] * schedule.factor(at: step)
    let loss = losses.reduce(0, +) / Double(losses.count)
    guard loss.isFinite, norm.isFinite else {
      try reporter.record(
        .outerStep(
          step: step + 1, languages: tasks.map { languages[$0].language }, loss: loss,
          gradientNorm: norm, learningRate: rate))
      throw LaboratoryError(
        "The outer loss of step \(step + 1) is \(loss) and its gradient norm \(norm). "
          + "Lower priming.outer.learningRate or priming.inner.learningRate, or clip the gradient.")
    }
    optimizer.update(parameters, with: total, learningRate: rate)
    try reporter.record(
      .outerStep(
        step: step + 1, languages: tasks.map { languages[$0].language }, loss: loss,
        gradientNorm: norm, learningRate: rate))
    let sentences = experiment.sentencesPerOuterStep
    try reporter.done(work: Double(sentences) * Work.training, sentences: sentences)
  }

  private func add(_ gradients: Parameters, to total: inout Parameters) {
    for (name, gradient) in gradients {
      if let sum = total[name] {
        sum.addInPlace(gradient)
      } else {
        total[name] = gradient.detached().copied()
      }
    }
  }

  private func taskGradient(
    _ step: Int, task: Int, of taskCount: Int, _ data: LanguageData, _ parameters: Parameters
  ) throws -> MetaGradient {
    let experiment = reporter.experiment
    let method = experiment[Settings.primingMethod]
    let innerSteps = method == "multitask" ? 0 : experiment[Settings.innerSteps]
    var generator = SeededGenerator(seed: seed, "task", step, task)
    let batches = TaskBatches(
      innerSteps: innerSteps, supportSize: experiment[Settings.innerBatchSize],
      querySize: experiment[Settings.outerBatchSize], sentenceCount: data.encoded.count,
      using: &generator)
    try reporter.place { place in
      place.language = data.language
      (place.step, place.stepCount) = (step + 1, experiment[Settings.primingSteps])
      (place.task, place.taskCount) = (task + 1, taskCount)
      (place.innerStep, place.innerStepCount) = (0, innerSteps)
    }
    let loop = InnerLoop(
      steps: innerSteps, learningRate: experiment[Settings.innerLearningRate],
      order: method == "maml" && experiment[Settings.primingOrder] == "second" ? .second : .first,
      updates: { [innerMask] in innerMask($0) })
    let onStep: (Int, Double) throws -> Void = { inner, loss in
      try reporter.record(
        .innerStep(
          step: step + 1, task: task, language: data.language, innerStep: inner + 1, loss: loss))
      try reporter.place { $0.innerStep = inner + 1 }
    }
    let draw: (Int) -> TensorGenerator? = { chance(seed, "dropout", step, task, $0) }
    if method == "reptile" {
      return try reptile(loop, parameters, data, batches, draw, onStep)
    }
    return try loop.metaGradient(
      learner, at: parameters,
      task: Task(
        name: data.language, support: { batch(data, batches.support[$0]) },
        query: { batch(data, batches.query) }),
      outer: { outerMask($0) }, chance: draw, onStep: onStep)
  }

  /// θ − φ as the gradient; the loss reported is that of the last support batch.
  private func reptile(
    _ loop: InnerLoop, _ parameters: Parameters, _ data: LanguageData, _ batches: TaskBatches,
    _ draw: (Int) -> TensorGenerator?, _ onStep: (Int, Double) throws -> Void
  ) throws -> MetaGradient {
    var losses: [Double] = []
    let adapted = try loop.adapt(
      learner, from: parameters, support: { batch(data, batches.support[$0]) }, chance: draw
    ) {
      losses.append($1)
      try onStep($0, $1)
    }
    var gradients: Parameters = [:]
    for (name, value) in parameters where outerMask(name) && innerMask(name) {
      if let moved = adapted[name] { gradients[name] = withoutGradients { value - moved } }
    }
    return MetaGradient(
      gradients: gradients, outerLoss: losses.last ?? .nan, innerLosses: losses,
      adaptedParameters: adapted)
  }

  private func batch(_ data: LanguageData, _ positions: [Int]) -> TokenClassificationBatch {
    TokenClassificationBatch(
      positions.map { data.encoded[$0] }, paddingID: model.encoder.configuration.paddingID)
  }
}

/// Units of work for a sentence, so that progress is even: a forward pass is one.
enum Work {
  static let training = 3.0
  static let evaluation = 1.0
}
