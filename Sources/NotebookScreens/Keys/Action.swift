/// Everything a key, a click or a command can ask for.
///
/// The raw value is the action's name after `:`; which keys do it stands in `KeyTable`.
package enum Action: String, CaseIterable, Hashable, Sendable {
  // Moving
  case up, down, left, right, top, bottom
  case pageUp = "page-up"
  case pageDown = "page-down"
  case nextPane = "next-pane"
  case previousPane = "previous-pane"
  case open, back

  // Runs
  case startSample = "start-sample"
  case editSample = "edit-sample"
  case openFile = "open-file"
  case new, fork, mark, filter, sort
  case forkFrom = "fork-from"
  case reverseSort = "reverse-sort"
  case star, delete, note
  case markAll = "mark-all"
  case group, columns, rename, tag, archive, duplicate
  case showArchived = "show-archived"
  case showBin = "show-bin"
  case moveEarlier = "move-earlier"
  case moveLater = "move-later"

  // A comparison
  case compare, control
  case nextRun = "next-run"
  case changeKind = "change-kind"

  // A study
  case study, export, split

  // The probe
  case probe
  case chooseRun = "choose-run"
  case secondRun = "second-run"
  case chooseLanguage = "choose-language"
  case newText = "new-text"
  case recall
  case wordTable = "word-table"
  case askAgain = "ask-again"
  // Corpora, encoders, notes
  case corpora, encoders, notes, browse, use, choose, preview
  case readAgain = "read-again"
  case addEncoder = "add-encoder"
  case newPage = "new-note"
  case deletePage = "delete-note"
  case openRun = "open-run"

  // A run
  case pause, stop, resume, restart
  case liveSettings = "live-settings"
  case curves
  case previousCurves = "previous-curves"
  case logScale = "log-scale"
  case zoomIn = "zoom-in"
  case zoomOut = "zoom-out"
  case panLeft = "pan-left"
  case panRight = "pan-right"
  case fit
  case smooth
  case xAxis = "x-axis"
  case nextMark = "next-event"
  case previousMark = "previous-event"
  case exportChart = "export-chart"
  case checkpoint
  case search
  case nextMatch = "next-match"
  case previousMatch = "previous-match"
  case panes
  case enlarge
  case hidePane = "hide-pane"
  case paneEarlier = "pane-earlier"
  case paneLater = "pane-later"
  case resetPanes = "reset-panes"
  case series1 = "series-1"
  case series2 = "series-2"
  case series3 = "series-3"
  case series4 = "series-4"
  case series5 = "series-5"
  case series6 = "series-6"
  case series7 = "series-7"
  case series8 = "series-8"

  // The experiment form
  case edit, start, queue, save, undo, redo, reset, presets, grid
  case changedOnly = "changed-only"
  case compareWith = "compare-with"
  case nextProblem = "next-problem"
  case externalEditor = "editor"

  // Dialogs and lines of text
  case confirm, cancel, complete

  // Everywhere
  case help, command, theme, redraw, suspend, quit

  /// Which series of a chart the action shows or hides, from 0.
  package var seriesIndex: Int? {
    let all: [Action] = [
      .series1, .series2, .series3, .series4, .series5, .series6, .series7, .series8,
    ]
    return all.firstIndex(of: self)
  }
}
