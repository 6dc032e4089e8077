package import NotebookScreens
import Experiments
package import Foundation
package import LabNotebook
package import TerminalUI

/// What the screens show, without a terminal: the same state and the same cells that one would have.
///
///     var capture = try ScreenCapture(notebook, width: 100, height: 30)
///     try capture.type(":open 1\rv")
///     print(capture.picture().text())
package struct ScreenCapture {
  /// How often what the screens want is looked for before they are taken as they are.
  private static let rounds = 50

  package private(set) var state: AppState
  private let notebook: Notebook
  private var reader: NotebookReader
  private var files = CorpusReader()

  /// The screens as they are when they are opened.
  package init(
    _ notebook: Notebook, width: Int, height: Int, theme: String = "dark",
    keys: KeyMap = .standard, timeZone: TimeZone = .current
  ) throws {
    self.notebook = notebook
    state = AppState(
      width: width, height: height, now: Date(), timeZone: timeZone,
      notebookFolder: notebook.folder, theme: theme)
    state.keys = keys
    reader = NotebookReader(notebook)
    try send(.themes(Theme.available(in: ResourceLocator.themesFolders)))
    if let folder = ResourceLocator.sampleData {
      try send(.samples(RequestHandler.samples(in: "\(folder)/experiments")))
    }
    try settle()
  }

  /// Types a text: `\r` is Enter, `\t` Tab, `\u{1B}` Esc.
  ///
  /// What would change the notebook or a file is not done.
  package mutating func type(_ text: String) throws {
    for character in text {
      let key: Key =
        switch character {
        case "\r", "\n": .enter
        case "\t": .tab
        case "\u{1B}": .escape
        default: .character(character)
        }
      try press(KeyEvent(key))
    }
  }

  /// Presses a key.
  package mutating func press(_ key: KeyEvent) throws { try send(.input(.key(key))) }

  /// Tells the screens something, and finds out what they then want to know.
  package mutating func send(_ message: Message) throws {
    for effect in update(&state, message) {
      var answers: [Message] = []
      switch effect {
      case .analyse(let analysis):
        Analyst.carryOut(analysis, in: notebook) { answers.append($0) }
      case .survey(let survey):
        files.carryOut(survey, isCancelled: { false }) { answers.append($0) }
      default: continue
      }
      for answer in answers { try send(answer) }
    }
    try settle()
  }

  private mutating func settle() throws {
    for _ in 0..<Self.rounds {
      let messages = try reader.poll(state.interest)
      if messages.isEmpty { return }
      for message in messages { try send(message) }
    }
  }

  /// The cells as they are meant.
  package func picture(_ glyphs: Glyphs = .braille) -> Buffer {
    view(state, width: state.width, height: state.height, glyphs: glyphs)
  }
}
