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
    let count = poll(&files, 2, Int32(max(-1, timeoutMilliseconds)))
    if files[0].revents & Int16(POLLHUP | POLLERR | POLLNVAL) != 0 {
      // The terminal is gone, and a signal that says so was ignored (nohup): no key will ever come.
      exit(128 + SIGHUP)
    }
    // A signal interrupts the wait; what it meant is in the pipe.
    return count > 0 || (count < 0 && errno == EINTR)
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
