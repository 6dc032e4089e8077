/// A terminal without a screen: it plays events and keeps what was drawn.
///
///     let terminal = InMemoryTerminal(width: 80, height: 24, events: [.key(KeyEvent(.down))])
///     …
///     #expect(terminal.text == …)
package final class InMemoryTerminal: Terminal {
  /// One drawn picture.
  package struct Frame: Sendable {
    package let buffer: Buffer
    package let cursor: (x: Int, y: Int)?
    package let themeName: String
  }

  package private(set) var size: (width: Int, height: Int)
  package let capabilities: TerminalCapabilities
  /// All that was drawn, oldest first.
  package private(set) var frames: [Frame] = []
  /// How often the whole picture was asked for again.
  package private(set) var redrawCount = 0
  /// How often the program suspended itself.
  package private(set) var suspensionCount = 0
  /// How often it was lent to another program.
  package private(set) var lendCount = 0
  /// Whether the terminal was given back.
  package private(set) var isClosed = false
  private var events: [InputEvent]

  /// A terminal of a size, with the events that `nextEvent` will yield.
  package init(
    width: Int, height: Int, glyphs: Glyphs = .braille, colorDepth: ColorDepth = .trueColor,
    events: [InputEvent] = []
  ) {
    size = (width, height)
    capabilities = TerminalCapabilities(
      colorDepth: colorDepth, unicode: glyphs != .ascii, mouse: true, glyphs: glyphs)
    self.events = events
  }

  /// The newest picture as text; empty before the first.
  package var text: String { frames.last?.buffer.text() ?? "" }

  /// Adds events behind those not yet read.
  package func send(_ events: InputEvent...) {
    self.events += events
  }

  /// Adds one key press for each character.
  package func type(_ text: String) {
    events += text.map { .key(KeyEvent(.character($0))) }
  }

  package func draw(_ buffer: Buffer, cursor: (x: Int, y: Int)?, theme: Theme) {
    precondition(!isClosed, "A closed terminal can't be drawn on")
    frames.append(Frame(buffer: buffer, cursor: cursor, themeName: theme.name))
  }

  package func nextEvent(timeoutMilliseconds: Int) -> InputEvent? {
    guard !events.isEmpty else { return nil }
    let event = events.removeFirst()
    if case .resize(let width, let height) = event { size = (width, height) }
    return event
  }

  package func redraw() {
    redrawCount += 1
  }

  package func suspend() {
    suspensionCount += 1
  }

  package func lend(_ body: (_ stop: () -> Void) -> Void) {
    lendCount += 1
    body { suspend() }
  }

  package func close() {
    isClosed = true
  }
}
