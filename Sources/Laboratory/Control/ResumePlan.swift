package import Experiments
package import RunFolders

/// Where a run goes on, and what of it is behind it.
package struct ResumePlan {
  /// A live setting that was changed after the checkpoint.
  package struct Change: Hashable, Sendable {
    /// The look for requests at which it was.
    package var tick: Int
    package var key: String
    package var value: SettingValue
  }

  /// What is to be done of a phase.
  enum Phase {
    /// All of it.
    case all
    /// What comes after a checkpoint within it.
    case rest(Checkpoint)
    /// Nothing.
    case none
  }

  /// What is to be done for a language that is tuned.
  enum Language {
    /// Tuning, all of it or the rest, and evaluation.
    case tuning(Phase)
    /// Evaluation, from the split of a number on.
    case evaluation(split: Int)
    /// Nothing.
    case none
  }

  /// The checkpoint from which the run goes on; nil when it begins.
  package let checkpoint: Checkpoint?
  /// What is changed again at the moments at which it was changed the first time.
  let changes: [Change]

  /// A run from its beginning.
  package static let beginning = ResumePlan(from: nil)

  /// A run from a checkpoint, or from its beginning without one.
  ///
  /// - Parameter takenBack: The events after it, whose changed settings are repeated.
  package init(from checkpoint: Checkpoint?, takenBack: [Event] = []) {
    self.checkpoint = checkpoint
    changes = takenBack.compactMap { event in
      guard case .settingChanged(let key, _, let new, _, let tick?) = event else { return nil }
      return Change(tick: tick, key: key, value: new)
    }
  }

  /// Whether nothing is behind the run.
  var isBeginning: Bool { checkpoint == nil }

  /// What is to be done of priming, or of pretraining.
  var priming: Phase {
    guard let checkpoint else { return .all }
    switch checkpoint.state.place {
    case .priming, .primingEvaluation: return .rest(checkpoint)
    case .tuning, .evaluation: return .none
    }
  }

  /// What is to be done for the language of a number.
  func language(_ index: Int) -> Language {
    guard let checkpoint else { return .tuning(.all) }
    switch checkpoint.state.place {
    case .priming, .primingEvaluation: return .tuning(.all)
    case .tuning(let current, _):
      if index != current { return index < current ? .none : .tuning(.all) }
      // A checkpoint between two phases has no tensors: what it goes on from is in the run's files.
      return .tuning(checkpoint.tensors.isEmpty ? .all : .rest(checkpoint))
    case .evaluation(let current, let split):
      if index != current { return index < current ? .none : .tuning(.all) }
      return .evaluation(split: split)
    }
  }
}
