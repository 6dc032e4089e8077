import Foundation

/// The lines of a run's journal, `journal.jsonl`: JSON arrays that begin with a word.
///
/// The second version, which the engine writes:
///
///     ["started",1,1764000000.5,{"processID":4711,"host":"…","boot":"…","threads":2,"engine":"…"}]
///     ["rewind",5120]
///     ["m","inner/loss","hi",3,1,2,0.25,1764000002.5]
///     ["e",1764000001.25,{"stateChanged":{"_0":"running"}}]
///     ["e",1764000001.5,{"settingChanged":{…}},"0006…-9f3a"]
///     ["answered","0006…-9f3a",1764000001.5]
///     ["r",1764000004.0,{"language":"hi",…}]
///     ["p",{"fraction":0.5,…}]
///     ["set","error","…"]
///     ["anew"]
///
/// A result (`r`) is an event too. A point (`m`) has series, language, step, task, inner step, value and time; language, task and
/// inner step are `null` where there is none. `rewind` takes back every point, result and measured
/// event that stands at that byte of the file or after it. `anew` takes back everything.
///
/// Lines of the first version, which notebooks of format 4 and earlier wrote, may come before:
///
///     ["run",1,{"created":1764000000.5,"experiment":"…","name":"first"}]
///     ["m",12,"outer/loss",3,0.25,1764000002.5]
///     ["e",7,1764000001.25,{"stateChanged":{"_0":"running"}}]
///     ["r",2,{"language":"hi",…}]
///     ["set","note","try more steps"]
///     ["rewind",11,6,1]
///
/// There each row has a number; `rewind` with three takes back the rows with larger ones.
package enum JournalLine: Sendable {
  /// What a run is from its beginning, in the first version.
  package struct Header: Codable, Hashable, Sendable {
    /// When it was queued, in seconds since 1970.
    package var created: Double
    /// The experiment as TOML, every setting.
    package var experiment: String
    /// What it was called then.
    package var name: String

    /// A header with what it says.
    package init(created: Double, experiment: String, name: String) {
      self.created = created
      self.experiment = experiment
      self.name = name
    }
  }

  /// The engine that began an attempt.
  package struct Engine: Codable, Hashable, Sendable {
    /// Its process.
    package var processID: Int32
    /// The machine's name, for people.
    package var host: String
    /// The machine's boot, which tells processes of the same number apart; empty where not known.
    package var boot: String
    /// How many threads it computes with.
    package var threads: Int
    /// Its libraries.
    package var engine: String

    /// An engine with what is known of it.
    package init(processID: Int32, host: String, boot: String, threads: Int, engine: String) {
      self.processID = processID
      self.host = host
      self.boot = boot
      self.threads = threads
      self.engine = engine
    }
  }

  /// The newest version, which this program writes.
  package static let version = 2

  /// An engine began an attempt.
  case started(attempt: Int, time: Double, Engine)
  /// What was measured at that byte and after it is taken back.
  case rewind(offset: Int)
  /// A measured value.
  case point(SeriesPoint)
  /// Something happened; the request of that id was carried out by it.
  case event(time: Double, Event, request: String?)
  /// A request was carried out, of which nothing else came.
  case answered(request: String, time: Double)
  /// F1 was measured.
  case result(time: Double, EvaluationResult)
  /// The newest picture of the loops.
  case progress(RunProgress)
  /// A value beside the rows: `error` in the second version, and more in the first.
  case set(RunColumn, RunValue)
  /// Everything before is taken back: the run begins again from nothing.
  case anew

  /// What a run is, in the first version.
  case header(version: Int, Header)
  /// A numbered point of the first version.
  case numberedPoint(id: Int64, name: String, step: Int, value: Double, time: Double)
  /// A numbered event of the first version.
  case numberedEvent(id: Int64, time: Double, Event)
  /// A numbered result of the first version.
  case numberedResult(id: Int64, EvaluationResult)
  /// The rows with larger numbers are taken back, and every row of the second version.
  case rewindRows(RowMark)

  /// Adds the line, with its end, to others.
  ///
  /// Points take no JSON encoder: they are nearly all of a journal.
  package func write(to lines: inout LineBuffer) throws {
    switch self {
    case .started(let attempt, let time, let engine):
      lines.add("[\"started\",")
      lines.add(attempt)
      lines.add(",")
      lines.add(time: time)
      lines.add(",")
      lines.add(try StoredJSON.encode(engine))
    case .rewind(let offset):
      lines.add("[\"rewind\",")
      lines.add(offset)
    case .point(let point):
      Self.write(point, to: &lines)
      return
    case .event(let time, let event, let request):
      lines.add("[\"e\",")
      lines.add(time: time)
      lines.add(",")
      lines.add(try StoredJSON.encode(event))
      if let request {
        lines.add(",")
        lines.add(quoted: request)
      }
    case .answered(let request, let time):
      lines.add("[\"answered\",")
      lines.add(quoted: request)
      lines.add(",")
      lines.add(time: time)
    case .result(let time, let result):
      lines.add("[\"r\",")
      lines.add(time: time)
      lines.add(",")
      lines.add(try StoredJSON.encode(result))
    case .progress(let progress):
      lines.add("[\"p\",")
      lines.add(try StoredJSON.encode(progress))
    case .set(let column, let value):
      lines.add("[\"set\",\"")
      lines.add(column.rawValue)
      lines.add("\",")
      value.write(to: &lines)
    case .anew: lines.add("[\"anew\"")
    case .header(let version, let header):
      lines.add("[\"run\",")
      lines.add(version)
      lines.add(",")
      lines.add(try StoredJSON.encode(header))
    case .numberedPoint(let id, let name, let step, let value, let time):
      lines.add("[\"m\",")
      lines.add(Int(id))
      lines.add(",")
      lines.add(quoted: name)
      lines.add(",")
      lines.add(step)
      lines.add(",")
      lines.add(value)
      lines.add(",")
      lines.add(time)
    case .numberedEvent(let id, let time, let event):
      lines.add("[\"e\",")
      lines.add(Int(id))
      lines.add(",")
      lines.add(time)
      lines.add(",")
      lines.add(try StoredJSON.encode(event))
    case .numberedResult(let id, let result):
      lines.add("[\"r\",")
      lines.add(Int(id))
      lines.add(",")
      lines.add(try StoredJSON.encode(result))
    case .rewindRows(let mark):
      lines.add("[\"rewind\",")
      lines.add(Int(mark.metric))
      lines.add(",")
      lines.add(Int(mark.event))
      lines.add(",")
      lines.add(Int(mark.result))
    }
    lines.add("]\n")
  }

  /// Adds the line of a point, with its end.
  package static func write(_ point: SeriesPoint, to lines: inout LineBuffer) {
    write(
      point.key.series, language: point.key.language, step: point.step, task: point.task,
      innerStep: point.innerStep, value: point.value, time: point.time, to: &lines)
  }

  /// Adds the line of a point in parts, with its end.
  static func write(
    _ series: Series, language: String?, step: Int, task: Int?, innerStep: Int?, value: Double,
    time: Double, to lines: inout LineBuffer
  ) {
    let name = series.plainName == nil ? series.name : ""
    let room =
      64 + ByteCursor.room(quoted: name) + ByteCursor.room(quoted: language ?? "")
      + 5 * ByteCursor.roomOfNumber
    lines.add(atMost: room) { line in
      line.add("[\"m\",")
      if let plain = series.plainName {
        line.add(UInt8(ascii: "\""))
        line.add(plain)
        line.add(UInt8(ascii: "\""))
      } else {
        line.add(quoted: name)
      }
      line.add(UInt8(ascii: ","))
      if let language { line.add(quoted: language) } else { line.add("null") }
      line.add(UInt8(ascii: ","))
      line.add(step)
      line.add(UInt8(ascii: ","))
      line.add(task)
      line.add(UInt8(ascii: ","))
      line.add(innerStep)
      line.add(UInt8(ascii: ","))
      line.add(value)
      line.add(UInt8(ascii: ","))
      line.add(time: time)
      line.add("]\n")
    }
  }
}

