import LabNotebook
import TerminalUI

/// Lines of text: a prompt at the bottom, or a field of the form, while it is being typed.
extension AppState {
  /// Gives a key to the line that is being typed.
  mutating func type(_ key: KeyEvent) -> [Effect] {
    switch keys.binding(for: key, in: .prompt)?.action {
    case .confirm: return acceptLine()
    case .cancel: cancelLine()
    case .complete: completeLine()
    default: editLine { _ = $0.handle(key) }
    }
    return []
  }

  /// Changes the line that is being typed, and looks at once whether it is good.
  mutating func editLine(_ change: (inout TextInput) -> Void) {
    if case .prompt(var prompt) = overlay {
      change(&prompt.line)
      prompt.candidate = nil
      check(&prompt)
      overlay = .prompt(prompt)
      preview(prompt)
    } else if overlay == nil, case .experiment(var form) = stack.last, var edit = form.edit {
      change(&edit.line)
      edit.error = form.error(setting: edit.key, to: edit.line.text)
      form.edit = edit
      stack[stack.count - 1] = .experiment(form)
    }
  }

  private mutating func acceptLine() -> [Effect] {
    guard case .prompt(var prompt) = overlay else { return acceptField() }
    let text = prompt.line.text.trimmingPrefix(while: \.isWhitespace)
    check(&prompt)
    if prompt.error != nil {
      overlay = .prompt(prompt)
      return []
    }
    overlay = nil
    switch prompt.purpose {
    case .command: return run(command: String(text))
    case .filter, .search, .logSearch: return []
    case .exportPath: return text.isEmpty ? [] : exportChart(to: String(text), overwrites: false)
    case .note(let run): return [.notebook(.setNote(String(text), run))]
    case .rename(let run): return rename(run, to: String(text))
    case .tags(let ids): return tag(ids, from: prompt.original, to: String(text))
    case .exportStudy: return exportStudy(to: String(text))
    case .duplicate(let run): return duplicate(run, seeds: String(text))
    case .openPath:
      return text.isEmpty ? [] : [.notebook(.load(path: String(text)))]
    case .savePath:
      guard case .experiment(let form) = stack.last, !text.isEmpty else { return [] }
      return [
        .notebook(
          .save(form.experiment, path: String(text), replaces: String(text) == form.path))
      ]
    case .liveSetting(let run, let key, let old):
      showLiveSettings(of: run, at: key)
      guard text != old else { return [] }
      say(.information, "Asked run #\(run) for \(key) = \(text) instead of \(old).")
      return [.notebook(.control(.set(key: key, value: String(text)), run))]
    }
  }

  private mutating func acceptField() -> [Effect] {
    guard case .experiment(var form) = stack.last, var edit = form.edit else { return [] }
    let before = form.experiment
    if let error = form.set(edit.key, to: edit.line.text) {
      edit.error = error
      form.edit = edit
    } else {
      form.edit = nil
    }
    stack[stack.count - 1] = .experiment(form)
    return form.experiment == before ? [] : checkFiles(form)
  }

  private mutating func cancelLine() {
    if case .prompt(let prompt) = overlay {
      overlay = nil
      switch prompt.purpose {
      case .filter: runs.filter = prompt.original
      case .search: changeForm { $0.search = prompt.original }
      case .logSearch(let run): searchLog(of: run, for: prompt.original)
      case .liveSetting(let run, let key, _): showLiveSettings(of: run, at: key)
      default: break
      }
    } else {
      changeForm { $0.edit = nil }
    }
  }

  private mutating func completeLine() {
    guard case .prompt(var prompt) = overlay else { return }
    if prompt.candidate == nil {
      prompt.candidates = candidates(for: prompt)
      guard !prompt.candidates.isEmpty else { return }
      prompt.candidate = 0
    } else if !prompt.candidates.isEmpty {
      prompt.candidate = ((prompt.candidate ?? 0) + 1) % prompt.candidates.count
    }
    if let index = prompt.candidate { prompt.line = TextInput(prompt.candidates[index]) }
    if prompt.candidates.count == 1 {
      prompt.candidate = nil
      prompt.candidates = candidates(for: prompt)
    }
    overlay = .prompt(prompt)
    preview(prompt)
  }

  /// What Tab can put into the line: whole lines, the best first.
  package func candidates(for prompt: Prompt) -> [String] {
    let text = prompt.line.text
    switch prompt.purpose {
    case .command: return TypedCommands.completions(of: text, in: self)
    case .openPath: return samples.map(\.path).filter { $0.hasPrefix(text) }
    case .filter: return RunFilter.completions(of: text, in: runs.records)
    case .tags: return tagCompletions(of: text)
    case .exportStudy: return exportCandidates(text)
    case .liveSetting(_, let key, _):
      guard case .choice(let choices)? = Settings.descriptor(key)?.kind else { return [] }
      return choices.filter { $0.hasPrefix(text) }
    default: return []
    }
  }

  // The filter and the search act while they are typed.
  private mutating func preview(_ prompt: Prompt) {
    switch prompt.purpose {
    case .filter:
      runs.filter = prompt.line.text
    case .search: changeForm { $0.search = prompt.line.text }
    case .logSearch(let run): searchLog(of: run, for: prompt.line.text)
    default: break
    }
  }

  /// Goes back to where the live setting was chosen: its pane, or the list of all.
  private mutating func showLiveSettings(of run: RunID, at key: String) {
    if editsSettingsInPlace { return }
    overlay = .liveSettings(LiveSettingsState(run: run, cursor: liveIndex(of: key)))
  }

  private func check(_ prompt: inout Prompt) {
    prompt.error = nil
    switch prompt.purpose {
    case .command, .openPath: prompt.candidates = candidates(for: prompt)
    case .filter, .tags, .exportStudy: prompt.candidates = []
    default: break
    }
    if let problem = ownerProblem(prompt) { prompt.error = problem }
    guard case .liveSetting(let run, let key, _) = prompt.purpose,
      let experiment = runs.record(run)?.experiment
    else { return }
    prompt.error = ExperimentFormState(experiment, origin: "")
      .error(setting: key, to: prompt.line.text)
  }

  /// Changes the form if it is what is shown.
  mutating func changeForm(_ change: (inout ExperimentFormState) -> Void) {
    guard case .experiment(var form) = stack.last else { return }
    change(&form)
    stack[stack.count - 1] = .experiment(form)
  }

  private func liveIndex(of key: String) -> Int {
    LiveSettings.descriptors.firstIndex { $0.key == key } ?? 0
  }
}
