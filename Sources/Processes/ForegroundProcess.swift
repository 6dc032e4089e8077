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
    // This program's own stderr may have been taken aside.
    let errors: ChildProcess.Stream =
      isatty(STDOUT_FILENO) == 1 ? .descriptor(STDOUT_FILENO) : .inherited
    guard
      let process = try? ChildProcess(
        arguments[0], Array(arguments.dropFirst()), input: .inherited, output: .inherited,
        errors: errors, group: .own)
    else { return nil }
    defer { giveTerminal(to: getpgrp()) }
    while true {
      giveTerminal(to: process.id)
      process.send(SIGCONT, toGroup: true)  // it may have asked for the terminal before it had it
      if let ending = process.waitUntilStoppedOrOver() { return ending.status }
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
