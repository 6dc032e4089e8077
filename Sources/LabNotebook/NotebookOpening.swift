import Experiments
import Foundation
import GRDB

/// What is looked at before a notebook is opened, and what SQLite's errors mean to its owner.
enum NotebookOpening {
  /// Looks whether the folder can hold a notebook and the file is one of ours, changing nothing
  /// but to make the folder.
  static func check(folder: String, path: String, create: Bool) throws(NotebookError) {
    let manager = FileManager.default
    var isFolder: ObjCBool = false
    let exists = manager.fileExists(atPath: folder, isDirectory: &isFolder)
    if exists, !isFolder.boolValue {
      throw NotebookError(
        .notAFolder, path: folder, problem: "it is a file, not a folder",
        advice: "Name a folder with --notebook.")
    }
    if !manager.fileExists(atPath: path) {
      guard create else {
        throw NotebookError(
          .missing, path: folder, problem: "there is no notebook",
          advice: "Name the folder of one with --notebook, or start primer to make it.")
      }
      if hasJournals(folder) {
        throw NotebookError(
          .missing, path: path, problem: "it is gone, but its journals are there",
          advice: "`primer repair` makes it again from them.")
      }
      do {
        try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
      } catch {
        throw NotebookError(
          .readOnly, path: folder, problem: "it cannot be made (\(error.localizedDescription))",
          advice: "Choose another folder with --notebook, or make this one.")
      }
      guard access(folder, W_OK) == 0 else {
        throw NotebookError(
          .readOnly, path: folder, problem: "the folder cannot be written to",
          advice: "Change its permissions, or choose another with --notebook.")
      }
      return
    }
    try checkFile(path)
  }

