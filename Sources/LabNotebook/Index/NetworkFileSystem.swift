import Foundation

/// Whether a folder lies on a file system that other machines share, on which neither SQLite nor
/// every lock can be relied on.
package enum NetworkFileSystem {
  private static let kinds: Set<String> = [
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "lustre", "gpfs", "beegfs", "ceph", "afs", "glusterfs",
    "fuse.sshfs", "fuse.glusterfs", "fuse.ceph", "fuse.beegfs",
  ]

  /// Whether it does; no where the system does not tell.
  package static func holds(_ folder: String) -> Bool {
    guard let resolved = realpath(folder, nil) else { return false }
    defer { free(resolved) }
    guard let mounts = FileManager.default.contents(atPath: "/proc/self/mounts") else {
      return false
    }
    return kinds.contains(
      kind(of: String(cString: resolved), mounts: String(decoding: mounts, as: UTF8.self)))
  }

  /// The kind of the file system of a path, by a list of mounts as the kernel writes it: the
  /// innermost folder counts, and of those on one folder the last.
  package static func kind(of path: String, mounts: String) -> String {
    var found = (length: -1, kind: "")
    for line in mounts.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count > 2 else { continue }
      let folder = fields[1].replacing("\\040", with: " ").replacing("\\134", with: "\\")
      let isIn = folder == "/" || path == folder || path.hasPrefix(folder + "/")
      if isIn, folder.utf8.count >= found.length {
        found = (folder.utf8.count, String(fields[2]))
      }
    }
    return found.kind
  }
}
