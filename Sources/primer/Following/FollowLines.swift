import Experiments
import Foundation
import LabNotebook
import NamedEntities
import RunFolders

/// Tells a program what happens to a run: one JSON object a line.
final class FollowLines: RunAudience {
  /// A line; which fields there are depends on its first.
  private struct Line: Encodable {
    enum Kind: String, Encodable {
      case state, started, phase, evaluation, settingChanged, resumed, log, progress
    }

    var event: Kind
    var run: RunID
    var time: Date?
    var state: RunState?
    var error: String?
    var host: String?
    var threads: Int?
    var engine: String?
    var phase: RunPhase?
    var language: String?
    var split: String?
    var step: Int?
    var stepCount: Int?
    var fraction: Double?
    var secondsLeft: Double?
    var innerLoss: Double?
    var outerLoss: Double?
    var loss: Double?
    var f1: Double?
    var precision: Double?
    var recall: Double?
    var sentences: Int?
    var key: String?
    var old: PlainValue?
    var new: PlainValue?
    var place: String?
    var level: LogLevel?
    var text: String?

    init(_ event: Kind, run: RunID) {
      (self.event, self.run) = (event, run)
    }
  }

  /// How many seconds lie between two lines of progress, at least.
  private static let interval = 1.0

  private let run: RunID
  private var shown: RunProgress?
  private var lastTime = Date.distantPast

  init(run: RunID) {
    self.run = run
  }

  func stateChanged(_ run: RunRecord, ahead: [RunID]) throws {
    var line = Line(.state, run: run.id)
    line.state = run.state
    line.error = run.error
    try printJSON(line)
  }

  func happened(_ entry: LoggedEvent) throws {
    guard var line = line(for: entry.event) else { return }
    line.time = entry.time
    try printJSON(line)
  }

  func progressed(_ progress: RunProgress, _ losses: Losses) throws {
    guard progress != shown, Date().timeIntervalSince(lastTime) >= Self.interval else { return }
    (shown, lastTime) = (progress, Date())
    var line = Line(.progress, run: run)
    (line.phase, line.language, line.split) = (progress.phase, progress.language, progress.split)
    (line.step, line.stepCount) = (progress.step, progress.stepCount)
    (line.fraction, line.secondsLeft) = (progress.fraction, progress.secondsLeft)
    (line.innerLoss, line.outerLoss, line.loss) = (losses.inner, losses.outer, losses.training)
    try printJSON(line)
  }

  func remark(_ line: String) { printError(line) }

  func ended() {}

  private func line(for event: Event) -> Line? {
    switch event {
    case .started(_, let host, let threads, let engine):
      var line = Line(.started, run: run)
      (line.host, line.threads, line.engine) = (host, threads, engine)
      return line
    case .phase(let phase, let language):
      var line = Line(.phase, run: run)
      (line.phase, line.language) = (phase, language)
      return line
    case .evaluation(let result):
      var line = Line(.evaluation, run: run)
      (line.phase, line.language, line.split) = (result.phase, result.language, result.split)
      let micro = result.scores.micro
      (line.f1, line.precision, line.recall) = (micro.f1, micro.precision, micro.recall)
      (line.step, line.sentences) = (result.step, result.sentenceCount)
      return line
    case .settingChanged(let key, let old, let new, let step, _):
      var line = Line(.settingChanged, run: run)
      (line.key, line.old, line.new) = (key, PlainValue(value: old), PlainValue(value: new))
      line.step = step
      return line
    case .resumed(let place, let step):
      var line = Line(.resumed, run: run)
      (line.place, line.step) = (place, step)
      return line
    case .log(let level, let text):
      var line = Line(.log, run: run)
      (line.level, line.text) = (level, text)
      return line
    // States are told as they are found; points are progress.
    case .stateChanged, .innerStep, .outerStep, .trainingStep, .progress, .checkpoint: return nil
    }
  }
}