extension Series {
  /// The name in journals of a series that is written often; at most 40 bytes.
  fileprivate var plainName: StaticString? {
    switch self {
    case .outerLoss: "outer/loss"
    case .taskLoss: "outer/taskLoss"
    case .outerGradientNorm: "outer/gradientNorm"
    case .outerLearningRate: "outer/learningRate"
    case .innerLoss: "inner/loss"
    case .lossBeforeAdaptation: "inner/lossBefore"
    case .lossAfterAdaptation: "inner/lossAfter"
    case .trainingLoss(.tuning): "tuning/loss"
    case .trainingGradientNorm(.tuning): "tuning/gradientNorm"
    case .trainingLearningRate(.tuning): "tuning/learningRate"
    case .trainingLoss(.pretraining): "pretraining/loss"
    case .trainingGradientNorm(.pretraining): "pretraining/gradientNorm"
    case .trainingLearningRate(.pretraining): "pretraining/learningRate"
    case .trainingLoss, .trainingGradientNorm, .trainingLearningRate, .f1, .other: nil
    }
  }
}

extension JournalLine: Decodable {
  package init(from decoder: any Decoder) throws {
    var parts = try decoder.unkeyedContainer()
    let word = try parts.decode(String.self)
    switch word {
    case "m": self = try Self.point(&parts)
    case "e": self = try Self.event(&parts)
    case "r":
      let first = try parts.decode(Double.self)
      let result = try parts.decode(EvaluationResult.self)
      // In the first version a number stands there, in the second a time in this century.
      self =
        first < Self.firstTime
        ? .numberedResult(id: try Self.rowNumber(first), result) : .result(time: first, result)
    case "p": self = .progress(try parts.decode(RunProgress.self))
    case "started":
      self = .started(
        attempt: try parts.decode(Int.self), time: try parts.decode(Double.self),
        try parts.decode(Engine.self))
    case "answered":
      self = .answered(
        request: try parts.decode(String.self), time: try parts.decode(Double.self))
    case "rewind":
      let first = try parts.decode(Int64.self)
      if parts.isAtEnd {
        self = .rewind(offset: Int(first))
      } else {
        self = .rewindRows(
          RowMark(
            metric: first, event: try parts.decode(Int64.self),
            result: try parts.decode(Int64.self)))
      }
    case "set":
      self = .set(try parts.decode(RunColumn.self), try parts.decode(RunValue.self))
    case "anew": self = .anew
    case "run":
      let version = try parts.decode(Int.self)
      guard version <= Self.version else {
        throw Self.corrupted("a newer program wrote it (format \(version))")
      }
      self = .header(version: version, try parts.decode(Header.self))
    default: throw Self.corrupted("it begins with ‘\(word.prefix(40))’")
    }
  }

