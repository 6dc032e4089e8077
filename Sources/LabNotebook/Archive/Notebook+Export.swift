package import Experiments
import Foundation
import GRDB

/// What an export of runs wrote.
package struct ExportedRuns: Hashable, Sendable {
  /// The runs.
  package var runs: [RunID]
  /// How many files there are in the archive.
  package var files = 0
  /// How many bytes the archive has.
  package var bytes = 0
  /// What was left out since it is no plain file.
  package var leftOut: [String] = []
}

extension Notebook {
  /// Writes runs whole into one file, from which any notebook can take them.
  ///
  /// The file comes into its place when it is whole and on the disk.
  ///
  /// - Parameter hasCheckpoints: Whether what the runs would go on from is in it.
  package func export(
    _ runs: [RunID], to path: String, hasCheckpoints: Bool = true
  ) throws -> ExportedRuns {
    let distinct = runs.reduce(into: [RunID]()) { if !$0.contains($1) { $0.append($1) } }
    for run in distinct {
      guard let record = try self.run(run) else { throw noSuchRun(run) }
      guard record.state.isFinal else {
        throw NotebookError(
          .busy, path: runFolder(run), problem: "run #\(run) is \(record.state.rawValue)",
          advice: "Only a run that has ended can be written whole.")
      }
    }
    let temporary = path + ".new"
    do {
      var writer = try ArchiveWriter(temporary, path)
      for run in distinct.sorted() {
        try writer.add(Data(journalOfNow(run).utf8), as: "runs/\(run)/\(JournalFile.name)")
        try writer.addFiles(of: run, folder: runFolder(run), hasCheckpoints: hasCheckpoints)
      }
      var report = try writer.finish()
      report.runs = distinct.sorted()
      try ArchiveWriter.move(temporary, to: path)
      return report
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// The journal of a run: its file as far as that counts, else what the book has.
  private func journalOfNow(_ run: RunID) throws -> String {
    try read { database in
      if let mark = try Self.journalMark(of: run, database),
        let data = FileManager.default.contents(
          atPath: JournalFile(runFolder: self.runFolder(run)).path), data.count >= mark.length
      {
        return String(decoding: data.prefix(mark.length), as: UTF8.self)
      }
      return try Self.journalText(of: run, database)
    }
  }
}

/// Writes the files of an archive one after the other.
struct ArchiveWriter {
  private static let chunk = 1 << 20

  private let path: String
  private let name: String
  private let file: FileHandle
  private var entries: [RunArchive.Entry] = []
  private var report = ExportedRuns(runs: [])

  /// An archive in a file of its own; `name` is what it will be called.
  init(_ path: String, _ name: String) throws {
    self.path = path
    self.name = name
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw Self.failure(name, errno) }
    self.file = FileHandle(fileDescriptor: file, closeOnDealloc: true)
    let header = RunArchive.Header(format: RunArchive.format)
    try add(JSONEncoder().encode(header), as: RunArchive.headerPath)
  }

  /// Adds a file with these bytes.
  mutating func add(_ data: Data, as path: String) throws {
    var sum = CRC32()
    sum.add(data)
    let header = try writeHeader(path, data.count)
    try write(data)
    try pad(header)
    entries.append(RunArchive.Entry(path: path, size: data.count, crc32: sum.value))
  }

  /// Adds the files of a run's folder but for its journal.
  mutating func addFiles(of run: RunID, folder: String, hasCheckpoints: Bool) throws {
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    for name in names.sorted() {
      let top = name.split(separator: "/").first.map(String.init) ?? name
      if RunArchive.isOfTheMoment(top) || name == JournalFile.name { continue }
      if top == "checkpoints", !hasCheckpoints { continue }
      var facts = stat()
      guard lstat("\(folder)/\(name)", &facts) == 0 else { continue }
      switch facts.st_mode & S_IFMT {
      case S_IFDIR: continue
      case S_IFREG: try copy("\(folder)/\(name)", Int(facts.st_size), as: "runs/\(run)/\(name)")
      default: report.leftOut.append("\(folder)/\(name)")
      }
    }
  }

  /// Adds the list of contents, and returns when all is on the disk.
  mutating func finish() throws -> ExportedRuns {
    let contents = try JSONEncoder().encode(entries)
    report.files = entries.count
    try add(contents, as: RunArchive.contentsPath)
    try write(Data(count: 2 * TarHeader.size))
    report.bytes = Int(try file.offset())
    do {
      try file.synchronize()
      try file.close()
    } catch {
      throw Self.failure(name, errno)
    }
    return report
  }

  /// Gives a file or a folder its place.
  static func move(_ path: String, to target: String) throws {
    guard rename(path, target) == 0 else { throw failure(target, errno) }
  }

  static func failure(_ path: String, _ code: Int32) -> NotebookError {
    let text = String(cString: strerror(code))
    return NotebookError(
      [ENOSPC, EDQUOT].contains(code) ? .full : .readOnly, path: path,
      problem: "it cannot be written (\(text))",
      advice: "Choose another place, or make room; the runs are as they were.")
  }

  private mutating func copy(_ source: String, _ length: Int, as path: String) throws {
    guard let reader = FileHandle(forReadingAtPath: source) else {
      throw NotebookError(
        .readOnly, path: source, problem: "it cannot be read", advice: "Check its permissions.")
    }
    let header = try writeHeader(path, length)
    var sum = CRC32()
    var rest = length
    while rest > 0, let data = try reader.read(upToCount: min(Self.chunk, rest)), !data.isEmpty {
      sum.add(data)
      try write(data)
      rest -= data.count
    }
    guard rest == 0 else {
      throw NotebookError(
        .busy, path: source, problem: "it became shorter while it was read",
        advice: "Try again when nobody works on the run.")
    }
    try pad(header)
    entries.append(RunArchive.Entry(path: path, size: length, crc32: sum.value))
  }

  private func writeHeader(_ path: String, _ length: Int) throws -> TarHeader {
    let header = TarHeader(path: path, length: length)
    guard let bytes = header.bytes else {
      throw NotebookError(
        .other, path: path, problem: "the path is too long for an archive",
        advice: "Give the file a shorter name.")
    }
    try write(Data(bytes))
    return header
  }

  private func pad(_ header: TarHeader) throws { try write(Data(count: header.padding)) }

  private func write(_ data: Data) throws {
    do {
      try file.write(contentsOf: data)
    } catch {
      throw Self.failure(name, errno)
    }
  }
}
