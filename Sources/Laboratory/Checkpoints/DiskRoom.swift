import Foundation
import LabNotebook

/// Whether a disk has room, and whether an error says that it had none.
enum DiskRoom {
  /// Thrown when something could not be written for want of room.
  struct Lacking: Error, CustomStringConvertible {
    /// What was being written.
    let path: String

    var description: String { "\(path): there is no room on the disk" }
  }

  /// The system's numbers for it: no space, or none left of what its owner may use.
  static let codes: Set<Int32> = [ENOSPC, EDQUOT]

  /// Whether this error came from a full disk.
  static func isLacking(_ error: any Error) -> Bool {
    switch error {
    case is Lacking: return true
    case let error as NotebookError: return error.kind == .full
    case let error as CocoaError where error.code == .fileWriteOutOfSpace: return true
    case let error as CocoaError:
      return (error.userInfo[NSUnderlyingErrorKey] as? any Error).map(isLacking) ?? false
    case let error as POSIXError: return codes.contains(error.code.rawValue)
    default:
      let error = error as NSError
      return error.domain == NSPOSIXErrorDomain && codes.contains(Int32(error.code))
    }
  }

  /// Such an error in words for people.
  static func words(_ error: any Error) -> String {
    switch error {
    case is Lacking, is NotebookError: "\(error)"
    case let error as CocoaError where error.filePath != nil:
      "\(error.filePath ?? ""): \(error.localizedDescription)"
    default: (error as NSError).localizedDescription
    }
  }

  /// Whether so many bytes can be written to the disk of a folder; yes when nobody can say.
  static func isThere(at folder: String, bytes: Int = 4 << 20) -> Bool {
    var path = folder
    while !path.isEmpty, path != "/", !FileManager.default.fileExists(atPath: path) {
      path = (path as NSString).deletingLastPathComponent
    }
    var facts = statvfs()
    guard statvfs(path.isEmpty ? "." : path, &facts) == 0 else { return true }
    return UInt64(facts.f_bavail) * UInt64(facts.f_frsize) >= UInt64(bytes)
  }
}
