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
package func update(_ app: inout AppState, _ message: Message) -> [Effect] {
  var effects = app.take(message)
  for kind in Screens.all { effects += kind.take(message, in: &app) }
  for kind in Screens.all { effects += kind.refresh(&app) }
  return effects + app.refreshListing()
}

extension AppState {
  /// Takes what is no single screen's.
  fileprivate mutating func take(_ message: Message) -> [Effect] {
    switch message {
    case .input(let event): return handle(event)
    case .time(let now): advance(to: now)
    case .runs(let records): take(records)
    case .metrics(let run, let series, let points):
      let experiment = runs.record(run)?.experiment
      histories[run, default: .init()].take(points, of: series, experiment: experiment)
    case .events(let run, let events): histories[run, default: .init()].take(events)
    case .evaluations(let run, let results): histories[run, default: .init()].take(results)
    case .processorShare(let run, let share): histories[run]?.take(processorShare: share)
    case .samples(let samples): self.samples = samples
    case .themes(let names): themes = names
    case .remembered(let memory): self.memory = memory
    case .folder(let listing): take(listing)
    case .wouldReplace(let path, let request):
      overlay = Confirmation(
        title: "Replace the file?", text: "\(path) already exists.",
        effects: [.notebook(request)])
    case .themeChanged(let name):
      theme = name
      say(.information, "Theme \(name).")
    case .succeeded(let text): say(.information, text)
    case .failed(let text): say(.error, text)
    default: break
    }
    return []
  }

  private mutating func advance(to time: Date) {
    now = time
    if let requested = quitRequested, now.timeIntervalSince(requested) > quitPatience {
      quitRequested = nil
    }
    if let notice, notice.kind != .error, now.timeIntervalSince(notice.time) > noticeDuration {
      self.notice = nil
    }
  }

  private mutating func take(_ records: [RunRecord]) {
    // What was read of a run that went on from an earlier point is not all true any more.
    let rewinds = histories.keys.map { ($0, runs.record($0)?.rewinds ?? 0) }
    runs.records = records
    for (run, before) in rewinds where runs.record(run)?.rewinds != before {
      histories[run] = nil
    }
    runs.isLoaded = true
    let isKnown = { [runs] run in runs.record(run) != nil }
    runs.marked = runs.marked.filter(isKnown)
    let app = self
    stack.keep { $0.keep(in: app) }
    if runs.cursorGroup == nil, runs.cursor.map({ !isKnown($0) }) ?? true {
      runs.cursor = runs.visible.first?.id
    }
  }

  private mutating func handle(_ event: InputEvent) -> [Effect] {
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
