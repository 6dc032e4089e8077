import Files
import Foundation
import GRDB
import RunFolders

/// What is looked at before a notebook is opened, and where its index lies.
struct NotebookOpening {
  /// What an opening comes to.
  struct Opened {
    var index: IndexDatabase
    var presence: NotebookPresence?
    var obstacle: NotebookError?
    var isReadOnly = false
    var notices: [String] = []
  }

  /// What a file is that lies where the index belongs.
  private enum Found {
    /// There is nothing, or nothing yet.
    case nothing
    case index
    /// The notebook itself, of an older program.
    case old(format: Int)
    /// No index any more, if it ever was one; why not.
    case damaged(String)
  }

  let folder: String
  let patience: Double
  /// The index that belongs to the folder.
  var path: String { folder + "/notebook.sqlite" }

  // MARK: Opening

  /// Opens the index to be changed, and makes it where there is none.
  func toWrite(create: Bool) throws -> Opened {
    try checkFolder(create: create)
    guard access(folder, W_OK) == 0 else { throw Self.cannotBeWritten(folder) }
    var opened = Opened(index: try IndexDatabase())
    if NetworkFileSystem.holds(folder), let cache = cachePath {
      let (index, presence) = try sound(at: cache, &opened.notices)
      (opened.index, opened.presence) = (index, presence)
      opened.notices.append(
        "\(folder) lies on a network file system: the index is \(cache), on this machine")
      return opened
    }
    switch try found() {
    case .nothing, .index: break
    case .old(let format):
      let presence = try NotebookPresence(alone: folder + "/notebook.lock")
      opened.notices.append(try OldNotebook(folder: folder, format: format).becomeRunFolders())
      presence.share()
    case .damaged(let problem):
      guard hasRuns else {
        throw NotebookError(
          .notANotebook, path: path, problem: "it is not a notebook (\(problem))",
          advice: "Move the file away, or choose another folder with --notebook.")
      }
      opened.notices.append(try setAside(path, problem))
    }
    (opened.index, opened.presence) = try sound(at: path, &opened.notices)
    return opened
  }

  /// Opens the index to be read: as it lies, or made again in the user's cache folder or in memory
  /// where it cannot be used.
  ///
  /// - Parameter obstacle: Why it is not opened for writing by who would have written.
  func toRead(_ obstacle: NotebookError?) throws -> Opened {
    try checkFolder(create: false)
    var opened = Opened(index: try IndexDatabase(), obstacle: obstacle, isReadOnly: true)
    if obstacle == nil, case .index = try found(),
      let index = try? IndexDatabase(reading: path, patience: patience)
    {
      opened.presence = try NotebookPresence(sharing: folder + "/notebook.lock")
      opened.index = index
    } else if let cache = cachePath, let (index, presence) = try? sound(at: cache, &opened.notices)
    {
      (opened.index, opened.presence) = (index, presence)
    }
    return opened
  }

  /// An index in the place of a damaged one.
  func rebuild(
    _ damaged: IndexDatabase, because problem: String, isShared: Bool
  ) throws -> Opened {
    var opened = Opened(index: try IndexDatabase())
    guard let path = damaged.path, !isShared || path != self.path else { return opened }
    do {
      let presence = try NotebookPresence(alone: lockPath(of: path))
      opened.notices.append(try setAside(path, problem))
      opened.index = try IndexDatabase(path: path, patience: patience)
      presence.share()
      opened.presence = presence
    } catch let error as NotebookError where error.kind == .busy {
      opened.notices.append(
        "The index \(path) is damaged (\(problem)) and others have it open: the run folders are "
          + "read instead")
    }
    return opened
  }

  /// The index of a path; a damaged one is set aside and made again.
  private func sound(
    at path: String, _ notices: inout [String]
  ) throws -> (IndexDatabase, NotebookPresence?) {
    let presence = try NotebookPresence(sharing: lockPath(of: path))
    do {
      return (try IndexDatabase(path: path, patience: patience), presence)
    } catch  where IndexDatabase.isDamage(error) {
      presence?.release()
      let alone = try NotebookPresence(alone: lockPath(of: path))
      notices.append(try setAside(path, Self.words(error)))
      let index = try IndexDatabase(path: path, patience: patience)
      alone.share()
      return (index, alone)
    }
  }

  private func lockPath(of path: String) -> String {
    path == self.path ? folder + "/notebook.lock" : path + ".lock"
  }

  /// Gives a damaged index another name, and says so.
  private func setAside(_ path: String, _ problem: String) throws -> String {
    let time = Date().ISO8601Format().replacing(":", with: "")
    var aside = "\(path).damaged-\(time)"
    while FileManager.default.fileExists(atPath: aside) { aside += "+" }
    // SQLite would take the old log for the new index's, so that goes first.
    if FileManager.default.fileExists(atPath: path + "-wal") {
      guard rename(path + "-wal", aside + "-wal") == 0 else { throw Self.cannotBeWritten(folder) }
    }
    unlink(path + "-shm")
    guard rename(path, aside) == 0 || errno == ENOENT else { throw Self.cannotBeWritten(folder) }
    return "The index \(path) was damaged (\(problem)) and was made again from the run folders; it "
      + "is kept as \((aside as NSString).lastPathComponent)"
  }

  // MARK: Looking

