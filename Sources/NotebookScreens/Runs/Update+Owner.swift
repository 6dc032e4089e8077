package import Experiments
import LabNotebook
import TerminalUI

/// What the owner of the runs does with them, each of it so that it can be taken back.
extension AppState {
  /// Carries an action out that is the owner's; nil for any other.
  mutating func performAsOwner(_ action: Action) -> [Effect]? {
    switch action {
    case .archive: return archive()
    case .delete: return runs.shelf == .bin ? askToDelete() : putIntoBin()
    case .undo: return runs.shelf == .bin ? takeOutOfBin() : undo()
    case .rename:
      guard let run = runs.underCursor else { return [] }
      overlay = .prompt(Prompt(.rename(run.id), text: run.name))
    case .tag: askForTags()
    case .duplicate:
      guard let run = runs.underCursor else { return [] }
      overlay = .prompt(Prompt(.duplicate(run.id), text: String(nextSeed(of: run))))
    case .moveEarlier, .moveLater:
      guard let run = runs.underCursor else { return [] }
      return [.notebook(.moveInQueue(run.id, earlier: action == .moveEarlier))]
    default: return nil
    }
    return []
  }

  /// Stars the chosen runs of the list, or the open run; takes the stars away when all have one.
  mutating func star() -> [Effect] {
    let chosen = stack.isEmpty ? runs.chosen : [currentRun].compactMap(\.self)
    let isStarred = !chosen.allSatisfy(\.starred)
    let changed = chosen.filter { $0.starred != isStarred }
    remember(
      isStarred ? "starring" : "taking the star of", changed,
      changed.map { .setStarred(!isStarred, $0.id) })
    return changed.map { .notebook(.setStarred(isStarred, $0.id)) }
  }

  private mutating func archive() -> [Effect] {
    let chosen = runs.chosen
    let isArchived = !chosen.allSatisfy(\.archived)
    let changed = chosen.filter { $0.archived != isArchived }
    let ids = changed.map(\.id)
    remember(
      isArchived ? "archiving" : "taking out of the archive", changed,
      [.setArchived(!isArchived, ids)])
    if isArchived, runs.shelf == .current { leave(ids) }
    let hint = "\(keys.name(of: .showArchived, in: .runs)) shows them; \(undoKey) undoes."
    say(
      .information,
      isArchived
        ? "Archived \(Self.numbers(ids)). \(runs.shelf == .current ? hint : "")"
        : "\(Self.numbers(ids)) out of the archive.")
    return [.notebook(.setArchived(isArchived, ids))]
  }

  private var undoKey: String { keys.name(of: .undo, in: .runs) }

  private mutating func putIntoBin() -> [Effect] {
    let chosen = runs.chosen
    let ids = chosen.map(\.id)
    remember("deleting", chosen, [.setBinned(false, ids)])
    leave(ids)
    let bin = keys.name(of: .showBin, in: .runs)
    say(.information, "Deleted \(Self.numbers(ids)). \(undoKey) undoes; \(bin) shows the bin.")
    return [.notebook(.setBinned(true, ids))]
  }

  private mutating func takeOutOfBin() -> [Effect] {
    let ids = runs.chosen.map(\.id)
    leave(ids)
    say(.information, "\(Self.numbers(ids)) out of the bin.")
    return [.notebook(.setBinned(false, ids))]
  }

  private mutating func askToDelete() -> [Effect] {
    let chosen = runs.chosen
    guard let first = chosen.first else { return [] }
    let title =
      chosen.count == 1
      ? "Delete run #\(first.id) for good?" : "Delete \(chosen.count) runs for good?"
    let names = chosen.prefix(3).map { "#\($0.id) \($0.name)" }.joined(separator: ", ")
    let more = chosen.count > 3 ? ", …" : ""
    overlay = .confirmation(
      Confirmation(
        title: title,
        text: "\(names)\(more): measurements, models and results are gone and cannot come back.",
        effects: [.notebook(.delete(chosen.map(\.id)))]))
    return []
  }

  private mutating func undo() -> [Effect] {
    guard let step = runs.past.popLast() else { return [] }
    say(.information, "Took back \(step.text).")
    return step.requests.map(Effect.notebook)
  }

  // MARK: Lines of text

  /// Gives a run the name that was typed.
  mutating func rename(_ id: RunID, to name: String) -> [Effect] {
    guard let run = runs.record(id), name != run.name, !name.isEmpty else { return [] }
    remember("renaming", [run], [.rename(run.name, id)])
    return [.notebook(.rename(name, id))]
  }

  private mutating func askForTags() {
    let chosen = runs.chosen
    guard let first = chosen.first else { return }
    let common = first.tags.filter { tag in chosen.allSatisfy { $0.tags.contains(tag) } }
    // Begun with a space after the last, so that another one can be typed at once.
    let text = common.map { $0 + " " }.joined()
    overlay = .prompt(Prompt(.tags(chosen.map(\.id)), text: text))
  }

