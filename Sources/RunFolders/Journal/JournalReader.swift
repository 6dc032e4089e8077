import Foundation

/// How far a file of lines was read, and what tells that it is still the same file.
package struct FilePosition: Codable, Hashable, Sendable {
  /// How many bytes the whole lines have that were read.
  package var length = 0
  /// What the last bytes before that place add up to; see `FileCheck`.
  package var check = FileCheck.empty
  /// How many lines they are.
  package var lines = 0

  /// The beginning of a file.
  package init() {}
}

/// Reads a run's journal, from its beginning or from where the last reading ended.
///
/// Whole lines only: an unfinished last line is left for the next time. A file that is shorter than
/// what was read of it, or another one, is read again from its beginning.
package struct JournalReader: Sendable {
  /// Where the last reading ended.
  package private(set) var position: FilePosition
  /// What the journal says of the run as a whole, as far as it was read.
  package private(set) var summary: JournalSummary

  private let innerSteps: Int

  /// The longest line that is looked at, in bytes.
  static let longestLine = 64 << 20

  /// A reader that goes on from a place.
  ///
  /// - Parameters:
  ///   - innerSteps: The experiment's inner steps a task: journals of the first version pack outer
  ///     and inner step of `inner/loss` into one number with it.
  ///   - position: Where the last reading ended; the beginning of the file by default.
  ///   - summary: What was known by then.
  package init(
    innerSteps: Int, position: FilePosition = .init(), summary: JournalSummary = .init()
  ) {
    self.innerSteps = max(1, innerSteps)
    self.position = position
    self.summary = summary
  }

  /// Reads a file as far as it has whole lines; one that is not there has none.
  package mutating func read(_ path: String) throws(RunFolderError) -> JournalChange {
    let file = try LineFile(path: path)
    guard let file else { return readNothing() }
    if position.length > 0, !file.begins(as: position) {
      (position, summary) = (.init(), .init())
      return try readOn(file, isAnew: true)
    }
    return try readOn(file, isAnew: false)
  }

  private mutating func readNothing() -> JournalChange {
    var change = JournalChange()
    change.isAnew = position.length > 0
    (position, summary) = (.init(), .init())
    return change
  }

  private mutating func readOn(
    _ file: borrowing LineFile, isAnew: Bool
  ) throws(RunFolderError) -> JournalChange {
    var reading = JournalReading(
      innerSteps: innerSteps, summary: summary, isFromBeginning: position.length == 0)
    reading.change.isAnew = isAnew
    let end = try file.read(from: position, longest: Self.longestLine) { line in
      reading.read(line)
      return !reading.needsBeginning
    }
    if reading.needsBeginning {
      (position, summary) = (.init(), .init())
      return try readOn(file, isAnew: true)
    }
    (position, summary) = (end, reading.summary)
    return reading.change
  }
}

/// Lines of a journal as they are read: what they change.
struct JournalReading {
  private let innerSteps: Int
  private let isFromBeginning: Bool
  private let keepsPoints: Bool
  private let decoder = StoredJSON.decoder
  private(set) var summary: JournalSummary
  /// What they change.
  var change = JournalChange()
  /// Each line that takes back: where it stands, from where it does, and for the first version from
  /// which rows on, with the last rows that there were by then.
  private(set) var takings: [(begin: Int, from: Int, rows: (after: RowMark, of: RowMark)?)] = []
  /// Whether a line takes back rows by their numbers, some of which were read before.
  private(set) var needsBeginning = false

  private struct Known {
    var bytes: [UInt8]
    var key: Int32
    var isPacked: Bool
  }

  private var known: [Known] = []
  private var lastKnown = 0
  private var keys: [SeriesKey: Int32] = [:]

  /// Lines of a journal whose earlier ones came to a summary.
  ///
  /// - Parameter keepsPoints: Whether points become part of the change; else they only count.
  init(
    innerSteps: Int, summary: JournalSummary, isFromBeginning: Bool, keepsPoints: Bool = true
  ) {
    self.innerSteps = innerSteps
    self.keepsPoints = keepsPoints
    self.summary = summary
    self.isFromBeginning = isFromBeginning
  }

  mutating func read(_ line: LineFile.Line) {
    guard let bytes = line.bytes else { return change.complain(line.number, "it is too long") }
    if let point = PointLineScanner.point(bytes, 0..<bytes.count) {
      add(point, bytes, line)
      return
    }
    do {
      apply(try decoder.decode(JournalLine.self, from: Data(bytes)), line)
    } catch {
      change.complain(line.number, JournalReading.reason(error))
    }
  }

