import RunFolders

extension RunStatus {
  /// The last attempt that an engine began, and the last that is wanted.
  static func attempts(journal: JournalSummary, log: RunLog) -> (begun: Int, wanted: Int) {
    // A journal of the first version may tell an end before any engine began, and may say itself
    // that another attempt is wanted.
    let begun = max(journal.attempt, journal.state?.isFinal == true ? 1 : 0)
    return (begun, max(log.wantedAttempt, journal.isQueued ? begun + 1 : 0))
  }
}
