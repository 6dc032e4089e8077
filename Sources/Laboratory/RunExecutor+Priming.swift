import Encoders
import Experiments
import Files
import Foundation
import RunFolders
import MetaLearning
import ModelFiles
import NamedEntities
import Tensors

/// Priming, and what it leaves in `primed/`.
extension RunExecutor {
  func prime(
    _ model: TokenClassifier, from initial: Parameters, _ subwords: SubwordRows?,
    _ corpora: inout Corpora, _ directory: ModelDirectory
  ) throws -> Parameters {
    guard plan.hasOwnEncoder else { return initial }
    if isPrimed { return try weights.primed(initial) }
    guard plan[Settings.primingMethod] != .none else {
      try context.whenThereIsRoom(step: 0) {
        try save(initial, model: model, directory: directory)
      }
      try markPhase(.tuning(language: 0, step: 0))
      return initial
    }
    if let primedRun {
      let primed = try borrow(from: primedRun, initial)
      try markPhase(.tuning(language: 0, step: 0))
      return primed
    }
    var languages: [LanguageData] = []
    for language in plan[Settings.primingLanguages] {
      languages.append(
        try corpora.data(language, "train", limit: plan[Settings.primingSentences]))
    }
    let isBeginning = context.resume.isBeginning
    if isBeginning { try warnAboutCuts(languages, split: "train") }
    try context.begin(.priming, isTold: isBeginning)
    var shared = corpora
    let primed = try Priming(model: model, languages: languages, context: context)
      .run(from: initial, subwords: subwords, takingOver: true) { state, save in
        for language in plan[Settings.tuningLanguages] {
          try evaluateDuringPriming(model, state, language, &shared, save)
        }
      }
    corpora = shared
    try context.whenThereIsRoom(step: primed.step) {
      try save(
        primed.loop.parameters, stepSizes: primed.loop.stepSizes.multipliers, model: model,
        directory: directory)
    }
    try reportStepSizes(primed)
    try markPhase(.tuning(language: 0, step: 0), step: primed.step)
    return primed.loop.parameters
  }

  /// The parameters as another run primed them; its files become this run's own too.
  private func borrow(from other: PrimedRun, _ initial: Parameters) throws -> Parameters {
    let (source, target) = (other.folder + "/primed", folder + "/primed")
    let manager = FileManager.default
    if manager.fileExists(atPath: target) { try manager.removeItem(atPath: target) }
    try manager.createDirectory(atPath: target, withIntermediateDirectories: true)
    for name in try manager.contentsOfDirectory(atPath: source) {
      // Nobody writes into a primed encoder, so that two names of one file will do.
      do {
        try manager.linkItem(atPath: "\(source)/\(name)", toPath: "\(target)/\(name)")
      } catch {
        try manager.copyItem(atPath: "\(source)/\(name)", toPath: "\(target)/\(name)")
      }
    }
    try AtomicFile.synchronize(tree: target)
    let primed = try weights.primed(initial)
    try context.log("Primed encoder taken from #\(other.id): same priming settings and seed")
    return primed
  }

  /// Measures what the inner loop makes of the parameters in a target language.
  ///
  /// S steps on its first sentences, then dev; without an inner loop (multi-task) the parameters
  /// are taken as they are.
  private func evaluateDuringPriming(
    _ model: TokenClassifier, _ state: PrimingState, _ language: String,
    _ corpora: inout Corpora, _ save: @escaping () throws -> Checkpoint
  ) throws {
    let train = try trainingData(language, &corpora)
    let steps = plan.innerStepCount
    var generator = SeededGenerator(seed: plan[Settings.seed], "probe/\(language)")
    let batches = TaskBatches(
      innerSteps: steps, supportSize: plan[Settings.innerBatchSize], querySize: 0,
      exampleCount: train.encoded.count, using: &generator)
    let mask = plan.mask(Settings.innerUpdates)
    var stepSizes = state.loop.stepSizes
    stepSizes.learningRate = context.live[Settings.innerLearningRate]
    let loop = InnerLoop(steps: steps, stepSizes: stepSizes, updates: { mask($0) })
    let data = try devData(language, &corpora)
    let configuration = model.encoder.configuration
    let support = batches.support.map { $0.map { train.encoded[$0] } }
    let window = state.loop.rowTable.map { _ in
      VocabularyWindow(
        support.joined().map(\.ids) + data.encoded.flatMap(\.windows),
        paddingID: configuration.paddingID, vocabularySize: configuration.vocabularySize)
    }
    let adapted = try loop.adapt(
      EntityLearner(model: model), from: try state.parameters(in: window).leaves { _ in false },
      support: {
        TokenClassificationBatch(support[$0], in: window)
          .microBatches(of: plan[Settings.primingMicroBatchSize])
      })
    _ = try evaluate(
      model, adapted, window.map { .window($0) } ?? .whole, data, split: "dev", phase: .priming,
      step: state.step, save: save)
  }

  private func save(
    _ primed: Parameters, stepSizes: Parameters = [:], model: TokenClassifier,
    directory: ModelDirectory
  ) throws {
    let path = folder + "/primed"
    try ModelDirectory.write(
      primed.filter { !isAdapterParameter($0.key) }, configuration: directory.configuration,
      labels: context.tags.labels,
      architecture: directory.configuration.architecture.tokenClassifierClass,
      to: path, tokenizerFiles: directory.tokenizerFiles)
    try SafetensorsFile.write(
      primed.filter { isAdapterParameter($0.key) }, to: path + "/adapter.safetensors")
    if !stepSizes.isEmpty {
      try SafetensorsFile.write(stepSizes, to: path + "/step-sizes.safetensors")
    }
    try AtomicFile.synchronize(tree: path)
  }

  private func reportStepSizes(_ state: PrimingState) throws {
    let values = state.loop.stepSizes.multipliers.values.map(\.scalar)
    guard !values.isEmpty else { return }
    try context.log(
      "Learned step sizes: \(values.count), from \(text(values.min())) to \(text(values.max())) "
        + "times priming.inner.learningRate")
  }
}

/// A factor for people: two decimals.
private func text(_ number: Double?) -> String {
  number.map { String(format: "%.2f", $0) } ?? "–"
}
