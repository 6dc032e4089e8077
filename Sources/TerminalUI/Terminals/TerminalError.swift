/// Why there is no terminal to draw on; the text says what to do.
package enum TerminalError: Error, Hashable, CustomStringConvertible {
  /// The standard input or output is a file or a pipe.
  case notATerminal(String)
  /// TERM is not set.
  case noTerminalType
  /// There is no description of what TERM names.
  case unknownTerminalType(String)
  /// What TERM names can't place text on the screen.
  case incapableTerminal(String)
  /// ncurses could not open the terminal.
  case cannotOpen(String)

  /// Whether there is no screen to draw on, however the terminal is set up.
  package var isNoScreen: Bool {
    switch self {
    case .notATerminal, .incapableTerminal: true
    case .noTerminalType, .unknownTerminalType, .cannotOpen: false
    }
  }

  package var description: String {
    switch self {
    case .notATerminal(let which):
      "The \(which) is not a terminal; start the program without redirecting it, or use one of the "
        + "commands that need no screen (see --help)"
    case .noTerminalType:
      "TERM is not set; set it to the type of your terminal, for example TERM=xterm-256color"
    case .unknownTerminalType(let type):
      "There is no description of the terminal type TERM=\(type); install it (Debian: apt install "
        + "ncurses-term), or set TERM to a type that is like it, for example TERM=xterm-256color"
    case .incapableTerminal(let type):
      "A terminal of the type TERM=\(type) can't place text on the screen; set TERM to what the "
        + "terminal is, for example TERM=xterm-256color"
    case .cannotOpen(let type):
      "ncurses can't open the terminal (TERM=\(type)); check the settings of the terminal with stty -a"
    }
  }
}
