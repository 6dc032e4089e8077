import RunFolders
import Testing

/// The state of a run as its files and its lock tell it.
@Suite struct RunStatusTests {
  private static let locks: [RunLock.Holder] = [.nobody, .somebody, .unknown("no locks")]

  private func journal(_ attempt: Int, _ state: RunState?) -> JournalSummary {
    var summary = JournalSummary()
    (summary.attempt, summary.state) = (attempt, state)
    return summary
  }

  private func log(_ wanted: Int, cancelled: Int = 0, ended: (Int, RunState)? = nil) -> RunLog {
    var log = RunLog()
    if wanted > 1 { log.apply(.queued(attempt: wanted, time: 1, anew: false)) }
    if cancelled > 0 { log.apply(.cancelled(attempt: cancelled, time: 2)) }
    if let (attempt, state) = ended { log.apply(.ended(attempt: attempt, state, "why", time: 3)) }
    return log
  }

  private func state(_ journal: JournalSummary, _ log: RunLog, _ lock: RunLock.Holder) -> RunState {
    RunStatus(journal: journal, log: log, lock: lock).state
  }

  @Test func `an attempt that nobody began is queued, cancelled or ended, whoever has the lock`() {
    for lock in Self.locks {
      for (attempt, last) in [(0, nil), (1, .failed), (1, .interrupted), (1, .running)]
        as [(Int, RunState?)]
      {
        let wanted = attempt + 1
        #expect(state(journal(attempt, last), log(wanted), lock) == .queued)
        #expect(state(journal(attempt, last), log(wanted, cancelled: wanted), lock) == .stopped)
        // What was said of an earlier attempt does not count for this one.
        if attempt > 0 {
          #expect(state(journal(attempt, last), log(wanted, cancelled: attempt), lock) == .queued)
          #expect(
            state(journal(attempt, last), log(wanted, ended: (attempt, .failed)), lock) == .queued)
        }
        #expect(
          state(journal(attempt, last), log(wanted, ended: (wanted, .failed)), lock) == .failed)
        #expect(
          state(journal(attempt, last), log(wanted, ended: (wanted, .interrupted)), lock)
            == .interrupted)
      }
    }
  }

  @Test func `an end that the engine wrote counts, whatever the launcher and the lock say`() {
    for lock in Self.locks {
      for last in RunState.allCases where last.isFinal {
        #expect(state(journal(2, last), log(2), lock) == last)
        #expect(state(journal(2, last), log(2, ended: (2, .failed)), lock) == last)
        #expect(state(journal(2, last), log(2, cancelled: 2), lock) == last)
      }
    }
  }

  @Test func `an attempt under way is told by the launcher, then by the lock`() {
    for last in [RunState.running, .paused] {
      #expect(state(journal(1, last), log(1), .somebody) == last)
      #expect(state(journal(1, last), log(1), .nobody) == .interrupted)
      #expect(state(journal(1, last), log(1, ended: (1, .failed)), .nobody) == .failed)
      #expect(state(journal(1, last), log(1, ended: (1, .interrupted)), .nobody) == .interrupted)
    }
  }

  @Test func `a run whose lock cannot be asked is never failed`() {
    for last in [RunState.running, .paused] {
      let status = RunStatus(journal: journal(1, last), log: log(1), lock: .unknown("NFS"))
      #expect(status.state == last && status.isUnknown)
    }
  }

  @Test func `the reason is that of the end that counts`() {
    var own = journal(1, .failed)
    own.error = "out of memory"
    #expect(
      RunStatus(journal: own, log: log(1, ended: (1, .failed)), lock: .nobody).reason
        == "out of memory")
    #expect(
      RunStatus(journal: journal(1, .running), log: log(1, ended: (1, .failed)), lock: .nobody)
        .reason == "why")
  }

  @Test func `a journal of the first version says itself that it is queued again`() {
    var summary = journal(1, .queued)
    summary.isQueued = true
    #expect(state(summary, log(1), .nobody) == .queued)
    // One that failed before any engine began.
    #expect(state(journal(0, .failed), log(1), .nobody) == .failed)
    #expect(state(journal(0, .failed), log(2), .nobody) == .queued)
  }
}
