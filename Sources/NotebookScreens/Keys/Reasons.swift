import LabNotebook

/// Why an action cannot be carried out now: the reason that is shown instead.
extension AppState {
  /// The reason in words, or nil when the action can be used.
  package func reasonUnusable(_ action: Action) -> String? {
    switch action {
    case .startSample, .editSample:
      return samples.isEmpty
        ? "No sample experiment was found; set PRIMER_HOME to the folder that holds sample-data."
        : nil
    case .open, .mark, .sort, .reverseSort, .filter:
      return stack.isEmpty && runs.records.isEmpty ? "There is no run yet." : nil
    case .fork, .star, .note: return currentRun == nil ? "There is no run here." : nil
    case .pause: return reasonNotToPause
    case .stop:
      return need("stop", [.running, .paused, .queued])
    case .liveSettings: return need("change its settings", [.running, .paused, .queued])
    case .resume, .restart:
      guard let run = currentRun else { return "There is no run here." }
      if run.state.next.contains(.queued) { return nil }
      return "Run #\(run.id) is \(run.state.rawValue); fork it instead (f)."
    case .delete: return reasonNotToDelete
    case .theme: return themes.count < 2 ? "There is no other theme." : nil
    case .undo:
      if case .experiment(let form) = stack.last, form.past.isEmpty {
        return "Nothing was changed yet."
      }
      return nil
    case .reset:
      if case .experiment(let form) = stack.last, let key = form.current?.key, !form.differs(key) {
        return "This setting was not changed."
      }
      return nil
    case .start:
      if case .experiment(let form) = stack.last, let problem = form.problem {
        return "Not started: \(problem.text)"
      }
      return nil
    case .logScale, .zoomIn, .zoomOut, .fit, .panLeft, .panRight, .curves, .previousCurves:
      guard case .run(let screen) = stack.last else { return nil }
      return histories[screen.id]?.series.isEmpty ?? true ? "Nothing was measured yet." : nil
    default: return nil
    }
  }

  private var reasonNotToPause: String? {
    guard let run = currentRun else { return "There is no run here." }
    switch run.state {
    case .running, .paused: return nil
    case .queued: return "Run #\(run.id) has not started; stop takes it out of the queue."
    default: return "Run #\(run.id) is \(run.state.rawValue); only a running one can be paused."
    }
  }

  private var reasonNotToDelete: String? {
    guard let first = runs.chosen.first else { return "There is no run here." }
    if let busy = runs.chosen.first(where: { $0.state == .running || $0.state == .paused }) {
      return "Run #\(busy.id) is \(busy.state.rawValue); stop it first."
    }
    return first.id > 0 ? nil : "There is no run here."
  }

  private func need(_ what: String, _ states: [RunState]) -> String? {
    guard let run = currentRun else { return "There is no run here." }
    if states.contains(run.state) { return nil }
    return "Run #\(run.id) is \(run.state.rawValue): too late to \(what)."
  }
}
