import Foundation
import NamedEntities
import TerminalUI
import RunFolders

/// Where a followed run is shown: one live line on a terminal, plain lines elsewhere.
final class FollowDisplay {
  private let descriptor: Int32
  private let isTerminal: Bool
  private let glyphs: Glyphs
  private let leastInterval: Double
  private var shown = ""
  private var lastTime = -Double.infinity

  /// Shows on standard output, or on standard error where that one is for data.
  init(usesStandardError: Bool) {
    descriptor = usesStandardError ? STDERR_FILENO : STDOUT_FILENO
    let name = ProcessInfo.processInfo.environment["TERM"] ?? ""
    isTerminal = isatty(descriptor) == 1 && !name.isEmpty && name != "dumb"
    glyphs = TerminalFacts.current.usesUTF8 ? .braille : .ascii
    leastInterval = isTerminal ? 0.1 : 1
  }

  /// Shows a line that stays.
  func say(_ line: String) {
    let line = line.withVisibleControls
    write(isTerminal && !shown.isEmpty ? "\r\u{1B}[K\(line)\n\(shown)" : line + "\n")
  }

  /// Shows where the run is: over the last one on a terminal, at most ten times a second; as a
  /// line of its own elsewhere, at most once a second.
  func show(_ progress: ProgressText) {
    let now = Double(DispatchTime.now().uptimeNanoseconds) / 1e9
    guard now - lastTime >= leastInterval else { return }
    let line =
      isTerminal
      ? progress.line(width: terminalWidth, glyphs: glyphs)
      : progress.text
    let text = line.withVisibleControls
    if text == shown { return }
    lastTime = now
    shown = text
    write(isTerminal ? "\r\u{1B}[K\(text)" : text + "\n")
  }

  /// Takes the live line away.
  func clear() {
    if isTerminal, !shown.isEmpty { write("\r\u{1B}[K") }
    shown = ""
  }

  private var terminalWidth: Int {
    TerminalFacts.size(of: descriptor)?.width ?? 80
  }

  private func write(_ text: String) {
    flushOutput()
    if descriptor == STDERR_FILENO { StandardStreams.tell(text) } else { printRaw(text) }
    flushOutput()
  }
}
