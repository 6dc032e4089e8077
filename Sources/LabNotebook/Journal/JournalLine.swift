import Foundation

/// One line of a run's journal, `runs/N/journal.jsonl`: a JSON array that begins with a word.
///
///     ["run",1,{"created":1764000000.5,"experiment":"…","name":"first"}]
///     ["e",7,1764000001.25,{"stateChanged":{"_0":"running"}}]
///     ["m",12,"outer/loss",3,0.25,1764000002.5]
///     ["r",2,{"language":"hi",…}]
///     ["p",{"fraction":0.5,…}]
///     ["set","note","try more steps"]
///     ["rewind",11,6,1]
///     ["anew"]
///
/// The journal has all that the book knows of a run, so that the book can be made again from the
/// journals. It is only ever added to: what was measured after a checkpoint and is measured again
/// is taken back by a line. The numbers of rows are the journal's own; the book adds to them what
/// its table `journal` says.
enum JournalLine {
  /// What a run is from its beginning.
  struct Header: Codable, Hashable {
    /// When it was queued, in seconds since 1970.
    var created: Double
    /// The experiment as TOML, every setting.
    var experiment: String
    /// What it was called then.
    var name: String
  }

  /// What is kept of a run beside its rows: a column of the book's table of runs.
  enum Column: String, Codable, CaseIterable {
    case name, note, starred, archived, tags, study, position, deleted, error, rewinds
    case state, started, finished, host, processID
  }

  /// The value of a column.
  enum Value: Hashable {
    case null
    case number(Double)
    case text(String)
  }

  /// The format that this program writes.
  static let version = 1

  case run(version: Int, Header)
  case metric(id: Int64, series: String, step: Int, value: Double, time: Double)
  case event(id: Int64, time: Double, Event)
  case result(id: Int64, EvaluationResult)
  case progress(Progress)
  case set(Column, Value)
  case rewind(RunMark)
  case anew

  /// The line with its end.
  func text() throws -> String {
    switch self {
    case .run(let version, let header):
      return "[\"run\",\(version),\(try StoredJSON.encode(header))]\n"
    case .metric(let id, let series, let step, let value, let time):
      let number = value.isFinite ? "\(value)" : "\"\(value)\""
      return "[\"m\",\(id),\(try Self.quoted(series)),\(step),\(number),\(time)]\n"
    case .event(let id, let time, let event):
      return "[\"e\",\(id),\(time),\(try StoredJSON.encode(event))]\n"
    case .result(let id, let result):
      return "[\"r\",\(id),\(try StoredJSON.encode(result))]\n"
    case .progress(let progress):
      return "[\"p\",\(try StoredJSON.encode(progress))]\n"
    case .set(let column, let value):
      let text =
        switch value {
        case .null: "null"
        case .number(let number): "\(number)"
        case .text(let text): try Self.quoted(text)
        }
      return "[\"set\",\"\(column.rawValue)\",\(text)]\n"
    case .rewind(let mark):
      return "[\"rewind\",\(mark.metric),\(mark.event),\(mark.result)]\n"
    case .anew:
      return "[\"anew\"]\n"
    }
  }

  private static func quoted(_ text: String) throws -> String {
    let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }
    return isPlain ? "\"\(text)\"" : try StoredJSON.encode(text)
  }
}

extension JournalLine: Decodable {
  init(from decoder: any Decoder) throws {
    var parts = try decoder.unkeyedContainer()
    let word = try parts.decode(String.self)
    switch word {
    case "run":
      let version = try parts.decode(Int.self)
      guard version <= Self.version else {
        throw DecodingError.dataCorrupted(
          .init(codingPath: [], debugDescription: "a newer program wrote it (format \(version))"))
      }
      self = .run(version: version, try parts.decode(Header.self))
    case "m":
      self = .metric(
        id: try parts.decode(Int64.self), series: try parts.decode(String.self),
        step: try parts.decode(Int.self), value: try parts.decode(Double.self),
        time: try parts.decode(Double.self))
    case "e":
      self = .event(
        id: try parts.decode(Int64.self), time: try parts.decode(Double.self),
        try parts.decode(Event.self))
    case "r":
      self = .result(id: try parts.decode(Int64.self), try parts.decode(EvaluationResult.self))
    case "p":
      self = .progress(try parts.decode(Progress.self))
    case "set":
      let column = try parts.decode(Column.self)
      if try parts.decodeNil() {
        self = .set(column, .null)
      } else if let number = try? parts.decode(Double.self) {
        self = .set(column, .number(number))
      } else {
        self = .set(column, .text(try parts.decode(String.self)))
      }
    case "rewind":
      self = .rewind(
        RunMark(
          metric: try parts.decode(Int64.self), event: try parts.decode(Int64.self),
          result: try parts.decode(Int64.self)))
    case "anew":
      self = .anew
    default:
      throw DecodingError.dataCorrupted(
        .init(codingPath: [], debugDescription: "it begins with ‘\(word)’"))
    }
  }
}
