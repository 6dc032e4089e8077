import Experiments
import Foundation
import LabNotebook
import NamedEntities
import RunFolders

/// Tells a person what happens to a run: lines that stay, and where it is.
final class FollowText: RunAudience {
  private let display: FollowDisplay
  private let notebook: Notebook

  init(_ display: FollowDisplay, notebook: Notebook) {
    self.display = display
    self.notebook = notebook
  }

  func stateChanged(_ run: RunRecord, ahead: [RunID]) {
    switch run.state {
    case .queued:
      let behind = ahead.isEmpty ? "" : ", after \(ahead.map { "#\($0)" }.joined(separator: " "))"
      display.say("Run #\(run.id) “\(run.name)” is queued in \(notebook.folder)\(behind)")
    case .running: display.say("Run #\(run.id) is running")
    case .paused:
      display.say(
        "Run #\(run.id) is paused; resume it: \(notebook.command("resume \(run.id)"))")
    default: break
    }
  }

  func happened(_ entry: LoggedEvent) {
    if let line = Self.line(for: entry.event) { display.say(line) }
  }

  func progressed(_ progress: RunProgress, _ losses: Losses) {
    display.show(ProgressText(progress: progress, losses: losses))
  }

  func remark(_ line: String) { display.say(line) }

  func ended() { display.clear() }

  /// What is said of an event; nothing of those that the progress shows.
  static func line(for event: Event) -> String? {
    switch event {
    case .started(_, let host, let threads, let engine):
      "On \(host), \(threads) \(threads == 1 ? "thread" : "threads"): \(engine)"
    case .phase(let phase, let language):
      "\(phase.rawValue.capitalized)\(language.map { " \($0)" } ?? "")"
    case .evaluation(let result):
      "\(result.phase == .priming ? "Step \(result.step), " : "")\(result.language) "
        + "\(result.split): F1 \(percentage(result.scores.micro.f1)), "
        + "precision \(percentage(result.scores.micro.precision)), "
        + "recall \(percentage(result.scores.micro.recall)) "
        + "(\(result.sentenceCount) sentences)"
    case .settingChanged(let key, let old, let new, let step, _):
      "Step \(step): \(key) changed from \(old) to \(new)"
    case .resumed(let place, _): "Goes on at \(place)"
    case .log(let level, let text) where level != .info:
      "\(level.rawValue.capitalized): \(text)"
    default: nil
    }
  }
}
