import Experiments
import LabNotebook
import RunFolders
import TerminalUI

/// Lines of text: a prompt at the bottom, or a field of the form, while it is being typed.
extension AppState {
  /// Gives a key to the line that is being typed.
  mutating func type(_ key: KeyEvent) -> [Effect] {
    switch keys.binding(for: key, in: .prompt)?.action {
    case .confirm: return acceptLine()
    case .cancel: return cancelLine()
    case .complete: return completeLine()
    default: return editLine { _ = $0.handle(key) }
    }
  }

  /// Changes the line that is being typed, and looks at once whether it is good.
  mutating func editLine(_ change: (inout TextInput) -> Void) -> [Effect] {
    if case .prompt(var prompt) = overlay {
      change(&prompt.line)
      prompt.candidate = nil
      check(&prompt)
      overlay = .prompt(prompt)
      return preview(prompt)
    }
    if overlay == nil, case .experiment(var form) = stack.last, var edit = form.edit {
      change(&edit.line)
      edit.candidate = nil
      edit.error = form.error(setting: edit.key, to: edit.line.text)
      form.edit = edit
      stack[stack.count - 1] = .experiment(form)
    }
    return []
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
    case .filter, .search, .logSearch, .sentenceSearch, .noteSearch, .helpSearch:
      return []
    case .corpusPath: return text.isEmpty ? [] : takeCorpus(Self.folder(text), isTyped: true)
    case .encoderPath: return text.isEmpty ? [] : takeEncoder(Self.folder(text))
    case .pageName:
      if !text.isEmpty { openEditor(.page(String(text))) }
      return []
    case .exportPath: return text.isEmpty ? [] : exportChart(to: String(text), overwrites: false)
    case .note(let run):
      return [.notebook(.saveNote(.run(run), String(text), expecting: prompt.original))]
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
      do {
        let value = try Settings.value(of: key, String(text))
        say(.information, "Asked run #\(run) for \(key) = \(text) instead of \(old).")
        return [.notebook(.control(.set(key: key, value: value), run))]
      } catch {
        say(.error, error.shortDescription)
        return []
      }
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

  /// A folder without the slash that completion puts behind it.
  static func folder(_ text: some StringProtocol) -> String {
    text.count > 1 && text.hasSuffix("/") ? String(text.dropLast()) : String(text)
  }

  private mutating func cancelLine() -> [Effect] {
    if case .prompt(let prompt) = overlay {
      overlay = nil
      switch prompt.purpose {
      case .filter: runs.filter = prompt.original
      case .search: changeForm { $0.search = prompt.original }
      case .logSearch(let run): searchLog(of: run, for: prompt.original)
      case .liveSetting(let run, let key, _): showLiveSettings(of: run, at: key)
      case .sentenceSearch: return searchSentences(for: prompt.original)
      case .noteSearch: searchNotes(for: prompt.original)
      case .helpSearch: searchHelp(for: prompt.original)
      default: break
      }
    } else {
      changeForm { $0.edit = nil }
    }
    return []
  }

  private mutating func completeLine() -> [Effect] {
    guard case .prompt(var prompt) = overlay else {
      completeField()
      return []
    }
    if prompt.candidate == nil {
      prompt.candidates = candidates(for: prompt)
      guard !prompt.candidates.isEmpty else { return [] }
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
    return preview(prompt)
  }

  /// Completes the path in a field of the form, a folder at a time, or the point it begins from.
  private mutating func completeField() {
    guard case .experiment(var form) = stack.last, var edit = form.edit else { return }
    if edit.candidate == nil {
      if let path = typedPath {
        edit.candidates = pathCompletions(of: path, foldersOnly: true)
        edit.before = String(edit.line.text.dropLast(path.count))
      } else if edit.key == Settings.startCheckpoint.key {
        (edit.candidates, edit.before) = (startCompletions(of: edit.line.text), "")
      }
    }
    guard !edit.candidates.isEmpty else { return }
    let next = edit.candidate.map { ($0 + 1) % edit.candidates.count } ?? 0
    edit.line = TextInput(edit.before + edit.candidates[next])
    edit.candidate = edit.candidates.count == 1 ? nil : next
    edit.error = form.error(setting: edit.key, to: edit.line.text)
    form.edit = edit
    stack[stack.count - 1] = .experiment(form)
  }

  /// What Tab can put into the line: whole lines, the best first.
  package func candidates(for prompt: Prompt) -> [String] {
    let text = prompt.line.text
    switch prompt.purpose {
    case .command: return TypedCommands.completions(of: text, in: self)
    case .openPath:
      return samples.map(\.path).filter { $0.hasPrefix(text) } + pathCompletions(of: text)
    case .corpusPath, .encoderPath: return pathCompletions(of: text, foldersOnly: true)
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
  private mutating func preview(_ prompt: Prompt) -> [Effect] {
    switch prompt.purpose {
    case .filter:
      runs.filter = prompt.line.text
    case .search: changeForm { $0.search = prompt.line.text }
    case .logSearch(let run): searchLog(of: run, for: prompt.line.text)
    case .sentenceSearch: return searchSentences(for: prompt.line.text)
    case .noteSearch: searchNotes(for: prompt.line.text)
    case .helpSearch: searchHelp(for: prompt.line.text)
    default: break
    }
    return []
  }

  private mutating func searchHelp(for text: String) {
    guard case .help(var help)? = stack.last else { return }
    (help.search, help.offset) = (text, 0)
    stack[stack.count - 1] = .help(help)
  }

  mutating func searchNotes(for text: String) {
    guard case .notes(var screen)? = stack.last else { return }
    (screen.search, screen.offset) = (text, 0)
    stack[stack.count - 1] = .notes(screen)
  }

  /// Goes back to where the live setting was chosen: its pane, or the list of all.
  private mutating func showLiveSettings(of run: RunID, at key: String) {
    if editsSettingsInPlace { return }
    overlay = .liveSettings(LiveSettingsState(run: run, cursor: liveIndex(of: key)))
  }

  private func check(_ prompt: inout Prompt) {
    prompt.error = nil
    switch prompt.purpose {
    case .command, .openPath, .corpusPath, .encoderPath:
      prompt.candidates = candidates(for: prompt)
    case .pageName: prompt.error = pageProblem(prompt.line.text)
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
    Settings.live.firstIndex { $0.key == key } ?? 0
  }
}
