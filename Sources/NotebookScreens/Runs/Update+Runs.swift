import LabNotebook

/// Actions on the list of runs, and on the page of an empty notebook.
extension AppState {
  /// Carries an action of the first screen out.
  mutating func performInRuns(_ action: Action) -> [Effect] {
    if runs.isEmptyNotebook, let effects = performInWelcome(action) { return effects }
    switch action {
    case .up: runs.move(by: -1)
    case .down: runs.move(by: 1)
    case .pageUp: runs.move(by: -max(height - 6, 1))
    case .pageDown: runs.move(by: max(height - 6, 1))
    case .top: runs.move(by: .min)
    case .bottom: runs.move(by: .max)
    case .open:
      guard let run = runs.underCursor else { return [] }
      runs.cursor = run.id
      stack.append(.run(RunScreenState(run.id)))
    case .mark:
      guard let run = runs.underCursor else { return [] }
      if runs.marked.remove(run.id) == nil { runs.marked.insert(run.id) }
      runs.move(by: 1)
    case .filter: overlay = .prompt(Prompt(.filter, text: runs.filter))
    case .sort:
      let all = RunOrder.allCases
      let index = all.firstIndex(of: runs.order) ?? 0
      runs.order = all[(index + 1) % all.count]
      runs.isDescending = runs.order == .id || runs.order == .f1
    case .reverseSort: runs.isDescending.toggle()
    case .delete: askToDelete()
    default: break
    }
    return []
  }

  private mutating func performInWelcome(_ action: Action) -> [Effect]? {
    guard !samples.isEmpty else { return nil }
    let last = samples.count - 1
    switch action {
    case .up: runs.sampleCursor = max(runs.sampleCursor - 1, 0)
    case .down: runs.sampleCursor = min(runs.sampleCursor + 1, last)
    case .top: runs.sampleCursor = 0
    case .bottom: runs.sampleCursor = last
    case .startSample, .open:
      let sample = samples[min(runs.sampleCursor, last)]
      say(.information, "Starting \(sample.experiment[key: "name"].map(SettingText.text) ?? "it")…")
      return [.notebook(.enqueue(sample.experiment, near: sample.path))]
    case .editSample:
      let sample = samples[min(runs.sampleCursor, last)]
      open(ExperimentFormState(sample.experiment, origin: sample.path, path: sample.path))
    default: return nil
    }
    return []
  }

  private mutating func askToDelete() {
    let chosen = runs.chosen
    guard let first = chosen.first else { return }
    let title = chosen.count == 1 ? "Delete run #\(first.id)?" : "Delete \(chosen.count) runs?"
    let names = chosen.prefix(3).map { "#\($0.id) \($0.name)" }.joined(separator: ", ")
    let more = chosen.count > 3 ? ", …" : ""
    overlay = .confirmation(
      Confirmation(
        title: title,
        text: "\(names)\(more): measurements, models and results are gone for good.",
        effects: [.notebook(.delete(chosen.map(\.id)))]))
  }
}
