import Foundation

/// The file of a journal: of a run's, or of the notebook's own pages.
///
/// It is written within transactions of the book, which lets one writer in at a time; the book
/// remembers how much of it counts. What a transaction wrote that came to nothing is written over
/// by the next.
struct JournalFile {
  static let name = "journal.jsonl"

  /// The file.
  let path: String

  init(runFolder: String) {
    path = "\(runFolder)/\(Self.name)"
  }

  init(path: String) {
    self.path = path
  }

  /// Writes a text where what counts ends; no when the file is shorter than that.
  func write(_ text: String, at length: Int) throws -> Bool {
    let file = try opened(length == 0 ? O_WRONLY | O_CREAT : O_WRONLY)
    guard file >= 0 else { return false }
    defer { close(file) }
    var facts = stat()
    guard fstat(file, &facts) == 0, Int(facts.st_size) >= length else { return false }
    // A device stands for a full disk in tests; only files have a length to be cut.
    if facts.st_mode & S_IFMT == S_IFREG, Int(facts.st_size) > length {
      guard ftruncate(file, off_t(length)) == 0 else { throw failure(errno) }
    }
    var text = text
    try text.withUTF8 { bytes in
      var done = 0
      while done < bytes.count {
        let count = pwrite(
          file, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(length + done))
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw failure(count < 0 ? errno : ENOSPC) }
        done += count
      }
    }
    return true
  }

  /// Puts a text in the place of the file, whole or not at all.
  func replace(with text: String) throws {
    let folder = (path as NSString).deletingLastPathComponent
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw NotebookError(
        .readOnly, path: folder, problem: "it cannot be made (\(error.localizedDescription))",
        advice: "Check the permissions and the disk.")
    }
    let temporary = JournalFile(path: path + ".new")
    unlink(temporary.path)
    _ = try temporary.write(text, at: 0)
    try temporary.synchronize()
    guard rename(temporary.path, path) == 0 else { throw failure(errno) }
  }

  /// Returns when what was written is on the disk.
  func synchronize() throws {
    let file = try opened(O_WRONLY)
    guard file >= 0 else { return }
    defer { close(file) }
    guard fsync(file) == 0 || errno == EINVAL else { throw failure(errno) }
  }

  /// The open file; negative when there is none, or no folder for it.
  private func opened(_ flags: Int32) throws -> Int32 {
    let file = open(path, flags | O_CLOEXEC, 0o644)
    if file < 0, errno != ENOENT { throw failure(errno) }
    return file
  }

  private func failure(_ code: Int32) -> NotebookError {
    let text = String(cString: strerror(code))
    switch code {
    case ENOSPC, EDQUOT:
      return NotebookError(
        .full, path: path, problem: "the disk is full", advice: "Make room; nothing is lost.")
    case EACCES, EPERM, EROFS:
      return NotebookError(
        .readOnly, path: path, problem: "it cannot be written (\(text))",
        advice: "Check the permissions of the file and its folder.")
    default:
      return NotebookError(
        .other, path: path, problem: "it cannot be written (\(text))",
        advice: "Check the disk; nothing that was written before is lost.")
    }
  }
}
