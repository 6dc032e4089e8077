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

  private static func checkFile(_ path: String) throws(NotebookError) {
    do {
      let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
      if size == 0 { return }
      var configuration = Configuration()
      configuration.readonly = true
      configuration.busyMode = .timeout(10)
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      let (owner, version) = try queue.read { database in
        (
          try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0,
          try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        )
      }
      try queue.close()
      // A notebook that is just being made by another process has no marks yet.
      if owner == 0, version == 0, try isEmpty(path) { return }
      guard owner == NotebookSchema.applicationID else {
        throw NotebookError(
          .notANotebook, path: path, problem: "it is a database of another program",
          advice: "Choose another folder with --notebook.")
      }
      guard version <= NotebookSchema.version else {
        throw NotebookError(
          .newer, path: path,
          problem: "it has format \(version), and this program knows up to "
            + "\(NotebookSchema.version)",
          advice: "Use a newer primer; nothing was changed.")
      }
    } catch let error as NotebookError {
      throw error
    } catch {
      throw explain(error, path: path)
    }
  }

  private static func isEmpty(_ path: String) throws -> Bool {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(10)
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    return try queue.read {
      try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_master") ?? 0
    } == 0
  }

  /// What went wrong, in the owner's words.
  static func explain(_ error: any Error, path: String) -> NotebookError {
    if let error = error as? NotebookError { return error }
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
      return NotebookError(
        .damaged, path: path, problem: "the database is damaged (\(text))",
        advice: "Nothing was changed. Copy the folder, then try `sqlite3 \(path) .recover`.")
    case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
      return NotebookError(
        .readOnly, path: path, problem: "it cannot be opened for writing (\(text))",
        advice: "Check the folder's permissions and its disk, or choose another with --notebook.")
    case .SQLITE_FULL:
      return NotebookError(
        .full, path: path, problem: "the disk is full", advice: "Make room; nothing is lost.")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      return NotebookError(
        .busy, path: path, problem: "another program holds it locked (\(text))",
        advice: "Close that program, or wait.")
    default:
      return NotebookError(
        .other, path: path, problem: text, advice: "Run `primer doctor`.")
    }
  }
}
