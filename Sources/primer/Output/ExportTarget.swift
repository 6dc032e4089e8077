import Files
import Foundation
import NamedEntities
import RunFolders

/// Where an export goes: standard output, a file, or a folder.
struct ExportTarget {
  let path: String
  /// Whether what is there may be written over.
  let force: Bool

  /// The path as seen from the root, whatever folder a process is started in.
  var absolutePath: String {
    URL(filePath: (path as NSString).expandingTildeInPath).standardizedFileURL.path
  }

  private var isFolder: Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: absolutePath, isDirectory: &isFolder)
      && isFolder.boolValue
  }

  /// Writes a text to the file, or to standard output for `-`.
  func write(_ text: String) throws {
    if path == "-" {
      let shown = isatty(STDOUT_FILENO) == 1 ? text.linesWithVisibleControls : text
      try StandardStreams.write(shown)
      return
    }
    try prepareFile()
    try attempt {
      try AtomicFile.write(text, to: absolutePath)
    }
  }

  /// Writes a file of a name into the folder.
  func write(_ data: Data, inFolderAs name: String) throws {
    try checkFolder()
    try attempt {
      try FileManager.default.createDirectory(
        atPath: absolutePath, withIntermediateDirectories: true)
      try AtomicFile.write(data, to: "\(absolutePath)/\(name)")
    }
  }

  /// Makes the folder that the file will be in; throws unless a file can be written there: nothing
  /// is there, or a file, and force.
  func prepareFile() throws {
    if isFolder { throw CommandFailure("\(path) is a folder; expected a file to write") }
    try checkUnused()
    try attempt {
      try FileManager.default.createDirectory(
        atPath: (absolutePath as NSString).deletingLastPathComponent,
        withIntermediateDirectories: true)
    }
  }

  /// Throws unless a folder can be written there: nothing is there, or an empty folder, or force.
  func checkFolder() throws {
    if isFolder {
      let files = try? FileManager.default.contentsOfDirectory(atPath: absolutePath)
      if files?.isEmpty == true { return }
    } else if FileManager.default.fileExists(atPath: absolutePath), force {
      throw CommandFailure("\(path) is a file; expected a folder to write")
    }
    try checkUnused()
  }

  private func checkUnused() throws {
    guard !force, FileManager.default.fileExists(atPath: absolutePath) else { return }
    throw CommandFailure("\(path) already exists; --force writes over it")
  }

  private func attempt(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as FileError {
      throw CommandFailure("\(error)")
    } catch {
      throw CommandFailure("\(path) cannot be written: \(error.localizedDescription)")
    }
  }
}