  /// Looks whether the folder can hold a notebook, changing nothing but to make the folder.
  private func checkFolder(create: Bool) throws(NotebookError) {
    let manager = FileManager.default
    var isFolder: ObjCBool = false
    if manager.fileExists(atPath: folder, isDirectory: &isFolder) {
      guard isFolder.boolValue else {
        throw NotebookError(
          .notAFolder, path: folder, problem: "it is a file, not a folder",
          advice: "Name a folder with --notebook.")
      }
      if create || isNotebook { return }
    }
    guard create else { throw missing() }
    do {
      try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw NotebookError(
        .readOnly, path: folder, problem: "it cannot be made (\(error.localizedDescription))",
        advice: "Choose another folder with --notebook, or make this one.")
    }
  }

  private func missing() -> NotebookError {
    NotebookError(
      .missing, path: folder, problem: "there is no notebook",
      advice: "Check --notebook. `primer` makes one there, and so does `primer run FILE`.")
  }

  private static func cannotBeWritten(_ folder: String) -> NotebookError {
    NotebookError(
      .readOnly, path: folder, problem: "the folder cannot be written to",
      advice: "Change its permissions, or choose another with --notebook.")
  }

  /// Whether the folder has anything of a notebook: runs, notes, or an index.
  private var isNotebook: Bool {
    hasRuns || access(path, F_OK) == 0 || access(folder + "/pages.jsonl", F_OK) == 0
  }

  /// Whether there are folders of runs.
  private var hasRuns: Bool { !RunFiles.numbers(in: folder).isEmpty }

  /// What lies where the index belongs; throws where it is somebody else's, or newer.
  private func found() throws -> Found {
    guard let file = FileHandle(forReadingAtPath: path) else {
      if access(path, F_OK) != 0 { return .nothing }
      throw NotebookError(
        .readOnly, path: path, problem: "it cannot be read",
        advice: "Check its permissions, or choose another folder with --notebook.")
    }
    // SQLite would make files of its own beside it.
    let header = [UInt8]((try? file.read(upToCount: 100)) ?? Data())
    try? file.close()
    if header.isEmpty { return .nothing }
    guard header.count == 100, header.starts(with: Array("SQLite format 3\0".utf8)) else {
      return .damaged("it is not a database")
    }
    let (application, format, tables): (Int, Int, Int)
    do {
      let queue = try IndexDatabase.reading(path, patience: patience)
      defer { try? queue.close() }
      (application, format, tables) = try queue.read { database in
        func number(_ sql: String) throws -> Int { try Int.fetchOne(database, sql: sql) ?? 0 }
        return (
          try number("PRAGMA application_id"), try number("PRAGMA user_version"),
          try number("SELECT count(*) FROM sqlite_master")
        )
      }
    } catch  where IndexDatabase.isDamage(error) {
      return .damaged(Self.words(error))
    }
    if application == 0, format == 0, tables == 0 { return .nothing }
    guard application == IndexSchema.applicationID else {
      throw NotebookError(
        .notANotebook, path: path, problem: "it is a database of another program",
        advice: "Choose another folder with --notebook.")
    }
    guard format <= IndexSchema.version else {
      throw NotebookError(
        .newer, path: path,
        problem: "it has format \(format), and this program knows up to \(IndexSchema.version)",
        advice: "Use a newer primer; nothing was changed.")
    }
    if format == IndexSchema.version { return .index }
    return format > 0 ? .old(format: format) : .damaged("it says that its format is \(format)")
  }

  /// Where the index is kept when the folder cannot hold it: in the user's cache folder.
  private var cachePath: String? {
    let environment = ProcessInfo.processInfo.environment
    var caches = environment["XDG_CACHE_HOME"] ?? ""
    if !caches.hasPrefix("/") {
      guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
      caches = home + "/.cache"
    }
    let folder = caches + "/primer"
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      return nil
    }
    let sum = Array(self.folder.utf8).withUnsafeBytes { FileCheck.of($0) }
    return "\(folder)/index-\(String(sum, radix: 16)).sqlite"
  }

  // MARK: Words

  /// Whether an error is one of what stands in the index, or of reading and writing it.
  static func isOfTheIndex(_ error: any Error) -> Bool {
    error is DatabaseError || error is UnreadableRow || error is RowDecodingError
      || error is DecodingError || error is SchemaCheck.Problem
  }

  /// What is wrong with an index, in a few words.
  static func words(_ error: any Error) -> String {
    switch error {
    case let error as UnreadableRow: error.description
    case let error as SchemaCheck.Problem: error.description
    case is RowDecodingError: "a value is of another kind than belongs there"
    case is DecodingError: "a text is not the JSON that belongs there"
    case let error as DatabaseError:
      error.message ?? "SQLite error \(error.resultCode.rawValue)"
    default: "\(error)"
    }
  }

  /// What went wrong, for who wants to use the notebook.
  static func explain(_ error: any Error, path: String) -> NotebookError {
    if let error = error as? NotebookError { return error }
    guard let error = error as? DatabaseError else {
      return isOfTheIndex(error)
        ? NotebookError(
          .damaged, path: path, problem: "the index is damaged (\(words(error)))",
          advice: "Nothing is lost: `primer repair` makes it again from the run folders.")
        : NotebookError(.other, path: path, problem: "\(error)", advice: "Run `primer doctor`.")
    }
    let text = words(error)
    switch error.resultCode.primaryResultCode {
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      return NotebookError(
        .damaged, path: path, problem: "the index is damaged (\(text))",
        advice: "Nothing is lost: `primer repair` makes it again from the run folders.")
    case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
      return NotebookError(
        .readOnly, path: path, problem: "it cannot be written (\(text))",
        advice: "Check the permissions of the file and its folder.")
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
    let folder = PathText.folder(of: path)
    return access(folder, W_OK) != 0 || AtomicFile.hasRoom(256 << 10, in: folder)
  }
}
