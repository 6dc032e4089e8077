import Foundation
import Glibc
import Processes
import TestSupport
import Testing

/// A real terminal: tmux of its own server, in which the built program runs.
struct Tmux {
  /// The server's socket, of this test alone.
  let socket: String
  private let environment: [String: String]

  /// Starts a server with a session of a size that runs a command line.
  init(
    _ command: String, width: Int = 80, height: Int = 24, environment: [String: String],
    folder: URL? = nil
  ) throws {
    socket = "primer-test-\(UUID().uuidString)"
    self.environment = [
      "PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TERM": "xterm-256color",
      "SHELL": "/bin/sh",
    ].merging(environment) { $1 }
    try tmux(
      "-f", "/dev/null", "new-session", "-d", "-s", "story", "-x", "\(width)", "-y", "\(height)",
      "-c", folder?.path ?? FileManager.default.currentDirectoryPath, command)
    try tmux("set-option", "-g", "remain-on-exit", "on")
  }

  /// Ends the server and what runs in it.
  func close() {
    _ = try? tmux("kill-server")
  }

  /// Kills the server, which has no time to say anything to what runs in it.
  func kill() throws {
    let process = try tmux("display-message", "-p", "#{pid}")
    let id = try #require(pid_t(process.trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(Glibc.kill(id, SIGKILL) == 0)
  }

  /// Sends SIGHUP to all processes of the terminal's session, as when a connection is lost.
  func hangUp() throws {
    let text = try tmux("display-message", "-p", "-t", "story", "#{pane_pid}")
    let leader = try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    let processes = try FileManager.default.contentsOfDirectory(atPath: "/proc")
      .compactMap(pid_t.init)
    for process in processes where getsid(process) == leader { Glibc.kill(process, SIGHUP) }
  }

  /// Presses keys, named as tmux names them.
  func press(_ keys: String...) throws {
    for key in keys { try tmux("send-keys", "-t", "story", key) }
  }

  /// Types a text letter by letter.
  func type(_ text: String) throws {
    try tmux("send-keys", "-t", "story", "-l", text)
  }

  /// Pastes a text, as a terminal does where the program asked to be told (bracketed paste).
  func paste(_ text: String) throws {
    try tmux("set-buffer", "--", text)
    try tmux("paste-buffer", "-p", "-r", "-t", "story")
  }

  /// Pastes a text as a terminal does that does not mark what is pasted.
  func pasteUnmarked(_ text: String) throws {
    try tmux("set-buffer", "--", text)
    try tmux("paste-buffer", "-t", "story")
  }

  /// Has all that the program writes from now on in a file, too.
  func record(to path: String) throws {
    try tmux("pipe-pane", "-o", "-t", "story", "cat > '\(path)'")
  }

  /// Changes the terminal's size.
  func resize(width: Int, height: Int) throws {
    try tmux("resize-window", "-t", "story", "-x", "\(width)", "-y", "\(height)")
  }

  /// What a person sees.
  func screen() throws -> String {
    try tmux("capture-pane", "-p", "-t", "story")
  }

  /// The same with spaces at the ends of rows, and the sequences that select each cell's looks.
  func screenWithLooks() throws -> String {
    try tmux("capture-pane", "-p", "-e", "-N", "-t", "story")
  }

  /// Waits until the screen shows a text, and fails with the screen when it does not come.
  @discardableResult
  func wait(
    for text: String, seconds: Double = 180, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    try wait("‘\(text)’", seconds: seconds, sourceLocation: sourceLocation) { $0.contains(text) }
  }

  /// Waits until the screen satisfies a condition.
  @discardableResult
  func wait(
    _ what: String, seconds: Double = 180, sourceLocation: SourceLocation = #_sourceLocation,
    until condition: (String) -> Bool
  ) throws -> String {
    let deadline = Date().addingTimeInterval(seconds)
    var last = ""
    while Date() < deadline {
      last = try screen()
      if condition(last) { return last }
      usleep(50_000)
    }
    Issue.record("The screen never showed \(what):\n\(last)", sourceLocation: sourceLocation)
    throw NeverShown(what: what)
  }

  struct NeverShown: Error {
    var what: String
  }

  @discardableResult
  private func tmux(_ arguments: String...) throws -> String {
    // The first call leaves a server behind, which has these files open, too.
    let output = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: output) }
    try ChildProcess(
      "/usr/bin/env", ["tmux", "-L", socket] + arguments, environment: environment,
      output: .appending(output.path), group: .session
    ).finish()
    let data = try Data(contentsOf: output)
    return String(decoding: data, as: UTF8.self)
  }
}