  /// Changes the tags of runs as the line of those that they had in common was changed.
  mutating func tag(_ ids: [RunID], from old: String, to new: String) -> [Effect] {
    let before = Self.words(old)
    let after = Self.words(new)
    let removed = before.filter { !after.contains($0) }
    let changes = ids.compactMap(runs.record).compactMap { run -> (RunRecord, [String])? in
      let kept = run.tags.filter { !removed.contains($0) }
      // Alone, a run has its tags in the order in which they were typed.
      let tags = ids.count == 1 ? after : kept + after.filter { !kept.contains($0) }
      return tags == run.tags ? nil : (run, tags)
    }
    guard !changes.isEmpty else { return [] }
    remember("tagging", changes.map(\.0), changes.map { .setTags($0.0.tags, $0.0.id) })
    return changes.map { .notebook(.setTags($0.1, $0.0.id)) }
  }

  /// The lines that a line of tags can become by completing its last word.
  func tagCompletions(of text: String) -> [String] {
    let start = text.lastIndex(of: " ").map { text.index(after: $0) } ?? text.startIndex
    let (before, word) = (String(text[..<start]), text[start...])
    let typed = Self.words(before)
    return Set(runs.records.flatMap(\.tags)).filter { $0.hasPrefix(word) && !typed.contains($0) }
      .sorted().map { "\(before)\($0)" }
  }

  /// Queues copies of a run, one of each seed that was typed.
  mutating func duplicate(_ id: RunID, seeds: String) -> [Effect] {
    guard let run = runs.record(id) else { return [] }
    var copies: [Experiment] = []
    for seed in Self.words(seeds) {
      var copy = run.experiment
      // The name may have been changed since, and may tell the seed.
      let old = "seed \(copy[Settings.seed])"
      let name =
        run.name.hasSuffix(old) ? run.name.dropLast(old.count) + "seed \(seed)" : run.name[...]
      guard (try? copy.set(Settings.seed.key, to: seed)) != nil,
        (try? copy.set(Settings.name.key, to: String(name))) != nil
      else { continue }
      copies.append(copy)
    }
    return copies.isEmpty ? [] : [.notebook(.enqueueAll(copies, study: run.study))]
  }

  /// What is wrong with the line as it stands, where it is one of the list's.
  func ownerProblem(_ prompt: Prompt) -> String? {
    let text = prompt.line.text
    switch prompt.purpose {
    case .filter: return RunFilter(text).problem
    case .exportStudy: return exportProblem(text)
    case .rename:
      var experiment = Experiment()
      do {
        try experiment.set(Settings.name.key, to: text)
        return Self.words(text).isEmpty ? "a run needs a name" : nil
      } catch {
        return error.shortDescription
      }
    case .tags:
      return Self.words(text).first { $0.count > 40 }.map { _ in "a tag has at most 40 letters" }
    case .duplicate:
      var experiment = Experiment()
      for seed in Self.words(text) {
        do {
          try experiment.set(Settings.seed.key, to: seed)
        } catch {
          return error.shortDescription
        }
      }
      return Self.words(text).isEmpty ? "type one seed or several" : nil
    default: return nil
    }
  }

  /// The smallest seed after those of all runs of the same experiment.
  private func nextSeed(of run: RunRecord) -> Int {
    let alike = runs.records.filter { other in
      other.deleted == nil
        && other.experiment.differences(from: run.experiment)
          .allSatisfy { [Settings.seed.key, Settings.name.key].contains($0.key) }
    }
    let seeds = alike.map { $0.experiment[Settings.seed] }
    return (seeds.max() ?? run.experiment[Settings.seed]) + 1
  }

  // MARK: What was done

  private mutating func remember(
    _ text: String, _ changed: [RunRecord], _ requests: [NotebookRequest]
  ) {
    guard !changed.isEmpty else { return }
    runs.past.append(
      UndoStep(text: "\(text) \(Self.numbers(changed.map(\.id)))", requests: requests))
    if runs.past.count > 100 { runs.past.removeFirst() }
  }

  /// Moves the cursor off runs that will not be listed any more, and takes their marks away.
  private mutating func leave(_ ids: [RunID]) {
    let gone = Set(ids)
    runs.marked.subtract(gone)
    guard runs.underCursor.map({ gone.contains($0.id) }) ?? false else { return }
    let selected = runs.selected
    let after = runs.rows[selected...].first { $0.run.map { !gone.contains($0.id) } ?? false }
    let before = runs.rows[..<selected].last { $0.run.map { !gone.contains($0.id) } ?? false }
    if let next = after?.run ?? before?.run { runs.cursor = next.id }
  }

  private static func words(_ text: String) -> [String] {
    text.split { $0.isWhitespace || $0 == "," }.map(String.init)
  }

  /// `#3`, or `#3, #4 and 5 more`.
  package static func numbers(_ ids: [RunID]) -> String {
    let shown = ids.prefix(4).map { "#\($0)" }.joined(separator: ", ")
    return ids.count > 4 ? "\(shown) and \(ids.count - 4) more" : shown
  }
}
