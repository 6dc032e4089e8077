package import TerminalUI

/// A question before something that cannot be taken back.
package struct Confirmation: Overlay, Hashable {
  package var title: String
  package var text: String
  /// What "yes" does.
  package var effects: [Effect]
  /// Whether "yes" also leaves the screen.
  package var leavesScreen = false

  package var context: KeyContext { .confirmation }

  package mutating func perform(_ action: Action, in app: inout AppState) -> [Effect] {
    switch action {
    case .confirm:
      app.overlay = nil
      if leavesScreen { app.stack.leave() }
      return effects
    case .cancel: app.overlay = nil
    default: break
    }
    return []
  }

  package mutating func click(
    _ mouse: MouseEvent, isDouble: Bool, in body: Rect, app: inout AppState
  ) -> Clicked {
    let dialog = dialog(app.keys, .braille)
    guard let button = dialog.button(atX: mouse.x, y: mouse.y, in: body) else { return .done() }
    return .action(button == 0 ? .confirm : .cancel)
  }

  package func paint(on painter: inout ScreenPainter) {
    painter.buffer.draw(dialog(painter.state.keys, painter.glyphs), in: painter.frame.body)
  }

  private func dialog(_ keys: KeyMap, _ glyphs: Glyphs) -> Dialog {
    Dialog(
      title: StyledText(title, Style(.warning, on: nil, .bold)), message: [StyledText(text)],
      buttons: [
        "\(keys.name(of: .confirm, in: .confirmation)) Yes",
        "\(keys.name(of: .cancel, in: .confirmation)) No",
      ], selected: 0, glyphs: glyphs)
  }
}
