import Experiments
import Foundation
import RunFolders

/// The files of a run that somebody else wrote, in a folder of their own, looked at before they
/// become a run: what they say comes into lists and onto screens, where nothing is looked at twice.
struct StagedRun {
  let folder: RunFolder
  let log: RunLog
  let journal: JournalSummary
  /// The experiment as it stands there.
  let experiment: String
  let state: RunState

  /// Why the files are not taken; the text says which.
  struct Complaint: Error {
    let text: String
  }

  /// What the run is called.
  var name: String {
    text(.name) ?? log.header?.name ?? journal.header?.name ?? ""
  }

  /// When it was queued, in seconds since 1970.
  var created: Double { log.header?.created ?? journal.header?.created ?? 0 }

  /// Reads the files; throws a `Complaint` unless all of them are as this program writes them.
  init(_ folder: RunFolder) throws {
    self.folder = folder
    try Self.checkSizes(folder)
    log = try RunLog(folder)
    var reader = JournalReader(innerSteps: 1)
    let change = try reader.read(folder.journal)
    journal = reader.summary
    if let problem = log.problems.first {
      throw Complaint(text: "line \(problem.line) of run.jsonl: \(problem.reason)")
    }
    if let problem = change.problems.first {
      throw Complaint(text: "line \(problem.line) of its journal: \(problem.reason)")
    }
    guard log.header != nil || journal.header != nil else {
      throw Complaint(text: "its first line is missing")
    }
    for (path, length) in [
      (folder.journal, reader.position.length), (folder.log, log.position.length),
    ] where Self.size(path) > length {
      throw Complaint(text: "\((path as NSString).lastPathComponent) is cut short")
    }
    state = RunStatus(journal: journal, log: log, lock: .nobody).state
    guard state.isFinal else {
      throw Complaint(
        text: "it is \(state.rawValue); only runs that have ended can be taken in")
    }
    if let text = Self.complaint(change) { throw Complaint(text: text) }
    experiment = try Self.experiment(folder, journal)
    if let text = columnComplaint { throw Complaint(text: text) }
  }

  // MARK: Checks

  /// The largest files that are read whole, in bytes.
  private static let bounds = (journal: 2 << 30, log: 16 << 20, experiment: 1_000_000)
  private static let mostRewinds = 1_000_000
  private static let mostEvents = 5_000_000
  private static let mostSeries = 10_000
  /// The longest line of an event or a result, in bytes.
  private static let longestEvent = 1 << 20

  private static func size(_ path: String) -> Int {
    var facts = stat()
    return lstat(path, &facts) == 0 ? Int(facts.st_size) : 0
  }

  private static func checkSizes(_ folder: RunFolder) throws {
    for (path, most) in [
      (folder.journal, bounds.journal), (folder.log, bounds.log),
      (folder.experiment, bounds.experiment),
    ] where size(path) > most {
      throw Complaint(
        text:
          "\((path as NSString).lastPathComponent) has \(size(path)) bytes; at most \(most) are "
          + "read")
    }
  }

  private static func experiment(_ folder: RunFolder, _ journal: JournalSummary) throws -> String {
    let text =
      (try? Data(contentsOf: URL(filePath: folder.experiment)))
      .flatMap { String(validating: $0, as: UTF8.self) } ?? journal.header?.experiment
    guard let text else { throw Complaint(text: "its experiment is missing") }
    guard text.utf8.count <= bounds.experiment else {
      throw Complaint(text: "its experiment has \(text.utf8.count) bytes")
    }
    if let problem = Experiment.stored(text).problem {
      throw Complaint(text: "its experiment: \(problem.prefix(300))")
    }
    return text
  }

  private static func complaint(_ change: JournalChange) -> String? {
    let times = change.points.lazy.map(\.time)
    if let time = times.first(where: { !ValueRange.isClockTime($0) }) {
      return "\(time) is not a valid time"
    }
    if change.events.count > mostEvents { return "it has \(change.events.count) events" }
    let lengths =
      change.events.lazy.map { $0.end - $0.begin } + change.results.lazy.map { $0.end - $0.begin }
    if let length = lengths.first(where: { $0 > longestEvent }) {
      return "an event of \(length) bytes is longer than a notebook has"
    }
    if change.keys.count > mostSeries { return "it has \(change.keys.count) series" }
    if let key = change.keys.first(where: { $0.name.utf8.count > RunBounds.name }) {
      return "a series has a name of \(key.name.utf8.count) bytes"
    }
    for (rows, what) in [
      (change.points.lazy.map(\.row).filter { $0 != 0 }, "points"),
      (change.events.lazy.map(\.row).filter { $0 != 0 }, "events"),
      (change.results.lazy.map(\.row).filter { $0 != 0 }, "results"),
    ] as [(any Sequence<Int64>, String)] {
      if let problem = complaint(ofNumbers: Array(rows)) { return "its \(what) \(problem)" }
    }
    return nil
  }

  private static func complaint(ofNumbers numbers: [Int64]) -> String? {
    let sorted = numbers.sorted()
    if let first = sorted.first, first < 1 { return "have numbers that no notebook gives" }
    return zip(sorted, sorted.dropFirst()).contains { $0 == $1 } ? "are in it twice" : nil
  }

  private var columnComplaint: String? {
    if !(0...Self.mostRewinds).contains(journal.rewinds) {
      return "it went back \(journal.rewinds) times"
    }
    if name.utf8.count > RunBounds.name { return "its name has \(name.utf8.count) bytes" }
    for columns in [log.columns, journal.columns] {
      for (column, value) in columns where !Self.isRight(column, value) {
        return "its \(column.rawValue) is none that a notebook has"
      }
    }
    for text in [journal.error, journal.host, log.ending?.reason, log.header?.study].compactMap(
      \.self)
    where text.utf8.count > RunBounds.text {
      return "a text of \(text.utf8.count) bytes is longer than a notebook has"
    }
    return nil
  }

  private func text(_ column: RunColumn) -> String? {
    if case .text(let text)? = log.columns[column] ?? journal.columns[column] { text } else { nil }
  }

  private static func isRight(_ column: RunColumn, _ value: RunValue) -> Bool {
    switch (column, value) {
    case (_, .null):
      [.position, .deleted, .error, .started, .finished, .host, .processID].contains(column)
    case (.note, .text(let text)): text.utf8.count <= RunBounds.note
    case (.name, .text(let text)): text.utf8.count <= RunBounds.name
    case (.study, .text(let text)), (.error, .text(let text)), (.host, .text(let text)):
      text.utf8.count <= RunBounds.text
    case (.tags, .text(let text)):
      text.utf8.count <= RunBounds.tags
        && text.split(separator: " ", omittingEmptySubsequences: false).allSatisfy {
          text.isEmpty || Notebook.isTag(String($0))
        }
    case (.starred, .number(let number)), (.archived, .number(let number)):
      number == 0 || number == 1
    case (.position, .number(let number)): abs(number) <= Double(ValueRange.largest)
    case (.deleted, .number(let number)): ValueRange.isClockTime(number)
    default: false
    }
  }
}
