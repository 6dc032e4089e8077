package import Encoders
package import Experiments
import Foundation
import LabNotebook
import MetaLearning
import ModelFiles
import NamedEntities
import Tensors
import Tokenization

/// Carries out an experiment from its files to its F1: load, prime, tune, evaluate.
///
/// What it sees goes to the reporter as events; what it makes goes into the run's folder:
/// `primed/` (the primed encoder as a Hugging Face directory), `tuned/<language>.safetensors`
/// (what tuning changed) and `predictions/<language>.<split>.conll`.
package struct RunExecutor {
  let experiment: Experiment
  let folder: String
  let reporter: RunReporter
  private let primedRun: PrimedRun?
  let resumed: Checkpoint?

  /// Another run with the same priming and seed, and where its files are.
  package struct PrimedRun: Hashable, Sendable {
    /// Its number.
    package var id: RunID
    /// Its folder, with `primed/` in it.
    package var folder: String

    /// A run that lends its primed encoder.
    package init(id: RunID, folder: String) {
      self.id = id
      self.folder = folder
    }
  }

  /// An executor that keeps its results in a folder.
  ///
  /// - Parameters:
  ///   - primedRun: A run that lends its primed encoder, if there is one.
  ///   - checkpoint: Where the run goes on; nil when it begins.
  package init(
    experiment: Experiment, folder: String, reporter: RunReporter, primedRun: PrimedRun? = nil,
    resuming checkpoint: Checkpoint? = nil
  ) {
    self.experiment = experiment
    self.folder = folder
    self.reporter = reporter
    self.primedRun = primedRun
    resumed = checkpoint
  }

  /// Runs to the end, or throws: `RunStopped` when asked to stop, else what went wrong.
  package func run() throws {
    try experiment.validated()
    if experiment[Settings.kind] == .pretraining {
      try Pretraining(folder: folder, reporter: reporter).run(resuming: resumed)
      return
    }
    try reporter.begin(.loading)
    let directory = try ModelDirectory(path: experiment[Settings.encoderPath])
    let tokenizer = try Tokenizers.open(directory: directory.path)
    var corpora = Corpora(
      folder: try CorpusFolder(
        path: experiment[Settings.dataPath],
        format: experiment[Settings.dataFormat].corpusFormat),
      tags: .panx, tokenizer: tokenizer,
      maximumSubwords: min(
        experiment[Settings.maximumSubwords], directory.configuration.maximumSubwords),
      reading: .init(experiment))
    let model = classifier(directory.configuration, tags: corpora.tags)
    try checkVocabulary(tokenizer, directory)
    let modules = moduleParameters(model)
    let sizes = directory.configuration
    try reporter.log(
      "\(sizes.architecture.rawValue) \(sizes.layerCount) × \(sizes.hiddenSize), "
        + "\(sizes.vocabularySize) subwords, \(ParameterCounts(model))")
    try plan(&corpora)
    let initial: Parameters
    var subwords: SubwordRows?
    if experiment.beginsFromRun {
      initial = try startParameters(of: model, fresh: modules)
      try logStart()
    } else {
      let encoder = try parameters(of: directory)
      initial = encoder.parameters.merging(modules) { $1 }
      subwords = encoder.subwords
    }
    let primed = try prime(model, from: initial, subwords, &corpora, directory)
    // Primed, they are all among the parameters.
    if experiment.hasOwnEncoder { subwords = nil }
    let languages = experiment[Settings.tuningLanguages]
    for index in languages.indices where index >= firstLanguage {
      try tune(
        model, index, of: languages, primed: primed, subwords, fresh: modules, &corpora)
    }
    if let resumed { try reporter.hasReturned(to: resumed.state.place) }
  }

  /// The encoder's parameters; the word embeddings apart, to be read by rows, unless all rows move or
  /// come from a primed encoder.
  private func parameters(
    of directory: ModelDirectory
  ) throws -> (parameters: Parameters, subwords: SubwordRows?) {
    let name = directory.configuration.wordEmbeddingsName
    let isPriming = experiment[Settings.primingMethod] != .none
    let movesAll =
      isPriming
      ? experiment.mask(Settings.outerUpdates)(name)
        && experiment[Settings.outerOptimizer] == .sgd
      : experiment.mask(Settings.tuningUpdates)(name)
    guard !movesAll, !isPriming || (!isPrimed && primedRun == nil) else {
      return (try directory.encoderParameters(), nil)
    }
    let (others, subwords) = try directory.encoderParametersApart()
    return (others, subwords)
  }

  /// The first language whose tuning or evaluation is not done.
  var firstLanguage: Int {
    switch resumed?.state.place {
    case .tuning(let language, _), .evaluation(let language, _): language
    case .priming, .probe, nil: 0
    }
  }

  /// Whether the encoder was primed before the point from which the run goes on.
  private var isPrimed: Bool {
    switch resumed?.state.place {
    case .tuning, .evaluation: true
    case .priming, .probe, nil: false
    }
  }

  /// A checkpoint between two phases: what was done lies in the run's own files.
  func markPhase(_ place: RunPlace, step: Int = 0) throws {
    try reporter.writeCheckpoint(step: step) {
      var state = try reporter.state(at: place)
      state.files = try reporter.digests(of: filesBehind(place), in: folder)
      return Checkpoint(state: state)
    }
  }

  /// The files of the run from which it goes on at a place between two phases.
  private func filesBehind(_ place: RunPlace) -> [String] {
    var files: [String] = []
    if experiment.hasOwnEncoder {
      files += ["primed/model.safetensors", "primed/adapter.safetensors"]
    }
    if case .evaluation(let language, _) = place {
      files.append("tuned/\(experiment[Settings.tuningLanguages][language]).safetensors")
    }
    return files
  }

  func classifier(
    _ configuration: EncoderConfiguration, tags: TagSet
  ) -> TokenClassifier {
    var configuration = configuration
    configuration.hiddenDropout = experiment[Settings.encoderDropout]
    configuration.attentionDropout = experiment[Settings.encoderDropout]
    return TokenClassifier(
      encoder: Encoder(configuration, adapter: Self.adapter(experiment)),
      head: TaggingHead(tagCount: tags.count, hiddenSize: configuration.hiddenSize))
  }

  /// The adapter that an experiment asks for.
  package static func adapter(_ experiment: Experiment) -> (any Adapter)? {
    switch experiment[Settings.adapterType] {
    case .bottleneck:
      BottleneckAdapter(
        placement: .init(experiment[Settings.adapterPlacement]),
        reductionFactor: experiment[Settings.adapterReductionFactor])
    case .lora:
      LowRankAdapter(
        rank: experiment[Settings.adapterRank], alpha: experiment[Settings.adapterAlpha],
        targets: experiment[Settings.adapterTargets].map(Projection.init))
    case .prefix:
      PrefixAdapter(
        length: experiment[Settings.adapterPrefixLength],
        bottleneckSize: experiment[Settings.adapterPrefixBottleneckSize])
    case .ia3: ScalingAdapter()
    case .bitfit: BiasAdapter()
    case .none: nil
    }
  }

  func moduleParameters(_ model: TokenClassifier) -> Parameters {
    let seed = experiment[Settings.seed]
    let configuration = model.encoder.configuration
    let adapter = model.encoder.adapter?.freshParameters(
      in: configuration, generator: chance(seed, "adapter", 0))
    let head = model.head.freshParameters(
      deviation: configuration.initializerRange, generator: chance(seed, "head", 0))
    return (adapter ?? [:]).merging(head) { $1 }
  }

  private func checkVocabulary(_ tokenizer: any Tokenizer, _ directory: ModelDirectory) throws {
    guard tokenizer.vocabularySize <= directory.configuration.vocabularySize else {
      throw ModelFileError(
        path: directory.path,
        problem: "the tokenizer has \(tokenizer.vocabularySize) subwords and the encoder "
          + "\(directory.configuration.vocabularySize)",
        expected: "a tokenizer that belongs to the encoder")
    }
  }

  // MARK: Work ahead

  private func plan(_ corpora: inout Corpora) throws {
    var work = 0.0
    if experiment[Settings.primingMethod] != .none, primedRun == nil {
      let steps = experiment[Settings.primingSteps]
      work += Double(steps * experiment.sentencesPerOuterStep) * Work.training
      let every = experiment[Settings.evaluationEvery]
      let times = every > 0 && steps > 0 ? (steps - 1) / every : 0
      for language in experiment[Settings.tuningLanguages] where times > 0 {
        work += Double(times * (try devData(language, &corpora).windowCount)) * Work.evaluation
      }
    }
    for language in experiment[Settings.tuningLanguages] {
      let train = try corpora.data(language, "train", limit: experiment[Settings.tuningSentences])
      work +=
        Double(experiment[Settings.tuningEpochs] * train.encoded.count) * Work.training
      for split in experiment[Settings.evaluationSplits].map(\.rawValue) {
        work +=
          Double(try evaluationData(language, split, &corpora).windowCount)
          * Work.evaluation
      }
    }
    reporter.plan(work: work)
  }

  func evaluationData(
    _ language: String, _ split: String, _ corpora: inout Corpora
  ) throws -> LanguageData {
    try corpora.data(language, split, limit: experiment[Settings.evaluationSentences])
  }

  func devData(_ language: String, _ corpora: inout Corpora) throws -> LanguageData {
    try evaluationData(language, "dev", &corpora)
  }

  // MARK: Priming

  private func prime(
    _ model: TokenClassifier, from initial: Parameters, _ subwords: SubwordRows?,
    _ corpora: inout Corpora, _ directory: ModelDirectory
  ) throws -> Parameters {
    guard experiment.hasOwnEncoder else { return initial }
    if isPrimed { return try readPrimed(in: folder + "/primed", initial) }
    guard experiment[Settings.primingMethod] != .none else {
      try reporter.whenThereIsRoom(step: 0) {
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
    for language in experiment[Settings.primingLanguages] {
      languages.append(
        try corpora.data(language, "train", limit: experiment[Settings.primingSentences]))
    }
    try warnAboutCuts(languages, split: "train")
    try reporter.begin(.priming)
    var shared = corpora
    let primed = try Priming(model: model, languages: languages, reporter: reporter)
      .run(from: initial, subwords: subwords, takingOver: true, resuming: resumed) { state, save in
        for language in experiment[Settings.tuningLanguages] {
          try evaluateDuringPriming(model, state, language, &shared, save)
        }
      }
    corpora = shared
    try reporter.whenThereIsRoom(step: primed.step) {
      try save(
        primed.parameters, stepSizes: primed.stepSizes.multipliers, model: model,
        directory: directory)
    }
    try reportStepSizes(primed)
    try markPhase(.tuning(language: 0, step: 0), step: primed.step)
    return primed.parameters
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
    try DurableFile.synchronize(tree: target)
    let primed = try readPrimed(in: target, initial)
    try reporter.log("Primed encoder taken from #\(other.id): same priming settings and seed")
    return primed
  }

  func readPrimed(in path: String, _ initial: Parameters) throws -> Parameters {
    var primed = initial
    for file in ["model.safetensors", "adapter.safetensors"] {
      for (name, tensor) in try SafetensorsFile(path: "\(path)/\(file)").tensors() {
        guard let own = initial[name], own.shape == tensor.shape else {
          throw ModelFileError(
            path: "\(path)/\(file)", problem: "there is a tensor \(name) of \(tensor.shape)",
            expected: "the parameters of this experiment")
        }
        primed[name] = tensor
      }
    }
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
    let train = try corpora.data(language, "train", limit: experiment[Settings.tuningSentences])
    let steps = experiment.innerStepCount
    var generator = SeededGenerator(seed: experiment[Settings.seed], "probe/\(language)")
    let batches = TaskBatches(
      innerSteps: steps, supportSize: experiment[Settings.innerBatchSize], querySize: 0,
      sentenceCount: train.encoded.count, using: &generator)
    let mask = experiment.mask(Settings.innerUpdates)
    var stepSizes = state.stepSizes
    stepSizes.learningRate = reporter.experiment[Settings.innerLearningRate]
    let loop = InnerLoop(steps: steps, stepSizes: stepSizes, updates: { mask($0) })
    let data = try devData(language, &corpora)
    let configuration = model.encoder.configuration
    let support = batches.support.map { $0.map { train.encoded[$0] } }
    let window = state.embeddings.map { _ in
      VocabularyWindow(
        support.joined().map(\.ids) + data.encoded.flatMap(\.windows),
        paddingID: configuration.paddingID, vocabularySize: configuration.vocabularySize)
    }
    let adapted = try loop.adapt(
      EntityLearner(model: model), from: try state.parameters(in: window).leaves { _ in false },
      support: { position in
        microBatches(
          support[position].map { window?.training($0) ?? $0 },
          size: experiment[Settings.primingMicroBatchSize],
          paddingID: configuration.paddingID)
      })
    var read = data
    read.encoded = data.encoded.map { window?.evaluation($0) ?? $0 }
    _ = try evaluate(
      model, adapted, nil, read, split: "dev", phase: .priming, step: state.step, save: save)
  }

  private func save(
    _ primed: Parameters, stepSizes: Parameters = [:], model: TokenClassifier,
    directory: ModelDirectory
  ) throws {
    let path = folder + "/primed"
    try ModelDirectory.write(
      primed.filter { !isAdapterParameter($0.key) }, configuration: directory.configuration,
      labels: TagSet.panx.labels,
      architecture: directory.configuration.architecture == .bert
        ? "BertForTokenClassification" : "XLMRobertaForTokenClassification",
      to: path, tokenizerFiles: directory.tokenizerFiles)
    try SafetensorsFile.write(
      primed.filter { isAdapterParameter($0.key) }, to: path + "/adapter.safetensors")
    if !stepSizes.isEmpty {
      try SafetensorsFile.write(stepSizes, to: path + "/step-sizes.safetensors")
    }
    try DurableFile.synchronize(tree: path)
  }

  private func reportStepSizes(_ state: PrimingState) throws {
    let values = state.stepSizes.multipliers.values.map(\.scalar)
    guard !values.isEmpty else { return }
    try reporter.log(
      "Learned step sizes: \(values.count), from \(text(values.min())) to \(text(values.max())) "
        + "times priming.inner.learningRate")
  }
}

/// A factor for people: two decimals.
private func text(_ number: Double?) -> String {
  number.map { String(format: "%.2f", $0) } ?? "–"
}
