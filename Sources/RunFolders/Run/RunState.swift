/// What a run is doing, or how it ended.
package enum RunState: String, Codable, Sendable, CaseIterable {
  case queued, running, paused, finished, stopped, failed, interrupted

  /// Whether nobody works on the run any more.
  package var isFinal: Bool {
    switch self {
    case .queued, .running, .paused: false
    case .finished, .stopped, .failed, .interrupted: true
    }
  }

  /// The states that may follow; the notebook refuses any other.
  package var next: Set<RunState> {
    switch self {
    case .queued: [.running, .stopped, .failed]
    case .running: [.paused, .finished, .stopped, .failed, .interrupted]
    case .paused: [.running, .stopped, .failed, .interrupted]
    case .stopped, .failed: [.queued]
    // An engine that was thought dead may still report; else the run is queued again.
    case .interrupted: [.queued, .running, .paused, .finished, .stopped, .failed]
    case .finished: []
    }
  }
}

/// The part of a run that is under way.
package enum RunPhase: String, Codable, Sendable, CaseIterable {
  case loading, pretraining, priming, tuning, evaluation
}
