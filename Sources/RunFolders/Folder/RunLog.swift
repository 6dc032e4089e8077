import Files
import Foundation

/// The file `run.jsonl` of a run: what people add, and what the launcher knows.
///
///     ["run",2,{"created":1764000000.5,"name":"first","origin":{…},"study":""}]
///     ["set","note","try more steps",1764000000.5]
///     ["queued",2,1764000000.5]
///     ["queued",3,1764000000.5,"anew"]
///     ["cancelled",2,1764000000.5]
///     ["ended",2,"failed","the engine was killed",1764000000.5]
///
/// Any number of processes add lines, each whole lines in one call while it has the file's lock. The
/// engine only reads it.
package struct RunLog: Hashable, Sendable {
  /// What a run is from its beginning.
  package struct Header: Codable, Hashable, Sendable {
    /// When it was queued, in seconds since 1970.
    package var created: Double
    /// What it was called then.
    package var name: String
    /// The study that it belongs to; empty for none.
    package var study: String
    /// Where it came from; nil where that is not known.
    package var origin: RunOrigin?

    /// A header with what it says.
    package init(created: Double, name: String, study: String, origin: RunOrigin? = nil) {
      self.created = created
      self.name = name
      self.study = study
      self.origin = origin
    }
  }

  /// One line.
  package enum Line: Hashable, Sendable {
    /// What the run is. Its first attempt is wanted with it.
    case header(Header)
    /// A column has another value.
    case set(RunColumn, RunValue, time: Double)
    /// An attempt is wanted; `anew`: it begins from nothing.
    case queued(attempt: Int, time: Double, anew: Bool)
    /// The attempt that waits is not to be started.
    case cancelled(attempt: Int, time: Double)
    /// An engine ended without saying so: failed or interrupted.
    case ended(attempt: Int, RunState, String, time: Double)
  }

  /// What the launcher saw of an engine's end.
  package struct Ending: Codable, Hashable, Sendable {
    /// The attempt that ended.
    package var attempt: Int
    /// Failed or interrupted.
    package var state: RunState
    /// Why, in words for people.
    package var reason: String
    /// When, in seconds since 1970.
    package var time: Double
  }

  /// What the run is; nil where the first line is missing.
  package var header: Header?
  /// The columns that were set.
  package var columns: [RunColumn: RunValue] = [:]
  /// The last attempt that is wanted.
  package var wantedAttempt = 1
  /// When that attempt was queued, in seconds since 1970; nil for the first.
  package var queued: Double?
  /// The last attempt that begins from nothing; 0 when none does but the first.
  package var anewAttempt = 0
  /// The last attempt that was cancelled; 0 when none was.
  package var cancelledAttempt = 0
  /// When it was cancelled.
  package var cancelled: Double?
  /// The last end that a launcher saw.
  package var ending: Ending?
  /// Lines that could not be read, the first hundred of them.
  package var problems: [JournalChange.Problem] = []
  /// How far it was read.
  package var position = FilePosition()

  /// A run of which nothing is known.
  package init() {}

  /// The longest line that is looked at, in bytes.
  private static let longestLine = 64 << 20

  /// Reads the file of a run's folder; one that is not there says nothing.
  package init(_ folder: RunFolder) throws(RunFolderError) {
    guard let file = try LineFile(path: folder.log) else { return }
    try read(file)
  }

  private mutating func read(_ file: borrowing LineFile) throws(RunFolderError) {
    let decoder = StoredJSON.decoder
    var log = self
    let end = try file.read(from: position, longest: Self.longestLine) { line in
      guard let bytes = line.bytes else {
        log.complain(line.number, "it is too long")
        return true
      }
      if bytes.isEmpty { return true }
      do {
        log.apply(try decoder.decode(Line.self, from: Data(bytes)))
      } catch {
        log.complain(line.number, JournalReading.reason(error))
      }
      return true
    }
    self = log
    position = end
  }

  private mutating func complain(_ line: Int, _ reason: String) {
    if problems.count < 100 { problems.append(.init(line: line, reason: reason)) }
  }

  /// Takes up what a line says.
  package mutating func apply(_ line: Line) {
    switch line {
    case .header(let header): self.header = self.header ?? header
    case .set(let column, let value, _): columns[column] = value
    case .queued(let attempt, let time, let anew):
      guard attempt >= wantedAttempt else { return }
      (wantedAttempt, queued) = (attempt, time)
      if anew { anewAttempt = attempt }
    case .cancelled(let attempt, let time):
      guard attempt >= cancelledAttempt else { return }
      (cancelledAttempt, cancelled) = (attempt, time)
    case .ended(let attempt, let state, let reason, let time):
      guard attempt >= ending?.attempt ?? 0 else { return }
      ending = Ending(attempt: attempt, state: state, reason: reason, time: time)
    }
  }

  // MARK: Writing

  /// Adds lines to the file of a run's folder.
  package static func append(_ lines: [Line], to folder: RunFolder) throws {
    _ = try update(folder) { _ in lines }
  }

  /// Reads what the file says, and adds lines to it, while nobody else does.
  ///
  /// - Parameter change: Gives the lines to add, by what the file says now.
  /// - Returns: What the file says then.
  @discardableResult
  package static func update(
    _ folder: RunFolder, _ change: (RunLog) throws -> [Line]
  ) throws -> RunLog {
    let path = folder.log
    let file = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o644)
    guard file >= 0 else { throw RunFolderError.system(errno, path: path, doing: "opened") }
    defer { close(file) }
    var facts = stat()
    guard fstat(file, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      throw RunFolderError(
        .other, path: path, problem: "it is not a regular file", advice: "Remove what is there.")
    }
    while flock(file, LOCK_EX) != 0 {
      // Where there are no locks, appending in one call is all that can be done.
      if errno != EINTR { break }
    }
    var log = try RunLog(folder)
    let lines = try change(log)
    if lines.isEmpty { return log }
    guard fstat(file, &facts) == 0 else { throw RunFolderError.system(errno, path: path) }
    let size = Int(facts.st_size)
    var text = LineBuffer()
    // A line that a crash left without its end is not to spoil this one.
    if size > log.position.length { text.add("\n") }
    for line in lines { try line.write(to: &text) }
    do {
      try text.withUnsafeBytes { bytes throws(FileError) in
        try AtomicFile.writeAll(bytes, to: file, path: path)
        try AtomicFile.synchronize(file, path: path)
      }
    } catch {
      _ = ftruncate(file, off_t(size))
      throw RunFolderError(error)
    }
    log = try RunLog(folder)
    return log
  }
}

