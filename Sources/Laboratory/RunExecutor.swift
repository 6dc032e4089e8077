import Encoders
package import Experiments
import Foundation
import MetaLearning
import ModelFiles
import NamedEntities
import RunFolders
import Tensors
import Tokenization

/// Carries out an experiment from its files to its F1: load, prime, tune, evaluate.
///
/// What it sees is recorded as events; what it makes goes into the run's folder:
/// `primed/` (the primed encoder as a Hugging Face directory), `tuned/<language>.safetensors`
/// (what tuning changed) and `predictions/<language>.<split>.conll`.
package struct RunExecutor {
  let folder: String
  let context: RunContext
  let weights: RunWeights
  private(set) var primedRun: PrimedRun?

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
  /// - Parameter primedRun: A run that lends its primed encoder, if there is one; a run that goes on
  ///   within its own priming needs none.
  package init(folder: String, context: RunContext, primedRun: PrimedRun? = nil) {
    self.folder = folder
    self.context = context
    weights = RunWeights(plan: context.plan, folder: folder)
    self.primedRun = if case .rest = context.resume.priming { nil } else { primedRun }
  }

  var plan: PlannedSettings { context.plan }

  /// Runs to the end, or throws: `RunStopped` when asked to stop, else what went wrong.
  package func run() throws {
    var executor = self
    try executor.carryOut()
  }

  private mutating func carryOut() throws {
    try plan.validated()
    if let place = context.resume.checkpoint?.state.place {
      try context.record(.resumed(place: plan.words(for: place), step: place.step))
    }
    if plan[Settings.kind] == .pretraining {
      try Pretraining(folder: folder, context: context).run()
      return
    }
    try context.begin(.loading, isTold: context.resume.isBeginning)
    let directory = try ModelDirectory(path: plan[Settings.encoderPath])
    let tokenizer = try Tokenizers.open(directory: directory.path)
    let corpusFolder = try CorpusFolder(
      path: plan[Settings.dataPath], options: plan.corpusOptions)
    context.tags = try tags(of: corpusFolder)
    if let lender = primedRun, !(try lends(lender)) { primedRun = nil }
    var corpora = Corpora(
      folder: corpusFolder, tags: context.tags, tokenizer: tokenizer,
      maximumSubwords: min(
        plan[Settings.maximumSubwords], directory.configuration.maximumSubwords),
      reading: plan.reading, encoder: directory.configuration)
    let model = weights.classifier(directory.configuration, tags: corpora.tags)
    let modules = weights.freshModules(of: model)
    let sizes = directory.configuration
    if context.resume.isBeginning {
      try context.log(
        "\(sizes.architecture.rawValue) \(sizes.layerCount) × \(sizes.hiddenSize), "
          + "\(sizes.vocabularySize) subwords, \(ParameterCounts(model))")
    }
    context.progress.plan(work: try work(&corpora))
    let initial: Parameters
    var subwords: SubwordRows?
    if plan.beginsFromRun {
      initial = try weights.start(of: model, fresh: modules)
      if context.resume.isBeginning { try logStart() }
    } else {
      let encoder = try parameters(of: directory)
      initial = encoder.parameters.merging(modules) { $1 }
      subwords = encoder.subwords
    }
    let primed = try prime(model, from: initial, subwords, &corpora, directory)
    // Primed, they are all among the parameters.
    if plan.hasOwnEncoder { subwords = nil }
    for index in plan[Settings.tuningLanguages].indices {
      try tune(model, index, primed: primed, subwords, fresh: modules, &corpora)
    }
  }

  /// The tags of the head: those that a checkpoint has, or the head that the run begins with, or else
  /// of the types that the run's corpora have.
  private func tags(of corpora: CorpusFolder) throws -> TagSet {
    if let state = context.resume.checkpoint?.state {
      return try state.labels.map(TagSet.init(labels:)) ?? .panx
    }
    let census = try plan.census(of: corpora)
    var tags = census.tags
    if let begun = try weights.startTags() {
      let strangers = Set(tags.types).subtracting(begun.types).sorted()
      guard strangers.isEmpty || tags == .panx && strangers.allSatisfy({ !census.has($0) }) else {
        throw LaboratoryError(
          "The run cannot begin with \(plan.startWords ?? "that head"): its tags are "
            + "\(begun.labels.joined(separator: " ")), and the corpora of this run have "
            + "\(strangers.map(\.name).joined(separator: ", ")), too. Drop those with data.types or "
            + "data.map, or set start.keeps to encoder to begin with a fresh head.")
      }
      tags = begun
    }
    try context.log(
      "\(tags.count) tags: \(tags.labels.map { "‘\($0)’" }.joined(separator: " "))")
    for part in census.parts where part.split == "dev" && corpora.cutsDev(of: part.language) {
      let train = census.parts.first { $0.language == part.language && $0.split == "train" }
      try context.log(
        "The dev split of \(part.language) is cut from train: the last \(part.sentences) of "
          + "\(part.sentences + (train?.sentences ?? 0)) sentences (data.devFromTrain = "
          + "\(plan[Settings.devFromTrain]))")
    }
    for warning in census.skippedLines + census.warnings {
      try context.log(warning, level: .warning)
    }
    return tags
  }

  /// Whether another run's primed encoder can be taken: it was primed with a head of the same tags.
  private func lends(_ lender: PrimedRun) throws -> Bool {
    let labels = try ModelDirectory(path: lender.folder + "/primed").configuration.orderedLabels
    let tags = labels.isEmpty ? TagSet.panx : try TagSet(labels: labels)
    if tags == context.tags { return true }
    if context.resume.isBeginning {
      try context.log(
        "The primed encoder of #\(lender.id) is not reused: it was primed with other tags: "
          + tags.labels.joined(separator: " "))
    }
    return false
  }

  /// Tells what the run begins with, and the name of the other run: in another notebook its number
  /// may be somebody else's.
  private func logStart() throws {
    guard let words = plan.startWords else { return }
    let name = RunFolder(folder).startName.map { " (\($0))" } ?? ""
    try context.log("Begins with \(words)\(name); optimizers and step counts start from zero")
  }

  /// The encoder's parameters; the word embeddings apart, to be read by rows, unless all rows move or
  /// come from a primed encoder.
  private func parameters(
    of directory: ModelDirectory
  ) throws -> (parameters: Parameters, subwords: SubwordRows?) {
    let name = directory.configuration.wordEmbeddingsName
    let isPriming = plan[Settings.primingMethod] != .none
    let movesAll =
      isPriming
      ? plan.mask(Settings.outerUpdates)(name) && plan[Settings.outerOptimizer] == .sgd
      : plan.mask(Settings.tuningUpdates)(name)
    guard !movesAll, !isPriming || (!isPrimed && primedRun == nil) else {
      return (try directory.encoderParameters(), nil)
    }
    let (others, subwords) = try directory.encoderParametersApart()
    return (others, subwords)
  }

  /// Whether the encoder was primed before the point from which the run goes on.
  var isPrimed: Bool {
    if case .none = context.resume.priming { true } else { false }
  }

  /// A checkpoint between two phases: what was done lies in the run's own files.
  func markPhase(_ place: RunPlace, step: Int = 0) throws {
    try context.checkpoints.write(step: step) {
      var state = try context.state(at: place)
      state.files = try context.checkpoints.digests(of: filesBehind(place), in: folder)
      return Checkpoint(state: state)
    }
  }

  /// The files of the run from which it goes on at a place between two phases.
  private func filesBehind(_ place: RunPlace) -> [String] {
    var files: [String] = []
    if plan.hasOwnEncoder {
      files += ["primed/model.safetensors", "primed/adapter.safetensors"]
    }
    if case .evaluation(let language, _) = place {
      files.append("tuned/\(plan[Settings.tuningLanguages][language]).safetensors")
    }
    return files
  }

  // MARK: Work ahead

  /// Units of work of the whole run.
  private func work(_ corpora: inout Corpora) throws -> Double {
    var work = 0.0
    if plan[Settings.primingMethod] != .none, primedRun == nil {
      let steps = context.live[Settings.primingSteps]
      work += Double(steps * plan.sentencesPerOuterStep) * Work.training
      let every = context.live[Settings.evaluationEvery]
      let times = every > 0 && steps > 0 ? (steps - 1) / every + 1 : 0
      for language in plan[Settings.tuningLanguages] where times > 0 {
        work += Double(times * (try devData(language, &corpora).windowCount)) * Work.evaluation
      }
    }
    for language in plan[Settings.tuningLanguages] {
      let train = try trainingData(language, &corpora)
      work += Double(plan[Settings.tuningEpochs] * train.encoded.count) * Work.training
      for split in plan[Settings.evaluationSplits].map(\.rawValue) {
        work +=
          Double(try evaluationData(language, split, &corpora).windowCount) * Work.evaluation
      }
    }
    return work
  }

  func trainingData(_ language: String, _ corpora: inout Corpora) throws -> LanguageData {
    try corpora.data(language, "train", limit: plan[Settings.tuningSentences])
  }

  func evaluationData(
    _ language: String, _ split: String, _ corpora: inout Corpora
  ) throws -> LanguageData {
    try corpora.data(language, split, limit: plan[Settings.evaluationSentences])
  }

  func devData(_ language: String, _ corpora: inout Corpora) throws -> LanguageData {
    try evaluationData(language, "dev", &corpora)
  }
}
