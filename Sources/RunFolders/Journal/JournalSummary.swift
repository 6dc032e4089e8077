/// What a journal says of its run as a whole, kept up as its lines are read.
package struct JournalSummary: Codable, Hashable, Sendable {
  /// The last attempt that an engine began; 0 before the first.
  package var attempt = 0
  /// The last state that the journal says; nil before there is one.
  package var state: RunState?
  /// Why the run ended as it did.
  package var error: String?
  /// When the first engine began, in seconds since 1970.
  package var started: Double?
  /// When the run ended; nil while it has not.
  package var finished: Double?
  /// The engine's process in the last attempt.
  package var processID: Int32?
  /// The machine's name in the last attempt.
  package var host: String?
  /// The machine's boot in the last attempt; nil in the first version.
  package var boot: String?
  /// How many threads computed in the last attempt; nil where that was not looked at.
  package var threads: Int?
  /// How often the run went back, so that what was read of it before is not all true any more.
  package var rewinds = 0
  /// Where the last line begins that a rewind could take back; -1 before there is one.
  package var lastMeasured = -1
  /// Whether the last line of the first version that tells a state says that the run is queued:
  /// then another attempt than the last is wanted.
  package var isQueued = false
  /// The header of a journal of the first version.
  package var header: JournalLine.Header?
  /// What a journal of the first version says of what people add.
  package var columns: [RunColumn: RunValue] = [:]
  /// The last number of each kind of row in the first version, whether or not it was taken back.
  package var lastRows = RowMark.beginning

  /// A journal that says nothing.
  package init() {}

  mutating func take(_ event: Event, at time: Double) {
    switch event {
    case .stateChanged(let state):
      self.state = state
      isQueued = state == .queued
      finished = state.isFinal ? time : nil
      error = nil
      if isQueued { (processID, host, boot) = (nil, nil, nil) }
    default: break
    }
  }

  mutating func take(
    startedBy processID: Int32, on host: String, threads: Int, at time: Double
  ) {
    (self.processID, self.host, self.threads) = (processID, host, threads)
    started = started ?? time
  }

  mutating func set(_ column: RunColumn, _ value: RunValue) {
    switch (column, value) {
    case (.error, .text(let text)): error = text
    case (.error, .null): error = nil
    case (.state, .text(let text)):
      guard let state = RunState(rawValue: text) else { return }
      (self.state, isQueued) = (state, state == .queued)
    case (.started, .number(let time)): started = time
    case (.finished, .number(let time)): finished = time
    case (.host, .text(let host)): self.host = host
    case (.processID, .number(let number)): processID = Int32(exactly: number)
    case (.rewinds, .number(let number)): rewinds = Int(exactly: number) ?? rewinds
    case (.state, _), (.started, _), (.finished, _), (.host, _), (.processID, _), (.rewinds, _),
      (.error, _):
      break
    default: columns[column] = value
    }
  }
}
