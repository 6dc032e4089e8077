import Experiments
import LabNotebook
import RunFolders
import TerminalUI

/// The filter of the list, which acts while it is typed.
struct FilterPrompt: SearchPrompt {
  func problem(with text: String, in app: AppState) -> String? { RunFilter(text).problem }

  func candidates(for text: String, in app: AppState) -> [String] {
    RunFilter.completions(of: text, in: app.runs.records)
  }

  func preview(_ text: String, in app: inout AppState) -> [Effect] {
    app.runs.filter = text
    return []
  }
}

/// The words of a line, between spaces or commas.
private func words(_ text: String) -> [String] {
  text.split { $0.isWhitespace || $0 == "," }.map(String.init)
}

/// The name of a run.
struct RenamePrompt: PromptKind {
  let run: RunID

  var label: String { "Name of #\(run):" }

  func problem(with text: String, in app: AppState) -> String? {
    var experiment = Experiment()
    do {
      try experiment.set(Settings.name.key, to: text)
      return words(text).isEmpty ? "a run needs a name" : nil
    } catch {
      return error.shortDescription
    }
  }

  func accept(_ name: String, original: String, in app: inout AppState) -> [Effect] {
    guard let record = app.runs.record(run), name != record.name, !name.isEmpty else { return [] }
    app.runs.remember("renaming", [record], [.rename(record.name, run)])
    return [.notebook(.rename(name, run))]
  }
}

/// The tags of runs: of several, those that they have in common.
struct TagPrompt: PromptKind {
  let runs: [RunID]

  var label: String {
    runs.count == 1 ? "Tags of #\(runs[0]):" : "Tags of \(runs.count) runs:"
  }

  func problem(with text: String, in app: AppState) -> String? {
    words(text).first { $0.count > 40 }.map { _ in "a tag has at most 40 letters" }
  }

  /// The lines that this one can become by completing its last word.
  func candidates(for text: String, in app: AppState) -> [String] {
    let start = text.lastIndex(of: " ").map { text.index(after: $0) } ?? text.startIndex
    let (before, word) = (String(text[..<start]), text[start...])
    let typed = words(before)
    return Set(app.runs.records.flatMap(\.tags))
      .filter { $0.hasPrefix(word) && !typed.contains($0) }
      .sorted().map { "\(before)\($0)" }
  }

  /// Changes the tags as the line of those that the runs had in common was changed.
  func accept(_ text: String, original: String, in app: inout AppState) -> [Effect] {
    let before = words(original)
    let after = words(text)
    let removed = before.filter { !after.contains($0) }
    let changes = runs.compactMap(app.runs.record).compactMap { run -> (RunRecord, [String])? in
      let kept = run.tags.filter { !removed.contains($0) }
      // Alone, a run has its tags in the order in which they were typed.
      let tags = runs.count == 1 ? after : kept + after.filter { !kept.contains($0) }
      return tags == run.tags ? nil : (run, tags)
    }
    guard !changes.isEmpty else { return [] }
    app.runs.remember(
      "tagging", changes.map(\.0), changes.map { .setTags($0.0.tags, $0.0.id) })
    return changes.map { .notebook(.setTags($0.1, $0.0.id)) }
  }
}

/// The seeds with which a run is queued again.
struct DuplicatePrompt: PromptKind {
  let run: RunID

  var label: String { "Queue #\(run) again with seeds:" }

  func problem(with text: String, in app: AppState) -> String? {
    do throws(ExperimentError) {
      _ = try GridValues(text, of: Settings.seed.descriptor)
      return nil
    } catch {
      return error.shortDescription
    }
  }

  func accept(_ text: String, original: String, in app: inout AppState) -> [Effect] {
    guard let run = app.runs.record(run),
      let seeds = try? GridValues(text, of: Settings.seed.descriptor).values
    else { return [] }
    var copies: [Experiment] = []
    for seed in seeds {
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
}