  /// Why a line could not be decoded.
  static func reason(_ error: any Error) -> String {
    switch error {
    case DecodingError.dataCorrupted(let context): context.debugDescription
    case DecodingError.keyNotFound(let key, _): "it lacks \(key.stringValue)"
    case DecodingError.typeMismatch(_, let context): context.debugDescription
    case DecodingError.valueNotFound(_, let context): context.debugDescription
    default: "\(error)"
    }
  }

  // MARK: Points

  private mutating func add(
    _ point: PointLineScanner.Point, _ bytes: UnsafeRawBufferPointer, _ line: LineFile.Line
  ) {
    let known = knownSeries(point, bytes)
    add(
      key: known.key, isPacked: known.isPacked, row: point.row ?? 0, step: point.step,
      task: point.task, innerStep: point.innerStep, value: point.value, time: point.time, line)
  }

  private mutating func add(
    key: Int32, isPacked: Bool, row: Int64, step: Int, task: Int, innerStep: Int, value: Double,
    time: Double, _ line: LineFile.Line
  ) {
    if let complaint = Self.complaint(row: row, step: step, task: task, innerStep: innerStep, time)
    {
      return change.complain(line.number, complaint)
    }
    var (step, innerStep) = (step, innerStep)
    if isPacked, step > 0 {
      (step, innerStep) = ((step - 1) / innerSteps + 1, (step - 1) % innerSteps + 1)
    }
    if row > summary.lastRows.metric { summary.lastRows.metric = row }
    summary.lastMeasured = line.begin
    guard keepsPoints else { return }
    change.points.append(
      JournalChange.Point(
        key: key, task: Int32(task), innerStep: Int32(innerStep), step: step, value: value,
        time: time, begin: line.begin, end: line.end, row: row))
  }

  /// The series whose name stands in a line; names are compared as bytes, and made once.
  private mutating func knownSeries(
    _ point: PointLineScanner.Point, _ bytes: UnsafeRawBufferPointer
  ) -> (key: Int32, isPacked: Bool) {
    let name = UnsafeRawBufferPointer(rebasing: bytes[point.series])
    func isSame(_ other: [UInt8]) -> Bool {
      other.count == name.count
        && other.withUnsafeBytes { other in
          guard let one = other.baseAddress, let two = name.baseAddress else { return false }
          return memcmp(one, two, name.count) == 0
        }
    }
    if known.indices.contains(lastKnown), isSame(known[lastKnown].bytes) {
      return (known[lastKnown].key, known[lastKnown].isPacked)
    }
    if let index = known.firstIndex(where: { isSame($0.bytes) }) {
      lastKnown = index
      return (known[index].key, known[index].isPacked)
    }
    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
    let language = point.language.map(text)
    let quoted = point.series.lowerBound + 1
    let series = text(quoted..<(bytes[quoted...].firstIndex(of: UInt8(ascii: "\"")) ?? quoted))
    let isNumbered = point.row != nil
    let key =
      isNumbered ? SeriesKey(name: series) : SeriesKey(Series(name: series), language: language)
    let entry = Known(
      bytes: Array(name), key: number(of: key), isPacked: isNumbered && key.series == .innerLoss)
    // Somebody's file may name a new one in each line.
    if known.count < 256 {
      lastKnown = known.count
      known.append(entry)
    }
    return (entry.key, entry.isPacked)
  }

  private mutating func number(of key: SeriesKey) -> Int32 {
    if let number = keys[key] { return number }
    let number = Int32(change.keys.count)
    keys[key] = number
    change.keys.append(key)
    return number
  }

  private static func complaint(
    row: Int64, step: Int, task: Int, innerStep: Int, _ time: Double
  ) -> String? {
    if row.magnitude > ValueRange.largest.magnitude { return "\(row) is not a row number" }
    if !ValueRange.isCount(step) { return "\(step) is not a step" }
    if !(0...1_000_000_000).contains(task) { return "\(task) is not a task" }
    if !(0...1_000_000_000).contains(innerStep) { return "\(innerStep) is not an inner step" }
    return ValueRange.isClockTime(time) ? nil : "\(time) is not a valid time"
  }

  // MARK: Other lines

