extension Experiment {
  /// How many sentences one outer step reads: support batches of every inner step, and the query.
  package var sentencesPerOuterStep: Int {
    let query = self[Settings.primingMethod] == .reptile ? 0 : self[Settings.outerBatchSize]
    return self[Settings.metaBatchSize] * (innerStepCount * self[Settings.innerBatchSize] + query)
  }

  /// The inner steps of priming: `multitask` has none.
  package var innerStepCount: Int {
    self[Settings.primingMethod] == .multitask ? 0 : self[Settings.innerSteps]
  }

  /// How it primes, or what it does instead.
  package var methodName: String {
    self[Settings.kind] == .pretraining
      ? RunKind.pretraining.rawValue : self[Settings.primingMethod].rawValue
  }

  /// The languages that it primes on, where it primes, and those that it tunes.
  package var languages: [String] {
    guard self[Settings.kind] != .pretraining else { return [] }
    let priming = self[Settings.primingMethod] == .none ? [] : self[Settings.primingLanguages]
    return priming + self[Settings.tuningLanguages]
  }

  /// Checks what no setting can say alone.
  package func validated() throws(ExperimentError) {
    if let first = problems.first { throw first }
  }

  /// What is wrong that no setting can say alone, the first that matters first; empty for an
  /// experiment that can be run.
  package var problems: [ExperimentError] {
    self[Settings.kind] == .pretraining
      ? pretrainingProblems : adapterProblems + startProblems + primingProblems + tuningProblems
  }

  private var adapterProblems: [ExperimentError] {
    guard self[Settings.adapterType] == .lora, self[Settings.adapterTargets].isEmpty else {
      return []
    }
    return [
      ExperimentError(
        key: "adapter.targets", problem: "adapter.targets is empty, so that LoRA is nowhere",
        expected: "at least one layer, or adapter.type = \"none\"")
    ]
  }

  private var primingProblems: [ExperimentError] {
    let method = self[Settings.primingMethod]
    guard method != .none else { return [] }
    var problems: [ExperimentError] = []
    if self[Settings.primingLanguages].isEmpty {
      problems.append(
        ExperimentError(
          key: "priming.languages", problem: "priming.languages is empty",
          expected: "at least one language to prime on, or priming.method = \"none\""))
    }
    if self[Settings.primingSteps] == 0 {
      problems.append(
        ExperimentError(
          key: "priming.steps", problem: "priming.steps is 0, which primes nothing",
          expected: "at least 1 outer step, or priming.method = \"none\""))
    }
    if self[Settings.adapterType] == .none {
      switch self[Settings.outerUpdates] {
      case .adapter, .adapterAndHead:
        problems.append(withoutAdapter(Settings.outerUpdates))
      case .encoder, .encoderAndHead, .encoderAndAdapter, .encoderAdapterAndHead, .head: break
      }
      if self[Settings.innerUpdates] == .adapter {
        problems.append(withoutAdapter(Settings.innerUpdates))
      }
    }
    if method != .maml {
      if self[Settings.innerStepSizes] != .fixed {
        problems.append(
          onlyMAML(Settings.innerStepSizes, InnerStepSizes.fixed, "learns step sizes"))
      }
      if self[Settings.outerLosses] != .last {
        problems.append(
          onlyMAML(Settings.outerLosses, OuterLosses.last, "judges after each inner step"))
      }
    }
    return method == .reptile ? problems + reptileProblems : problems
  }

  private func withoutAdapter(_ setting: Setting<some MaskChoice>) -> ExperimentError {
    ExperimentError(
      key: setting.key, problem: "\(setting.key) is \(self[setting]) without an adapter",
      expected: "an adapter.type other than none, or another mask")
  }

  private func onlyMAML<Choice: SettingChoice>(
    _ setting: Setting<Choice>, _ plain: Choice, _ meaning: String
  ) -> ExperimentError {
    ExperimentError(
      key: setting.key, problem: "\(self[Settings.primingMethod]) never \(meaning)",
      expected: "\(setting.key) = \"\(plain)\", or priming.method = \"maml\"")
  }

  private var reptileProblems: [ExperimentError] {
    var problems: [ExperimentError] = []
    if self[Settings.innerSteps] == 0 {
      problems.append(
        ExperimentError(
          key: "priming.inner.steps", problem: "reptile with no inner steps moves nothing",
          expected: "priming.inner.steps of at least 1"))
    }
    if self[Settings.primingOrder] == .second {
      problems.append(
        ExperimentError(
          key: "priming.order", problem: "reptile has no second order",
          expected: "priming.order = \"first\""))
    }
    let (inner, outer) = (self[Settings.innerUpdates], self[Settings.outerUpdates])
    if inner.parts.isDisjoint(with: outer.parts) {
      problems.append(
        ExperimentError(
          key: "priming.inner.updates",
          problem:
            "reptile moves what both loops move: \(inner) and \(outer) have nothing in common",
          expected: "priming.inner.updates = \"all\" to move the encoder"))
    }
    return problems
  }

  private var tuningProblems: [ExperimentError] {
    var problems: [ExperimentError] = []
    if self[Settings.tuningLanguages].isEmpty {
      problems.append(
        ExperimentError(
          key: "tuning.languages", problem: "tuning.languages is empty",
          expected: "at least one target language"))
    }
    if self[Settings.adapterType] == .none, self[Settings.tuningUpdates] == .adapter {
      problems.append(withoutAdapter(Settings.tuningUpdates))
    }
    if self[Settings.evaluationSplits].isEmpty {
      problems.append(
        ExperimentError(
          key: "evaluation.splits", problem: "evaluation.splits is empty",
          expected: "at least one of train, dev, test"))
    }
    if self[Settings.tuningStart] == .primed, !hasOwnEncoder {
      problems.append(
        ExperimentError(
          key: "tuning.start", problem: "tuning.start is primed, and nothing is primed",
          expected: "tuning.start = \"fresh\" when priming.method is none and nothing is begun from"
        ))
    }
    return problems
  }

  private var pretrainingProblems: [ExperimentError] {
    let (hidden, heads) = (
      self[Settings.pretrainingHiddenSize], self[Settings.pretrainingAttentionHeadCount]
    )
    guard hidden % heads != 0 else { return [] }
    return [
      ExperimentError(
        key: "pretraining.attentionHeadCount",
        problem: "\(heads) attention heads do not divide a hidden size of \(hidden)",
        expected: "a number of heads that divides pretraining.hiddenSize")
    ]
  }
}
