import Experiments
import LabNotebook
import RunFolders
import TerminalUI

/// Why an action cannot be carried out now: the reason that is shown instead.
extension AppState {
  /// The reason in words, or nil when the action can be used.
  package func reasonUnusable(_ action: Action) -> String? {
    if case .study(let screen) = stack.last, overlay == nil,
      KeyTable.study.contains(where: { $0.action == action })
    {
      return reasonInStudy(action, screen)
    }
    if overlay == nil, let reason = reasonOnOwnScreen(action) { return reason.text }
    switch action {
    case .startSample, .editSample:
      return samples.isEmpty
        ? "No sample experiment was found; set PRIMER_HOME to the folder that holds sample-data."
        : nil
    case .open, .sort, .reverseSort, .filter, .group:
      return stack.isEmpty && runs.records.isEmpty ? "There is no run yet." : nil
    case .forkFrom: return reasonNotToForkFrom
    case .fork, .note, .rename, .duplicate: return reasonForNoRun
    case .star, .tag, .mark, .archive:
      if case .columns = overlay { return nil }
      return stack.isEmpty && runs.chosen.isEmpty ? "There is no run here." : nil
    case .probe: return reasonNotToProbe
    case .chooseRun, .secondRun, .chooseLanguage, .newText, .recall, .wordTable, .askAgain:
      return reasonInProbe(action)
    case .compare: return stack.isEmpty ? reasonNotToCompare : "Compare runs from their list."
    case .moveEarlier, .moveLater: return reasonNotToMove(action)
    case .pause: return reasonNotToPause
    case .stop:
      return need("stop", [.running, .paused, .queued])
    case .liveSettings: return need("change its settings", [.running, .paused, .queued])
    case .resume, .restart:
      guard let run = currentRun else { return reasonForNoRun }
      if run.state.next.contains(.queued) { return nil }
      return "Run #\(run.id) is \(run.state.rawValue); fork it instead (\(forkKey))."
    case .delete: return reasonNotToDelete
    case .theme: return themes.count < 2 ? "There is no other theme." : nil
    case .undo:
      if case .probe = stack.last { return reasonInProbe(action) }
      if case .experiment(let form) = stack.last, form.past.isEmpty {
        return "Nothing was changed yet."
      }
      guard stack.isEmpty else { return nil }
      if runs.shelf == .bin { return runs.chosen.isEmpty ? "There is no run here." : nil }
      return runs.past.isEmpty ? "Nothing was done to runs that could be taken back." : nil
    case .redo:
      if case .probe = stack.last { return reasonInProbe(action) }
      if case .experiment(let form) = stack.last, form.future.isEmpty {
        return "Nothing was taken back."
      }
      return nil
    case .nextProblem:
      if case .experiment(let form) = stack.last, form.problems.isEmpty {
        return "Nothing is wrong with the settings."
      }
      return nil
    case .reset:
      if case .experiment(let form) = stack.last, let key = form.current?.key, !form.differs(key) {
        return "This setting was not changed."
      }
      return nil
    case .start, .queue, .grid:
      if case .experiment(let form) = stack.last, let problem = form.ruleProblems.first {
        return "Not started: \(problem.text)"
      }
      return nil
    case .browse:
      guard case .experiment(let form) = stack.last, let key = form.current?.key else {
        return "Open the experiment form first (\(newKey))."
      }
      let browsed = [
        Settings.dataPath.key, Settings.encoderPath.key, Settings.primingLanguages.key,
        Settings.tuningLanguages.key, Settings.startCheckpoint.key,
      ]
      return browsed.contains(key)
        ? nil
        : "Move to data.path, encoder.path, start.checkpoint, priming.languages or "
          + "tuning.languages first."
    case .addEncoder: return "Open the encoders (:encoders) first."
    case .use, .choose, .readAgain: return "Open the corpora (:corpora) or the encoders first."
    case .newPage, .deletePage, .openRun, .preview: return "Open the notes (:notes) first."
    case .checkpoint: return need("write a checkpoint", [.running, .paused])
    case .search:
      guard case .run(let screen) = stack.last else { return "Open a run first." }
      return histories[screen.id]?.events.isEmpty ?? true ? "The log is empty." : nil
    case .logScale, .zoomIn, .zoomOut, .fit, .panLeft, .panRight, .curves, .previousCurves, .smooth,
      .xAxis, .exportChart, .nextMark, .previousMark:
      guard case .run(let screen) = stack.last else { return nil }
      return histories[screen.id]?.series.isEmpty ?? true ? "Nothing was measured yet." : nil
    default: return nil
    }
  }

  /// The keys that plan a new experiment, from a run's settings or from the defaults.
  var forkKey: String { keys.name(of: .fork, in: .runs) }
  var newKey: String { keys.name(of: .new, in: .runs) }

  /// The reason of a screen that has its own for the actions in its part of the key table; nil when
  /// the action is none of them.
  private func reasonOnOwnScreen(_ action: Action) -> (text: String?, Void)? {
    func isOwn(_ context: KeyContext) -> Bool {
      KeyTable.all.contains { $0.action == action && $0.contexts == [context] }
    }
    switch stack.last {
    case .corpora(let screen) where isOwn(.corpora): return (reasonInCorpora(action, screen), ())
    case .sentences(let screen) where isOwn(.sentences):
      return (reasonInSentences(action, screen), ())
    case .encoders(let screen) where isOwn(.encoders):
      return (reasonInEncoders(action, screen), ())
    case .notes(let screen) where isOwn(.notes): return (reasonInNotes(action, screen), ())
    case .note where isOwn(.note): return (nil, ())
    case .help where action == .search: return (nil, ())
    default: return nil
    }
  }

  private var reasonForNoRun: String? {
    if currentRun != nil { return nil }
    return stack.isEmpty && runs.groupUnderCursor != nil
      ? "This is a group; move to one of its runs." : "There is no run here."
  }

  private func reasonNotToMove(_ action: Action) -> String? {
    if case .columns = overlay { return nil }
    guard stack.isEmpty, let run = runs.underCursor else { return reasonForNoRun }
    guard let place = runs.queuePlaces[run.id] else {
      return "Run #\(run.id) is \(run.state.rawValue); only queued ones have an order."
    }
    if action == .moveEarlier, place == 1 { return "Run #\(run.id) is the next already." }
    if action == .moveLater, place == runs.queuePlaces.count {
      return "Run #\(run.id) is the last of the queue already."
    }
    return nil
  }

  private var reasonNotToPause: String? {
    guard let run = currentRun else { return reasonForNoRun }
    switch run.state {
    case .running, .paused: return nil
    case .queued: return "Run #\(run.id) has not started; stop takes it out of the queue."
    default: return "Run #\(run.id) is \(run.state.rawValue); only a running one can be paused."
    }
  }

  private var reasonNotToDelete: String? {
    guard !runs.chosen.isEmpty else { return "There is no run here." }
    if let busy = runs.chosen.first(where: { $0.state == .running || $0.state == .paused }) {
      return "Run #\(busy.id) is \(busy.state.rawValue); stop it first."
    }
    return nil
  }

  private func need(_ what: String, _ states: [RunState]) -> String? {
    guard let run = currentRun else { return reasonForNoRun }
    if states.contains(run.state) { return nil }
    return "Run #\(run.id) is \(run.state.rawValue): too late to \(what)."
  }
}
