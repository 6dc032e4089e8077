import Glibc

/// A program that has the terminal to itself until it ends, such as an editor.
package enum ForegroundProcess {
  /// Runs a program of this process's terminal and waits for its end.
  ///
  /// It is a job of its own: Ctrl-C and Ctrl-Z reach it and not this program.
  ///
  /// - Parameters:
  ///   - arguments: The program, looked for in the path, and its arguments.
  ///   - stop: What is done when the program was stopped; it goes on when that returns.
  /// - Returns: Its exit status; 128 and the signal when one ended it; nil where it could not start.
  package static func run(_ arguments: [String], stop: () -> Void = {}) -> Int32? {
    precondition(!arguments.isEmpty, "A program has a name at least")
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // This program's own stderr may have been taken aside.
    if isatty(STDOUT_FILENO) == 1 {
      posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    let flags =
      Int16(POSIX_SPAWN_SETPGROUP) | Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK)
    posix_spawnattr_setflags(&attributes, flags)
    posix_spawnattr_setpgroup(&attributes, 0)
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in [SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP, SIGTTIN, SIGTTOU, SIGPIPE, SIGWINCH] {
      sigaddset(&signals, signal)
    }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    var process: pid_t = 0
    let words = arguments.map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    guard posix_spawnp(&process, arguments[0], &actions, &attributes, words, environ) == 0 else {
      return nil
    }
    defer { giveTerminal(to: getpgrp()) }
    while true {
      giveTerminal(to: process)
      kill(-process, SIGCONT)  // it may have asked for the terminal before it had it
      var status: Int32 = 0
      while waitpid(process, &status, WUNTRACED) < 0 {
        guard errno == EINTR else { return nil }
      }
      let signal = status & 0x7F
      if signal == 0 { return (status >> 8) & 0xFF }
      if status & 0xFF != 0x7F { return 128 + signal }
      giveTerminal(to: getpgrp())
      stop()
    }
  }

  /// Makes a group of processes the one that the keyboard reaches, if there is a keyboard.
  private static func giveTerminal(to group: pid_t) {
    // A process in the background that does this is stopped, unless the signal is blocked.
    var signals = sigset_t()
    var before = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGTTOU)
    pthread_sigmask(SIG_BLOCK, &signals, &before)
    tcsetpgrp(STDIN_FILENO, group)
    pthread_sigmask(SIG_SETMASK, &before, nil)
  }
}
