/// What a terminal can do.
package struct TerminalCapabilities: Hashable, Sendable {
  /// How many colours are used; `.none` also when `NO_COLOR` is set.
  package var colorDepth: ColorDepth
  /// Whether characters beyond ASCII arrive.
  package var unicode: Bool
  /// Whether clicks and the wheel are reported.
  package var mouse: Bool
  /// What charts and frames are best drawn with.
  package var glyphs: Glyphs
  /// Whether text that is read from right to left has to be put in order before it is drawn.
  package var needsOrderedText = true

  /// A set of abilities.
  package init(colorDepth: ColorDepth, unicode: Bool, mouse: Bool, glyphs: Glyphs) {
    self.colorDepth = colorDepth
    self.unicode = unicode
    self.mouse = mouse
    self.glyphs = glyphs
  }
}

/// A screen to draw on and a keyboard to read; the real one, or its twin in memory.
package protocol Terminal: AnyObject {
  /// The columns and rows of the screen.
  var size: (width: Int, height: Int) { get }
  /// What the terminal can do.
  var capabilities: TerminalCapabilities { get }
  /// Shows a buffer; only cells that changed are sent. The cursor is hidden when `nil`.
  func draw(_ buffer: Buffer, cursor: (x: Int, y: Int)?, theme: Theme)
  /// Forgets what is on screen: the next `draw` clears it and sends every cell (Ctrl-L).
  func redraw()
  /// The next event, or `nil` when none came in time; a negative time waits for ever.
  func nextEvent(timeoutMilliseconds: Int) -> InputEvent?
  /// Gives the terminal back to the shell until the program is continued.
  func suspend()
  /// Gives the terminal to another program for as long as `body` takes; all is redrawn afterwards.
  ///
  /// What `body` is given stops this program, too, when the other one is stopped (Ctrl-Z), and
  /// returns when it is continued.
  func lend(_ body: (_ stop: () -> Void) -> Void)
  /// Leaves the terminal as it was found; a second call does nothing.
  func close()
}
