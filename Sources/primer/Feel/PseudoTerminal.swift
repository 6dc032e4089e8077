import Foundation
import Glibc

/// A program that runs in a terminal of its own, of which this process is the keyboard and the screen.
final class PseudoTerminal {
  private let master: Int32
  /// The program's process.
  let process: pid_t
  private var isEnded = false
  /// TIOCSPTLCK and TIOCGPTN of Linux, which are macros with arguments.
  private static let (setLock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)

  /// Starts a program in a terminal of a size.
  init(
    _ program: String, arguments: [String], environment: [String: String], width: Int, height: Int
  ) throws {
    // What posix_openpt, unlockpt and ptsname do, which Swift's Glibc does not show.
    let master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var (unlocked, number): (Int32, UInt32) = (0, 0)
    guard master >= 0, ioctl(master, Self.setLock, &unlocked) == 0,
      ioctl(master, Self.getNumber, &number) == 0
    else {
      throw CommandFailure("There is no terminal to be had: \(String(cString: strerror(errno)))")
    }
    var size = winsize()
    (size.ws_col, size.ws_row) = (UInt16(width), UInt16(height))
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    self.master = master

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The first file that the leader of a session opens becomes its terminal.
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/pts/\(number)", O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // POSIX_SPAWN_SETSID is 0x80 in glibc's spawn.h, where it is a macro under _GNU_SOURCE.
    posix_spawnattr_setflags(&attributes, 0x80)
    var process: pid_t = 0
    var words = ([program] + arguments).map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in words + variables { free(text) } }
    let status = posix_spawn(&process, program, &actions, &attributes, &words, &variables)
    guard status == 0 else {
      throw CommandFailure("\(program) cannot be started: \(String(cString: strerror(status)))")
    }
    self.process = process
  }

  deinit { end() }

  /// Types a text.
  func type(_ text: String) {
    _ = Array(text.utf8).withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
  }

  /// What the program wrote within so many milliseconds; empty when nothing came in time.
  func output(within milliseconds: Int32) -> [UInt8] {
    var file = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&file, 1, milliseconds) > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: 65536)
    let count = read(master, &bytes, bytes.count)
    return Array(bytes.prefix(max(count, 0)))
  }

  /// The seconds of processor that the program has used.
  var processorSeconds: Double {
    let text = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
    // The name, in parentheses, may have spaces; user and system time are fields 14 and 15.
    let fields = text.split(separator: ")").last.map { $0.split(separator: " ") } ?? []
    guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
      return 0
    }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  /// Ends the program, as when its terminal is closed.
  func end() {
    guard !isEnded else { return }
    isEnded = true
    kill(process, SIGHUP)
    close(master)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
  }
}
