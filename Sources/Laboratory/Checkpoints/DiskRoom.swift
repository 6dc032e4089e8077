import Files
import Foundation
import RunFolders

/// Whether a disk has room, and whether an error says that it had none.
enum DiskRoom {
  /// The system's numbers for it: no space, or none left of what its owner may use.
  static let codes: Set<Int32> = [ENOSPC, EDQUOT]

  /// Whether this error came from a full disk.
  static func isLacking(_ error: any Error) -> Bool {
    switch error {
    case let error as RunFolderError: return error.kind == .full
    case let error as FileError: return error.kind == .full
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
    case is RunFolderError, is FileError: "\(error)"
    case let error as CocoaError where error.filePath != nil:
      "\(error.filePath ?? ""): \(error.localizedDescription)"
    default: (error as NSError).localizedDescription
    }
  }

  /// The folder of what could not be written, as far as the error says.
  static func place(of error: any Error) -> String? {
    let path: String? =
      switch error {
      case let error as RunFolderError: error.path
      case let error as FileError: error.path
      case let error as CocoaError: error.filePath
      default: nil
      }
    guard var folder = path, folder.hasPrefix("/") else { return nil }
    while folder != "/" {
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue
      {
        return folder
      }
      folder = PathText.folder(of: folder)
    }
    return nil
  }

  /// How many bytes the files below a folder have: about as many as are to be written there again.
  static func bytes(below folder: String?) -> Int {
    guard let folder, let names = FileManager.default.enumerator(atPath: folder) else { return 0 }
    var most = 0
    for case let name as String in names {
      var facts = stat()
      if stat(folder + "/" + name, &facts) == 0 { most = max(most, Int(facts.st_size)) }
    }
    return most
  }
}
