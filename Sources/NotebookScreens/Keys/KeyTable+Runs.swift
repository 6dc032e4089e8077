import TerminalUI

/// The keys of the list of runs, and of what stands in front of it.
extension KeyTable {
  static let runs: [Binding] = [
    bind(
      [.enter], .startSample, "Start", "Start the sample experiment under the cursor.", .welcome),
    bind([c("e")], .editSample, "Edit", "Open the sample experiment in the form.", .welcome),
    bind([.enter], .open, "Open", "Open the run, or open or close the group.", .runs),
    bind([c("n")], .new, "New", "Plan a new experiment, from the defaults.", .runs, .welcome),
    bind(
      [c("/")], .filter, "Filter",
      "Show only runs that match: words, method:maml, f1>60, tag:baseline.", .runs),
    bind([c(" ")], .mark, "Mark", "Mark the run or the group's runs, and move down.", .runs),
    bind(
      [c("c")], .compare, "Compare", "Compare the marked runs, or those of the group.", .runs),
    bind(
      [c("y")], .study, "Study", "Open the run's study, or choose one.", .runs, .welcome),
    bind(
      [c("P")], .probe, "Probe", "Type a sentence and see what the run, or two marked ones, finds.",
      .runs),
    bind([c("s")], .sort, "Sort", "Sort by the next column.", .runs),
    bind([c("b")], .group, "Group", "Divide the list by study, by method, or not.", .runs),
    bind([c("C")], .columns, "Columns", "Choose the columns and their order.", .runs),
    bind([c("f")], .fork, "Fork", "Plan a new experiment from this run's settings.", .runs),
    bind([c("F")], .forkFrom, "Fork from", forkFromHelp, .runs),
    bind([c("p")], .pause, "Pause", pauseHelp, .runs),
    bind([c("x")], .stop, "Stop", "Stop the run (asks first).", .runs),
    bind([c("t")], .tag, "Tag", "Write the tags of the run or the marked runs.", .runs),
    bind([c("r")], .rename, "Rename", "Give the run another name.", .runs),
    bind(
      [c("d"), .delete], .delete, "Delete",
      "Put the run or the marked runs into the bin; there, delete for good (asks first).", .runs),
    bind(
      [c("u")], .undo, "Undo", "Take back what was done to runs; in the bin, take out of it.",
      .runs),
    bind(
      [c("D")], .duplicate, "Duplicate", "Queue the run again, with one seed or several.", .runs),
    bind([c("a")], .archive, "Archive", "Archive the run or the marked runs, or take out.", .runs),
    bind([c("H")], .showArchived, "Archived", "Show the archived runs too, or not.", .runs),
    bind([c("B")], .showBin, "Bin", "Show the bin, or go back to the runs.", .runs),
    bind([c("*")], .star, "Star", "Star the run or the marked runs, or take stars away.", .runs),
    bind([c("N")], .note, "Note", "Write the run's note.", .runs),
    bind([c("K")], .moveEarlier, "Earlier", "Let the queued run start earlier.", .runs),
    bind([c("J")], .moveLater, "Later", "Let the queued run start later.", .runs),
    bind([c("M")], .markAll, "Mark all", "Mark all listed runs, or take all marks away.", .runs),
    bind([c("R")], .resume, "Go on", resumeHelp, .runs),
    bind([c("o")], .openFile, "File", "Open an experiment file in the form.", .runs, .welcome),
    bind([c("S")], .reverseSort, "Reverse", "Turn the order round.", .runs),
    bind([c("A")], .restart, "Anew", restartHelp, .runs),
    bind(
      [c("W")], .notes, "Notes", "Read, search and write all notes, those of the notebook too.",
      .runs, .welcome),
    bind(
      [c("L")], .corpora, "Corpora", "Look at a corpus: languages, counts, sentences.", .runs,
      .welcome),
    bind(
      [c("E")], .encoders, "Encoders",
      "Look at encoders: sizes, and the languages that their vocabularies cover.", .runs, .welcome),
  ]

  static let columns: [Binding] = [
    bind([c(" "), .enter], .mark, "Show", "Show the column, or hide it.", .columns),
    bind([c("K")], .moveEarlier, "Earlier", "Move the column to the left.", .columns),
    bind([c("J")], .moveLater, "Later", "Move the column to the right.", .columns),
    bind([c("r")], .reset, "Reset", "Show what suits the width of the terminal.", .columns),
    bind([.up, c("k")], .up, "Up", "Move up.", .columns),
    bind([.down, c("j")], .down, "Down", "Move down.", .columns),
    bind([.escape, c("q"), c("C")], .cancel, "Close", "Close the list.", .columns),
  ]
}
