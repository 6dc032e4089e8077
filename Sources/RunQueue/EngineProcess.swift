import Experiments
import Foundation
import LabNotebook
import RunFolders

/// Starting the engine, and other processes of this program.
package enum EngineProcess {
  /// The path of `primer-engine`: beside this program.
  package static func locate() throws -> String {
    let path = ResourceLocator.programFolder + "/primer-engine"
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw ProcessError(
        "\(path) is not there; expected primer-engine beside primer. Build both: "
          + "swift build -c release")
    }
    return path
  }

  /// The environment for an engine that this process starts.
  package static func environment(threads: Int = 0) -> [String: String] {
    EngineEnvironment.additions(
      to: ProcessInfo.processInfo.environment, processorFlags: EngineEnvironment.processorFlags,
      threads: threads)
  }

  /// Becomes the engine, with the arguments after its name.
  ///
  /// It is told that it was called as `primer`, so that its help speaks of that.
  package static func replaceCurrentProcess(arguments: [String]) throws -> Never {
    let path = try locate()
    try ProcessReplacement.carryOut(
      with: path, arguments: ["primer"] + arguments, environment: environment())
  }

  /// Starts a process of its own session, which outlives this one and its terminal.
  ///
  /// - Parameters:
  ///   - log: The file that its output is appended to.
  ///   - handing: A file of this process that it gets as its descriptor 3.
  /// - Returns: The process id; the caller may wait for it.
  package static func spawnDetached(
    _ path: String, arguments: [String], environment: [String: String], log: String,
    handing handed: Int32? = nil
  ) throws -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o644)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    if let handed { posix_spawn_file_actions_adddup2(&actions, handed, 3) }
    // Whoever waits for the end of a file that this process holds need not wait for that one.
    for file in (handed == nil ? 3 : 4)..<pastOpenFiles {
      posix_spawn_file_actions_addclose(&actions, file)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // POSIX_SPAWN_SETSID is 0x80 in glibc's spawn.h, where it is a macro under _GNU_SOURCE.
    let flags = 0x80 | Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF)
    posix_spawnattr_setflags(&attributes, flags)
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGCHLD] { sigaddset(&signals, signal) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    var process: pid_t = 0
    let status = ProcessReplacement.withCStrings([path] + arguments) { arguments in
      ProcessReplacement.withCStrings(environment.map { "\($0.key)=\($0.value)" }) { variables in
        posix_spawn(&process, path, &actions, &attributes, arguments, variables)
      }
    }
    guard status == 0 else {
      throw ProcessError("\(path) cannot be started: \(String(cString: strerror(status)))")
    }
    return process
  }

  /// A number of a file past those that are open, and past some that other threads may open now.
  private static var pastOpenFiles: Int32 {
    let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    var limits = rlimit()
    let most =
      getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) == 0
      ? Int32(clamping: limits.rlim_cur) : 1024
    return max(4, min(most, (open.compactMap(Int32.init).max() ?? 2) + 128))
  }
}
