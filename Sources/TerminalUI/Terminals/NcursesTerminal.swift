import CNcurses
import Foundation

/// The terminal the program was started in, driven by ncurses.
///
/// It is given back as it was found by `close`, at exit, by the signals that end a process, and by a
/// crash; what is written to stderr meanwhile appears afterwards. ncurses belongs to one thread: the
/// one that opened the terminal makes all calls. There can be one at a time.
package final class NcursesTerminal: Terminal {
  package let capabilities: TerminalCapabilities
  package internal(set) var size: (width: Int, height: Int)

  private let thread = pthread_self()
  private let screen: OpaquePointer
  private let resetText: String
  private var isClosed = false
  let wakePipe: (read: Int32, write: Int32)
  /// Events that one reading yielded in addition to the one it returned.
  var pendingEvents: [InputEvent] = []
  var parser: InputParser
  /// What the parser's times are counted from.
  let started = ContinuousClock.now
  /// The newest press of a mouse button, which may become a double click.
  var lastPress: (event: MouseEvent, time: ContinuousClock.Instant)?
  /// When it was last looked whether something came.
  var lastLook: Duration = .zero
  var drawing: NcursesDrawing

  /// Throws what would keep the terminal from being opened, and opens nothing.
  ///
  /// - Returns: The terminal's type.
  @discardableResult
  package static func check(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(TerminalError) -> String {
    guard isatty(STDIN_FILENO) == 1 else { throw .notATerminal("standard input") }
    guard isatty(STDOUT_FILENO) == 1 else { throw .notATerminal("standard output") }
    guard let type = TerminalEnvironment(variables: environment)["TERM"] else {
      throw .noTerminalType
    }
    guard cncurses_load_description(type) == 1 else { throw .unknownTerminalType(type) }
    guard cncurses_capability("cup", 0, 0) != nil, cncurses_capability("clear", 0, 0) != nil else {
      throw .incapableTerminal(type)
    }
    return type
  }

  /// Opens the terminal on the standard input and output.
  package init(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(TerminalError) {
    let type = try Self.check(environment: environment)
    let environment = TerminalEnvironment(variables: environment)
    let isUTF8 = Self.chooseLocale() && environment.glyphs(isUTF8: true) != .ascii
    var depth = environment.colorDepth(described: Int(cncurses_number("colors")))
    let hasMouse = cncurses_capability("kmous", 0, 0) != nil

    // Asked of the description as it is; the one that the screen is opened with has fewer keys.
    parser = InputParser(keys: TerminfoKeys.sequences(), isUTF8: Self.isLocaleUTF8)

    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw .cannotOpen(type) }
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    wakePipe = (ends[0], ends[1])
    guard cncurses_guard_begin(ends[1]) else { throw .cannotOpen(type) }
    let needsDirectColor = depth == .trueColor && !cncurses_flag("RGB")
    let description = cncurses_description(type, needsDirectColor)
    defer { free(description) }
    if description == nil && needsDirectColor { depth = .palette }
    guard let screen = cncurses_open(type, description) else {
      cncurses_guard_end()
      throw .cannotOpen(type)
    }
    self.screen = screen
    // These are asked of the screen, whose description is the one that is now in use.
    var reports = hasMouse ? Self.reports : (on: "", off: "")
    if hasMouse, environment.needsOrderedText {
      // Text comes in the order in which it is to stand (BDSM: explicit).
      reports = (reports.on + "\u{1B}[8l", "\u{1B}[8h" + reports.off)
    }
    resetText = reports.off
    let names: [String] = ["sgr0", "op", "cnorm", "rmkx", "rmcup"]
    let leave = names.map(NcursesDrawing.capability)
    Self.setUpKeyboard()
    if depth != .none {
      start_color()
      if use_default_colors() != OK { assume_default_colors(7, 0) }
    }
    var capabilities = TerminalCapabilities(
      colorDepth: depth, unicode: isUTF8, mouse: hasMouse,
      glyphs: environment.glyphs(isUTF8: isUTF8))
    capabilities.needsOrderedText = environment.needsOrderedText
    self.capabilities = capabilities
    size = Self.measuredSize()
    drawing = NcursesDrawing(depth: depth, isUnicode: isUTF8, enter: reports.on)
    curs_set(0)
    cncurses_guard_arm(reports.off + leave.joined())
    drawing.prepare()
  }

  deinit {
    guard !isClosed, pthread_equal(thread, pthread_self()) != 0 else { return }
    close()
  }

  package func draw(_ buffer: Buffer, cursor: (x: Int, y: Int)?, theme: Theme) {
    checkThread()
    precondition(!isClosed, "A closed terminal can't be drawn on")
    drawing.draw(buffer, cursor: cursor, theme: theme, size: size)
  }

  package func redraw() {
    checkThread()
    guard !isClosed else { return }
    drawing.forgetScreen()
  }

  package func suspend() {
    checkThread()
    guard !isClosed else { return }
    lend { stop in stop() }
  }

  package func lend(_ body: (_ stop: () -> Void) -> Void) {
    checkThread()
    guard !isClosed else { return }
    drawing.send(resetText)
    endwin()
    body { cncurses_stop_job() }
    _ = receivedSignals()  // that it was continued, which is known; and of the other program's time
    discardInput()
    size = Self.measuredSize()
    resize_term(Int32(size.height), Int32(size.width))
    drawing.prepare()
  }

  package func close() {
    checkThread()
    guard !isClosed else { return }
    isClosed = true
    drawing.send(resetText)
    curs_set(1)
    endwin()
    cncurses_guard_end()
    delscreen(screen)
    _ = Glibc.close(wakePipe.read)
    _ = Glibc.close(wakePipe.write)
  }

  func checkThread() {
    precondition(
      pthread_equal(thread, pthread_self()) != 0,
      "A terminal is used by the thread that opened it, since ncurses is not made for several")
  }

  /// The numbers of the signals that came since the last call.
  func receivedSignals() -> ArraySlice<UInt8> {
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = read(wakePipe.read, &bytes, bytes.count)
    return bytes.prefix(max(0, count))
  }

  /// Takes the terminal again after a stop that could not be foreseen (SIGSTOP).
  func restoreScreen() {
    reset_prog_mode()
    drawing.prepare()
  }

  /// Takes the size of the terminal over, and says what it is now.
  func adoptSize() -> InputEvent {
    size = Self.measuredSize()
    resize_term(Int32(size.height), Int32(size.width))
    drawing.forgetScreen()
    return .resize(width: size.width, height: size.height)
  }

  private static func measuredSize() -> (width: Int, height: Int) {
    var window = winsize()
    if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 {
      return (Int(window.ws_col), Int(window.ws_row))
    }
    let main = cncurses_stdscr()
    return (Int(getmaxx(main)), Int(getmaxy(main)))
  }

  /// Sets the character type of the locale, and says whether it is UTF-8.
  ///
  /// The plain C locale (also when the one asked for is not installed) becomes C.UTF-8, for there
  /// is hardly a terminal that reads anything else; a locale of another character set is kept.
  private static func chooseLocale() -> Bool {
    let isKnown = setlocale(LC_CTYPE, "") != nil
    if isLocaleUTF8 { return true }
    guard !isKnown || codeset.hasPrefix("ANSI_X3.4") else { return false }
    return setlocale(LC_CTYPE, "C.UTF-8") != nil
  }

  private static var codeset: String { String(cString: nl_langinfo(nl_item(CODESET))) }
  private static var isLocaleUTF8: Bool { codeset == "UTF-8" }

  /// What turns reports of the mouse (SGR: click, drag, wheel) and of pasted text on and off.
  ///
  /// Terminals with a mouse are all relatives of xterm, and those that lack one of these skip it.
  private static let reports = (
    on: "\u{1B}[?1000h\u{1B}[?1002h\u{1B}[?1006h\u{1B}[?2004h",
    off: "\u{1B}[?2004l\u{1B}[?1006l\u{1B}[?1002l\u{1B}[?1000l"
  )

  private static func setUpKeyboard() {
    raw()
    noecho()
    nonl()
    let main = cncurses_stdscr()
    keypad(main, true)
    idcok(main, false)
    idlok(main, false)
    scrollok(main, false)
  }
}
