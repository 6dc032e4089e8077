import TerminalUI

/// The keys of a study and of the list of studies.
extension KeyTable {
  static let study: [Binding] = [
    bind([.enter], .open, "Open", "Go to the runs of the cell, and open one.", .study),
    bind([c("e")], .export, "Export", "Write the table as Markdown, LaTeX or CSV.", .study),
    bind([c("c")], .compare, "Compare", "Compare the row's runs with the control's.", .study),
    bind([c("P")], .probe, "Probe", "Type a sentence and see what the cell's run finds.", .study),
    bind([c("v")], .split, "Split", "Show the next split that was evaluated.", .study),
    bind([c("s")], .start, "Start", "Queue the runs that are missing (asks first).", .study),
    bind([.enter], .open, "Open", "Open the study's table.", .studies),
  ]
}