extension RunLog.Line {
  /// Adds the line, with its end, to others.
  package func write(to lines: inout LineBuffer) throws {
    switch self {
    case .header(let header):
      lines.add("[\"run\",2,")
      lines.add(try StoredJSON.encode(header))
    case .set(let column, let value, let time):
      lines.add("[\"set\",\"")
      lines.add(column.rawValue)
      lines.add("\",")
      value.write(to: &lines)
      lines.add(",")
      lines.add(time: time)
    case .queued(let attempt, let time, let anew):
      lines.add("[\"queued\",")
      lines.add(attempt)
      lines.add(",")
      lines.add(time: time)
      if anew { lines.add(",\"anew\"") }
    case .cancelled(let attempt, let time):
      lines.add("[\"cancelled\",")
      lines.add(attempt)
      lines.add(",")
      lines.add(time: time)
    case .ended(let attempt, let state, let reason, let time):
      lines.add("[\"ended\",")
      lines.add(attempt)
      lines.add(",\"")
      lines.add(state.rawValue)
      lines.add("\",")
      lines.add(quoted: reason)
      lines.add(",")
      lines.add(time: time)
    }
    lines.add("]\n")
  }
}

extension RunLog.Line: Decodable {
  package init(from decoder: any Decoder) throws {
    var parts = try decoder.unkeyedContainer()
    let word = try parts.decode(String.self)
    func time(_ seconds: Double) throws -> Double {
      guard ValueRange.isClockTime(seconds) else {
        throw JournalLine.corrupted("\(seconds) is not a valid time")
      }
      return seconds
    }
    func attempt(_ number: Int) throws -> Int {
      guard (1...1_000_000_000).contains(number) else {
        throw JournalLine.corrupted("\(number) is not an attempt")
      }
      return number
    }
    switch word {
    case "run":
      let version = try parts.decode(Int.self)
      guard version <= JournalLine.version else {
        throw JournalLine.corrupted("a newer program wrote it (format \(version))")
      }
      let header = try parts.decode(RunLog.Header.self)
      _ = try time(header.created)
      self = .header(header)
    case "set":
      self = .set(
        try parts.decode(RunColumn.self), try parts.decode(RunValue.self),
        time: parts.isAtEnd ? 0 : try time(parts.decode(Double.self)))
    case "queued":
      self = .queued(
        attempt: try attempt(parts.decode(Int.self)), time: try time(parts.decode(Double.self)),
        anew: parts.isAtEnd ? false : try parts.decode(String.self) == "anew")
    case "cancelled":
      self = .cancelled(
        attempt: try attempt(parts.decode(Int.self)), time: try time(parts.decode(Double.self)))
    case "ended":
      let number = try attempt(parts.decode(Int.self))
      let state = try parts.decode(RunState.self)
      guard state.isFinal else {
        throw JournalLine.corrupted("a run does not end \(state.rawValue)")
      }
      self = .ended(
        attempt: number, state, try parts.decode(String.self),
        time: try time(parts.decode(Double.self)))
    default: throw JournalLine.corrupted("it begins with ‘\(word.prefix(40))’")
    }
  }
}
