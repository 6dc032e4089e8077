import TerminalUI

/// The mouse on what every screen has: the key bar, lists, and what stands in front.
extension AppState {
  /// A click on a key of the key bar presses it; nil where the mouse is elsewhere.
  mutating func clickKeyBar(_ mouse: MouseEvent, in area: Rect) -> [Effect]? {
    guard area.contains(x: mouse.x, y: mouse.y) else { return nil }
    guard mouse.button == .left, mouse.action == .press || mouse.action == .doubleClick,
      let index = keyBar(columns: area.width).index(atColumn: mouse.x, in: area)
    else { return [] }
    return press(keys.bar(of: context, columns: area.width)[index].keys[0])
  }

  /// The mouse while something stands in front: it chooses there, and a click beside it closes it.
  mutating func handleInFront(_ mouse: MouseEvent, in frame: ScreenFrame) -> [Effect] {
    switch mouse.action {
    case .scrollUp, .scrollDown:
      guard context != .prompt else { return [] }
      return perform(mouse.action == .scrollUp ? .up : .down)
    case .press, .doubleClick: break
    case .drag, .release: return []
    }
    guard mouse.button == .left else { return [] }
    let isDouble = mouse.action == .doubleClick
    switch overlay {
    case .confirmation(let question):
      let dialog = question.dialog(keys, .braille)
      guard let button = dialog.button(atX: mouse.x, y: mouse.y, in: frame.body) else { return [] }
      return perform(button == 0 ? .confirm : .cancel)
    case .prompt(let prompt): return clickCandidate(mouse, prompt, in: frame.body)
    case .chooser: return clickFront(mouse, opens: isDouble ? .confirm : nil, in: frame)
    case .columns, .panes: return clickFront(mouse, opens: isDouble ? .mark : nil, in: frame)
    case .liveSettings: return clickFront(mouse, opens: isDouble ? .edit : nil, in: frame)
    default: return clickFront(mouse, opens: nil, in: frame)
    }
  }

  private mutating func clickCandidate(
    _ mouse: MouseEvent, _ prompt: Prompt, in body: Rect
  ) -> [Effect] {
    let area = prompt.candidateArea(in: body).inset(by: 1)
    guard area.contains(x: mouse.x, y: mouse.y), !prompt.candidates.isEmpty else { return [] }
    let first = Scrolling.offset(
      0, selected: prompt.candidate, count: prompt.candidates.count, visible: area.height)
    let index = first + mouse.y - area.y
    guard prompt.candidates.indices.contains(index) else { return [] }
    let text = prompt.candidates[index]
    return editLine { $0 = TextInput(text) }
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

  /// Moves the selection of the list in an area to the row under the mouse, or, where the row is
  /// chosen already, does what a double click does.
  ///
  /// Lists are found by what is drawn: the row with the selection's background. It moves by as many
  /// rows as the mouse is away; when what is selected then is not what the row showed, the mouse was
  /// on something else and nothing has happened.
  mutating func clickList(_ mouse: MouseEvent, in area: Rect, opens action: Action?) -> [Effect] {
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
