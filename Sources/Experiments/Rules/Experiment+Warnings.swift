extension Experiment {
  /// What is probably not meant, though it can be run so: rules between settings.
  ///
  /// `fileWarnings` has those that the encoder's sizes decide.
  package var warnings: [ExperimentError] {
    self[Settings.kind] == .pretraining
      ? [] : primingWarnings + overlapWarnings + adapterWarnings
  }

  private var primingWarnings: [ExperimentError] {
    guard self[Settings.primingMethod] == .maml, self[Settings.innerSteps] == 0 else { return [] }
    return [
      ExperimentError(
        key: Settings.innerSteps.key,
        problem: "maml with no inner steps is multi-task priming",
        expected: "at least 1 inner step, or priming.method = \"multitask\"")
    ]
  }

  private var overlapWarnings: [ExperimentError] {
    guard self[Settings.primingMethod] != .none else { return [] }
    let primed = Set(self[Settings.primingLanguages].map { Array($0.utf8) })
    let both = self[Settings.tuningLanguages].filter { primed.contains(Array($0.utf8)) }
    guard !both.isEmpty else { return [] }
    return [
      ExperimentError(
        key: Settings.tuningLanguages.key,
        problem: "\(both.joined(separator: ", ")) \(both.count == 1 ? "is" : "are") also in "
          + "priming.languages: F1 there is not cross-lingual",
        expected: "target languages that were not primed on")
    ]
  }

  private var adapterWarnings: [ExperimentError] {
    guard self[Settings.adapterType] == .none else { return [] }
    return [Settings.innerUpdates, Settings.tuningUpdates].filter {
      self[$0] == .adapterAndHead && reasonForNoEffect(of: $0.key) == nil
    }.map {
      ExperimentError(
        key: $0.key,
        problem: "\($0.key) is adapter+head, and adapter.type is none: only the head is updated",
        expected: "\($0.key) = \"head\", or an adapter")
    }
  }
}

extension Experiment {
  /// What is probably not meant with the encoder that the experiment names; nothing where its
  /// `config.json` cannot be read.
  ///
  /// - Parameter near: The experiment's file; relative paths may be relative to it.
  package func fileWarnings(near: String?) -> [ExperimentError] {
    guard self[Settings.kind] != .pretraining, let resolved = try? self.resolved(near: near),
      let sizes = EncoderSizes(directory: resolved[Settings.encoderPath])
    else { return [] }
    return warnings(encoder: sizes)
  }

  /// The warnings that an encoder's sizes decide.
  func warnings(encoder: EncoderSizes) -> [ExperimentError] {
    var warnings: [ExperimentError] = []
    func warn(_ key: String, _ problem: String, _ expected: String) {
      warnings.append(ExperimentError(key: key, problem: problem, expected: expected))
    }
    let (subwords, hidden) = (self[Settings.maximumSubwords], encoder.hiddenSize)
    if let limit = encoder.maximumSubwords, subwords > limit {
      warn(
        Settings.maximumSubwords.key,
        "data.maximumSubwords is \(subwords), and the encoder has positions for \(limit), "
          + "which are used",
        "at most \(limit)")
    }
    switch self[Settings.adapterType] {
    case .bottleneck:
      let (factor, key) = (
        self[Settings.adapterReductionFactor], Settings.adapterReductionFactor.key
      )
      if factor > hidden {
        warn(
          key,
          "adapter.reductionFactor is \(factor), and the encoder's hidden size \(hidden): the "
            + "bottleneck has 1 unit",
          "at most \(hidden)")
      } else if hidden / factor >= hidden {
        warn(
          key, "the bottleneck is as wide as the encoder's hidden size, \(hidden)",
          "adapter.reductionFactor of at least 2")
      }
    case .lora:
      let rank = self[Settings.adapterRank]
      if rank >= hidden {
        warn(
          Settings.adapterRank.key,
          "adapter.rank is \(rank), not below the encoder's hidden size of \(hidden)",
          "a rank below \(hidden)")
      }
    case .prefix, .ia3, .bitfit, .none: break
    }
    return warnings
  }
}

extension Study {
  /// The warnings about the cells of the grid, each once: with the methods that it is about, where
  /// it is not about all.
  ///
  /// - Parameter near: The study's file; relative paths may be relative to it.
  package func warnings(near: String?) throws(ExperimentError) -> [ExperimentError] {
    try gathered { $0.warnings + $0.fileWarnings(near: near) }
  }

  /// The warnings about the cells that no file decides.
  package var settingWarnings: [ExperimentError] {
    get throws(ExperimentError) { try gathered(\.warnings) }
  }

  private func gathered(
    _ warnings: (Experiment) -> [ExperimentError]
  ) throws(ExperimentError) -> [ExperimentError] {
    var found: [(warning: ExperimentError, methods: [String])] = []
    for method in methods {
      for tuning in tunings {
        var experiment = try experiment(of: method)
        for change in tuning.changes { try experiment.set(change.key, to: change.value) }
        for warning in warnings(experiment) {
          if let index = found.firstIndex(where: { $0.warning == warning }) {
            if found[index].methods.last != method.name { found[index].methods.append(method.name) }
          } else {
            found.append((warning, [method.name]))
          }
        }
      }
    }
    return found.map { warning, names in
      guard names.count < methods.count else { return warning }
      var named = warning
      named.problem = "\(names.joined(separator: ", ")): \(warning.problem)"
      return named
    }
  }
}
