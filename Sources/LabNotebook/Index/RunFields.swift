import Foundation
import GRDB
import RunFolders

/// The row of a run in the index, as its files say it.
struct RunFields {
  var experiment: String
  var scores: String
  var progress: String?
  var rewinds = 0
  var fault: String?

  private(set) var state = RunState.queued
  /// Whether anything says that there is a run.
  private(set) var isKnown = false
  private var name = ""
  private var created = 0.0
  private var started: Double?
  private var finished: Double?
  private var heartbeat: Double?
  private var processID: Int32?
  private var host: String?
  private var error: String?
  private var note = ""
  private var starred = false
  private var archived = false
  private var position: Double?
  private var tags = ""
  private var study = ""
  private var deleted: Double?
  private var isUnknown = false

  init(experiment: String, scores: String, progress: String?) {
    self.experiment = experiment
    self.scores = scores
    self.progress = progress
  }

  /// Takes up what the journal and the log say; of what both say, the log's counts.
  mutating func take(
    _ journal: JournalSummary, _ log: RunLog, holder: RunLock.Holder, _ look: RunFiles.Look,
    lastTime: Double?
  ) {
    isKnown = log.header != nil || journal.header != nil || journal.attempt > 0
    takeColumns(journal, log)
    created = log.header?.created ?? journal.header?.created ?? Double(look.journalTime) / 1e9
    let status = RunStatus(journal: journal, log: log, lock: holder)
    state = isKnown ? status.state : .failed
    (error, isUnknown) = (status.reason, status.isUnknown)
    let isAnew = log.anewAttempt > journal.attempt
    started = isAnew ? nil : journal.started
    if isAnew { (progress, scores) = (nil, "") }
    let lastWritten = max(look.journalTime, look.progressTime)
    heartbeat = state == .queued || lastWritten < 0 ? nil : Double(lastWritten) / 1e9
    if state != .queued { (processID, host) = (journal.processID, journal.host) }
    finished = state.isFinal ? ending(journal, log) ?? lastTime : nil
  }

  private func ending(_ journal: JournalSummary, _ log: RunLog) -> Double? {
    if journal.state == state, log.wantedAttempt <= max(journal.attempt, 1),
      let finished = journal.finished
    {
      return finished
    }
    if let ending = log.ending, ending.attempt >= journal.attempt, ending.state == state {
      return ending.time
    }
    return state == .stopped ? log.cancelled ?? journal.finished : nil
  }

  private mutating func takeColumns(_ journal: JournalSummary, _ log: RunLog) {
    func value(_ column: RunColumn) -> RunValue? { log.columns[column] ?? journal.columns[column] }
    func text(_ column: RunColumn) -> String? {
      if case .text(let text) = value(column) { text } else { nil }
    }
    func number(_ column: RunColumn) -> Double? {
      if case .number(let number) = value(column), number.isFinite { number } else { nil }
    }
    name = text(.name) ?? log.header?.name ?? journal.header?.name ?? ""
    note = text(.note) ?? ""
    tags = text(.tags) ?? ""
    study = text(.study) ?? log.header?.study ?? ""
    starred = number(.starred).map { $0 != 0 } ?? false
    archived = number(.archived).map { $0 != 0 } ?? false
    position = number(.position).flatMap { abs($0) <= Double(ValueRange.largest) ? $0 : nil }
    deleted = number(.deleted).flatMap { ValueRange.isClockTime($0) ? $0 : nil }
  }

  /// Cuts texts that are longer than lists can bear, and says so in the fault.
  mutating func cut() {
    var cut: [String] = []
    func bound(_ text: inout String, _ most: Int, _ what: String) {
      guard text.utf8.count > most else { return }
      text = String(text.prefix(most / 4))
      cut.append(what)
    }
    bound(&name, 4000, "name")
    bound(&note, 4 << 20, "note")
    bound(&tags, 100_000, "tags")
    bound(&study, 4000, "study")
    if var text = error {
      bound(&text, 100_000, "error")
      error = text
    }
    if var text = host {
      bound(&text, 4000, "host")
      host = text
    }
    if cut.isEmpty { return }
    let text = "its \(cut.joined(separator: ", ")) is too long and was cut"
    fault = fault.map { "\($0); \(text)" } ?? text
  }

  /// The columns of the row but for its number.
  var values: [(String, DatabaseValue)] {
    [
      ("name", name.databaseValue), ("state", state.rawValue.databaseValue),
      ("experiment", experiment.databaseValue), ("created", created.databaseValue),
      ("started", started.databaseValue), ("finished", finished.databaseValue),
      ("heartbeat", heartbeat.databaseValue), ("processID", processID.databaseValue),
      ("host", host.databaseValue), ("error", error.databaseValue), ("note", note.databaseValue),
      ("starred", starred.databaseValue), ("archived", archived.databaseValue),
      ("rewinds", rewinds.databaseValue), ("position", position.databaseValue),
      ("tags", tags.databaseValue), ("study", study.databaseValue),
      ("deleted", deleted.databaseValue), ("scores", scores.databaseValue),
      ("progress", progress.databaseValue), ("fault", fault.databaseValue),
      ("isUnknown", isUnknown.databaseValue),
    ]
  }
}

extension Optional where Wrapped: DatabaseValueConvertible {
  fileprivate var databaseValue: DatabaseValue { self?.databaseValue ?? .null }
}
