/// What a journal said when an engine opened it.
package struct JournalOpening: Sendable {
  /// What it says of the run as a whole.
  package let summary: JournalSummary
  /// Its events, but for those that were taken back.
  package let events: [JournalChange.LoggedEvent]
  /// The requests that were carried out.
  package let answered: Set<String>
  /// Lines that could not be read.
  package let problems: [JournalChange.Problem]
  let position: FilePosition
  private let path: String
  private let takings: [(begin: Int, from: Int, rows: (after: RowMark, of: RowMark)?)]

  init(path: String, innerSteps: Int) throws(RunFolderError) {
    var reading = JournalReading(
      innerSteps: innerSteps, summary: .init(), isFromBeginning: true, keepsPoints: false)
    var end = FilePosition()
    if let file = try LineFile(path: path) {
      end = try file.read(from: .init(), longest: JournalReader.longestLine) { line in
        reading.read(line)
        return true
      }
    }
    position = end
    summary = reading.summary
    events = reading.change.events
    answered = Set(reading.change.answered)
    problems = reading.change.problems
    takings = reading.takings
    self.path = path
  }

  /// Whether the journal has everything that it had when a mark was made.
  ///
  /// A copy that was made before the checkpoint lacks some of it, and what a later line took back is
  /// gone; what the journal has must not be taken back for such a mark.
  package func holds(_ mark: RunMark) -> Bool {
    switch mark {
    case .offset(0, _): return true
    case .offset(let offset, let check):
      guard offset <= position.length, let file = try? LineFile(path: path) else { return false }
      return file.check(at: offset) == check
        && !takings.contains { $0.begin >= offset && $0.from < offset }
    case .rows(let rows):
      guard rows.isNotAfter(summary.lastRows) else { return false }
      return !takings.contains { taking in
        guard let (after, last) = taking.rows else { return false }
        return rows.isNotAfter(last) && !rows.isNotAfter(after)
      }
    }
  }
}

extension RowMark {
  /// Whether every row that the mark has is one of those up to another.
  fileprivate func isNotAfter(_ other: RowMark) -> Bool {
    metric <= other.metric && event <= other.event && result <= other.result
  }
}
