import Foundation

/// What a journal says of its run, with all that was taken back left out.
struct JournalContents {
  /// A point; `series` counts in `series`.
  struct Point {
    var id: Int64
    var series: Int
    var step: Int
    var value: Double
    var time: Double
  }

  /// A line that says nothing, and why.
  struct Problem {
    var line: Int
    var reason: String
  }

  var header: JournalLine.Header?
  var seriesNames: [String] = []
  var points: [Point] = []
  var events: [(id: Int64, time: Double, event: Event)] = []
  var results: [(id: Int64, result: EvaluationResult)] = []
  var progress: Progress?
  var columns: [JournalLine.Column: JournalLine.Value] = [:]
  var rewinds = 0
  var state = RunState.queued
  var started: Double?
  var finished: Double?
  var processID: Int32?
  var host: String?

  /// Lines that could not be read; the last, if it has no end, is not among them.
  var problems: [Problem] = []
  /// How many bytes the whole lines have.
  private(set) var length = 0
  private var numbers: [String: Int] = [:]

  /// The longest line that is looked at, in bytes.
  private static let longestLine = 64 << 20

  /// Reads a journal from its beginning; whatever cannot be read is left out and told.
  init(_ data: Data) {
    let decoder = StoredJSON.decoder
    data.withUnsafeBytes { bytes in
      var begin = 0
      var line = 0
      while begin < bytes.count {
        guard let end = bytes[begin...].firstIndex(of: UInt8(ascii: "\n")) else { return }
        line += 1
        if let point = MetricLineScanner.point(bytes, begin..<end) {
          if let complaint = Self.complaint(point.id, point.step, point.time) {
            problems.append(Problem(line: line, reason: complaint))
          } else {
            add(point)
          }
        } else if end - begin > Self.longestLine {
          problems.append(Problem(line: line, reason: "it is too long"))
        } else {
          do {
            let text = Data(bytes[begin..<end])
            let said = try decoder.decode(JournalLine.self, from: text)
            if let complaint = Self.complaint(said) {
              problems.append(Problem(line: line, reason: complaint))
            } else {
              apply(said)
            }
          } catch {
            problems.append(Problem(line: line, reason: Self.reason(error)))
          }
        }
        begin = end + 1
        length = begin
      }
    }
  }

  /// Reads the journal of a run's folder; nil when there is none.
  init?(runFolder: String) throws {
    let path = JournalFile(runFolder: runFolder).path
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    self.init(try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe))
  }

  /// What is wrong with a line that could be decoded.
  private static func complaint(_ line: JournalLine) -> String? {
    switch line {
    case .metric(let id, _, let step, _, let time): complaint(id, step, time)
    case .event(let id, let time, let event): complaint(id, 0, time) ?? event.complaint
    case .result(let id, let result): complaint(id, 0, 0) ?? result.complaint
    case .progress(let progress): progress.complaint
    case .run(_, let header): complaint(1, 0, header.created)
    case .rewind, .set, .anew: nil
    }
  }

  private static func complaint(_ id: Int64, _ step: Int, _ time: Double) -> String? {
    if id.magnitude > Plausibility.largest.magnitude {
      return "\(id) is no number of a row"
    }
    if !Plausibility.isCount(step) { return "\(step) is no step" }
    return Plausibility.isClockTime(time) ? nil : "\(time) is no time"
  }

  static func reason(_ error: any Error) -> String {
    switch error {
    case DecodingError.dataCorrupted(let context): context.debugDescription
    case DecodingError.keyNotFound(let key, _): "it lacks \(key.stringValue)"
    case DecodingError.typeMismatch(_, let context): context.debugDescription
    case DecodingError.valueNotFound(_, let context): context.debugDescription
    default: "\(error)"
    }
  }

  private mutating func add(_ point: MetricLineScanner.Point) {
    // Points of a series often follow each other; then its name is compared and not made again.
    if let last = points.last, seriesNames[last.series].utf8.elementsEqual(point.series) {
      points.append(
        Point(
          id: point.id, series: last.series, step: point.step, value: point.value,
          time: point.time))
      return
    }
    points.append(
      Point(
        id: point.id, series: number(of: String(decoding: point.series, as: UTF8.self)),
        step: point.step, value: point.value, time: point.time))
  }

  private mutating func number(of series: String) -> Int {
    if let number = numbers[series] { return number }
    numbers[series] = seriesNames.count
    seriesNames.append(series)
    return seriesNames.count - 1
  }

  private mutating func apply(_ line: JournalLine) {
    switch line {
    case .run(_, let header): self.header = header
    case .metric(let id, let series, let step, let value, let time):
      points.append(
        Point(id: id, series: number(of: series), step: step, value: value, time: time))
    case .event(let id, let time, let event):
      events.append((id, time, event))
      take(event, time)
    case .result(let id, let result): results.append((id, result))
    case .progress(let progress): self.progress = progress
    case .set(let column, let value): set(column, value)
    case .rewind(let mark): rewind(to: mark)
    case .anew:
      (points, events, results, progress, started) = ([], [], [], nil, nil)
      rewinds += 1
    }
  }

  private mutating func take(_ event: Event, _ time: Double) {
    switch event {
    case .stateChanged(let state):
      self.state = state
      finished = state.isFinal ? time : nil
      columns[.error] = nil
      if state == .queued { (processID, host) = (nil, nil) }
    case .started(let process, let host, _, _):
      (processID, self.host) = (process, host)
      started = started ?? time
    default: break
    }
  }

  private mutating func set(_ column: JournalLine.Column, _ value: JournalLine.Value) {
    switch (column, value) {
    case (.state, .text(let text)): state = RunState(rawValue: text) ?? state
    case (.started, .number(let time)): started = time
    case (.finished, .number(let time)): finished = time
    case (.host, .text(let host)): self.host = host
    case (.processID, .number(let number)): processID = Int32(exactly: number)
    case (.rewinds, .number(let number)): rewinds = Int(exactly: number) ?? rewinds
    case (.state, _), (.started, _), (.finished, _), (.host, _), (.processID, _), (.rewinds, _):
      break
    default: columns[column] = value
    }
  }

  private mutating func rewind(to mark: RunMark) {
    let before = points.count + events.count + results.count
    points.removeAll { $0.id > mark.metric }
    events.removeAll { $0.id > mark.event && $0.event.isMeasured }
    results.removeAll { $0.id > mark.result }
    if points.count + events.count + results.count < before { rewinds += 1 }
  }
}
