import Experiments
import Foundation
import LabNotebook
import RunFolders
import TerminalUI

/// How long a pressed Ctrl-C waits for the second one, in seconds.
private let quitPatience: TimeInterval = 2

/// How long a notice that is not an error stays, in seconds.
private let noticeDuration: TimeInterval = 8

/// Changes the state as the message says, and returns what is to be done outside of it.
///
/// Pure: it reads no clock, no file and no notebook, so a script of messages always ends in the
/// same state.
package func update(_ state: inout AppState, _ message: Message) -> [Effect] {
  let effects = take(message, in: &state)
  return effects + state.refreshAnalyses() + state.refreshEncoders() + state.refreshListing()
    + state.refreshStartPoints() + state.keepDrafts()
}

private func take(_ message: Message, in state: inout AppState) -> [Effect] {
  switch message {
  case .input(let event):
    let effects = state.handle(event)
    state.smoothOpenRun()
    return effects
  case .time(let now):
    state.advance(to: now)
    return state.askIfDue()
  case .runs(let records): state.take(records)
  case .metrics(let run, let series, let points): state.take(points, of: series, run: run)
  case .events(let run, let events): state.histories[run, default: .init()].take(events)
  case .evaluations(let run, let results):
    state.histories[run, default: .init()].take(results)
  case .processorShare(let run, let share):
    state.histories[run]?.take(processorShare: share)
  case .samples(let samples): state.samples = samples
  case .themes(let names): state.themes = names
  case .remembered(let memory):
    state.take(memory)
    state.library.typedCorpora = (memory["corpora.paths"] ?? []).map(Library.path)
    state.library.typedEncoders = (memory["encoders.paths"] ?? []).map(Library.path)
  case .corpus(let picture): state.take(picture)
  case .sentences(let answer): state.take(answer)
  case .sentencesFound(let answer): state.take(answer)
  case .encoder(let path, let found): state.take(found, ofEncoder: path)
  case .coverage(let answer): state.library.coverages[answer.question] = answer
  case .pages(let pages): state.pages = pages
  case .noteOutcome(let subject, let outcome): return state.take(outcome, of: subject)
  case .drafts(let drafts): state.take(drafts)
  case .folder(let listing): state.take(listing)
  case .startPoints(let points): state.take(points)
  case .compared(let answer): state.take(answer)
  case .studied(let picture): state.take(picture)
  case .studyFailed(let question, let problem): state.take(problem, of: question)
  case .studies(let studies): state.take(studies)
  case .models(let models): return state.take(models)
  case .probeEngine(let run, let engine): state.take(engine, of: run)
  case .probed(let answer): state.take(answer)
  case .experimentLoaded(let experiment, let path):
    return state.open(ExperimentFormState(experiment, origin: path, path: path))
  case .filesChecked(let experiment, let errors):
    var effects: [Effect] = []
    state.changeForm { form in
      form.take(errors, of: experiment)
      if errors.isEmpty, form.wantsTags(of: experiment) {
        effects = [.survey(.tags(experiment, near: form.near))]
      }
    }
    return effects
  case .tagsCounted(let experiment, let answer):
    state.changeForm { $0.take(answer, of: experiment) }
  case .edited(let outcome): return state.take(outcome)
  case .wouldReplace(let path, let request):
    state.overlay = .confirmation(
      Confirmation(
        title: "Replace the file?", text: "\(path) is there already.",
        effects: [.notebook(request)]))
  case .queued(let run, let name):
    state.say(.information, "Run #\(run), \(name), is in the queue.")
    state.stack = [.run(RunScreenState(run))]
    state.runs.cursor = run
  case .themeChanged(let name):
    state.theme = name
    state.say(.information, "Theme \(name).")
  case .succeeded(let text): state.say(.information, text)
  case .failed(let text): state.say(.error, text)
  }
  state.smoothOpenRun()
  return []
}

extension AppState {
  /// Puts a line above the key bar.
  mutating func say(_ kind: Notice.Kind, _ text: String) {
    notice = Notice(kind, text, at: now)
  }

  /// Opens the form on top of what is shown.
  mutating func open(_ form: ExperimentFormState) -> [Effect] {
    stack.append(.experiment(form))
    return checkFiles(form)
  }

  /// Takes over what came back from the editor.
  fileprivate mutating func take(_ outcome: EditorOutcome) -> [Effect] {
    switch outcome.subject {
    case .experiment: takeEdited(outcome)
    case .note(let subject, let base): take(edited: outcome, subject, base: base)
    }
  }

  /// The run whose screen is open, if one is.
  private var openRun: RunID? {
    for case .run(let screen) in stack.reversed() { return screen.id }
    return nil
  }

  /// Has the curves of the open run smoothed as chosen; those of the others are only sparklines.
  fileprivate mutating func smoothOpenRun() {
    guard let open = openRun else { return }
    let smoothing = arrangement.smoothing
    histories[open]?.smooth(smoothing)
  }

  fileprivate mutating func advance(to time: Date) {
    now = time
    if let requested = quitRequested, now.timeIntervalSince(requested) > quitPatience {
      quitRequested = nil
    }
    if let notice, notice.kind != .error, now.timeIntervalSince(notice.time) > noticeDuration {
      self.notice = nil
    }
  }

  fileprivate mutating func take(_ records: [RunRecord]) {
    // What was read of a run that went on from an earlier point is not all true any more.
    let rewinds = histories.keys.map { ($0, runs.record($0)?.rewinds ?? 0) }
    runs.records = records
    for (run, before) in rewinds where runs.record(run)?.rewinds != before {
      histories[run] = nil
    }
    if let open = openRun, let progress = runs.record(open)?.progress {
      histories[open, default: .init()].take(progress)
    }
    runs.isLoaded = true
    let isKnown = { [runs] run in runs.record(run) != nil }
    runs.marked = runs.marked.filter(isKnown)
    stack = stack.compactMap { screen in
      switch screen {
      case .run(let run): return isKnown(run.id) ? screen : nil
      case .compare(var comparison):
        return comparison.keep(Set(records.map(\.id))) ? .compare(comparison) : nil
      case .probe(let probe): return probe.slots.allSatisfy { isKnown($0.run) } ? screen : nil
      default: return screen
      }
    }
    if runs.cursorGroup == nil, runs.cursor.map({ !isKnown($0) }) ?? true {
      runs.cursor = runs.visible.first?.id
    }
  }

  // An answer to what is not asked any more is not shown.
  fileprivate mutating func take(_ answer: ComparisonAnswer) {
    for index in stack.indices {
      guard case .compare(var screen) = stack[index], screen.asked == answer.question else {
        continue
      }
      screen.answer = answer
      stack[index] = .compare(screen)
    }
  }

  fileprivate mutating func take(_ points: [MetricPoint], of series: SeriesKey, run: RunID) {
    let experiment = runs.record(run)?.experiment
    histories[run, default: .init()].take(points, of: series, experiment: experiment)
  }

  fileprivate mutating func handle(_ event: InputEvent) -> [Effect] {
    switch event {
    case .key(let key): return press(key)
    case .mouse(let mouse): return isUsable ? handle(mouse) : []
    case .paste(let text): return isUsable ? paste(text) : []
    case .resize(let width, let height):
      self.width = width
      self.height = height
      return []
    case .none: return []
    }
  }
}
