package import TerminalUI

/// Draws the state: every cell of a screen of this size.
///
/// Any size is fine; where the screens cannot be used, it says how large they need to be.
package func view(_ state: AppState, width: Int, height: Int, glyphs: Glyphs) -> Buffer {
  var buffer = Buffer(width: width, height: height)
  buffer.ordersText = state.ordersText
  guard AppState.isLargeEnough(width: width, height: height) else {
    let notice = TooSmallNotice(
      width: width, height: height, isQuitting: state.quitRequested != nil, glyphs: glyphs)
    buffer.draw(notice, in: buffer.area)
    return buffer
  }
  let frame = ScreenFrame(width: width, height: height)
  var painter = ScreenPainter(state: state, glyphs: glyphs, frame: frame, buffer: buffer)
  painter.paint()
  return painter.buffer
}

/// Draws one frame; the screens' own parts are extensions, a file each.
struct ScreenPainter {
  let state: AppState
  let glyphs: Glyphs
  let frame: ScreenFrame
  var buffer: Buffer

  fileprivate mutating func paint() {
    switch state.stack.last {
    case .run(let screen): paintRun(screen, in: frame.body)
    case .experiment(let form): paintForm(form, in: frame.body)
    case .compare(let screen): paintComparison(screen, in: frame.body)
    case .study(let screen): paintStudy(screen, in: frame.body)
    case .studies(let list): paintStudies(list, in: frame.body)
    case .probe(let screen): paintProbe(screen, in: frame.body)
    case .corpora(let screen): paintCorpora(screen, in: frame.body)
    case .sentences(let screen): paintSentences(screen, in: frame.body)
    case .encoders(let screen): paintEncoders(screen, in: frame.body)
    case .notes(let screen): paintNotes(screen, in: frame.body)
    case .note(let editor): paintNoteEditor(editor, in: frame.body)
    case .help(let help): paintHelp(help, in: frame.body)
    case nil: paintRuns(in: frame.body)
    }
    paintOverlay()
    paintMessage()
    paintKeys()
  }

  /// The line at the top: what this is at the left, how it stands at the right.
  mutating func paintTitle(_ left: StyledText, right: StyledText) {
    let area = frame.title
    let room = max(area.width - left.width - 12, area.width / 3)
    let width = min(right.width, room)
    var x = buffer.write(" Primer ", at: area.x, area.y, style: Style(.badge))
    x += buffer.write(" ", at: x, area.y)
    buffer.write(left, truncatedTo: area.width - x - width - 2, at: x, area.y)
    buffer.write(
      right, truncatedTo: width, alignment: .right, at: area.right - width - 1, area.y)
  }

  /// A frame with a title; what it encloses is returned.
  mutating func paintBlock(
    _ title: StyledText, footer: StyledText? = nil, isFocused: Bool = false, in area: Rect
  ) -> Rect {
    let block = Block(title: title, footer: footer, isFocused: isFocused, glyphs: glyphs)
    buffer.draw(block, in: area)
    return block.inner(of: area)
  }

  private mutating func paintMessage() {
    if case .prompt(let prompt) = state.overlay {
      paintPrompt(prompt, in: frame.message)
      return
    }
    guard let notice = state.notice else { return }
    let (mark, role): (String, Role) =
      switch notice.kind {
      case .information: (glyphs == .ascii ? "i" : "•", .accent)
      case .warning: ("!", .warning)
      case .error: (glyphs == .ascii ? "x" : "✗", .error)
      }
    let line = StyledText(
      .init(" \(mark) ", Style(role, on: nil, .bold)),
      .init(notice.text, Style(notice.kind == .information ? .text : role)))
    buffer.write(line, truncatedTo: frame.message.width, at: frame.message.x, frame.message.y)
  }

  private mutating func paintKeys() {
    buffer.draw(state.keyBar(columns: frame.keys.width), in: frame.keys)
  }
}

extension AppState {
  /// The keys that mean something now.
  func keyBar(columns: Int) -> KeyBar {
    let context = context
    return KeyBar(keys.bar(of: context, columns: columns)) { binding in
      context == .prompt || reasonUnusable(binding.action) == nil
    }
  }
}
