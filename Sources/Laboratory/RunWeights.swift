import Encoders
import Experiments
import MetaLearning
import ModelFiles
import NamedEntities
import RunFolders
import Tensors

/// The weights of a run: those that it begins with, and those of its points, as its folder has them.
struct RunWeights {
  /// What the run was asked to do.
  let plan: PlannedSettings
  /// The run's folder.
  let folder: String

  /// The model that the run trains.
  func classifier(_ configuration: EncoderConfiguration, tags: TagSet) -> TokenClassifier {
    var configuration = configuration
    configuration.hiddenDropout = plan[Settings.encoderDropout]
    configuration.attentionDropout = plan[Settings.encoderDropout]
    return TokenClassifier(
      encoder: Encoder(configuration, adapter: plan.adapter),
      head: TaggingHead(tagCount: tags.count, hiddenSize: configuration.hiddenSize))
  }

  /// A fresh adapter and head.
  func freshModules(of model: TokenClassifier) -> Parameters {
    let seed = plan[Settings.seed]
    let configuration = model.encoder.configuration
    let adapter = model.encoder.adapter?.freshParameters(
      in: configuration, generator: TensorGenerator(seed: seed, "adapter"))
    let head = model.head.freshParameters(
      deviation: configuration.initializerRange, generator: TensorGenerator(seed: seed, "head"))
    return (adapter ?? [:]).merging(head) { $1 }
  }

  /// What priming made, in the place of what it began with.
  func primed(_ initial: Parameters) throws -> Parameters {
    var primed = initial
    for file in ["model.safetensors", "adapter.safetensors"] {
      let path = "\(folder)/primed/\(file)"
      for (name, tensor) in try SafetensorsFile(path: path).tensors() {
        guard let own = initial[name], own.shape == tensor.shape else {
          throw ModelFileError(
            path: path, problem: "there is a tensor \(name) of \(tensor.shape)",
            expected: "the parameters of this experiment")
        }
        primed[name] = tensor
      }
    }
    return primed
  }

  /// The labels of the head that priming made.
  private func primedLabels() throws -> [String] {
    let labels = try ModelDirectory(path: folder + "/primed").configuration.orderedLabels
    return labels.isEmpty ? TagSet.panx.labels : labels
  }

  /// What tuning begins with.
  func tuningStart(_ primed: Parameters, fresh: Parameters) -> Parameters {
    plan[Settings.tuningStart] == .fresh || !plan.hasOwnEncoder
      ? primed.merging(fresh) { $1 } : primed
  }

  /// Where what tuning made of a language is kept.
  func tunedPath(_ language: String) -> String { "\(folder)/tuned/\(language).safetensors" }
}

/// The weights of a run that begins where another one was.
///
/// What the point needs lies in `start/` of the run's folder, laid out as the folder of the run that
/// it was taken from; see `RunFolder.start`. Weights are all that is taken: optimizers, schedules, step
/// counts, learned step sizes and random numbers begin as in any run. They are read again whenever
/// the run goes on, so it ends in the same bytes however often it was broken off.
extension RunWeights {
  /// The tags of the head that the run begins with; nil where that is a fresh one.
  func startTags() throws -> TagSet? {
    guard plan.beginsFromRun, plan[Settings.startKeeps] != .encoder else { return nil }
    return try begin { point, other in try TagSet(labels: other.labels(at: point.place)) }
  }

  /// The parameters that the run begins with.
  func start(of model: TokenClassifier, fresh: Parameters) throws -> Parameters {
    try begin { point, other in
      var weights = try other.weights(
        at: point.place, tags: TagSet(labels: other.labels(at: point.place)),
        encoder: plan[Settings.encoderPath])
      if plan[Settings.startKeeps] == .encoder {
        weights = weights.filter { !isAdapterParameter($0.key) && !isHeadParameter($0.key) }
          .merging(fresh) { $1 }
      }
      try model.check(
        weights, path: folder + "/start",
        advice: "Fork it with the encoder and the adapter of run #\(point.run).")
      return weights
    }
  }

