/// A grid of experiments: methods × tunings × seeds over one base.
package struct Study: Hashable, Sendable {
  /// A named set of settings.
  package struct Variant: Hashable, Sendable {
    /// What tables call it.
    package var name: String
    /// The settings that differ from the base, in the order they are applied.
    package var changes: [Change]
    /// What this method has in common with the reference; nil: what the study says.
    package var match: StudyMatch?

    /// A variant of a name.
    package init(name: String, changes: [Change], match: StudyMatch? = nil) {
      self.name = name
      self.changes = changes
      self.match = match
    }
  }

  /// A setting and its value.
  package struct Change: Hashable, Sendable {
    /// The setting.
    package var key: String
    /// Its value.
    package var value: SettingValue

    /// A change of one setting.
    package init(key: String, value: SettingValue) {
      self.key = key
      self.value = value
    }

    /// A change to the value that a text, as one types it, gives a setting.
    package init(key: String, typed text: String) throws(ExperimentError) {
      self.init(key: key, value: try Settings.value(of: key, text))
    }
  }

  /// One run of the grid.
  package struct Cell: Hashable, Sendable {
    /// The method's name.
    package var method: String
    /// The tuning's name.
    package var tuning: String
    /// The seed.
    package var seed: Int
    /// The experiment, named after all three.
    package var experiment: Experiment
  }

  /// What the study is called.
  package var name: String
  /// What every run has in common.
  package var base: Experiment
  /// How the encoder is primed.
  package var methods: [Variant]
  /// How it is tuned.
  package var tunings: [Variant]
  /// The seeds of each pair of the two.
  package var seeds: [Int]
  /// The method that the others are compared with.
  package var control: String
  /// What the methods that prime have in common with the reference.
  package var match = StudyMatch.none
  /// The method whose budget the others are given; nil: the first that primes.
  package var matchTo: String?
  /// Whether cells that need the same primed encoder prime it once.
  package var sharesPriming = true

  /// Every run of the grid: seeds outermost, so that a study that is broken off has whole rows.
  ///
  /// - Parameter secondsPerStep: What an outer step of each method takes; needed to match by time.
  package func cells(secondsPerStep: [String: Double] = [:]) throws(ExperimentError) -> [Cell] {
    var cells: [Cell] = []
    for seed in seeds {
      for method in methods {
        let primed = try matched(method, secondsPerStep: secondsPerStep)
        for tuning in tunings {
          var experiment = primed
          for change in tuning.changes { try experiment.set(change.key, to: change.value) }
          try experiment.set(Settings.seed.key, to: .integer(seed))
          try experiment.set(
            Settings.name.key, to: "\(name): \(method.name), \(tuning.name), seed \(seed)")
          if sharesPriming, tunings.count > 1, experiment[Settings.primingMethod] != .none {
            experiment[Settings.primingReuse] = true
          }
          try experiment.validated()
          cells.append(
            Cell(method: method.name, tuning: tuning.name, seed: seed, experiment: experiment))
        }
      }
    }
    return cells
  }

  /// The base with a method's own settings.
  package func experiment(of method: Variant) throws(ExperimentError) -> Experiment {
    var experiment = base
    for change in method.changes { try experiment.set(change.key, to: change.value) }
    return experiment
  }
}
