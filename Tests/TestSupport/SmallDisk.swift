import Foundation

/// A small disk of its own, where this process may mount one.
package struct SmallDisk {
  private let path: String

  /// Mounts a disk at a folder; nil where this process may not.
  package init?(at path: String, bytes: Int) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    guard mount("tmpfs", path, "tmpfs", 0, "size=\(bytes)") == 0 else {
      print("skipped: a disk cannot be mounted here (\(String(cString: strerror(errno))))")
      return nil
    }
    self.path = path
  }

  private var filling: String { path + "/filling" }

  /// Takes all of its room.
  package func fill() {
    let file = open(filling, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    defer { close(file) }
    let block = [UInt8](repeating: 1, count: 1 << 12)
    while write(file, block, block.count) > 0 {}
  }

  /// Gives the room back that `fill` took.
  package func makeRoom() { unlink(filling) }

  /// Takes the disk away.
  package func remove() { umount2(path, 2) }  // 2: MNT_DETACH
}
