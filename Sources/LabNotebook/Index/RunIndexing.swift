import Experiments
import Foundation
import GRDB
import RunFolders

/// Reads what is new in the files of a run into the index, within a transaction.
struct RunIndexing {
  /// How far a run's journal was read, and what is known from there to go on.
  private struct Reading: Codable {
    var position = FilePosition()
    var summary = JournalSummary()
    /// What makes `rewinds` larger than it was whenever the journal was read again.
    var addedRewinds = 0
    /// The first thing that could not be read, and how many there were.
    var problem: String?
    var problemCount = 0
    /// When the last line was recorded.
    var lastTime: Double?
    /// The inner steps of the experiment, where the journal begins in the first version.
    var innerSteps: Int?

    mutating func complain(_ text: String, count: Int = 1) {
      problem = problem ?? text
      problemCount += count
    }
  }

  /// The longest texts that lists show; what is longer is cut, and said so.
  private enum Bounds {
    static let experiment = 1_000_000
    static let note = 1 << 20
    static let line = 1000
  }

  private let notebook: Notebook
  private let run: RunID
  private let folder: RunFolder

  init(_ notebook: Notebook, _ run: RunID) {
    self.notebook = notebook
    self.run = run
    folder = RunFolder(notebook.runFolder(run))
  }

  /// Reads what is new; a run whose folder is gone goes out of the index.
  func carryOut(_ database: Database) throws {
    guard let files = RunFiles(folder: notebook.folder), access(folder.path, F_OK) == 0 else {
      try database.execute(sql: "DELETE FROM run WHERE id = ?", arguments: [run])
      return
    }
    defer { files.close() }
    // What comes while this reads is seen the next time.
    let look = files.look(at: run, withProgress: true)
    let holder = RunLock.holder(folder: folder.path)
    let before = try Row.fetchOne(
      database,
      sql: """
        SELECT reading, rewinds, experiment, scores, progress FROM source
        JOIN run ON run.id = source.run WHERE run.id = ?
        """, arguments: [run])
    var row = RunFields(
      experiment: try before?.storedIfAny(2) ?? "", scores: try before?.storedIfAny(3) ?? "",
      progress: try before?.storedIfAny(4))
    var reading = Reading()
    if let before {
      let text: String = try before.stored(0)
      reading = (try? StoredJSON.decode(Reading.self, text)) ?? Reading()
    } else {
      try insertPlaceholder(database)
    }
    let old = (rewinds: try before?.stored(1) as Int? ?? 0, length: reading.position.length)
    if row.experiment.isEmpty { row.experiment = experimentText() ?? "" }
    let change = readJournal(&reading, row.experiment)
    if row.experiment.isEmpty {
      row.experiment =
        reading.summary.header.map { String($0.experiment.prefix(Bounds.experiment)) } ?? ""
    }
    if change.isAnew, old.length > 0 {
      reading.addedRewinds = max(0, old.rewinds + 1 - reading.summary.rewinds)
    }
    try apply(change, isFirst: old.length == 0, to: &row, database)
    reading.lastTime = Self.lastTime(of: change) ?? reading.lastTime
    var log = RunLog()
    var problem: String?
    do {
      log = try RunLog(folder)
      if let first = log.problems.first {
        problem = "run.jsonl:\(first.line): \(first.reason)"
      }
    } catch {
      problem = "\(error)"
    }
    row.take(
      reading.summary, log, holder: sure(holder, reading.summary), look,
      lastTime: reading.lastTime)
    if let progress = newestProgress(row, look) { row.progress = progress }
    row.rewinds = reading.summary.rewinds + reading.addedRewinds
    row.fault = fault(reading, problem, row)
    row.cut()
    try write(row, database)
    let isOpen = !RunStatus(journal: reading.summary, log: log, lock: .somebody).state.isFinal
    var kept = look
    if !isOpen { kept.progressTime = -1 }
    try database.execute(
      sql: """
        INSERT OR REPLACE INTO source
          (run, isOpen, isHeld, logSize, logTime, journalSize, journalTime, progressTime, reading)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        run, isOpen, Self.number(holder), kept.logSize, kept.logTime, kept.journalSize,
        kept.journalTime, kept.progressTime, try StoredJSON.encode(reading),
      ])
  }

  /// A holder of a lock as the index keeps it.
  static func number(_ holder: RunLock.Holder) -> Int {
    switch holder {
    case .nobody: 0
    case .somebody: 1
    case .unknown: 2
    }
  }

  /// On a file system of several machines a free lock tells nothing of an engine of another boot.
  private func sure(_ holder: RunLock.Holder, _ summary: JournalSummary) -> RunLock.Holder {
    guard holder == .nobody, summary.boot != Machine.boot, notebook.isShared
    else { return holder }
    return .unknown("the folder is shared with other machines")
  }

  /// What the index knows of a run's journal.
  static func summary(of run: RunID, _ database: Database) throws -> JournalSummary {
    let text = try String.fetchOne(
      database, sql: "SELECT reading FROM source WHERE run = ?", arguments: [run])
    return text.flatMap { try? StoredJSON.decode(Reading.self, $0).summary } ?? JournalSummary()
  }

  // MARK: Files

  private func readJournal(_ reading: inout Reading, _ experiment: String) -> JournalChange {
    if reading.position.length == 0 || reading.innerSteps != nil {
      reading.innerSteps =
        beginsInFirstVersion() ? Experiment.stored(experiment).experiment[Settings.innerSteps] : nil
    }
    var reader = JournalReader(
      innerSteps: reading.innerSteps ?? 1, position: reading.position, summary: reading.summary)
    do {
      let change = try reader.read(folder.journal)
      if change.isAnew { (reading.problem, reading.problemCount) = (nil, 0) }
      (reading.position, reading.summary) = (reader.position, reader.summary)
      if let first = change.problems.first {
        reading.complain("journal.jsonl:\(first.line): \(first.reason)", count: change.problemCount)
      }
      return change
    } catch {
      // Said again as long as it is so.
      reading.problem = reading.problem ?? "\(error)"
      return JournalChange()
    }
  }

  private func beginsInFirstVersion() -> Bool {
    let file = open(folder.journal, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard file >= 0 else { return false }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 6)
    return read(file, &bytes, 6) == 6 && bytes == Array("[\"run\"".utf8)
  }

  /// The text of the experiment's file; nil where it cannot be read, or is too long for one.
  private func experimentText() -> String? {
    let file = open(folder.experiment, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard file >= 0 else { return nil }
    let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
    var facts = stat()
    guard fstat(file, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG,
      facts.st_size <= Bounds.experiment, let data = try? handle.readToEnd(),
      !data.contains(0)
    else { return nil }
    return String(validating: data, as: UTF8.self)
  }

  /// The newest picture of the loops that an engine at work left, as JSON.
  private func newestProgress(_ row: RunFields, _ look: RunFiles.Look) -> String? {
    guard look.progressTime >= 0, !row.state.isFinal || row.state == .interrupted else {
      return nil
    }
    return folder.newestProgress().flatMap { try? StoredJSON.encode($0) }
  }

  private func fault(_ reading: Reading, _ problem: String?, _ row: RunFields) -> String? {
    var problems = [problem, reading.problem].compactMap(\.self)
    if reading.problemCount > 1, let last = problems.indices.last {
      problems[last] += " (and \(reading.problemCount - 1) more lines)"
    }
    if row.experiment.isEmpty {
      problems.append("experiment.toml cannot be read")
    }
    if !row.isKnown { problems.append("neither run.jsonl nor journal.jsonl says what it is") }
    return problems.isEmpty ? nil : String(problems.joined(separator: "; ").prefix(Bounds.line))
  }

  // MARK: Rows

  private static func lastTime(of change: JournalChange) -> Double? {
    [change.points.last?.time, change.events.last?.time].compactMap(\.self).max()
  }

  /// - Parameter isFirst: Whether nothing was read of the journal before.
  private func apply(
    _ change: JournalChange, isFirst: Bool, to row: inout RunFields, _ database: Database
  ) throws {
    var areScoresOld = false
    if change.isAnew || isFirst {
      for table in ["series", "event", "result"] {
        try database.execute(sql: "DELETE FROM \(table) WHERE run = ?", arguments: [run])
      }
      (row.scores, row.progress) = ("", nil)
    } else if let offset = change.takenBackFrom {
      let place = Int64(offset)
      _ = try PointChunk.removePoints(of: run, behind: place, database)
      try database.execute(
        sql: "DELETE FROM result WHERE run = ? AND place > ?", arguments: [run, place])
      areScoresOld = true
      try removeMeasuredEvents(behind: place, database)
    }
    try addPoints(change, database)
    for entry in change.events {
      let insert = try database.cachedStatement(
        sql: "INSERT INTO event (run, place, time, json) VALUES (?, ?, ?, ?)")
      try insert.execute(
        arguments: [run, entry.end, entry.time, try StoredJSON.encode(entry.event)])
    }
    for entry in change.results {
      let insert = try database.cachedStatement(
        sql: "INSERT INTO result (run, place, json) VALUES (?, ?, ?)")
      try insert.execute(arguments: [run, entry.end, try StoredJSON.encode(entry.result)])
    }
    if areScoresOld {
      row.scores = RunScore.text(try scores(database))
    } else if change.results.contains(where: { $0.result.phase == .tuning }) {
      row.scores = RunScore.text(
        change.results.reduce(RunScore.list(row.scores)) { RunScore.adding($1.result, to: $0) })
    }
    if let progress = change.progress { row.progress = try StoredJSON.encode(progress) }
  }

  private func scores(_ database: Database) throws -> [RunScore] {
    try Notebook.results(of: run, database)
      .compactMap { try? StoredJSON.decode(EvaluationResult.self, $0) }
      .reduce([]) { RunScore.adding($1, to: $0) }
  }

  private func removeMeasuredEvents(behind place: Int64, _ database: Database) throws {
    let rows = try Row.fetchAll(
      database, sql: "SELECT place, json FROM event WHERE run = ? AND place > ?",
      arguments: [run, place])
    for row in rows {
      let event = try StoredJSON.decode(Event.self, row.stored(1))
      guard event.isMeasured else { continue }
      try database.execute(
        sql: "DELETE FROM event WHERE run = ? AND place = ?",
        arguments: [run, try row.stored(0) as Int64])
    }
  }

  private func addPoints(_ change: JournalChange, _ database: Database) throws {
    guard !change.points.isEmpty else { return }
    var points = [[MetricPoint]](repeating: [], count: change.keys.count)
    for point in change.points {
      points[Int(point.key)].append(
        MetricPoint(
          place: Int64(point.end), step: point.step,
          task: point.task > 0 ? Int(point.task) : nil,
          innerStep: point.innerStep > 0 ? Int(point.innerStep) : nil, value: point.value,
          time: Date(timeIntervalSince1970: point.time)))
    }
    for (key, points) in zip(change.keys, points) where !points.isEmpty {
      let arguments: StatementArguments = [run, key.series.name, key.language ?? ""]
      try database.execute(
        sql: "INSERT OR IGNORE INTO series (run, name, language) VALUES (?, ?, ?)",
        arguments: arguments)
      let series = try Int64.fetchOne(
        database, sql: "SELECT id FROM series WHERE run = ? AND name = ? AND language = ?",
        arguments: arguments)
      guard let series else { throw UnreadableRow(description: "a series is not there") }
      try PointChunk.append(points, to: series, database)
    }
  }

  /// A row that others can refer to, which is written over in the same transaction.
  private func insertPlaceholder(_ database: Database) throws {
    try write(RunFields(experiment: "", scores: "", progress: nil), database)
  }

  private func write(_ row: RunFields, _ database: Database) throws {
    let values = row.values
    let statement = try database.cachedStatement(sql: Self.upsert)
    try statement.execute(arguments: StatementArguments([run] + values.map { $0.1 }))
  }

  private static let upsert: String = {
    let names = RunFields(experiment: "", scores: "", progress: nil).values.map { $0.0 }
    return """
      INSERT INTO run (id, \(names.joined(separator: ", ")))
      VALUES (?\(String(repeating: ", ?", count: names.count)))
      ON CONFLICT (id) DO UPDATE SET
      \(names.map { "\($0) = excluded.\($0)" }.joined(separator: ", "))
      """
  }()
}
