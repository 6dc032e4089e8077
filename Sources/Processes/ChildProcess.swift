import CProcesses
package import Foundation
import Synchronization

/// A program that this process started: the one place that calls `posix_spawn`.
///
/// It starts with no signal blocked or ignored, and with none of this process's files open but its
/// standard streams and what it is handed: whoever waits for the end of a file that this process has
/// open need not wait for that program.
package final class ChildProcess: Sendable {
  /// What a standard stream of the program is.
  package enum Stream: Hashable, Sendable {
    /// `/dev/null`.
    case nothing
    /// This process's own.
    case inherited
    /// An open file of this process.
    case descriptor(Int32)
    /// A file that is read from its beginning.
    case reading(String)
    /// A file that is written at its end, and made when it is missing.
    case appending(String)
    /// A terminal, which becomes the program's own where it leads a session.
    case terminal(String)
  }

  /// Which of the terminal's keys and hang-ups reach the program.
  package enum Group: Hashable, Sendable {
    /// Those of this process.
    case shared
    /// A group of its own: Ctrl-C and Ctrl-Z do not reach it unless it is given the terminal.
    case own
    /// A session of its own: it outlives this process and its terminal.
    case session
  }

  /// How a process ended.
  package enum Ending: Hashable, Sendable {
    /// By itself, with an exit status.
    case exited(Int32)
    /// By a signal.
    case killed(signal: Int32)
    /// Somebody else has been told.
    case unknown

    /// As a shell counts: the exit status, or 128 and the signal; 255 when it is not known.
    package var status: Int32 {
      switch self {
      case .exited(let status): status
      case .killed(let signal): 128 + signal
      case .unknown: 255
      }
    }

    /// What `waitpid` says of a process that has ended.
    init(code: Int32) {
      let signal = code & 0x7F
      self = signal == 0 ? .exited((code >> 8) & 0xFF) : .killed(signal: signal)
    }
  }

  /// The process id; another process may have it once this one's end has been waited for.
  package let id: pid_t
  private let ended = Mutex<Ending?>(nil)

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - program: Its path, or a name without a slash that is looked for in this process's `PATH`.
  ///   - arguments: Its arguments without its own name.
  ///   - environment: Its environment; this process's own by default.
  ///   - folder: Where it starts; where this process is by default.
  ///   - errors: Its standard error; the same as `output` by default.
  ///   - handed: An open file of this process that it gets as its descriptor 3.
  /// - Throws: `ProcessError` where it cannot be started.
  package init(
    _ program: String, _ arguments: [String],
    environment: [String: String]? = nil, folder: String? = nil, input: Stream = .nothing,
    output: Stream = .inherited, errors: Stream? = nil, handing handed: Int32? = nil,
    group: Group = .shared
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let folder { _ = cprocesses_change_folder(&actions, folder) }
    Self.add(input, as: STDIN_FILENO, to: &actions)
    Self.add(output, as: STDOUT_FILENO, to: &actions)
    Self.add(errors ?? .descriptor(STDOUT_FILENO), as: STDERR_FILENO, to: &actions)
    if let handed { posix_spawn_file_actions_adddup2(&actions, handed, 3) }
    _ = cprocesses_close_from(&actions, handed == nil ? 3 : 4)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var flags = Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF)
    switch group {
    case .shared: break
    case .own:
      flags |= Int16(POSIX_SPAWN_SETPGROUP)
      posix_spawnattr_setpgroup(&attributes, 0)
    case .session: flags |= cprocesses_session_flag()
    }
    posix_spawnattr_setflags(&attributes, flags)
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    for signal in [SIGKILL, SIGSTOP] { sigdelset(&signals, signal) }
    posix_spawnattr_setsigdefault(&attributes, &signals)

    var process: pid_t = 0
    let environment = environment ?? ProcessInfo.processInfo.environment
    let status = CStrings.with([program] + arguments) { arguments in
      CStrings.with(environment.map { "\($0.key)=\($0.value)" }) { variables in
        posix_spawnp(&process, program, &actions, &attributes, arguments, variables)
      }
    }
    guard status == 0 else {
      throw ProcessError("\(program) cannot be started: \(String(cString: strerror(status)))")
    }
    id = process
  }

  /// A program may outlive this object; its end is waited for all the same, so that it does not
  /// stay in the system's list of processes (whoever waits for any child would find it there first).
  deinit {
    let id = id
    guard ended.withLock({ $0 == nil }), poll() == nil else { return }
    Thread.detachNewThread {
      while waitpid(id, nil, 0) < 0, errno == EINTR {}
    }
  }

  private static func add(
    _ stream: Stream, as number: Int32, to actions: inout posix_spawn_file_actions_t
  ) {
    switch stream {
    case .nothing: posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0)
    case .inherited: posix_spawn_file_actions_adddup2(&actions, number, number)
    case .descriptor(let file): posix_spawn_file_actions_adddup2(&actions, file, number)
    case .reading(let path):
      posix_spawn_file_actions_addopen(&actions, number, path, O_RDONLY, 0)
    case .appending(let path):
      let mode = O_WRONLY | O_CREAT | O_APPEND
      posix_spawn_file_actions_addopen(&actions, number, path, mode, 0o644)
    case .terminal(let path): posix_spawn_file_actions_addopen(&actions, number, path, O_RDWR, 0)
    }
  }

  // MARK: Its end

  /// Waits until the process has ended.
  package func wait() -> Ending { reap(0) ?? .unknown }

  /// Waits until the process has ended, for so many seconds at most; nil when it has not.
  package func wait(seconds: Double) -> Ending? {
    let deadline = ProcessInfo.processInfo.systemUptime + seconds
    var pause: UInt32 = 500
    while true {
      if let ending = poll() { return ending }
      if ProcessInfo.processInfo.systemUptime >= deadline { return nil }
      usleep(pause)
      pause = min(2 * pause, 20_000)
    }
  }

  /// Waits until the process has ended or was stopped, as by Ctrl-Z; nil where it was stopped.
  package func waitUntilStoppedOrOver() -> Ending? {
    var facts = siginfo_t()
    while waitid(P_PID, UInt32(id), &facts, WEXITED | WSTOPPED | WNOWAIT) != 0, errno == EINTR {}
    if let ending = poll() { return ending }
    // The stop is taken from the system's list, so that it is told once.
    _ = waitid(P_PID, UInt32(id), &facts, WSTOPPED | WNOHANG)
    return nil
  }

  /// How the process ended; nil while it has not.
  package func poll() -> Ending? { reap(WNOHANG) }

  /// Whether the process has ended.
  package var isOver: Bool {
    ended.withLock { $0 != nil || cprocesses_is_over(id) != 0 }
  }

  /// Sends the process a signal, unless its end has been seen.
  ///
  /// - Returns: Whether there was a process to send it to.
  @discardableResult
  package func send(_ signal: Int32, toGroup: Bool = false) -> Bool {
    ended.withLock { $0 == nil && kill(toGroup ? -id : id, signal) == 0 }
  }

  /// Asks for the end once, and remembers it: the number may be another process's from then on.
  private func reap(_ options: Int32) -> Ending? {
    if let known = ended.withLock({ $0 }) { return known }
    // Waiting without an end is done outside the lock, so that others may send signals meanwhile;
    // the process stays a zombie, and its number its own, until the lock is taken.
    if options & WNOHANG == 0 { while waitUntilOver() != 0, errno == EINTR {} }
    return ended.withLock { ended in
      if let ended { return ended }
      var code: Int32 = 0
      var answer: pid_t
      repeat { answer = waitpid(id, &code, WNOHANG) } while answer < 0 && errno == EINTR
      if answer == 0 { return nil }
      ended = answer == id ? Ending(code: code) : .unknown
      return ended
    }
  }

  private func waitUntilOver() -> Int32 {
    var facts = siginfo_t()
    return waitid(P_PID, UInt32(id), &facts, WEXITED | WNOWAIT)
  }
}
