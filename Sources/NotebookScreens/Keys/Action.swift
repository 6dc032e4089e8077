import TerminalUI

/// Something a key, a click or a command can ask for.
///
/// Its name is what is typed after `:`, and what the user's file of keys calls it; which keys do it
/// stands in `KeyTable`. Each screen declares the actions that are its own in its folder.
package struct Action: Hashable, Sendable, CustomStringConvertible {
  package let name: String

  /// An action with a name in lower case, words joined by hyphens.
  package init(_ name: String) { self.name = name }

  package var description: String { name }

  /// Every action that has a key, in the order of the table.
  package static let all: [Action] = KeyTable.all.map(\.action).reduce(into: []) {
    if !$0.contains($1) { $0.append($1) }
  }

  /// The action of a name; nil where there is none.
  package static func named(_ name: String) -> Action? { byName[name] }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}

// Those of all screens.
extension Action {
  package static let up = Action("up")
  package static let down = Action("down")
  package static let left = Action("left")
  package static let right = Action("right")
  package static let top = Action("top")
  package static let bottom = Action("bottom")
  package static let pageUp = Action("page-up")
  package static let pageDown = Action("page-down")
  package static let nextPane = Action("next-pane")
  package static let previousPane = Action("previous-pane")

  package static let help = Action("help")
  package static let command = Action("command")
  package static let back = Action("back")
  package static let theme = Action("theme")
  package static let redraw = Action("redraw")
  package static let suspend = Action("suspend")
  package static let quit = Action("quit")

  // Dialogs and lines of text
  package static let confirm = Action("confirm")
  package static let cancel = Action("cancel")
  package static let complete = Action("complete")
}

// Those that several screens have, each in its own way.
extension Action {
  package static let open = Action("open")
  package static let mark = Action("mark")
  package static let markAll = Action("mark-all")
  package static let edit = Action("edit")
  package static let start = Action("start")
  package static let save = Action("save")
  package static let undo = Action("undo")
  package static let redo = Action("redo")
  package static let reset = Action("reset")
  package static let filter = Action("filter")
  package static let search = Action("search")
  package static let enlarge = Action("enlarge")
  package static let compare = Action("compare")
  package static let moveEarlier = Action("move-earlier")
  package static let moveLater = Action("move-later")
  package static let use = Action("use")
  package static let choose = Action("choose")
  package static let readAgain = Action("read-again")
  package static let split = Action("split")
  package static let externalEditor = Action("editor")

  // Charts
  package static let curves = Action("curves")
  package static let previousCurves = Action("previous-curves")
  package static let logScale = Action("log-scale")
  package static let zoomIn = Action("zoom-in")
  package static let zoomOut = Action("zoom-out")
  package static let panLeft = Action("pan-left")
  package static let panRight = Action("pan-right")
  package static let fit = Action("fit")

  /// Shows or hides the n-th series of a chart, from 0.
  package static let series: [Action] = (1...8).map { Action("series-\($0)") }

  /// Which series of a chart the action shows or hides, from 0.
  package var seriesIndex: Int? { Self.series.firstIndex(of: self) }
}
