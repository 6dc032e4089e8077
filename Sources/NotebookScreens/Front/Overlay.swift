package import TerminalUI

/// What stands in front of a screen and takes the keys: a question, a line of text, a list.
package protocol Overlay: Sendable {
  /// Where the keys go meanwhile.
  var context: KeyContext { get }
  /// Carries an action out; closes itself by putting nothing, or something else, in its place.
  mutating func perform(_ action: Action, in app: inout AppState) -> [Effect]
  /// Takes a key that has no other meaning, where text is typed.
  mutating func type(_ key: KeyEvent, in app: inout AppState) -> [Effect]
  /// Takes pasted text; nil where none is typed.
  mutating func paste(_ text: String, in app: inout AppState) -> [Effect]?
  /// Does what a click of the left button means.
  mutating func click(
    _ mouse: MouseEvent, isDouble: Bool, in body: Rect, app: inout AppState
  ) -> Clicked
  /// Draws it over the screen.
  func paint(on painter: inout ScreenPainter)
}

extension Overlay {
  package mutating func type(_ key: KeyEvent, in app: inout AppState) -> [Effect] { [] }

  package mutating func paste(_ text: String, in app: inout AppState) -> [Effect]? { nil }

  package mutating func click(
    _ mouse: MouseEvent, isDouble: Bool, in body: Rect, app: inout AppState
  ) -> Clicked { .row(opens: nil) }
}

/// A list or a form in front of a screen in which a line is typed.
protocol TypedOverlay: Overlay {
  /// The line that is being typed.
  var line: TextInput { get set }
}

extension TypedOverlay {
  package mutating func type(_ key: KeyEvent, in app: inout AppState) -> [Effect] {
    _ = line.handle(key)
    return []
  }

  package mutating func paste(_ text: String, in app: inout AppState) -> [Effect]? {
    guard let first = app.firstLine(of: text) else { return [] }
    line.insert(first)
    return []
  }
}
