import Experiments
package import TerminalUI

extension KeyContext {
  package static let experiment = KeyContext("Experiment")
  package static let grid = KeyContext("A study being planned")
}

extension Action {
  package static let new = Action("new")
  package static let fork = Action("fork")
  package static let forkFrom = Action("fork-from")
  package static let openFile = Action("open-file")
  package static let browse = Action("browse")
  package static let queue = Action("queue")
  package static let presets = Action("presets")
  package static let grid = Action("grid")
  package static let changedOnly = Action("changed-only")
  package static let compareWith = Action("compare-with")
  package static let nextProblem = Action("next-problem")
}

/// The keys of the experiment form, and of what stands in front of it.
extension ExperimentForm {
  static let forkFromHelp =
    "Plan a new experiment that begins with the weights of a point of this run."

  package static let keys: [KeyTable.Binding] = [
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
      "Choose the corpus, its languages, the encoder or the start from those available.",
      .experiment),
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
    bind([.enter], .confirm, "Queue", "Queue the runs of the study.", .grid),
    bind([.tab, .down], .nextPane, "Next line", "Go to the next line.", .grid),
    bind([.backTab, .up], .previousPane, "Line before", "Go to the line before.", .grid),
    bind([.escape], .cancel, "Leave", "Plan no study.", .grid),
  ]

  // MARK: Why a key cannot be used

  package func availability(of action: Action, in app: AppState) -> Availability {
    switch action {
    case .undo: return Availability(unless: past.isEmpty ? "Nothing was changed yet." : nil)
    case .redo: return Availability(unless: future.isEmpty ? "Nothing was taken back." : nil)
    case .nextProblem:
      return Availability(
        unless: problems.isEmpty && warnings.isEmpty ? "Nothing is wrong with the settings." : nil)
    case .reset:
      return Availability(
        unless: current.map { differs($0.key) } ?? true ? nil : "This setting was not changed.")
    case .start:
      return Availability(unless: problems.first.map { reasonNotToStart($0, in: app) })
    case .queue, .grid:
      return Availability(unless: ruleProblems.first.map { "Not started: \($0.text)" })
    default: return .undecided
    }
  }

  /// Files may still come before a queued run begins, but not before one that starts now.
  private func reasonNotToStart(_ problem: Problem, in app: AppState) -> String {
    let reason = "Not started: \(problem.text)"
    guard problem.severity == .files else { return reason }
    return "\(reason). \(app.keys.name(of: .queue, in: .experiment)) queues it all the same."
  }

  private static let browsed = [
    Settings.dataPath.key, Settings.encoderPath.key, Settings.primingLanguages.key,
    Settings.tuningLanguages.key, Settings.startCheckpoint.key,
  ]

  package static func availabilityAnywhere(of action: Action, in app: AppState) -> Availability {
    switch action {
    case .fork: return Availability(unless: app.reasonForNoRun)
    case .forkFrom: return Availability(unless: reasonNotToForkFrom(app))
    case .browse:
      guard let key = app.stack.top(ExperimentForm.self)?.current?.key else {
        return .unavailable("Open the experiment form first (\(app.newKey)).")
      }
      return Availability(
        unless: browsed.contains(key)
          ? nil
          : "Move to data.path, encoder.path, start.checkpoint, priming.languages or "
            + "tuning.languages first.")
    default: return .undecided
    }
  }

  // MARK: Commands

  package static let commands: [TypedCommand] = [
    TypedCommand(
      "fork", "RUN or POINT",
      "Plan a run from another's settings, and weights: 12, 12/primed, 12/priming/150.",
      words: { words, app in words.count == 2 ? app.startCompletions(of: words[1]) : [] }
    ) { fork($0, in: &$1) },
    TypedCommand(
      "write", "PATH", "Save the form's experiment as TOML.", path: { $0 },
      words: { words, app in words.count == 2 ? app.pathCompletions(of: words[1]) : [] }
    ) { path, app in
      guard let form = app.stack.top(ExperimentForm.self) else {
        app.say(
          .warning,
          ":write saves the form's experiment; open the form first (\(app.newKey), \(app.forkKey))."
        )
        return []
      }
      return [.notebook(.save(form.experiment, path: path, replaces: path == form.path))]
    },
  ]
}

extension AppState {
  /// The keys that plan a new experiment, from a run's settings or from the defaults.
  var forkKey: String { keys.name(of: .fork, in: .runs) }
  var newKey: String { keys.name(of: .new, in: .runs) }
}
