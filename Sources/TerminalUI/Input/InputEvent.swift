/// What a terminal has to say.
package enum InputEvent: Hashable, Sendable {
  case key(KeyEvent)
  case mouse(MouseEvent)
  /// Text that was pasted, in one piece; line ends are `\n`.
  case paste(String)
  /// The terminal has another size; also sent after a suspension, when all must be redrawn.
  case resize(width: Int, height: Int)
  /// Nothing of interest happened.
  case none
}

/// What the mouse did, and where.
package struct MouseEvent: Hashable, Sendable {
  /// What happened.
  package enum Action: Hashable, Sendable {
    case press, release, drag, doubleClick, scrollUp, scrollDown
  }

  /// Which button it was.
  package enum Button: Hashable, Sendable {
    case left, middle, right, none
  }

  package var action: Action
  package var button: Button
  /// The column, from 0.
  package var x: Int
  /// The row, from 0.
  package var y: Int

  /// An action at a cell.
  package init(_ action: Action, button: Button = .left, x: Int, y: Int) {
    self.action = action
    self.button = button
    self.x = x
    self.y = y
  }
}
