package import Experiments
import Files
import Foundation
import RunFolders

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
      try refresh(.run(run))
      guard let record = try self.run(run) else { throw noSuchRun(run) }
      guard record.state.isFinal else {
        throw NotebookError(
          .busy, path: runFolder(run), problem: "run #\(run) is \(record.state.rawValue)",
          advice: "Only a run that has ended can be written whole.")
      }
    }
    var writer = try ArchiveWriter(path)
    for run in distinct.sorted() {
      try writer.addFiles(of: run, folder: runFolder(run), hasCheckpoints: hasCheckpoints)
    }
    var report = try writer.finish()
    report.runs = distinct.sorted()
    return report
  }
}

/// Writes the files of an archive one after the other.
struct ArchiveWriter {
  private static let chunk = 1 << 20

  private let file: PendingFile
  private var entries: [RunArchive.Entry] = []
  private var report = ExportedRuns(runs: [])

  /// An archive that comes into its place when it is whole.
  init(_ path: String) throws {
    do {
      file = try PendingFile(path)
    } catch {
      throw Self.failure(error)
    }
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

  /// Adds the files of a run's folder.
  mutating func addFiles(of run: RunID, folder: String, hasCheckpoints: Bool) throws {
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    for name in names.sorted() {
      let top = name.split(separator: "/").first.map(String.init) ?? name
      let last = (name as NSString).lastPathComponent
      if RunArchive.isOfTheMoment(top) || AtomicFile.isLeftover(last) { continue }
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

  /// Adds the list of contents, and gives the file its place when all is on the disk.
  mutating func finish() throws -> ExportedRuns {
    let contents = try JSONEncoder().encode(entries)
    report.files = entries.count
    try add(contents, as: RunArchive.contentsPath)
    try write(Data(count: 2 * TarHeader.size))
    do {
      try file.putInPlace()
    } catch {
      throw Self.failure(error)
    }
    return report
  }

  private static func failure(_ error: FileError) -> NotebookError {
    let kind: NotebookError.Kind =
      switch error.kind {
      case .full: .full
      case .other: .other
      case .readOnly, .missing: .readOnly
      }
    return NotebookError(
      kind, path: error.path, problem: error.problem,
      advice: "Choose another place, or make room; the runs are as they were.")
  }

  static func failure(_ path: String, _ code: Int32) -> NotebookError {
    failure(.system(code, path: path))
  }

  private mutating func copy(_ source: String, _ length: Int, as path: String) throws {
    let descriptor = open(source, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw NotebookError(
        .readOnly, path: source, problem: "it cannot be read", advice: "Check its permissions.")
    }
    let reader = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
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

  private mutating func writeHeader(_ path: String, _ length: Int) throws -> TarHeader {
    let header = TarHeader(path: path, length: length)
    guard let bytes = header.bytes else {
      throw NotebookError(
        .other, path: path, problem: "the path is too long for an archive",
        advice: "Give the file a shorter name.")
    }
    try write(Data(bytes))
    return header
  }

  private mutating func pad(_ header: TarHeader) throws { try write(Data(count: header.padding)) }

  private mutating func write(_ data: Data) throws {
    do {
      try file.write(data)
      report.bytes += data.count
    } catch {
      throw Self.failure(error)
    }
  }
}
