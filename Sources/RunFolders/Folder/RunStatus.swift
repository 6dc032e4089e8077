/// What a run is doing: told by its two files and its lock, without any clock.
package struct RunStatus: Hashable, Sendable {
  /// The state.
  package var state: RunState
  /// Why it ended, if that is known.
  package var reason: String?
  /// Whether nobody can tell if its engine still lives: the file system has no locks.
  ///
  /// The state is then what the journal says last.
  package var isUnknown = false

  /// The status of a run.
  ///
  /// - Parameters:
  ///   - journal: What its journal says.
  ///   - log: What people and launchers say.
  ///   - lock: Whether an engine has the run's lock.
  package init(journal: JournalSummary, log: RunLog, lock: RunLock.Holder) {
    // A journal of the first version may tell an end before any engine began.
    let begun = max(journal.attempt, journal.state?.isFinal == true ? 1 : 0)
    // A journal of the first version may say itself that another attempt is wanted.
    let wanted = max(log.wantedAttempt, journal.isQueued ? begun + 1 : 0)
    let ending = log.ending.flatMap { $0.attempt == max(begun, wanted) ? $0 : nil }
    if wanted > begun {
      if let ending {
        (state, reason) = (ending.state, ending.reason)
      } else {
        state = log.cancelledAttempt == wanted ? .stopped : .queued
      }
      return
    }
    let last = journal.state ?? .running
    if last.isFinal {
      (state, reason) = (last, journal.error)
    } else if let ending {
      (state, reason) = (ending.state, ending.reason)
    } else {
      switch lock {
      case .somebody: state = last
      case .nobody: state = .interrupted
      case .unknown: (state, isUnknown) = (last, true)
      }
    }
  }
}