  /// Reads something of the point that the run begins with, as `start/` has it.
  private func begin<Result>(
    _ read: (StartPoint, RunWeights) throws -> Result
  ) throws -> Result {
    let text = plan[Settings.startCheckpoint]
    guard let point = StartPoint(text) else {
      throw LaboratoryError("‘\(text)’ names no point of a run; expected one as 12/primed.")
    }
    do {
      let folder = folder + "/start"
      let other = RunWeights(
        plan: PlannedSettings(try Experiment.load(path: folder + "/experiment.toml")),
        folder: folder)
      return try read(point, other)
    } catch let error as ModelFileError {
      throw LaboratoryError(
        "The run cannot begin with \(point.words). \(error) Fork it from another point.")
    }
  }

  /// Every parameter as it was at a place of this run, whose folder has what that needs.
  ///
  /// - Parameters:
  ///   - tags: Those of its head.
  ///   - encoder: Another directory of the same encoder, for where its own is gone.
  private func weights(
    at place: StartPoint.Place, tags: TagSet, encoder: String
  ) throws -> Parameters {
    let directory =
      try (try? ModelDirectory(path: plan[Settings.encoderPath])) ?? ModelDirectory(path: encoder)
    let model = classifier(directory.configuration, tags: tags)
    let fresh = freshModules(of: model)
    let base =
      try plan.beginsFromRun
      ? start(of: model, fresh: fresh) : directory.encoderParameters().merging(fresh) { $1 }
    func beforeTuning() throws -> Parameters {
      tuningStart(try plan.hasOwnEncoder ? primed(base) : base, fresh: fresh)
    }
    switch place {
    case .priming: return try primed(base, by: keptCheckpoint(), directory.configuration)
    case .primed: return try primed(base)
    case .tuning:
      let (path, checkpoint) = try keptCheckpoint()
      return try beforeTuning().replaced(with: checkpoint.tensors("parameter"), of: path)
    case .tuned(let language):
      let path = tunedPath(language)
      return try beforeTuning().replaced(with: SafetensorsFile(path: path).tensors(), of: path)
    }
  }

  /// The labels of the head at a place of this run; PAN-X's where an older program kept none.
  private func labels(at place: StartPoint.Place) throws -> [String] {
    switch place {
    case .priming, .tuning:
      let (store, number) = try kept()
      return try store.state(number).labels ?? TagSet.panx.labels
    case .primed: return try primedLabels()
    case .tuned(let language): return try SafetensorsFile(path: tunedPath(language)).entityLabels()
    }
  }

  /// The checkpoint that was kept, whole.
  private func keptCheckpoint() throws -> (path: String, checkpoint: Checkpoint) {
    let (store, number) = try kept()
    return (store.path(number), try store.read(number))
  }

  /// Where the checkpoint is that was kept.
  private func kept() throws -> (store: CheckpointStore, number: Int) {
    let store = CheckpointStore(runFolder: folder)
    guard let number = store.numbers().last else {
      throw ModelFileError(
        path: store.folder, problem: "the checkpoint is gone",
        expected: "the one that was kept when the run was queued")
    }
    return (store, number)
  }

  /// The parameters with what a checkpoint of priming has moved, the embeddings among them.
  private func primed(
    _ base: Parameters, by kept: (path: String, checkpoint: Checkpoint),
    _ configuration: EncoderConfiguration
  ) throws -> Parameters {
    let (path, checkpoint) = kept
    var weights = try base.replaced(with: checkpoint.tensors("parameter"), of: path)
    let name = configuration.wordEmbeddingsName
    guard !checkpoint.tensors("embeddings").isEmpty, let whole = base[name] else { return weights }
    let table = checkpoint.rowTable(
      whole, rule: .adamW(weightDecay: plan[Settings.outerWeightDecay]))
    guard let table else {
      throw ModelFileError(
        path: path, problem: "its rows of \(name) do not fit the encoder",
        expected: "the encoder that the run primed")
    }
    weights[name] = try table.whole()
    return weights
  }
}

extension Dictionary where Key == ParameterName, Value == Tensor {
  /// The parameters with others in the place of some; one that has no place is an error.
  fileprivate func replaced(
    with others: [String: Tensor], of path: String
  ) throws(ModelFileError) -> Self {
    for (name, tensor) in others.sorted(by: { $0.key < $1.key }) {
      guard let own = self[name], own.isLike(tensor) else {
        throw ModelFileError(
          path: path, problem: "there is a tensor \(name) of \(tensor.shape)",
          expected: self[name].map { "one of \($0.shape)" } ?? "none of that name")
      }
    }
    return merging(others) { $1 }
  }
}
