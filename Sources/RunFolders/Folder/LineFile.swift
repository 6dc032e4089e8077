import Foundation

/// A file of lines, read in pieces.
///
/// Links are not followed, and only ordinary files are read: somebody else may have put anything
/// there.
struct LineFile: ~Copyable {
  /// A line without its end.
  struct Line {
    /// Its bytes, while it is looked at; nil for one that is too long.
    var bytes: UnsafeRawBufferPointer?
    /// The byte of the file at which it begins.
    var begin: Int
    /// The byte behind its end.
    var end: Int
    /// Its number, from 1.
    var number: Int
  }

  private let file: Int32
  private let path: String
  private static let blockSize = 1 << 20

  /// Opens a file; nil when there is none.
  init?(path: String) throws(RunFolderError) {
    let file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    if file < 0 {
      if errno == ENOENT { return nil }
      throw .system(errno, path: path, doing: "read")
    }
    var facts = stat()
    guard fstat(file, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      close(file)
      throw RunFolderError(
        .other, path: path, problem: "it is not a regular file", advice: "Remove what is there.")
    }
    self.file = file
    self.path = path
  }

  deinit { close(file) }

  /// Whether the file begins with the lines that were read before.
  borrowing func begins(as position: FilePosition) -> Bool {
    check(at: position.length) == position.check
  }

  /// What the bytes before a place add up to; nil where the file is shorter.
  borrowing func check(at length: Int) -> UInt64? {
    let count = min(length, FileCheck.length)
    return withUnsafeTemporaryAllocation(byteCount: max(1, count), alignment: 1) { bytes in
      guard pread(file, bytes.baseAddress, count, off_t(length - count)) == count else {
        return nil
      }
      return FileCheck.of(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
    }
  }

  /// Looks at each whole line from a place on, until it is told to stop.
  ///
  /// - Parameters:
  ///   - longest: The longest line whose bytes are kept.
  ///   - look: Looks at a line; no more are wanted when it returns false.
  /// - Returns: The place behind the last line.
  borrowing func read(
    from position: FilePosition, longest: Int, _ look: (Line) -> Bool
  ) throws(RunFolderError) -> FilePosition {
    var position = position
    var buffer = [UInt8](repeating: 0, count: Self.blockSize)
    var filled = 0
    var isSkipping = false
    var begin = position.length
    reading: while true {
      let offset = position.length + (isSkipping ? 0 : filled)
      let room = buffer.count - filled
      let count = buffer.withUnsafeMutableBytes { bytes in
        pread(file, bytes.baseAddress.map { $0 + filled }, room, off_t(isSkipping ? begin : offset))
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw .system(errno, path: path, doing: "read")
      }
      if count == 0 { break }
      if isSkipping {
        // In a line that is too long: only its end is looked for.
        guard let end = buffer[..<count].firstIndex(of: UInt8(ascii: "\n")) else {
          begin += count
          continue
        }
        position.lines += 1
        let next = begin + end + 1
        let goesOn = look(
          Line(bytes: nil, begin: position.length, end: next, number: position.lines))
        position.length = next
        (begin, filled, isSkipping) = (next, 0, false)
        if !goesOn { break }
        continue
      }
      filled += count
      var used = 0
      var goesOn = true
      buffer.withUnsafeBytes { bytes in
        guard let base = bytes.baseAddress else { return }
        while goesOn, used < filled,
          let found = memchr(base + used, Int32(UInt8(ascii: "\n")), filled - used)
        {
          let end = UnsafeRawPointer(found) - base
          position.lines += 1
          goesOn = look(
            Line(
              bytes: UnsafeRawBufferPointer(rebasing: bytes[used..<end]),
              begin: position.length, end: position.length + (end - used) + 1,
              number: position.lines))
          position.length += end - used + 1
          used = end + 1
        }
      }
      if !goesOn { break reading }
      if used > 0 {
        buffer.withUnsafeMutableBytes { bytes in
          guard let base = bytes.baseAddress else { return }
          memmove(base, base + used, filled - used)
        }
        filled -= used
      }
      begin = position.length
      if filled == buffer.count {
        if filled >= longest {
          begin = position.length + filled
          (filled, isSkipping) = (0, true)
        } else {
          buffer.append(contentsOf: repeatElement(0, count: buffer.count))
        }
      }
    }
    position.check = check(at: position.length) ?? FileCheck.empty
    return position
  }
}
