import Synchronization

/// What was decoded of the rows of runs, so that a poll decodes only what is new.
final class DecodedRuns: Sendable {
  /// A stored experiment as this program reads it.
  struct Plan {
    var experiment: Experiment
    /// What this program cannot read of it.
    var problem: String?
  }

  private struct Known {
    var toml: String
    var plan: Plan
    var ending: (mark: String, results: [EvaluationResult])?
    var progress: (text: String, value: Progress)?
  }

  private let known = Mutex<[RunID: Known]>([:])

  /// The experiment of a stored text, parsed once.
  func plan(_ run: RunID, _ toml: String) -> Plan {
    known.withLock { known in
      if let found = known[run], found.toml == toml { return found.plan }
      let stored = Experiment.stored(toml)
      let plan = Plan(experiment: stored.experiment, problem: stored.problem)
      known[run] = Known(toml: toml, plan: plan)
      return plan
    }
  }

  /// The progress of a stored text, decoded once.
  func progress(_ run: RunID, _ text: String) throws -> Progress {
    if let found = known.withLock({ $0[run]?.progress }), found.text == text { return found.value }
    let value = try StoredJSON.decode(Progress.self, text)
    known.withLock { $0[run]?.progress = (text, value) }
    return value
  }

  /// The results of a run that has ended, read once; `mark` tells one end from another.
  func results(
    _ run: RunID, mark: String?, read: () throws -> [EvaluationResult]
  ) rethrows -> [EvaluationResult] {
    guard let mark else { return try read() }
    if let found = known.withLock({ $0[run]?.ending }), found.mark == mark { return found.results }
    let results = try read()
    known.withLock { $0[run]?.ending = (mark, results) }
    return results
  }
}
