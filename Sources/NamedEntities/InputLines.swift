import Foundation

/// The lines of a file or of standard input, read as they come.
///
/// Lines end with a line feed; a carriage return before it, and a byte-order mark at the beginning,
/// are no part of the text. A line that is not UTF-8 is an error that names it.
package final class InputLines {
  /// The file, or `standard input`.
  package let name: String
  /// The number of the line read last, from 1; 0 before the first.
  package private(set) var number = 0

  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var start = 0  // of what was not handed out yet
  private var searched = 0  // up to here there is no line feed
  private var isAtEnd = false

  private static let longestLine = 64 << 20
  private static let readSize = 1 << 16
  private static let room = [UInt8](repeating: 0, count: readSize)

  /// Opens a file; nil and `-` are standard input.
  package init(path: String?) throws(CorpusError) {
    guard let path, path != "-" else {
      name = "standard input"
      descriptor = STDIN_FILENO
      return
    }
    name = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw unreadable() }
  }

  deinit {
    if descriptor > STDERR_FILENO { close(descriptor) }
  }

  /// The next line; waits for it, and is nil at the end.
  package func next() throws(CorpusError) -> String? {
    while true {
      if let end = endOfLine() {
        defer { (start, searched) = (end + 1, end + 1) }
        return try line(buffer[start..<end])
      }
      if isAtEnd {
        guard start < buffer.count else { return nil }
        defer { (start, searched) = (buffer.count, buffer.count) }
        return try line(buffer[start...])
      }
      try fill()
    }
  }

  /// Whether the next line, or the end, is there without waiting longer than asked.
  package func isReady(withinMilliseconds patience: Int32) throws(CorpusError) -> Bool {
    while endOfLine() == nil, !isAtEnd {
      var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      if poll(&state, 1, patience) <= 0 { return false }
      try fill()
    }
    return true
  }

  /// A complaint about the line read last.
  package func complaint(
    _ problem: String, expected: String, advice: String
  ) -> CorpusError {
    CorpusError(path: name, line: number, problem: problem, expected: expected, advice: advice)
  }

  private func endOfLine() -> Int? {
    guard searched < buffer.count else { return nil }
    let end = buffer[searched...].withUnsafeBytes { bytes -> Int? in
      guard let base = bytes.baseAddress, let found = memchr(base, 10, bytes.count) else {
        return nil
      }
      return searched + (UnsafeRawPointer(found) - base)
    }
    if end == nil { searched = buffer.count }
    return end
  }

  private func fill() throws(CorpusError) {
    if start > 0 {
      buffer.removeFirst(start)
      (start, searched) = (0, searched - start)
    }
    guard buffer.count < Self.longestLine else {
      number += 1
      throw complaint(
        "the line is longer than \(Self.longestLine >> 20) MiB", expected: "a sentence a line",
        advice: "Check that this is text.")
    }
    let old = buffer.count
    buffer += Self.room
    var count: Int
    repeat {
      count = buffer.withUnsafeMutableBytes { bytes in
        read(descriptor, bytes.baseAddress.map { $0 + old }, Self.readSize)
      }
      if count < 0, errno == EAGAIN {  // someone made it non-blocking
        var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        _ = poll(&state, 1, -1)
        errno = EINTR
      }
    } while count < 0 && errno == EINTR
    let problem = errno
    buffer.removeLast(Self.readSize - max(0, count))
    if count < 0 {
      errno = problem
      throw unreadable()
    }
    isAtEnd = count == 0
  }

  private func line(_ bytes: ArraySlice<UInt8>) throws(CorpusError) -> String {
    number += 1
    var bytes = bytes
    if number == 1, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    if bytes.last == 13 { bytes = bytes.dropLast() }
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    let shown = String(decoding: bytes.prefix(60), as: UTF8.self).withVisibleControls
    throw complaint(
      "the line is not UTF-8 (‘\(shown)’)", expected: "text in UTF-8",
      advice: "Convert it, for example with `iconv -f latin1 -t utf-8`.")
  }

  private func unreadable() -> CorpusError {
    CorpusError(
      path: name, problem: "it cannot be read (\(String(cString: strerror(errno))))",
      expected: "a file of lines", advice: "Check that it is there and that you may read it.")
  }
}
