import Foundation

/// A file that takes room on the disk of a run, so that there is some when the disk is full: for
/// the lines that say so.
package struct RunReserve {
  private static let bytes = 256 << 10

  private let path: String

  /// The reserve of a run.
  package init(runFolder: String) {
    path = runFolder + "/reserve"
  }

  /// Takes the room, where there is enough.
  package func take() {
    let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard file >= 0 else { return }
    defer { close(file) }
    if posix_fallocate(file, 0, off_t(Self.bytes)) != 0 { unlink(path) }
  }

  /// Gives the room back.
  package func release() {
    unlink(path)
  }
}