  private mutating func apply(_ said: JournalLine, _ line: LineFile.Line) {
    if let complaint = Self.complaint(said) { return change.complain(line.number, complaint) }
    switch said {
    case .point(let point):
      add(
        key: number(of: point.key), isPacked: false, row: 0, step: point.step,
        task: point.task ?? 0, innerStep: point.innerStep ?? 0, value: point.value,
        time: point.time, line)
    case .numberedPoint(let id, let name, let step, let value, let time):
      let key = SeriesKey(name: name)
      add(
        key: number(of: key), isPacked: key.series == .innerLoss, row: id, step: step, task: 0,
        innerStep: 0, value: value, time: time, line)
    case .started(let attempt, let time, let engine):
      summary.attempt = attempt
      summary.take(.stateChanged(.running), at: time)
      summary.take(
        startedBy: engine.processID, on: engine.host, threads: engine.threads, at: time)
      summary.boot = engine.boot.isEmpty ? nil : engine.boot
      let event = Event.started(
        processID: engine.processID, host: engine.host, threads: engine.threads,
        engine: engine.engine)
      add(event, at: time, request: nil, row: 0, line)
    case .event(let time, let event, let request):
      add(event, at: time, request: request, row: 0, line)
    case .numberedEvent(let id, let time, let event):
      if case .started(let process, let host, let threads, _) = event {
        summary.attempt += 1
        summary.take(startedBy: process, on: host, threads: threads, at: time)
      }
      summary.lastRows.event = max(summary.lastRows.event, id)
      add(event, at: time, request: nil, row: id, line)
    case .result(let time, let result):
      add(result, row: 0, line)
      add(.evaluation(result), at: time, request: nil, row: 0, line)
    case .numberedResult(let id, let result):
      summary.lastRows.result = max(summary.lastRows.result, id)
      add(result, row: id, line)
    case .progress(let progress): change.progress = progress
    case .set(let column, let value): summary.set(column, value)
    case .header(_, let header): summary.header = header
    case .answered(let request, _): change.answered.append(request)
    case .rewind(let offset):
      takings.append((line.begin, offset, nil))
      rewind(to: offset)
    case .rewindRows(let mark):
      takings.append((line.begin, 0, (mark, summary.lastRows)))
      rewind(to: mark)
    case .anew:
      takings.append((line.begin, 0, (.beginning, summary.lastRows)))
      change.clear()
      (summary.started, summary.lastMeasured) = (nil, -1)
      summary.rewinds += 1
    }
  }

  private mutating func add(
    _ event: Event, at time: Double, request: String?, row: Int64, _ line: LineFile.Line
  ) {
    summary.take(event, at: time)
    if let request { change.answered.append(request) }
    if event.isMeasured { summary.lastMeasured = line.begin }
    change.events.append(
      JournalChange.LoggedEvent(
        time: time, event: event, request: request, begin: line.begin, end: line.end, row: row))
  }

  private mutating func add(_ result: EvaluationResult, row: Int64, _ line: LineFile.Line) {
    summary.lastMeasured = line.begin
    change.results.append(
      JournalChange.Result(result: result, begin: line.begin, end: line.end, row: row))
  }

  private mutating func rewind(to offset: Int) {
    guard summary.lastMeasured >= offset else { return }
    change.takeBack(from: offset)
    if !change.isAnew { change.takenBackFrom = min(change.takenBackFrom ?? offset, offset) }
    summary.lastMeasured = offset - 1
    summary.rewinds += 1
  }

  private mutating func rewind(to mark: RowMark) {
    guard isFromBeginning else {
      needsBeginning = true
      return
    }
    if change.takeBack(after: mark) { summary.rewinds += 1 }
  }

  private static func complaint(_ line: JournalLine) -> String? {
    func complaint(_ time: Double) -> String? {
      ValueRange.isClockTime(time) ? nil : "\(time) is not a valid time"
    }
    func complaint(_ row: Int64) -> String? {
      row.magnitude > ValueRange.largest.magnitude ? "\(row) is not a row number" : nil
    }
    switch line {
    case .event(let time, let event, _): return complaint(time) ?? event.complaint
    case .numberedEvent(let id, let time, let event):
      return complaint(id) ?? complaint(time) ?? event.complaint
    case .result(let time, let result): return complaint(time) ?? result.complaint
    case .numberedResult(let id, let result): return complaint(id) ?? result.complaint
    case .progress(let progress): return progress.complaint
    case .header(_, let header): return complaint(header.created)
    case .answered(_, let time): return complaint(time)
    case .started(let attempt, let time, let engine):
      if !ValueRange.isCount(attempt) { return "\(attempt) is not an attempt" }
      return complaint(time)
        ?? (ValueRange.isCount(engine.threads)
          ? nil : "\(engine.threads) is not a number of threads")
    case .rewind(let offset):
      return ValueRange.isCount(offset) ? nil : "\(offset) is not a valid position"
    case .point, .numberedPoint, .rewindRows, .set, .anew: return nil
    }
  }
}