  private static func point(
    _ parts: inout any UnkeyedDecodingContainer
  ) throws -> JournalLine {
    if let id = try? parts.decode(Int64.self) {
      return .numberedPoint(
        id: id, name: try parts.decode(String.self), step: try parts.decode(Int.self),
        value: try number(&parts), time: try parts.decode(Double.self))
    }
    let series = try parts.decode(String.self)
    let language = try parts.decodeIfPresent(String.self)
    return .point(
      SeriesPoint(
        SeriesKey(Series(name: series), language: language), step: try parts.decode(Int.self),
        task: try parts.decodeIfPresent(Int.self), innerStep: try parts.decodeIfPresent(Int.self),
        value: try number(&parts), time: try parts.decode(Double.self)))
  }

  private static func event(
    _ parts: inout any UnkeyedDecodingContainer
  ) throws -> JournalLine {
    let first = try parts.decode(Double.self)
    if let event = try? parts.decode(Event.self) {
      let request = parts.isAtEnd ? nil : try parts.decode(String.self)
      return .event(time: first, event, request: request)
    }
    return .numberedEvent(
      id: try rowNumber(first), time: try parts.decode(Double.self),
      try parts.decode(Event.self))
  }

  /// A number, or one of the words for what is none.
  private static func number(_ parts: inout any UnkeyedDecodingContainer) throws -> Double {
    if let number = try? parts.decode(Double.self) { return number }
    let text = try parts.decode(String.self)
    guard let value = NumberText.value(text), !value.isFinite else {
      throw corrupted("‘\(text.prefix(40))’ is not a number")
    }
    return value
  }

  /// The time before which a first number is that of a row: half a million years of rows of the
  /// first version have smaller ones, and no clock of the second version shows 1976.
  private static let firstTime = 200_000_000.0

  private static func rowNumber(_ number: Double) throws -> Int64 {
    guard let id = Int64(exactly: number) else {
      throw corrupted("\(number) is not a row number")
    }
    return id
  }

  static func corrupted(_ text: String) -> DecodingError {
    .dataCorrupted(.init(codingPath: [], debugDescription: text))
  }
}
