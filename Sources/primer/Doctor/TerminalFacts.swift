import LabNotebook
import Foundation
import RunFolders

/// What is known of the terminal this program runs in.
struct TerminalFacts {
  /// `$TERM`; empty if unset.
  let name: String
  /// The terminal's entry in the terminfo database, if there is one.
  let terminfo: Terminfo?
  /// Whether the locale's text is UTF-8.
  let usesUTF8: Bool
  /// The size of the terminal behind standard output, input or error; nil without a terminal.
  let size: (width: Int, height: Int)?
  private let environment: [String: String]

  /// The terminal as it is now.
  static var current: TerminalFacts {
    TerminalFacts(environment: ProcessInfo.processInfo.environment)
  }

  init(environment: [String: String]) {
    self.environment = environment
    name = environment["TERM"] ?? ""
    terminfo = Terminfo(name: name, environment: environment)
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }
      .first { !$0.isEmpty }
    let codeset = locale?.lowercased() ?? ""
    usesUTF8 = codeset.hasSuffix("utf-8") || codeset.hasSuffix("utf8")
    size = [STDOUT_FILENO, STDIN_FILENO, STDERR_FILENO].lazy.compactMap(Self.size(of:)).first
  }

  /// The size of the terminal behind a file descriptor, or nil if it is none.
  static func size(of descriptor: Int32) -> (width: Int, height: Int)? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  /// What `primer doctor` says of it.
  var findings: [Finding] {
    [nameFinding, colorFinding, encodingFinding, sizeFinding].compactMap(\.self)
  }

  private var nameFinding: Finding {
    if name.isEmpty {
      return .problem("terminal", "TERM is not set", advice: "Set it: export TERM=xterm-256color")
    }
    guard let terminfo else {
      return .problem(
        "terminal", "there is no terminfo entry for TERM=\(name)",
        advice: "Install it (apt-get install ncurses-term), or export TERM=xterm-256color")
    }
    if name == "dumb" {
      return .problem(
        "terminal", "TERM=dumb cannot place text on the screen",
        advice: "Use another terminal, or the commands: primer run, primer runs")
    }
    return .ok("terminal", "TERM=\(name) (\(terminfo.path))")
  }

  private var colorFinding: Finding? {
    guard let terminfo, name != "dumb" else { return nil }
    let colors = terminfo.colorCount
    if environment["NO_COLOR"].map({ !$0.isEmpty }) == true {
      return .ok("terminal", "NO_COLOR is set: no colours are used")
    }
    if ["truecolor", "24bit"].contains(environment["COLORTERM"] ?? "") {
      return .ok("terminal", "true colour (COLORTERM), \(colors) in the terminfo entry")
    }
    if colors >= 256 { return .ok("terminal", "\(colors) colours") }
    return .warning(
      "terminal", colors > 0 ? "\(colors) colours" : "no colours",
      advice: "If yours shows more: export TERM=xterm-256color")
  }

  private var encodingFinding: Finding {
    usesUTF8
      ? .ok("terminal", "the locale is UTF-8")
      : .warning(
        "terminal", "the locale is not UTF-8: curves are drawn in ASCII",
        advice: "Set it: export LC_ALL=C.UTF-8")
  }

  private var sizeFinding: Finding {
    guard let size else {
      return .ok("terminal", "no terminal here to measure (output goes elsewhere)")
    }
    let text = "\(size.width)×\(size.height)"
    return size.width >= 80 && size.height >= 24
      ? .ok("terminal", text)
      : .warning("terminal", "\(text) is small", advice: "Make it at least 80×24")
  }
}
