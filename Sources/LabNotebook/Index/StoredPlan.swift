import Experiments

/// A stored experiment as this program reads it.
struct StoredPlan: Hashable, Sendable {
  var experiment: Experiment
  /// What this program cannot read of it.
  var problem: String?
  /// Its method and its languages: found once, when it is decoded.
  let words: [String]

  init(experiment: Experiment, problem: String?) {
    self.experiment = experiment
    self.problem = problem
    words = [experiment.methodName] + experiment.languages
  }

  /// The plan of a stored text.
  init(toml: String) {
    let stored = Experiment.stored(toml)
    self.init(experiment: stored.experiment, problem: stored.problem)
  }
}
