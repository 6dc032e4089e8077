import Foundation
import ModelFiles

/// Writing that has reached the disk when it returns.
enum DurableFile {
  /// Writes bytes to a new file.
  static func write(_ data: Data, to path: String) throws {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw failure(path) }
    defer { close(file) }
    var done = 0
    while done < data.count {
      let count = data.withUnsafeBytes { bytes in
        Foundation.write(file, bytes.baseAddress?.advanced(by: done), bytes.count - done)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure(path) }
      done += count
    }
    guard fsync(file) == 0 else { throw failure(path) }
  }

  /// Waits until a file, or the names in a folder, are on the disk.
  static func synchronize(folder: String) throws {
    let file = open(folder, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw failure(folder) }
    defer { close(file) }
    guard fsync(file) == 0 || errno == EINVAL else { throw failure(folder) }
  }

  /// The error that the last call of the system left.
  static func failure(_ path: String) -> any Error {
    let code = errno
    if DiskRoom.codes.contains(code) { return DiskRoom.Lacking(path: path) }
    return ModelFileError(
      path: path, problem: "it cannot be written (\(String(cString: strerror(code))))",
      expected: "a folder that can be written to")
  }

  /// Waits until every file below a folder is on the disk, and the folder's names too.
  static func synchronize(tree folder: String) throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      let path = folder + "/" + name
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { continue }
      if isFolder.boolValue { try synchronize(tree: path) } else { try synchronize(folder: path) }
    }
    try synchronize(folder: folder)
  }
}
