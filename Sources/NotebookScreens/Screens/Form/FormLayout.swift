import TerminalUI

/// Where the parts of the experiment form stand.
struct FormLayout {
  /// The frame around the settings.
  let settings: Rect
  /// What is said about the setting under the cursor.
  let doc: Rect
  /// What changed, and the TOML; empty where there is no room.
  let side: Rect

  init(body: Rect) {
    var main = body
    if body.width >= 126 {
      let parts = body.columns([.fill, .fixed(min(body.width * 2 / 5, 72))])
      (main, side) = (parts[0], parts[1])
    } else {
      side = Rect(x: 0, y: 0, width: 0, height: 0)
    }
    // A tall terminal has room for long sentences and for everything that is wrong.
    let parts = main.rows([.fill, .fixed(body.height >= 30 ? 7 : 5)])
    (settings, doc) = (parts[0], parts[1])
  }

  /// The rows that hold groups and settings.
  var rows: Rect { settings.inset(by: 1) }
}
