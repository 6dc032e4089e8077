import TerminalUI

/// The keys of the run screen.
extension KeyTable {
  static let run: [Binding] = [
    bind([c("p")], .pause, "Pause", pauseHelp, .run),
    bind([c("x")], .stop, "Stop", "Stop the run (asks first).", .run),
    bind([c("e")], .liveSettings, "Settings", "Change a setting of the run while it runs.", .run),
    bind(
      [c("v")], .curves, "Curves", "Show the next set of curves: loss, tuning, F1 and more.", .run),
    bind(
      [c("P")], .probe, "Probe", "Type a sentence and see which entities the run finds.", .run),
    bind([c("c")], .checkpoint, "Checkpoint", "Write a checkpoint now.", .run),
    bind(
      [c("s")], .smooth, "Smooth", "Smooth the curves more, less or not at all (:smooth 0.95).",
      .run),
    bind([c("a")], .xAxis, "Axis", "Count steps, epochs or wall time along the x axis.", .run),
    bind([c("y")], .logScale, "Log", "Draw the y axis logarithmic, or linear again.", .run),
    bind(
      [c("+"), c("=")], .zoomIn, "Zoom", "Zoom in on the middle, or on the chart's cursor.", .run),
    bind(
      [c("z")], .enlarge, "Enlarge", "Give the whole screen to the pane, or take it back.", .run),
    bind([c("m")], .panes, "Panes", "Choose which panes are shown, and where.", .run),
    bind(
      [c("w")], .exportChart, "Export", "Write the chart as SVG, or as text (asks for the path).",
      .run),
    bind([c("f")], .fork, "Fork", "Plan a new experiment from this run's settings.", .run),
    bind([c("F")], .forkFrom, "Fork from", forkFromHelp, .run),
    bind([c("R")], .resume, "Go on", resumeHelp, .run),
    bind([c("N")], .note, "Note", "Write the run's note.", .run),
    bind([c("*")], .star, "Star", "Star the run, or take its star away.", .run),
    bind([c("A")], .restart, "Anew", restartHelp, .run),
    bind([c("/")], .search, "Search", "Search in the log.", .run),
    bind([c("-")], .zoomOut, "Out", "Zoom out.", .run),
    bind([c("0")], .fit, "Fit", "Show the whole series again.", .run),
    bind([c("<"), c(",")], .panLeft, "Earlier", "Move the zoomed chart to earlier steps.", .run),
    bind([c(">"), c(".")], .panRight, "Later", "Move the zoomed chart to later steps.", .run),
    bind(
      [c("]")], .nextMark, "Event", "Move the chart's cursor to the next event marked on it.", .run),
    bind(
      [c("[")], .previousMark, "Event", "Move the chart's cursor to the event marked before.", .run),
    bind([c("V")], .previousCurves, "Back", "Show the previous set of curves.", .run),
    bind(
      [c("H")], .hidePane, "Hide",
      "Hide the pane that has the keys (the list of panes shows it again).", .run),
    bind([c("{")], .paneEarlier, "Forward", "Move the pane towards the first place.", .run),
    bind([c("}")], .paneLater, "Backward", "Move the pane towards the last place.", .run),
    bind([c("1")], .series1, "1st", "Show or hide the first series of the chart.", .run),
    bind([c("2")], .series2, "2nd", "Show or hide the second series.", .run),
    bind([c("3")], .series3, "3rd", "Show or hide the third series.", .run),
    bind([c("4")], .series4, "4th", "Show or hide the fourth series.", .run),
    bind([c("5")], .series5, "5th", "Show or hide the fifth series.", .run),
    bind([c("6")], .series6, "6th", "Show or hide the sixth series.", .run),
    bind([c("7")], .series7, "7th", "Show or hide the seventh series.", .run),
    bind([c("8")], .series8, "8th", "Show or hide the eighth series.", .run),
  ]

  /// Keys of single panes, and of the list of all.
  static let runPanes: [Binding] = [
    bind([c("n")], .nextMatch, "Next", "Go to the next match of the search.", .runLog),
    bind([c("N")], .previousMatch, "Previous", "Go to the match before.", .runLog),
    bind([.enter], .edit, "Change", "Type a new value for the live setting.", .runSettings),
    bind([c(" "), .enter], .mark, "Show or hide", "Show the pane, or hide it.", .panes),
    bind([c("K"), c("{")], .paneEarlier, "Forward", "Move it towards the first place.", .panes),
    bind([c("J"), c("}")], .paneLater, "Backward", "Move it towards the last place.", .panes),
    bind([c("r")], .resetPanes, "Reset", "Arrange all panes as they were at first.", .panes),
    bind([.up, c("k")], .up, "Up", "Move up.", .panes),
    bind([.down, c("j")], .down, "Down", "Move down.", .panes),
    bind([.escape, c("q"), c("m")], .cancel, "Close", "Close the list.", .panes),
  ]
}
