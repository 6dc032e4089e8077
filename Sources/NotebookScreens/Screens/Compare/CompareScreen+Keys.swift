import Experiments
import LabNotebook
import RunFolders
package import TerminalUI

extension KeyContext {
  package static let compare = KeyContext("Compare")
}

extension Action {
  package static let control = Action("control")
  package static let nextRun = Action("next-run")
  package static let changeKind = Action("change-kind")
}

/// The keys of a comparison.
extension CompareScreen {
  package static let keys: [KeyTable.Binding] = screenKeys + seriesKeys

  private static let screenKeys: [KeyTable.Binding] = [
    bind([c("n")], .nextRun, "Run", "Show the sentences of the next run.", .compare),
    bind([c("c")], .control, "Control", "Compare with the next run instead.", .compare),
    bind(
      [c("f")], .changeKind, "Kind", "Show all changed sentences, or those fixed, or broken.",
      .compare),
    bind([c("v")], .curves, "Curves", "Show the next series of the runs.", .compare),
    bind(
      [c("z")], .enlarge, "Enlarge", "Give the whole screen to the pane, or take it back.",
      .compare),
    bind([c("y")], .logScale, "Log", "Draw the y axis logarithmic, or linear again.", .compare),
    bind([c("+"), c("=")], .zoomIn, "Zoom", "Zoom in on the chart's middle or cursor.", .compare),
    bind(
      [c("P")], .probe, "Probe", "Type a sentence and see what this run and the control find.",
      .compare),
    bind([.enter], .open, "Open", "Open the run whose sentences are shown.", .compare),
    bind([c("-")], .zoomOut, "Out", "Zoom out.", .compare),
    bind([c("0")], .fit, "Fit", "Show the whole curves again.", .compare),
    bind([c("<"), c(",")], .panLeft, "Earlier", "Move the zoomed chart to the left.", .compare),
    bind([c(">"), c(".")], .panRight, "Later", "Move the zoomed chart to the right.", .compare),
    bind([c("V")], .previousCurves, "Back", "Show the previous series.", .compare),
  ]

  private static let seriesKeys = zip(Action.series, RunScreen.ordinals).enumerated().map {
    index, pair in
    bind(
      [c(Character("\(index + 1)"))], pair.0, pair.1.short,
      "Show or hide the curve of the \(pair.1.word) run.", .compare)
  }

  // MARK: Commands

  package static let commands: [TypedCommand] = [
    TypedCommand(
      "compare", "RUN RUN…", "Compare two to eight runs.",
      words: { words, app in
        app.runs.visible.map { String($0.id) }.filter { !words.dropLast().contains($0) }
      }
    ) { compare($0, in: &$1) }
  ]

  private static func compare(_ argument: String, in app: inout AppState) -> [Effect] {
    let words = argument.split { $0 == " " || $0 == "," }.map {
      $0.hasPrefix("#") ? String($0.dropFirst()) : String($0)
    }
    var chosen: [RunRecord] = []
    for word in words {
      guard let run = RunID(word).flatMap(app.runs.record) else {
        app.say(.error, "There is no run #\(word).")
        return []
      }
      if !chosen.contains(where: { $0.id == run.id }) { chosen.append(run) }
    }
    guard (2...largest).contains(chosen.count) else {
      app.say(.error, "A comparison has 2 to \(largest) runs.")
      return []
    }
    app.stack.openAlone(CompareScreen(chosen))
    return []
  }
}
