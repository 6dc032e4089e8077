import CNcurses
import Glibc

extension NcursesTerminal {
  package func nextEvent(timeoutMilliseconds: Int) -> InputEvent? {
    checkThread()
    precondition(timeoutMilliseconds <= Int(Int32.max), "A timeout is at most 2³¹−1 milliseconds")
    if !pendingEvents.isEmpty { return pendingEvents.removeFirst() }
    if let event = handleSignals() ?? readEvent() { return event }
    guard waitForInput(timeoutMilliseconds) else { return nil }
    return handleSignals() ?? readEvent()
  }

  /// Waits for a key or a signal, and says whether one came.
  private func waitForInput(_ timeoutMilliseconds: Int) -> Bool {
    var files = [
      pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
      pollfd(fd: wakePipe.read, events: Int16(POLLIN), revents: 0),
    ]
    // A signal interrupts the wait; what it meant is in the pipe.
    let count = poll(&files, 2, Int32(max(-1, timeoutMilliseconds)))
    return count > 0 || (count < 0 && errno == EINTR)
  }

  /// Carries out what signals asked for.
  private func handleSignals() -> InputEvent? {
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = read(wakePipe.read, &bytes, bytes.count)
    guard count > 0 else { return nil }
    if bytes.prefix(count).contains(UInt8(SIGTSTP)) { suspend() }
    return adoptSize()
  }

  private func readEvent() -> InputEvent? {
    var events = NcursesKeys.read()
    guard !events.isEmpty else { return nil }
    let first = doubled(events.removeFirst())
    pendingEvents += events
    guard first == .key(KeyEvent(.control("z"))) else { return first }
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
