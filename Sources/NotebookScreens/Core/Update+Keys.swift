import Experiments
import LabNotebook
import RunFolders
import TerminalUI

/// Keys and actions: what `update` does when one arrives.
extension AppState {
  /// Does what a key means where the keys are going now.
  mutating func press(_ key: KeyEvent) -> [Effect] {
    let isQuit = key.key == .control("c")
    if !isQuit { quitRequested = nil }
    if notice != nil, !isQuit { notice = nil }
    if isQuit { return pressedQuit() }
    if key.key == .control("l") { return [.redraw] }
    guard isUsable else { return key.key == .control("z") ? [.suspend] : [] }
    if context == .prompt { return type(key) }
    if context == .probe { return typeIntoProbe(key) }
    if context == .note { return typeInNote(key) }
    if KeyContext.typing.contains(context) { return typeInFront(key) }
    guard let binding = keys.binding(for: key, in: context) else { return [] }
    return perform(binding.action)
  }

  /// Carries an action out, or says why it cannot be.
  mutating func perform(_ action: Action) -> [Effect] {
    if let reason = reasonUnusable(action) {
      say(.warning, reason)
      return []
    }
    switch overlay {
    case .confirmation(let question): return answer(question, with: action)
    case .liveSettings(let list): return perform(action, in: list)
    case .columns(let chooser): return perform(action, in: chooser)
    case .panes(let list): return perform(action, in: list)
    case .chooser(let chooser): return perform(action, in: chooser)
    case .grid(let grid): return perform(action, in: grid)
    case .prompt, nil: break
    }
    if let effects = performEverywhere(action) { return effects }
    switch stack.last {
    case .run(var screen):
      let effects = perform(action, in: &screen)
      replaceTop(with: .run(screen), ifStill: screen.id)
      return effects
    case .experiment: return performInForm(action)
    case .study(var screen):
      let place = stack.count - 1
      let effects = performInStudy(action, &screen)
      stack[place] = .study(screen)
      return effects
    case .studies(var list):
      let place = stack.count - 1
      performInStudies(action, &list)
      stack[place] = .studies(list)
      return []
    case .compare(var screen):
      let place = stack.count - 1
      let effects = performInComparison(action, &screen)
      stack[place] = .compare(screen)
      return effects
    case .probe: return performInProbe(action)
    case .corpora(var screen):
      let place = stack.count - 1
      let effects = performInCorpora(action, &screen)
      if case .corpora? = stack.indices.contains(place) ? stack[place] : nil {
        stack[place] = .corpora(screen)
      }
      return effects
    case .sentences(var screen):
      let place = stack.count - 1
      let effects = performInSentences(action, &screen)
      if case .sentences? = stack.indices.contains(place) ? stack[place] : nil {
        stack[place] = .sentences(screen)
      }
      return effects
    case .encoders(var screen):
      let place = stack.count - 1
      let effects = performInEncoders(action, &screen)
      if case .encoders? = stack.indices.contains(place) ? stack[place] : nil {
        stack[place] = .encoders(screen)
      }
      return effects
    case .notes(var screen):
      let place = stack.count - 1
      let effects = performInNotes(action, &screen)
      stack[place] = .notes(screen)
      return effects
    case .note(var editor):
      let place = stack.count - 1
      let effects = performInNote(action, &editor)
      if stack.indices.contains(place) { stack[place] = .note(editor) }
      return effects
    case .help(let help) where action == .search:
      overlay = .prompt(Prompt(.helpSearch, text: help.search))
      return []
    case .help(var help):
      help.move(action, page: max(height - 4, 1), width: width, keys: keys)
      stack[stack.count - 1] = .help(help)
      return []
    case nil: return performInRuns(action)
    }
  }

  private mutating func performEverywhere(_ action: Action) -> [Effect]? {
    switch action {
    case .help:
      if case .help = stack.last {
        stack.removeLast()
      } else {
        stack.append(.help(HelpState(origin: context)))
      }
    case .command: overlay = .prompt(Prompt(.command))
    case .theme: return nextTheme()
    case .redraw: return [.redraw]
    case .suspend: return [.suspend]
    case .quit: return rememberProbe() + [.quit]
    case .back: return goBack()
    case .openFile: overlay = .prompt(Prompt(.openPath, text: ""))
    case .new:
      return open(ExperimentFormState(Experiment(), origin: "the defaults"))
    case .fork:
      guard let run = currentRun else { return [] }
      return open(ExperimentFormState(run.experiment, origin: "run #\(run.id)"))
    case .forkFrom: return chooseStart()
    case .pause: return pauseOrResume()
    case .stop: return askToStop()
    case .resume: return resumeEnded()
    case .restart: askToRestart()
    case .star: return star()
    case .probe: return openProbe(runsToProbe)
    case .note: writeNote()
    case .corpora: return openCorpora()
    case .encoders: return openEncoders()
    case .notes: openNotes()
    case .browse: return browse()
    default: return nil
    }
    return []
  }

  private mutating func pressedQuit() -> [Effect] {
    if quitRequested != nil { return rememberProbe() + [.quit] }
    quitRequested = now
    say(.warning, "Press Ctrl-C again to quit. \(whatKeepsGoing)")
    return []
  }

