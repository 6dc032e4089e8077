import Encoders
import Experiments
import LabNotebook
import MetaLearning
import ModelFiles
import NamedEntities
import Tensors

/// The weights of a run that begins where another one was.
///
/// What the point needs lies in `start/` of the run's folder, laid out as the folder of the run that
/// it was taken from; see `StartOrigin`. Weights are all that is taken: optimizers, schedules, step
/// counts, learned step sizes and random numbers begin as in any run. They are read anew whenever
/// the run goes on, so it ends in the same bytes however often it was broken off.
extension RunExecutor {
  /// The parameters that the run begins with.
  func startParameters(of model: TokenClassifier, fresh: Parameters) throws -> Parameters {
    let text = experiment[Settings.startCheckpoint]
    guard let point = StartPoint(text) else {
      throw LaboratoryError("‘\(text)’ names no point of a run; expected one as 12/primed.")
    }
    let keepsEncoder = experiment[Settings.startKeeps] == .encoder
    do {
      let folder = folder + "/start"
      let other = RunExecutor(
        experiment: try Experiment.load(path: folder + "/experiment.toml"), folder: folder,
        reporter: reporter)
      var weights = try other.weights(at: point.place, encoder: experiment[Settings.encoderPath])
      if keepsEncoder {
        weights = weights.filter { !isAdapterParameter($0.key) && !isHeadParameter($0.key) }
          .merging(fresh) { $1 }
      }
      try model.check(
        weights, path: folder,
        advice: "Fork it with the encoder and the adapter of run #\(point.run).")
      return weights
    } catch let error as ModelFileError {
      throw LaboratoryError(
        "The run cannot begin with \(point.words). \(error) Fork it from another point.")
    }
  }

  /// Tells what the run begins with, and the name of the other run: in another notebook its number
  /// may be somebody else's.
  func logStart() throws {
    guard let words = experiment.startWords else { return }
    let name = StartOrigin.name(keptIn: folder).map { " (\($0))" } ?? ""
    try reporter.log("Begins with \(words)\(name); optimizers and step counts begin anew")
  }

  /// Every parameter as it was at a place of this run, whose folder has what that needs.
  ///
  /// - Parameter encoder: Another directory of the same encoder, for where its own is gone.
  private func weights(at place: StartPoint.Place, encoder: String) throws -> Parameters {
    let directory =
      try (try? ModelDirectory(path: experiment[Settings.encoderPath]))
      ?? ModelDirectory(path: encoder)
    let model = classifier(directory.configuration, tags: .panx)
    let fresh = moduleParameters(model)
    let base =
      try experiment.beginsFromRun
      ? startParameters(of: model, fresh: fresh)
      : directory.encoderParameters().merging(fresh) { $1 }
    switch place {
    case .priming: return try primed(base, by: keptCheckpoint(), directory.configuration)
    case .primed: return try readPrimed(in: folder + "/primed", base)
    case .tuning:
      let (path, checkpoint) = try keptCheckpoint()
      return try tuningStart(base, fresh)
        .replaced(with: checkpoint.tensors("parameter"), of: path)
    case .tuned(let language):
      let path = "\(folder)/tuned/\(language).safetensors"
      return try tuningStart(base, fresh)
        .replaced(with: SafetensorsFile(path: path).tensors(), of: path)
    }
  }

  /// What tuning began with.
  private func tuningStart(_ base: Parameters, _ fresh: Parameters) throws -> Parameters {
    let primed =
      try experiment.hasOwnEncoder ? readPrimed(in: folder + "/primed", base) : base
    return tunesFresh ? primed.merging(fresh) { $1 } : primed
  }

  /// The checkpoint that was kept, whole.
  private func keptCheckpoint() throws -> (path: String, checkpoint: Checkpoint) {
    let store = CheckpointStore(runFolder: folder)
    guard let number = store.numbers().last else {
      throw ModelFileError(
        path: store.folder, problem: "the checkpoint is gone",
        expected: "the one that was kept when the run was queued")
    }
    return (store.path(number), try store.read(number))
  }

  /// The parameters with what a checkpoint of priming has moved, the embeddings among them.
  private func primed(
    _ base: Parameters, by kept: (path: String, checkpoint: Checkpoint),
    _ configuration: EncoderConfiguration
  ) throws -> Parameters {
    let (path, checkpoint) = kept
    var weights = try base.replaced(with: checkpoint.tensors("parameter"), of: path)
    let rows = checkpoint.tensors("embeddings")
    let name = configuration.wordEmbeddingsName
    guard !rows.isEmpty, let whole = base[name] else { return weights }
    let table = RowTable(
      whole, rule: .adamW(weightDecay: experiment[Settings.outerWeightDecay]),
      step: checkpoint.state.optimizerSteps["embeddings"] ?? 0,
      decay: checkpoint.state.embeddingDecay ?? 1, state: rows)
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
