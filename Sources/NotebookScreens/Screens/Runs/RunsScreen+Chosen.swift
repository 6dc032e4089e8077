package import Experiments
import LabNotebook
import TerminalUI

/// What is done to the chosen runs, each of it so that it can be undone.
extension RunsScreen {
  /// Carries an action on the chosen runs out; nil for any other.
  static func performOnRuns(_ action: Action, in app: inout AppState) -> [Effect]? {
    switch action {
    case .archive: return archive(in: &app)
    case .delete: return app.runs.shelf == .bin ? askToDelete(in: &app) : putIntoBin(in: &app)
    case .undo: return app.runs.shelf == .bin ? takeOutOfBin(in: &app) : undo(in: &app)
    case .rename:
      guard let run = app.runs.underCursor else { return [] }
      app.overlay = Prompt(RenamePrompt(run: run.id), text: run.name)
    case .tag: askForTags(in: &app)
    case .duplicate:
      guard let run = app.runs.underCursor else { return [] }
      app.overlay = Prompt(
        DuplicatePrompt(run: run.id), text: String(app.runs.nextSeed(of: run)))
    case .moveEarlier, .moveLater:
      guard let run = app.runs.underCursor else { return [] }
      return [.notebook(.moveInQueue(run.id, earlier: action == .moveEarlier))]
    default: return nil
    }
    return []
  }

  package static func performAnywhere(_ action: Action, in app: inout AppState) -> [Effect]? {
    action == .star ? star(in: &app) : nil
  }

  /// Stars the chosen runs of the list, or the open run; takes the stars away when all have one.
  private static func star(in app: inout AppState) -> [Effect] {
    let chosen = app.stack.isEmpty ? app.runs.chosen : [app.currentRun].compactMap(\.self)
    let isStarred = !chosen.allSatisfy(\.starred)
    let changed = chosen.filter { $0.starred != isStarred }
    app.runs.remember(
      isStarred ? "starring" : "taking the star of", changed,
      changed.map { .setStarred(!isStarred, $0.id) })
    return changed.map { .notebook(.setStarred(isStarred, $0.id)) }
  }

  private static func archive(in app: inout AppState) -> [Effect] {
    let chosen = app.runs.chosen
    let isArchived = !chosen.allSatisfy(\.archived)
    let changed = chosen.filter { $0.archived != isArchived }
    let ids = changed.map(\.id)
    app.runs.remember(
      isArchived ? "archiving" : "taking out of the archive", changed,
      [.setArchived(!isArchived, ids)])
    if isArchived, app.runs.shelf == .current { app.runs.leave(ids) }
    let hint =
      "\(app.keys.name(of: .showArchived, in: .runs)) shows them; \(undoKey(app)) undoes."
    app.say(
      .information,
      isArchived
        ? "Archived \(numbers(ids)). \(app.runs.shelf == .current ? hint : "")"
        : "\(numbers(ids)) out of the archive.")
    return [.notebook(.setArchived(isArchived, ids))]
  }

  private static func undoKey(_ app: AppState) -> String { app.keys.name(of: .undo, in: .runs) }

  private static func putIntoBin(in app: inout AppState) -> [Effect] {
    let chosen = app.runs.chosen
    let ids = chosen.map(\.id)
    app.runs.remember("deleting", chosen, [.setBinned(false, ids)])
    app.runs.leave(ids)
    let bin = app.keys.name(of: .showBin, in: .runs)
    app.say(
      .information, "Deleted \(numbers(ids)). \(undoKey(app)) undoes; \(bin) shows the bin.")
    return [.notebook(.setBinned(true, ids))]
  }

  private static func takeOutOfBin(in app: inout AppState) -> [Effect] {
    let ids = app.runs.chosen.map(\.id)
    app.runs.leave(ids)
    app.say(.information, "\(numbers(ids)) out of the bin.")
    return [.notebook(.setBinned(false, ids))]
  }

  private static func askToDelete(in app: inout AppState) -> [Effect] {
    let chosen = app.runs.chosen.filter { $0.deleted != nil }
    guard let first = chosen.first else { return [] }
    let title =
      chosen.count == 1
      ? "Delete run #\(first.id) for good?" : "Delete \(chosen.count) runs for good?"
    let names = chosen.prefix(3).map { "#\($0.id) \($0.name)" }.joined(separator: ", ")
    let more = chosen.count > 3 ? ", …" : ""
    app.overlay = Confirmation(
      title: title,
      text: "\(names)\(more): all measurements, models and results are deleted. This cannot be "
        + "undone.",
      effects: [.notebook(.delete(chosen.map(\.id)))])
    return []
  }

  private static func undo(in app: inout AppState) -> [Effect] {
    guard let step = app.runs.past.popLast() else { return [] }
    app.say(.information, "Undone: \(step.text).")
    return step.requests.map(Effect.notebook)
  }

  private static func askForTags(in app: inout AppState) {
    let chosen = app.runs.chosen
    guard let first = chosen.first else { return }
    let common = first.tags.filter { tag in chosen.allSatisfy { $0.tags.contains(tag) } }
    // Begun with a space after the last, so that another one can be typed at once.
    let text = common.map { $0 + " " }.joined()
    app.overlay = Prompt(TagPrompt(runs: chosen.map(\.id)), text: text)
  }

  /// `#3`, or `#3, #4 and 5 more`.
  package static func numbers(_ ids: [RunID]) -> String {
    let shown = ids.prefix(4).map { "#\($0)" }.joined(separator: ", ")
    return ids.count > 4 ? "\(shown) and \(ids.count - 4) more" : shown
  }
}

extension RunsState {
  /// The smallest seed after those of all runs of the same experiment.
  fileprivate func nextSeed(of run: RunRecord) -> Int {
    let alike = records.filter { other in
      other.deleted == nil
        && other.experiment.differences(from: run.experiment)
          .allSatisfy { [Settings.seed.key, Settings.name.key].contains($0.key) }
    }
    let seeds = alike.map { $0.experiment[Settings.seed] }
    return (seeds.max() ?? run.experiment[Settings.seed]) + 1
  }

  /// Keeps what undoes a change.
  mutating func remember(
    _ text: String, _ changed: [RunRecord], _ requests: [NotebookRequest]
  ) {
    guard !changed.isEmpty else { return }
    past.append(
      UndoStep(text: "\(text) \(RunsScreen.numbers(changed.map(\.id)))", requests: requests))
    if past.count > 100 { past.removeFirst() }
  }

  /// Moves the cursor off runs that will not be listed any more, and takes their marks away.
  fileprivate mutating func leave(_ ids: [RunID]) {
    let gone = Set(ids)
    marked.subtract(gone)
    guard underCursor.map({ gone.contains($0.id) }) ?? false else { return }
    let selected = selected
    let after = rows[selected...].first { $0.run.map { !gone.contains($0.id) } ?? false }
    let before = rows[..<selected].last { $0.run.map { !gone.contains($0.id) } ?? false }
    if let next = after?.run ?? before?.run { cursor = next.id }
  }
}
