import Foundation

/// A process that answers lines with lines for as long as it is wanted.
///
/// It belongs to the thread that started it. It is a group of its own, so that keys of the terminal
/// do not reach it; when this program ends, however it ends, its input ends, and so does it.
package final class LineProcess {
  /// Something the process did.
  package enum Event: Hashable, Sendable {
    /// A line of its output, without the line feed.
    case line(String)
    /// It has ended: its exit status (128 and the signal, when one ended it), and the last that it
    /// wrote to standard error.
    case ended(status: Int32, errors: String)
  }

  private static let errorLimit = 8 * 1024
  private static let lineLimit = 64 * 1024 * 1024
  /// How long a process is given to end by itself, in seconds.
  private static let grace = 0.3

  private let process: ChildProcess
  private var input: Int32
  private var output: Int32
  private var errors: Int32
  private var outgoing: [UInt8] = []
  private var finishesInput = false
  private var incoming: [UInt8] = []
  private var errorText: [UInt8] = []

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - path: Its path.
  ///   - arguments: Its arguments without its own name.
  package init(
    _ path: String, _ arguments: [String], environment: [String: String]
  ) throws {
    let ends = try Self.channels()
    defer { for end in [ends[0].read, ends[1].write, ends[2].write] { close(end) } }
    (input, output, errors) = (ends[0].write, ends[1].read, ends[2].read)
    do {
      process = try ChildProcess(
        path, arguments, environment: environment, input: .descriptor(ends[0].read),
        output: .descriptor(ends[1].write), errors: .descriptor(ends[2].write), group: .own)
    } catch {
      for end in [input, output, errors] { close(end) }
      throw error
    }
    for end in [input, output, errors] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
  }

  deinit { end() }

  /// Adds a line to what the process will read.
  package func send(_ line: String) {
    precondition(!line.contains("\n"), "A line has no line feed in it")
    outgoing += Array(line.utf8)
    outgoing.append(0x0A)
  }

  /// Says that there is nothing more to read.
  package func finishInput() {
    finishesInput = true
    if outgoing.isEmpty { closeInput() }
  }

  /// Waits until the process says something, until `wake` can be read, or until the time is over.
  package func wait(milliseconds: Int32, wake: Int32 = -1) -> [Event] {
    var files = [
      pollfd(fd: output, events: Int16(POLLIN), revents: 0),
      pollfd(fd: errors, events: Int16(POLLIN), revents: 0),
      pollfd(fd: outgoing.isEmpty ? -1 : input, events: Int16(POLLOUT), revents: 0),
      pollfd(fd: wake, events: Int16(POLLIN), revents: 0),
    ]
    guard poll(&files, nfds_t(files.count), milliseconds) > 0 else { return [] }
    if files[2].revents != 0 { write() }
    if files[1].revents != 0 {
      errorText += Self.read(&errors)
      if errorText.count > Self.errorLimit {
        errorText.removeFirst(errorText.count - Self.errorLimit)
      }
    }
    guard files[0].revents != 0 else { return [] }
    let bytes = Self.read(&output)
    incoming += bytes
    var events = lines()
    if output < 0 || incoming.count > Self.lineLimit { events.append(finish()) }
    return events
  }

  /// Ends the process, if it has not ended, and waits for that.
  package func end() {
    closeInput()
    if process.send(SIGTERM, toGroup: true), process.wait(seconds: Self.grace) == nil {
      process.send(SIGKILL, toGroup: true)
    }
    _ = process.wait()
    closeAll()
  }

  // MARK: Its pipes

  private func lines() -> [Event] {
    var events: [Event] = []
    var start = incoming.startIndex
    while let end = incoming[start...].firstIndex(of: 0x0A) {
      events.append(.line(String(decoding: incoming[start..<end], as: UTF8.self)))
      start = end + 1
    }
    incoming.removeSubrange(..<start)
    return events
  }

  /// Its output has ended: what else it had to say, and how it ended.
  private func finish() -> Event {
    while errors >= 0 {
      var file = pollfd(fd: errors, events: Int16(POLLIN), revents: 0)
      guard poll(&file, 1, 200) > 0 else { break }
      errorText += Self.read(&errors)
    }
    end()
    let text = String(decoding: errorText.suffix(Self.errorLimit), as: UTF8.self)
    return .ended(
      status: process.wait().status, errors: text.trimmingCharacters(in: .whitespacesAndNewlines))
  }

  private func write() {
    guard input >= 0 else {
      outgoing = []
      return
    }
    // A reader that has gone is told by its end, not by a signal.
    let count = Glibc.send(input, outgoing, outgoing.count, Int32(MSG_NOSIGNAL))
    if count > 0 { outgoing.removeFirst(count) }
    if count < 0, errno != EAGAIN, errno != EINTR { outgoing = [] }
    if outgoing.isEmpty, finishesInput { closeInput() }
  }

  /// What is there to be read; at the end the file is closed and becomes −1.
  private static func read(_ file: inout Int32) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 64 * 1024)
    let count = Glibc.read(file, &bytes, bytes.count)
    if count > 0 { return Array(bytes.prefix(count)) }
    if count < 0, errno == EAGAIN || errno == EINTR { return [] }
    close(file)
    file = -1
    return []
  }

  private func closeInput() {
    if input >= 0 { close(input) }
    input = -1
  }

  private func closeAll() {
    closeInput()
    if output >= 0 { close(output) }
    if errors >= 0 { close(errors) }
    (output, errors) = (-1, -1)
  }

  /// Three ways between two processes.
  ///
  /// They are sockets, since those are closed from the start
  /// for whatever else another thread may be starting.
  private static func channels() throws -> [(read: Int32, write: Int32)] {
    var channels: [(read: Int32, write: Int32)] = []
    for _ in 0..<3 {
      var ends: [Int32] = [-1, -1]
      let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
      guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
        let reason = String(cString: strerror(errno))
        for end in channels.flatMap({ [$0.read, $0.write] }) { close(end) }
        throw ProcessError("A socket cannot be opened: \(reason)")
      }
      channels.append((ends[0], ends[1]))
    }
    return channels
  }
}
