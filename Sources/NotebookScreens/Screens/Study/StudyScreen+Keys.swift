import LabNotebook
package import TerminalUI

extension KeyContext {
  package static let study = KeyContext("Study")
  package static let studies = KeyContext("Studies")
}

extension Action {
  package static let study = Action("study")
  package static let export = Action("export")
}

/// The keys of a study.
extension StudyScreen {
  package static let keys: [KeyTable.Binding] = [
    bind([.enter], .open, "Open", "Go to the runs of the cell, and open one.", .study),
    bind([c("e")], .export, "Export", "Write the table as Markdown, LaTeX or CSV.", .study),
    bind([c("c")], .compare, "Compare", "Compare the row's runs with the control's.", .study),
    bind([c("P")], .probe, "Probe", "Type a sentence and see what the cell's run finds.", .study),
    bind([c("v")], .split, "Split", "Show the next split that was evaluated.", .study),
    bind([c("s")], .start, "Start", "Queue the runs that are missing (asks first).", .study),
  ]

  package func availability(of action: Action, in app: AppState) -> Availability {
    guard Self.keys.contains(where: { $0.action == action }) else { return .undecided }
    return Availability(unless: reason(against: action, app))
  }

  /// What keeps an action of a study from being carried out.
  private func reason(against action: Action, _ app: AppState) -> String? {
    guard let picture else {
      if action == .probe { return ProbeScreen.reasonNotToProbe(app) }
      return [.open, .export, .start, .split, .compare].contains(action)
        ? problem ?? "The study is being read." : nil
    }
    switch action {
    case .open where pane == .runs && currentRun == nil,
      .open where currentCells.count == 1 && currentRun == nil:
      let key = app.keys.name(of: .start, in: .study)
      return "This cell has no run yet; \(key) queues what is missing."
    case .start:
      return picture.missing == 0 ? "Every cell of the study has its run." : nil
    case .split:
      return picture.splits.count < 2 ? "The study evaluates \(picture.results.split) only." : nil
    case .compare:
      if currentRow?.isControl == true { return "This is the control itself." }
      return runsToCompare(in: app).isEmpty
        ? "The row and its control need a finished run each." : nil
    case .export:
      return picture.hasIntervals ? nil : "The intervals are being found; a moment."
    case .probe: return ProbeScreen.reasonNotToProbe(app)
    default: return nil
    }
  }

  package static let commands: [TypedCommand] = [
    TypedCommand(
      "study", "PATH", "Open the table of a study's file.", path: { $0 },
      words: { words, app in words.count == 2 ? app.pathCompletions(of: words[1]) : [] }
    ) { path, app in
      app.stack.open(StudyScreen(path: path))
      return []
    }
  ]
}