  private mutating func goBack() -> [Effect] {
    if let last = stack.last {
      if case .run(var screen) = last, screen.isEnlarged {
        screen.isEnlarged = false
        stack[stack.count - 1] = .run(screen)
        return []
      }
      if case .run(var screen) = last, screen.pane == .log, !screen.logSearch.isEmpty {
        (screen.logSearch, screen.logMatch, screen.logOffset) = ("", nil, 0)
        stack[stack.count - 1] = .run(screen)
        return []
      }
      if case .study(var screen) = last, screen.pane == .runs {
        screen.pane = .table
        stack[stack.count - 1] = .study(screen)
        return []
      }
      if case .sentences(var screen) = last, screen.isEnlarged || !screen.search.isEmpty {
        if screen.isEnlarged { screen.isEnlarged = false } else { screen.clearSearch() }
        stack[stack.count - 1] = .sentences(screen)
        return []
      }
      if case .encoders(var screen) = last, screen.isEnlarged {
        screen.isEnlarged = false
        stack[stack.count - 1] = .encoders(screen)
        return []
      }
      if case .notes(var screen) = last,
        screen.isEnlarged || screen.pane == .text || !screen.search.isEmpty
      {
        if screen.isEnlarged {
          screen.isEnlarged = false
        } else if screen.pane == .text {
          screen.pane = .list
        } else {
          screen.search = ""
        }
        stack[stack.count - 1] = .notes(screen)
        return []
      }
      if case .help(var help) = last, !help.search.isEmpty {
        (help.search, help.offset) = ("", 0)
        stack[stack.count - 1] = .help(help)
        return []
      }
      if case .compare(var screen) = last, screen.isEnlarged {
        screen.isEnlarged = false
        stack[stack.count - 1] = .compare(screen)
        return []
      }
      if case .experiment(var form) = last {
        if !form.search.isEmpty || form.showsChangedOnly {
          form.search = ""
          form.showsChangedOnly = false
          stack[stack.count - 1] = .experiment(form)
          return []
        }
        if form.isChanged {
          overlay = .confirmation(
            Confirmation(
              title: "Leave the form?", text: "Its changes are not saved and not started.",
              effects: [], leavesScreen: true))
          return []
        }
      }
      let effects = if case .probe = last { rememberProbe() } else { [] as [Effect] }
      stack.removeLast()
      return effects
    }
    if !runs.filter.isEmpty {
      runs.filter = ""
      return []
    }
    if runs.shelf == .bin {
      runs.shelf = .current
      return []
    }
    return [.quit]
  }

  private mutating func nextTheme() -> [Effect] {
    guard !themes.isEmpty else { return [] }
    let index = themes.firstIndex(of: theme).map { ($0 + 1) % themes.count } ?? 0
    return [.useTheme(themes[index])]
  }

  private mutating func pauseOrResume() -> [Effect] {
    guard let run = currentRun else { return [] }
    let resumes = run.state == .paused
    say(.information, "Asked run #\(run.id) to \(resumes ? "go on" : "pause").")
    return [.notebook(.control(resumes ? .resume : .pause, run.id))]
  }

  private mutating func askToStop() -> [Effect] {
    guard let run = currentRun else { return [] }
    overlay = .confirmation(
      Confirmation(
        title: "Stop run #\(run.id)?",
        text: "\(run.name) ends at its next step; what it measured is kept.",
        effects: [.notebook(.control(.stop, run.id))]))
    return []
  }

  private mutating func askToRestart() {
    guard let run = currentRun else { return }
    overlay = .confirmation(
      Confirmation(
        title: "Begin run #\(run.id) anew?",
        text: "What \(run.name) measured before it was \(run.state.rawValue) is thrown away.",
        effects: [.notebook(.requeue(run.id, anew: true))]))
  }

  private mutating func resumeEnded() -> [Effect] {
    guard let run = currentRun else { return [] }
    return [.notebook(.requeue(run.id, anew: false))]
  }

  private mutating func answer(_ question: Confirmation, with action: Action) -> [Effect] {
    guard action == .confirm else {
      if action == .cancel { overlay = nil }
      return []
    }
    overlay = nil
    if question.leavesScreen, !stack.isEmpty { stack.removeLast() }
    return question.effects
  }

  // An action of the run screen may have opened something on top of it.
  private mutating func replaceTop(with screen: Screen, ifStill id: RunID) {
    for index in stack.indices.reversed() {
      if case .run(let run) = stack[index], run.id == id {
        stack[index] = screen
        return
      }
    }
  }

  /// What quitting does not end, in words.
  var whatKeepsGoing: String {
    let going = runs.records.filter { $0.state == .running || $0.state == .queued }.count
    switch going {
    case 0: return "No run is going on."
    case 1: return "The run keeps going."
    default: return "\(going) runs keep going."
    }
  }
}

extension AppState {
  /// What is said on the way out, when something goes on without the screens.
  package var farewell: String? {
    let going = runs.records.filter { [.running, .queued, .paused].contains($0.state) }
    guard let first = going.first else { return nil }
    let what = going.count == 1 ? "Run #\(first.id) goes on" : "\(going.count) runs go on"
    return "\(what) without the screen; start primer again to watch."
  }
}
