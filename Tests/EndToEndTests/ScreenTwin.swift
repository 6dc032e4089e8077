import Foundation
import LabNotebook
import NotebookScreens
import TerminalUI

/// What the screens of a notebook show, without a terminal: the same state that the program has.
struct ScreenTwin {
  var state: AppState
  private var reader: NotebookReader

  /// The screens on a notebook in which nothing goes on.
  init(_ notebook: Notebook, width: Int, height: Int, theme: String = "dark") throws {
    state = AppState(
      width: width, height: height, now: Date(), timeZone: .gmt, notebookFolder: notebook.folder,
      theme: theme)
    reader = NotebookReader(notebook)
    try read()
  }

  /// Types a text, `\r` for Enter, and reads what is then wanted of the notebook.
  mutating func type(_ text: String) throws {
    for character in text {
      let key: Key = character == "\r" ? .enter : .character(character)
      _ = update(&state, .input(.key(KeyEvent(key))))
      try read()
    }
  }

  private mutating func read() throws {
    for _ in 0..<20 {
      let messages = try reader.poll(state.interest)
      if messages.isEmpty { return }
      for message in messages { _ = update(&state, message) }
    }
  }

  /// The picture as it is meant.
  func picture(_ glyphs: Glyphs = .braille) -> Buffer {
    view(state, width: state.width, height: state.height, glyphs: glyphs)
  }
}
