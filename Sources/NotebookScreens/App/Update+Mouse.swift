import TerminalUI

/// The mouse: a click selects, a double click opens, the wheel scrolls.
extension AppState {
  mutating func handle(_ mouse: MouseEvent) -> [Effect] {
    let frame = frame
    if let effects = clickKeyBar(mouse, in: frame.keys) { return effects }
    guard overlay == nil else { return handleInFront(mouse, in: frame) }
    switch mouse.action {
    case .scrollUp, .scrollDown:
      if let clicked = act({ $0.scroll(mouse, in: frame.body, app: &$1) }) {
        return carryOut(clicked, mouse, in: frame.body)
      }
      let action: Action = mouse.action == .scrollUp ? .up : .down
      return (0..<3).flatMap { _ in perform(action) }
    case .press, .doubleClick:
      guard mouse.button == .left, frame.body.contains(x: mouse.x, y: mouse.y) else { return [] }
      let isDouble = mouse.action == .doubleClick
      let clicked = act { $0.click(mouse, isDouble: isDouble, in: frame.body, app: &$1) }
      return carryOut(clicked, mouse, in: frame.body)
    case .drag, .release:
      act { $0.drag(mouse, in: frame.body, app: &$1) }
      return []
    }
  }

  private mutating func carryOut(
    _ clicked: Clicked, _ mouse: MouseEvent, in area: Rect
  ) -> [Effect] {
    switch clicked {
    case .done(let effects): effects
    case .action(let action): perform(action)
    case .row(let action): clickList(mouse, in: area, opens: action)
    }
  }

  /// A click on a key of the key bar presses it; nil where the mouse is elsewhere.
  private mutating func clickKeyBar(_ mouse: MouseEvent, in area: Rect) -> [Effect]? {
    guard area.contains(x: mouse.x, y: mouse.y) else { return nil }
    guard mouse.button == .left, mouse.action == .press || mouse.action == .doubleClick,
      let index = keyBar(columns: area.width).index(atColumn: mouse.x, in: area)
    else { return [] }
    return press(keyBarBindings(columns: area.width)[index].keys[0])
  }

  // MARK: What stands in front

  /// The mouse while something stands in front: it chooses there, and a click beside it closes it.
  private mutating func handleInFront(_ mouse: MouseEvent, in frame: ScreenFrame) -> [Effect] {
    switch mouse.action {
    case .scrollUp, .scrollDown:
      guard context != .prompt else { return [] }
      return perform(mouse.action == .scrollUp ? .up : .down)
    case .press, .doubleClick: break
    case .drag, .release: return []
    }
    guard mouse.button == .left else { return [] }
    let isDouble = mouse.action == .doubleClick
    switch actInFront({ $0.click(mouse, isDouble: isDouble, in: frame.body, app: &$1) }) {
    case .done(let effects): return effects
    case .action(let action): return perform(action)
    case .row(let action): return clickFront(mouse, opens: action, in: frame)
    }
  }

  private mutating func clickFront(
    _ mouse: MouseEvent, opens action: Action?, in frame: ScreenFrame
  ) -> [Effect] {
    let area = frontArea(in: frame.body)
    guard area.contains(x: mouse.x, y: mouse.y) else {
      return frame.body.contains(x: mouse.x, y: mouse.y) ? perform(.cancel) : []
    }
    return clickList(mouse, in: area, opens: action)
  }

  /// The rectangle that is drawn otherwise than without what stands in front.
  private func frontArea(in body: Rect) -> Rect {
    var without = self
    without.overlay = nil
    let (front, behind) = (
      view(self, width: width, height: height, glyphs: .braille),
      view(without, width: width, height: height, glyphs: .braille)
    )
    var (left, right, top, bottom) = (Int.max, Int.min, Int.max, Int.min)
    for y in body.y..<body.bottom {
      for x in body.x..<body.right where front[x, y] != behind[x, y] {
        (left, right) = (min(left, x), max(right, x + 1))
        (top, bottom) = (min(top, y), max(bottom, y + 1))
      }
    }
    guard left < right else { return Rect(x: 0, y: 0, width: 0, height: 0) }
    return Rect(x: left, y: top, width: right - left, height: bottom - top)
  }

  // MARK: Lists

  /// Moves the selection of the list in an area to the row under the mouse, or, where the row is
  /// chosen already, does what a double click does.
  ///
  /// Lists are found by what is drawn: the row with the selection's background. It moves by as many
  /// rows as the mouse is away; when what is selected then is not what the row showed, the mouse was
  /// on something else and nothing has happened.
  private mutating func clickList(
    _ mouse: MouseEvent, in area: Rect, opens action: Action?
  ) -> [Effect] {
    if let action { return perform(action) }
    let picture = view(self, width: width, height: height, glyphs: .braille)
    guard let row = selectedRow(of: picture, at: mouse.x, in: area), row != mouse.y else {
      return []
    }
    let wanted = Self.text(picture, mouse.y, around: mouse.x, in: area)
    var moved = self
    for _ in 0..<abs(mouse.y - row) { _ = moved.perform(mouse.y < row ? .up : .down) }
    let after = view(moved, width: width, height: height, glyphs: .braille)
    guard let now = selectedRow(of: after, at: mouse.x, in: area),
      Self.text(after, now, around: mouse.x, in: area) == wanted
    else { return [] }
    self = moved
    return []
  }

  private func selectedRow(of picture: Buffer, at x: Int, in area: Rect) -> Int? {
    (area.y..<area.bottom).first { picture[x, $0].style.background == .selection }
  }

  /// The text of a row between the frames left and right of a column.
  private static func text(_ picture: Buffer, _ y: Int, around x: Int, in area: Rect) -> String {
    func isFrame(_ x: Int) -> Bool { picture[x, y].text == "│" || picture[x, y].text == "█" }
    var (left, right) = (x, x)
    while left > area.x, !isFrame(left - 1) { left -= 1 }
    while right < area.right - 1, !isFrame(right + 1) { right += 1 }
    return String((left...right).map { picture[$0, y].text })
  }
}

extension Rect {
  /// The row of a list that was clicked, where its rows stand in this rectangle, one below the other,
  /// and the selected one in the middle while it can.
  func row(at mouse: MouseEvent, selected: Int, count: Int) -> Int? {
    guard contains(x: mouse.x, y: mouse.y) else { return nil }
    let first = ListWindow.first(selected: selected, count: count, visible: height)
    let index = first + mouse.y - y
    return index < count ? index : nil
  }
}
