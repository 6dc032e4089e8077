/// What the methods of a study have in common, so that they can be compared.
///
/// Methods spend differently: an outer step of MAML with 5 inner steps reads six batches and moves
/// the encoder once; one of multi-task priming reads one and moves it once.
package enum StudyMatch: String, Codable, Hashable, Sendable, CaseIterable {
  /// Nothing: each method has the steps that its settings say.
  case none
  /// The number of encoder updates, which is that of outer steps.
  case updates
  /// The number of sentences read while priming.
  case sentences
  /// The time that priming takes.
  case time
}

/// What a method spends on priming.
package struct PrimingBudget: Codable, Hashable, Sendable {
  /// Outer steps.
  package var steps: Int
  /// Steps that moved the encoder.
  package var encoderUpdates: Int
  /// Sentences read, support and query.
  package var sentences: Int

  /// What an experiment will spend.
  package init(_ experiment: Experiment) {
    steps = experiment[Settings.primingMethod] == .none ? 0 : experiment[Settings.primingSteps]
    encoderUpdates = experiment[Settings.outerUpdates].parts.contains(.encoder) ? steps : 0
    sentences = steps * experiment.sentencesPerOuterStep
  }
}

extension Study {
  /// How a method is matched to the reference; the reference and those that do not prime are not.
  package func match(of method: Variant) throws(ExperimentError) -> StudyMatch {
    guard try experiment(of: method)[Settings.primingMethod] != .none,
      let reference = try reference(), reference.name != method.name
    else { return .none }
    return method.match ?? match
  }

  /// The method whose budget the others are given.
  package func reference() throws(ExperimentError) -> Variant? {
    if let matchTo { return methods.first { $0.name == matchTo } }
    for method in methods where try experiment(of: method)[Settings.primingMethod] != .none {
      return method
    }
    return nil
  }

  /// A method's experiment with as many outer steps as its budget allows.
  func matched(
    _ method: Variant, secondsPerStep: [String: Double]
  ) throws(ExperimentError) -> Experiment {
    var experiment = try experiment(of: method)
    let match = try match(of: method)
    guard match != .none, let reference = try reference() else { return experiment }
    let budget = PrimingBudget(try self.experiment(of: reference))
    let before = experiment[Settings.primingSteps]
    let steps: Int
    switch match {
    case .none, .updates: steps = budget.steps
    case .sentences:
      let each = max(1, experiment.sentencesPerOuterStep)
      steps = Int((Double(budget.sentences) / Double(each)).rounded())
    case .time:
      guard let own = secondsPerStep[method.name], let other = secondsPerStep[reference.name],
        own > 0
      else {
        throw ExperimentError(
          key: "match", problem: "it is not known how long a step of \(method.name) takes",
          expected: "timing runs of \(method.name) and \(reference.name)")
      }
      steps = Int((Double(budget.steps) * other / own).rounded())
    }
    try experiment.set(Settings.primingSteps.key, to: .integer(max(1, steps)))
    let warmup = experiment[Settings.outerWarmupSteps]
    if warmup > 0, before > 0 {
      // The warm-up stays the same share of priming.
      let scaled = Int((Double(warmup) * Double(max(1, steps)) / Double(before)).rounded())
      try experiment.set(Settings.outerWarmupSteps.key, to: .integer(max(1, scaled)))
    }
    return experiment
  }

  /// Whether some method is matched by time, so that steps must be timed first.
  package func needsTiming() throws(ExperimentError) -> Bool {
    for method in methods where try match(of: method) == .time { return true }
    return false
  }

  /// Short runs that tell how long an outer step of each method takes.
  package func timingRuns() throws(ExperimentError) -> [(method: String, experiment: Experiment)] {
    var runs: [(method: String, experiment: Experiment)] = []
    for method in methods {
      var experiment = try experiment(of: method)
      guard experiment[Settings.primingMethod] != .none else { continue }
      try experiment.set(Settings.name.key, to: "\(name): timing of \(method.name)")
      try experiment.set(Settings.seed.key, to: .integer(seeds[0]))
      experiment[Settings.primingSteps] = 12
      experiment[Settings.outerWarmupSteps] = 0
      experiment[Settings.evaluationEvery] = 0
      experiment[Settings.evaluationSentences] = 1
      experiment[Settings.tuningEpochs] = 0
      runs.append((method.name, experiment))
    }
    return runs
  }
}
