import CNcurses
import Glibc

/// Reading: bytes are taken from the terminal and given to `InputParser`; ncurses only draws.
extension NcursesTerminal {
  package func nextEvent(timeoutMilliseconds: Int) -> InputEvent? {
    checkThread()
    precondition(timeoutMilliseconds <= Int(Int32.max), "A timeout is at most 2³¹−1 milliseconds")
    let end =
      timeoutMilliseconds < 0 ? nil : clock + .milliseconds(max(timeoutMilliseconds, 0))
    while true {
      if !pendingEvents.isEmpty { return delivered(pendingEvents.removeFirst()) }
      if let event = handleSignals() { return event }
      pendingEvents = readEvents()
      if !pendingEvents.isEmpty { continue }
      let now = clock
      if let end, now >= end { return nil }
      waitForInput(until: [end, parser.deadline].compactMap { $0 }.min())
    }
  }

  /// Reads what has come and forgets it, but for where in a sequence or string it ended.
  func discardInput() {
    while let bytes = readBytes() { _ = parser.feed(bytes, at: clock, busy: .zero) }
    pendingEvents = []
    lastLook = clock
  }

  private var clock: Duration { started.duration(to: .now) }

  /// Waits for a key or a signal.
  private func waitForInput(until end: Duration?) {
    var files = [
      pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
      pollfd(fd: wakePipe.read, events: Int16(POLLIN), revents: 0),
    ]
    let left = end.map { max(0, ($0 - clock) / .milliseconds(1)).rounded(.up) }
    _ = poll(&files, 2, left.map { Int32(min($0, Double(Int32.max))) } ?? -1)
    lastLook = clock
    if isGone(files[0]) { exitAsGone() }
  }

  private func isGone(_ file: pollfd) -> Bool {
    file.revents & Int16(POLLHUP | POLLERR | POLLNVAL) != 0
  }

  /// The terminal is gone, and a signal that says so was ignored (nohup): no key will ever come.
  private func exitAsGone() -> Never { exit(128 + SIGHUP) }

  /// What is there to be read now; nil when nothing is.
  private func readBytes() -> [UInt8]? {
    var file = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    guard poll(&file, 1, 0) > 0 else { return nil }
    if isGone(file) { exitAsGone() }
    var bytes = [UInt8](repeating: 0, count: 65536)
    let count = read(STDIN_FILENO, &bytes, bytes.count)
    if count == 0 || count < 0 && errno == EIO { exitAsGone() }
    return count > 0 ? Array(bytes.prefix(count)) : nil
  }

  /// The events of what is there, or of what has been waited for long enough.
  private func readEvents() -> [InputEvent] {
    let now = clock
    let busy = now - lastLook
    lastLook = now
    guard let bytes = readBytes() else { return parser.expire(at: clock) }
    return parser.feed(bytes, at: clock, busy: busy)
  }

  /// Carries out what signals asked for.
  private func handleSignals() -> InputEvent? {
    let signals = receivedSignals()
    if signals.isEmpty { return nil }
    if signals.contains(UInt8(SIGTSTP)) {
      suspend()
    } else if signals.contains(UInt8(SIGCONT)) {
      restoreScreen()
    }
    return adoptSize()
  }

  /// The event as the program has it: Ctrl-Z suspends, a second click is a double one.
  private func delivered(_ event: InputEvent) -> InputEvent {
    guard event == .key(KeyEvent(.control("z"))) else { return doubled(event) }
    suspend()
    return adoptSize()
  }

  /// Makes a double click of a press that follows another one at the same cell within 400 ms.
  private func doubled(_ event: InputEvent) -> InputEvent {
    guard case .mouse(var mouse) = event, mouse.action == .press else { return event }
    let now = ContinuousClock.now
    if let (last, time) = lastPress, last == mouse, now - time < .milliseconds(400) {
      lastPress = nil
      mouse.action = .doubleClick
      return .mouse(mouse)
    }
    lastPress = (mouse, now)
    return event
  }
}
