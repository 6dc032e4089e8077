import Experiments
import LabNotebook
import RunFolders
package import TerminalUI

extension KeyContext {
  package static let runs = KeyContext("Runs")
  package static let welcome = KeyContext("An empty notebook")
  package static let columns = KeyContext("Columns of the runs")
}

extension Action {
  package static let startSample = Action("start-sample")
  package static let editSample = Action("edit-sample")
  package static let sort = Action("sort")
  package static let reverseSort = Action("reverse-sort")
  package static let group = Action("group")
  package static let columns = Action("columns")
  package static let star = Action("star")
  package static let tag = Action("tag")
  package static let rename = Action("rename")
  package static let delete = Action("delete")
  package static let archive = Action("archive")
  package static let duplicate = Action("duplicate")
  package static let showArchived = Action("show-archived")
  package static let showBin = Action("show-bin")
}

/// The keys of the list of runs, and of what stands in front of it.
extension RunsScreen {
  package static let keys: [KeyTable.Binding] = [
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
    bind([c("F")], .forkFrom, "Fork from", ExperimentForm.forkFromHelp, .runs),
    bind([c("p")], .pause, "Pause", RunScreen.pauseHelp, .runs),
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
    bind(
      [c("a")], .archive, "Archive",
      "Archive the run or the marked runs, or take them out of the archive.", .runs),
    bind([c("H")], .showArchived, "Archived", "Show the archived runs too, or not.", .runs),
    bind([c("B")], .showBin, "Bin", "Show the bin, or go back to the runs.", .runs),
    bind([c("*")], .star, "Star", "Star the run or the marked runs, or take stars away.", .runs),
    bind([c("N")], .note, "Note", "Write the run's note.", .runs),
    bind([c("K")], .moveEarlier, "Earlier", "Let the queued run start earlier.", .runs),
    bind([c("J")], .moveLater, "Later", "Let the queued run start later.", .runs),
    bind([c("M")], .markAll, "Mark all", "Mark all listed runs, or take all marks away.", .runs),
    bind([c("R")], .resume, "Resume", RunScreen.resumeHelp, .runs),
    bind([c("o")], .openFile, "File", "Open an experiment file in the form.", .runs, .welcome),
    bind([c("S")], .reverseSort, "Reverse", "Reverse the order.", .runs),
    bind([c("A")], .restart, "Restart", RunScreen.restartHelp, .runs),
    bind(
      [c("W")], .notes, "Notes", "Read, search and write all notes, those of the notebook too.",
      .runs, .welcome),
    bind(
      [c("L")], .corpora, "Corpora", "Look at a corpus: languages, counts, sentences.", .runs,
      .welcome),
    bind(
      [c("E")], .encoders, "Encoders",
      "Look at encoders: sizes, and the languages that their vocabularies cover.", .runs, .welcome),

    bind([c(" "), .enter], .mark, "Show", "Show the column, or hide it.", .columns),
    bind([c("K")], .moveEarlier, "Earlier", "Move the column to the left.", .columns),
    bind([c("J")], .moveLater, "Later", "Move the column to the right.", .columns),
    bind([c("r")], .reset, "Reset", "Show what suits the width of the terminal.", .columns),
    bind([.up, c("k")], .up, "Up", "Move up.", .columns),
    bind([.down, c("j")], .down, "Down", "Move down.", .columns),
    bind([.escape, c("q"), c("C")], .cancel, "Close", "Close the list.", .columns),
  ]

  // MARK: Why a key cannot be used

  package func availability(of action: Action, in app: AppState) -> Availability {
    let runs = app.runs
    switch action {
    case .open, .sort, .reverseSort, .filter, .group:
      return Availability(unless: runs.records.isEmpty ? "There is no run yet." : nil)
    case .star, .tag, .mark, .archive:
      return Availability(unless: runs.chosen.isEmpty ? "There is no run here." : nil)
    case .compare: return Availability(unless: Self.reasonNotToCompare(app))
    case .moveEarlier, .moveLater: return Availability(unless: Self.reasonNotToMove(action, app))
    case .delete: return Availability(unless: Self.reasonNotToDelete(app))
    case .undo:
      if runs.shelf == .bin {
        return Availability(unless: runs.chosen.isEmpty ? "There is no run here." : nil)
      }
      return Availability(
        unless: runs.past.isEmpty ? "There is nothing to undo." : nil)
    default: return .undecided
    }
  }

  package static func availabilityAnywhere(of action: Action, in app: AppState) -> Availability {
    switch action {
    case .startSample, .editSample:
      return Availability(
        unless: app.samples.isEmpty
          ? "No sample experiment was found; set PRIMER_HOME to the folder that holds sample-data."
          : nil)
    case .rename, .duplicate: return Availability(unless: app.reasonForNoRun)
    case .compare: return .unavailable("Compare runs from their list.")
    case .moveEarlier, .moveLater: return Availability(unless: app.reasonForNoRun)
    case .delete: return Availability(unless: reasonNotToDelete(app))
    default: return .undecided
    }
  }

  private static func reasonNotToCompare(_ app: AppState) -> String? {
    let count = app.runs.toCompare.count
    if count < 2 {
      return "A comparison needs two runs or more: mark them with "
        + "\(app.keys.name(of: .mark, in: .runs))."
    }
    let largest = CompareScreen.largest
    return count > largest
      ? "A comparison has at most \(largest) runs; \(count) are marked. Unmark some with "
        + "\(app.keys.name(of: .mark, in: .runs))." : nil
  }

  private static func reasonNotToMove(_ action: Action, _ app: AppState) -> String? {
    guard let run = app.runs.underCursor else { return app.reasonForNoRun }
    guard let place = app.runs.queuePlaces[run.id] else {
      return "Run #\(run.id) is \(run.state.rawValue); only queued runs can be moved."
    }
    if action == .moveEarlier, place == 1 { return "Run #\(run.id) is already first in the queue." }
    if action == .moveLater, place == app.runs.queuePlaces.count {
      return "Run #\(run.id) is already last in the queue."
    }
    return nil
  }

  private static func reasonNotToDelete(_ app: AppState) -> String? {
    guard !app.runs.chosen.isEmpty else { return "There is no run here." }
    if let busy = app.runs.chosen.first(where: { $0.state == .running || $0.state == .paused }) {
      return "Run #\(busy.id) is \(busy.state.rawValue); stop it first."
    }
    return nil
  }
}

extension AppState {
  /// Why there is no run that an action could be about; nil where there is one.
  var reasonForNoRun: String? {
    if currentRun != nil { return nil }
    return stack.isEmpty && runs.groupUnderCursor != nil
      ? "This is a group; move to one of its runs." : "There is no run here."
  }
}

extension Screen {
  /// A key by its character, for tables of keys.
  static func c(_ character: Character) -> Key { KeyTable.c(character) }

  /// A row of a table of keys.
  static func bind(
    _ keys: [Key], _ action: Action, _ label: String, _ help: String, _ contexts: KeyContext...
  ) -> KeyTable.Binding {
    KeyBinding(keys, action, label: label, help: help, contexts: Set(contexts))
  }
}
