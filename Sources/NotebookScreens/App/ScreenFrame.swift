import TerminalUI

/// What every screen has around it: a title above, a line of messages and the keys below.
struct ScreenFrame {
  let title: Rect
  let body: Rect
  let message: Rect
  let keys: Rect

  init(width: Int, height: Int) {
    let area = Rect(x: 0, y: 0, width: width, height: height)
    let parts = area.rows([.fixed(1), .fill, .fixed(1), .fixed(1)])
    (title, body, message, keys) = (parts[0], parts[1], parts[2], parts[3])
  }
}
