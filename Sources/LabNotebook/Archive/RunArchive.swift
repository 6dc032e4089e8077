package import Experiments
import Files
import Foundation
import RunFolders

/// Runs in one file, to be kept or taken into another notebook: a tar archive.
///
///     primer-archive.json      {"format":2}
///     runs/12/run.jsonl        what people added
///     runs/12/journal.jsonl    what was measured
///     runs/12/…                the other files of its folder
///     contents.json            every file's path, size and CRC-32
///
/// It may come from anybody. All of it is checked before anything of it is used: no path leads out
/// of its run's folder, nothing is cut short, changed or there twice.
///
/// In format 1 the journal alone says what the run is.
package struct RunArchive {
  /// A file of the archive.
  struct Member: Hashable {
    var path: String
    var offset: Int
    var length: Int
  }

  struct Header: Codable {
    var format: Int
  }

  struct Entry: Codable, Hashable {
    var path: String
    var size: Int
    var crc32: UInt32
  }

  /// The format that this program writes.
  static let format = 2
  static let headerPath = "primer-archive.json"
  static let contentsPath = "contents.json"
  private static let longestPath = 255
  private static let longestHeader = 1 << 16
  private static let chunk = 1 << 20
  /// How much of a file may be missing on the disk: a copy may leave out what is zero.
  private static let mostHoles = 4 << 30
  /// The most files that are read: a run has some dozens.
  private static let mostFiles = 1_000_000
  /// The longest entry of the list of contents, in bytes: a path with every byte escaped, and numbers.
  private static let longestEntry = 6 * longestPath + 100

  /// The file.
  package let path: String
  /// The runs in it, by the numbers that they had, each with its files.
  private(set) var members: [RunID: [Member]] = [:]
  /// The numbers that the runs had.
  package var runs: [RunID] { members.keys.sorted() }

  private let file: FileHandle

  /// Opens an archive and checks all of it.
  package init(path: String) throws {
    self.path = path
    // A pipe would never begin, and a device never end.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw NotebookError(
        .missing, path: path, problem: "there is no such file, or it cannot be read",
        advice: "Name a file that `primer export RUN --format primer` wrote.")
    }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var facts = stat()
    guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      throw NotebookError(
        .missing, path: path, problem: "it is not a regular file",
        advice: "Name a file that `primer export RUN --format primer` wrote.")
    }
    self.file = file
    let size = Int(facts.st_size)
    if size - Int(facts.st_blocks) * 512 > Self.mostHoles {
      throw damaged("nearly all of its \(size) bytes are holes: no primer wrote it")
    }
    var offset = 0
    var seen: [Entry] = []
    var contents: [Entry]?
    var paths: Set<String> = []
    while let header = try readHeader(at: &offset, size) {
      if contents != nil { throw damaged("something follows its list of contents") }
      guard seen.count < Self.mostFiles else { throw damaged("it has too many files") }
      guard header.path.utf8.count <= Self.longestPath else {
        throw damaged("a path in it is longer than \(Self.longestPath) bytes")
      }
      let member = Member(path: header.path, offset: offset, length: header.length)
      guard header.length <= size - offset, header.padding <= size - offset - header.length else {
        throw damaged("it is cut short within ‘\(header.path)’")
      }
      if seen.isEmpty {
        try checkFormat(member)
      } else if header.path == Self.contentsPath {
        // It names the files that came before, each once; more would only take memory.
        guard header.length <= 1000 + seen.count * Self.longestEntry else {
          throw damaged(
            "its list of contents has \(header.length) bytes for \(seen.count) files")
        }
        contents = try decode([Entry].self, member)
      } else {
        guard paths.insert(member.path).inserted else {
          throw damaged("‘\(member.path)’ is in it twice")
        }
        try take(member)
      }
      if contents == nil { seen.append(try entry(of: member)) }
      offset += header.length + header.padding
    }
    guard let contents else { throw damaged("it is cut short: its list of contents is missing") }
    guard contents == seen else {
      let other = zip(contents, seen).first { $0 != $1 }?.1.path ?? Self.contentsPath
      throw damaged("‘\(other)’ is not what was written")
    }
    // A run that no engine began has only what people and the runner say.
    for run in runs where !["journal.jsonl", "run.jsonl"].contains(where: { has($0, of: run) }) {
      throw damaged("run #\(run) has no journal")
    }
  }

  /// Whether a run has a file of this name.
  private func has(_ name: String, of run: RunID) -> Bool {
    members[run]?.contains { $0.path == name } ?? false
  }

  /// The bytes of a file.
  func data(_ member: Member) throws -> Data {
    try file.seek(toOffset: UInt64(member.offset))
    let data = try file.read(upToCount: member.length) ?? Data()
    guard data.count == member.length else { throw damaged("it was cut short meanwhile") }
    return data
  }

  /// Hands the bytes of a file on, piece by piece.
  func read(_ member: Member, _ body: (Data) throws -> Void) throws {
    var rest = member.length
    try file.seek(toOffset: UInt64(member.offset))
    while rest > 0 {
      let data = try file.read(upToCount: min(Self.chunk, rest)) ?? Data()
      if data.isEmpty { throw damaged("it was cut short meanwhile") }
      try body(data)
      rest -= data.count
    }
  }

  func damaged(_ problem: String) -> NotebookError {
    NotebookError(
      .damaged, path: path, problem: problem,
      advice: "Nothing of it was taken; export the runs again.")
  }

  // MARK: Checks

  private func readHeader(at offset: inout Int, _ size: Int) throws -> TarHeader? {
    guard size - offset >= TarHeader.size else {
      throw damaged(offset == 0 ? "it is not an archive of runs" : "it is cut short")
    }
    let bytes = try data(Member(path: "", offset: offset, length: TarHeader.size))
    do throws(TarHeader.Problem) {
      let header = try TarHeader([UInt8](bytes))
      offset += TarHeader.size
      return header
    } catch {
      throw damaged(offset == 0 ? "it is not an archive of runs" : error.text)
    }
  }

  private func checkFormat(_ member: Member) throws {
    guard member.path == Self.headerPath, member.length <= Self.longestHeader else {
      throw damaged("it is not an archive of runs")
    }
    let header = try decode(Header.self, member)
    guard header.format <= Self.format else {
      throw NotebookError(
        .newer, path: path,
        problem: "it has format \(header.format), and this program knows up to \(Self.format)",
        advice: "Use a newer primer; nothing of it was taken.")
    }
  }

  private func decode<Value: Decodable>(_ type: Value.Type, _ member: Member) throws -> Value {
    do {
      return try JSONDecoder().decode(type, from: data(member))
    } catch is DecodingError {
      throw damaged("‘\(member.path)’ cannot be read")
    }
  }

  /// Takes a file of a run in: its path must stay in the run's folder.
  private mutating func take(_ member: Member) throws {
    let parts = member.path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count >= 3, parts[0] == "runs", let run = RunID(parts[1]), run > 0,
      "\(run)" == parts[1], member.path.utf8.count <= Self.longestPath,
      parts.allSatisfy(Self.isPlain), !Self.isOfTheMoment(parts[2])
    else { throw damaged("‘\(member.path)’ is not the path of a run's file") }
    let path = parts.dropFirst(2).joined(separator: "/")
    members[run, default: []].append(
      Member(path: path, offset: member.offset, length: member.length))
  }

  private static func isPlain(_ part: String) -> Bool {
    !part.isEmpty && part != "." && part != ".."
      && !part.unicodeScalars.contains { $0.properties.generalCategory == .control }
  }

  /// Whether a file of a run's folder belongs to a process, and not to the run.
  static func isOfTheMoment(_ name: String) -> Bool {
    ["lock", "reserve", "requests", "progress.json", "journal.jsonl.new"].contains(name)
      || AtomicFile.isLeftover(name)
  }

  private func entry(of member: Member) throws -> Entry {
    var sum = CRC32()
    try read(member) { sum.add($0) }
    return Entry(path: member.path, size: member.length, crc32: sum.value)
  }
}
