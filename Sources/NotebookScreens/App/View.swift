package import TerminalUI

/// Draws the state: every cell of a screen of this size.
///
/// Any size is fine; where the screens cannot be used, it says how large they need to be.
package func view(_ app: AppState, width: Int, height: Int, glyphs: Glyphs) -> Buffer {
  var buffer = Buffer(width: width, height: height)
  buffer.ordersText = app.ordersText
  guard AppState.isLargeEnough(width: width, height: height) else {
    let notice = TooSmallNotice(
      width: width, height: height, isQuitting: app.quitRequested != nil, glyphs: glyphs)
    buffer.draw(notice, in: buffer.area)
    return buffer
  }
  let frame = ScreenFrame(width: width, height: height)
  var painter = ScreenPainter(state: app, glyphs: glyphs, frame: frame, buffer: buffer)
  painter.paint()
  return painter.buffer
}

/// Draws one frame: what all screens have in common.
package struct ScreenPainter {
  let state: AppState
  let glyphs: Glyphs
  let frame: ScreenFrame
  var buffer: Buffer

  fileprivate mutating func paint() {
    state.screen.paint(on: &self, in: frame.body)
    state.overlay?.paint(on: &self)
    paintMessage()
    buffer.draw(state.keyBar(columns: frame.keys.width), in: frame.keys)
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
    if let prompt = state.overlay as? Prompt {
      prompt.paintLine(on: &self, in: frame.message)
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
    let area = frame.message
    guard notice.kind != .information, line.width > area.width, area.width > 0 else {
      buffer.write(line, truncatedTo: area.width, at: area.x, area.y)
      return
    }
    // What is wrong is never cut: what does not fit in the line goes on above it.
    let rows = Paragraph.wrapped(line, width: area.width)
    let top = max(area.bottom - rows.count, frame.body.y)
    let whole = Rect(x: area.x, y: top, width: area.width, height: area.bottom - top)
    buffer.fill(whole)
    buffer.draw(Paragraph(rows, wraps: false), in: whole)
  }
}

/// What draws a part of a frame: a screen, or what stands in front of one.
protocol ScreenView {
  /// The frame as far as it is drawn.
  var painter: ScreenPainter { get set }
}

extension ScreenView {
  var state: AppState { painter.state }
  var glyphs: Glyphs { painter.glyphs }
  var frame: ScreenFrame { painter.frame }

  var buffer: Buffer {
    get { painter.buffer }
    _modify { yield &painter.buffer }
  }

  mutating func paintTitle(_ left: StyledText, right: StyledText) {
    painter.paintTitle(left, right: right)
  }

  mutating func paintBlock(
    _ title: StyledText, footer: StyledText? = nil, isFocused: Bool = false, in area: Rect
  ) -> Rect {
    painter.paintBlock(title, footer: footer, isFocused: isFocused, in: area)
  }
}

extension ScreenPainter {
  /// Lets a view draw on this frame.
  mutating func draw<View: ScreenView>(
    _ view: (ScreenPainter) -> View, _ paint: (inout View) -> Void
  ) {
    // The cells are the view's alone meanwhile, so that they are not copied.
    var part = view(self)
    buffer = Buffer(width: 0, height: 0)
    paint(&part)
    buffer = part.painter.buffer
  }
}

extension AppState {
  /// The keys that mean something now.
  func keyBar(columns: Int) -> KeyBar {
    let context = context
    // A reason may take a look at all runs: each is asked for once.
    var known: [Action: Bool] = [:]
    func isUsable(_ binding: KeyMap.Binding) -> Bool {
      if let usable = known[binding.action] { return usable }
      let usable = reasonUnusable(binding.action) == nil
      known[binding.action] = usable
      return usable
    }
    let shown = keys.bar(of: context, columns: columns, isUsable: isUsable)
    return KeyBar(shown) { context == .prompt || isUsable($0) }
  }

  /// The keys of the bar.
  func keyBarBindings(columns: Int) -> [KeyMap.Binding] {
    keys.bar(of: context, columns: columns) { reasonUnusable($0.action) == nil }
  }
}