  /// Looks at the first bytes of the file, which SQLite would not read without making files of
  /// its own beside it.
  static func checkFile(_ path: String) throws(NotebookError) {
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw NotebookError(
        .readOnly, path: path, problem: "it cannot be read",
        advice: "Check its permissions, or choose another folder with --notebook.")
    }
    let header = [UInt8]((try? file.read(upToCount: 100)) ?? Data())
    try? file.close()
    if header.isEmpty {
      guard hasJournals((path as NSString).deletingLastPathComponent) else { return }
      throw NotebookError(
        .damaged, path: path, problem: "it is empty, but its journals are there",
        advice: "`primer repair` makes it again from them.")
    }
    guard header.count == 100, header.starts(with: Array("SQLite format 3\0".utf8)) else {
      throw NotebookError(
        .notANotebook, path: path, problem: "it is not a notebook",
        advice: hasJournals((path as NSString).deletingLastPathComponent)
          ? "Once it was: `primer repair` makes it again from its journals."
          : "Move the file away, or choose another folder with --notebook.")
    }
    func number(at offset: Int) -> Int {
      header[offset..<(offset + 4)].reduce(0) { $0 << 8 | Int($1) }
    }
    try checkFormat(owner: number(at: 68), version: number(at: 60), path: path)
  }

  /// Looks once more with SQLite, which sees what is not yet in the file itself.
  ///
  /// - Returns: The format; 0 for a file that has nothing yet.
  static func checkFormat(_ database: Database, path: String) throws -> Int {
    let owner = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
    let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    try checkFormat(owner: owner, version: version, path: path)
    let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
    if owner == 0, tables > 0 { throw foreign(path) }
    if owner == 0, database.configuration.readonly {
      throw NotebookError(
        .missing, path: path, problem: "the notebook is empty",
        advice: "Start primer to make it, or name another with --notebook.")
    }
    return version
  }

  private static func checkFormat(
    owner: Int, version: Int, path: String
  ) throws(NotebookError) {
    // A notebook that is just being made by another process has no marks yet.
    guard owner == NotebookSchema.applicationID || (owner == 0 && version == 0) else {
      throw foreign(path)
    }
    guard owner == 0 || version > 0 else {
      throw DamageMark.error(
        (path as NSString).deletingLastPathComponent, "it says that its format is \(version)")
    }
    guard version <= NotebookSchema.version else {
      throw NotebookError(
        .newer, path: path,
        problem: "it has format \(version), and this program knows up to "
          + "\(NotebookSchema.version)",
        advice: "Use a newer primer; nothing was changed.")
    }
  }

  private static func foreign(_ path: String) -> NotebookError {
    NotebookError(
      .notANotebook, path: path, problem: "it is a database of another program",
      advice: "Choose another folder with --notebook.")
  }

  /// How every connection is made: it waits for those that write.
  static func configuration(patience: Double) -> Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(patience)
    // What stands in a file may look like this program's own and be somebody else's.
    configuration.prepareDatabase {
      try $0.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
    }
    return configuration
  }

  /// A connection that only reads.
  ///
  /// SQLite shares a file between processes through another file beside it; where the folder
  /// cannot be written to, nobody can write the notebook either, and it is read as it lies.
  static func reader(_ path: String, patience: Double = 10) throws -> DatabaseQueue {
    var configuration = configuration(patience: patience)
    configuration.readonly = true
    do {
      return try DatabaseQueue(path: path, configuration: configuration)
    } catch let error as DatabaseError {
      let log = try? FileManager.default.attributesOfItem(atPath: path + "-wal")
      let isUnshared = (log?[.size] as? Int ?? 0) == 0
      let folder = (path as NSString).deletingLastPathComponent
      guard [.SQLITE_CANTOPEN, .SQLITE_READONLY].contains(error.resultCode.primaryResultCode),
        isUnshared, access(folder, W_OK) != 0,
        let name = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed)
      else { throw error }
      return try DatabaseQueue(path: "file:\(name)?immutable=1", configuration: configuration)
    }
  }

  /// Whether an error is one of what stands in the file, or of reading and writing it.
  static func isOfTheFile(_ error: any Error) -> Bool {
    error is DatabaseError || error is UnreadableRow || error is RowDecodingError
      || error is DecodingError
  }

  /// What went wrong, in the owner's words.
  static func explain(_ error: any Error, path: String) -> NotebookError {
    if let error = error as? NotebookError { return error }
    let folder = (path as NSString).deletingLastPathComponent
    if let error = error as? SchemaCheck.Problem {
      return DamageMark.error(folder, error.description)
    }
    let unreadable: String? =
      switch error {
      case let error as UnreadableRow: error.description
      case is RowDecodingError: "a value is of another kind than belongs there"
      case is DecodingError: "a text is not the JSON that belongs there"
      default: nil
      }
    if let unreadable {
      DamageMark.set(folder, unreadable)
      return DamageMark.error(folder, unreadable)
    }
    guard let error = error as? DatabaseError else {
      return NotebookError(
        .other, path: path, problem: "\(error)", advice: "Run `primer doctor`.")
    }
    let text = error.message ?? "SQLite error \(error.resultCode.rawValue)"
    switch error.resultCode.primaryResultCode {
    case .SQLITE_NOTADB:
      return NotebookError(
        .notANotebook, path: path, problem: "it is not a notebook (\(text))",
        advice: "Move the file away, or choose another folder with --notebook.")
    case .SQLITE_CORRUPT:
      DamageMark.set(folder, text)
      return DamageMark.error(folder, text)
    case .SQLITE_ERROR, .SQLITE_FORMAT, .SQLITE_MISMATCH, .SQLITE_CONSTRAINT, .SQLITE_TOOBIG:
      // What is asked of it can be asked of every notebook that is whole.
      return DamageMark.error(folder, text)
    case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
      return NotebookError(
        .readOnly, path: path, problem: "it cannot be opened for writing (\(text))",
        advice: "Check the folder's permissions and its disk, or choose another with --notebook.")
    case .SQLITE_FULL:
      return NotebookError(
        .full, path: path, problem: "the disk is full", advice: "Make room; nothing is lost.")
    case .SQLITE_IOERR where !hasRoom(path):
      return NotebookError(
        .full, path: path, problem: "the disk is full (\(text))",
        advice: "Make room; nothing is lost.")
    case .SQLITE_IOERR:
      return NotebookError(
        .other, path: path, problem: "the disk cannot be read or written (\(text))",
        advice: "Check the disk and the room on it; nothing that was written before is lost.")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      return NotebookError(
        .busy, path: path, problem: "another program holds it locked (\(text))",
        advice: "Close that program, or wait.")
    default:
      return NotebookError(
        .other, path: path, problem: text, advice: "Run `primer doctor`.")
    }
  }

  /// Whether the disk of a file has room for what SQLite writes beside it.
  private static func hasRoom(_ path: String) -> Bool {
    var facts = statvfs()
    guard statvfs((path as NSString).deletingLastPathComponent, &facts) == 0 else { return true }
    return UInt64(facts.f_bavail) * UInt64(facts.f_frsize) >= 256 << 10
  }

  /// The numbers of the folders of runs, rising.
  static func runNumbers(_ folder: String) -> [RunID] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/runs")) ?? []
    return names.compactMap { name in RunID(name).flatMap { $0 > 0 ? $0 : nil } }.sorted()
  }

  /// Whether there are journals from which the book can be made again.
  static func hasJournals(_ folder: String) -> Bool {
    PageJournal.hasPages(folder)
      || runNumbers(folder).contains {
        FileManager.default.fileExists(atPath: "\(folder)/runs/\($0)/\(JournalFile.name)")
      }
  }
}
