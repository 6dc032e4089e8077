import TerminalUI

/// The keys of the experiment form, and of what stands in front of it.
extension KeyTable {
  static let experiment: [Binding] = [
    bind([c("s")], .start, "Start", "Start the experiment: it joins the queue.", .experiment),
    bind([.enter], .edit, "Edit", "Change the setting under the cursor.", .experiment),
    bind(
      [c("/")], .filter, "Search", "Show only settings whose name or text matches.", .experiment),
    bind([c("u")], .undo, "Undo", "Take the last change back.", .experiment),
    bind(
      [c("d")], .changedOnly, "Changed", "Show only what differs, or everything again.", .experiment
    ),
    bind(
      [c("P")], .presets, "Presets", "Begin from a sample, a control or the defaults.", .experiment),
    bind(
      [c("D")], .compareWith, "Compare", "Choose the run that the settings are compared with.",
      .experiment),
    bind(
      [c("S")], .grid, "Study", "Plan a study over values of the setting under the cursor.",
      .experiment),
    bind([c("w")], .save, "Save", "Save the experiment as TOML (asks for the path).", .experiment),
    bind([c("E")], .externalEditor, "Editor", "Change all settings in $EDITOR.", .experiment),
    bind(
      [c("b")], .browse, "Browse",
      "Choose the corpus, its languages, the encoder or the start from those at hand.", .experiment),
    bind(
      [c("F")], .forkFrom, "From", "Choose the run and the point whose weights it begins with.",
      .experiment),
    bind([c("a")], .queue, "Queue", "Add the experiment to the queue, and stay here.", .experiment),
    bind([c("U"), .control("r")], .redo, "Redo", "Do again what was taken back.", .experiment),
    bind(
      [c("r")], .reset, "Reset", "Put the setting back to what it is compared with.", .experiment),
    bind(
      [c("!")], .nextProblem, "Problem", "Go to the next setting with which something is wrong.",
      .experiment),
  ]

  static let front: [Binding] = [
    bind([.enter], .confirm, "Choose", "Take what is under the cursor.", .chooser),
    bind([.escape], .cancel, "Leave", "Leave everything as it was.", .chooser),
    bind([.up, .control("p")], .up, "Up", "Move up.", .chooser),
    bind([.down, .control("n")], .down, "Down", "Move down.", .chooser),
    bind([.pageUp], .pageUp, "Page up", "Move up by a page.", .chooser),
    bind([.pageDown], .pageDown, "Page down", "Move down by a page.", .chooser),
    bind([.enter], .confirm, "Queue", "Queue the runs of the study.", .grid),
    bind([.tab, .down], .nextPane, "Next line", "Go to the next line.", .grid),
    bind([.backTab, .up], .previousPane, "Line before", "Go to the line before.", .grid),
    bind([.escape], .cancel, "Leave", "Plan no study.", .grid),
  ]
}
