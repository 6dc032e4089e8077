import TerminalUI

/// The keys of a comparison.
extension KeyTable {
  static let compare: [Binding] = [
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
    bind([c("1")], .series1, "1st", "Show or hide the curve of the first run.", .compare),
    bind([c("2")], .series2, "2nd", "Show or hide the curve of the second run.", .compare),
    bind([c("3")], .series3, "3rd", "Show or hide the curve of the third run.", .compare),
    bind([c("4")], .series4, "4th", "Show or hide the curve of the fourth run.", .compare),
    bind([c("5")], .series5, "5th", "Show or hide the curve of the fifth run.", .compare),
    bind([c("6")], .series6, "6th", "Show or hide the curve of the sixth run.", .compare),
    bind([c("7")], .series7, "7th", "Show or hide the curve of the seventh run.", .compare),
    bind([c("8")], .series8, "8th", "Show or hide the curve of the eighth run.", .compare),
  ]
}
