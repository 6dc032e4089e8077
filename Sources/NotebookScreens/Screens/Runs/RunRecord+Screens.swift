import Experiments
package import Foundation
package import LabNotebook
package import RunFolders
package import TerminalUI

/// What the screens say about a run.
extension RunRecord {
  /// How priming is done, or what the run does instead.
  package var methodName: String { experiment.methodName }

  /// The languages it primes on; none when nothing is primed.
  package var primingLanguages: [String] {
    guard !isPretraining, experiment[Settings.primingMethod] != .none else { return [] }
    return experiment[Settings.primingLanguages]
  }

  /// The languages it tunes and evaluates.
  package var tuningLanguages: [String] {
    isPretraining ? [] : experiment[Settings.tuningLanguages]
  }

  /// Its languages as `en de → hi af`.
  package var languagesText: String {
    let priming = primingLanguages.joined(separator: " ")
    let tuning = tuningLanguages.joined(separator: " ")
    if tuning.isEmpty { return priming }
    return priming.isEmpty ? "→ \(tuning)" : "\(priming) → \(tuning)"
  }

  /// The mean F1 that stands for the run: on the test split, else on dev.
  package var shownF1: Double? { scores.shown }

  /// How much of it is done, 0…1.
  package var fraction: Double {
    if state == .finished { return 1 }
    guard let fraction = progress?.fraction, fraction.isFinite else { return 0 }
    return min(max(fraction, 0), 1)
  }

  /// How long it has been at work: measured by the engine, and since then by the clock.
  package func secondsElapsed(now: Date) -> Double? {
    guard let started else { return nil }
    if state == .running { return max(now.timeIntervalSince(started), 0) }
    if let measured = progress?.secondsElapsed, measured > 0 { return measured }
    return finished.map { max($0.timeIntervalSince(started), 0) }
  }

  /// Whether it will not change any more by itself.
  package var isOver: Bool { state.isFinal }
}

/// How a state looks: always a mark and a word, so that neither colour nor glyph is needed.
extension RunState {
  /// One column that tells the states apart without colour.
  package func mark(_ glyphs: Glyphs) -> String {
    switch self {
    case .queued: glyphs == .ascii ? "." : "·"
    case .running: glyphs == .ascii ? ">" : "▶"
    case .paused: glyphs == .ascii ? "=" : "‖"
    case .finished: glyphs == .ascii ? "+" : "✓"
    case .stopped: glyphs == .ascii ? "#" : "■"
    case .failed: glyphs == .ascii ? "x" : "✗"
    case .interrupted: glyphs == .ascii ? "!" : "!"
    }
  }

  /// The state as a theme colours it.
  package var role: Role {
    switch self {
    case .queued: .queued
    case .running: .running
    case .paused: .paused
    case .finished: .finished
    case .stopped: .stopped
    case .failed: .failed
    case .interrupted: .interrupted
    }
  }

  /// Where it stands when runs are sorted by state: what is going on first.
  package var rank: Int {
    switch self {
    case .running: 0
    case .paused: 1
    case .queued: 2
    case .interrupted: 3
    case .failed: 4
    case .stopped: 5
    case .finished: 6
    }
  }
}

extension RunRecord {
  /// The note in one line: its first, and a sign where there are more.
  package var noteLine: String {
    let lines = note.split(whereSeparator: \.isNewline)
    guard let first = lines.first else { return "" }
    return lines.count > 1 ? "\(first) …" : String(first)
  }
}

/// A mark beside a run in the list.
enum ListMark: CaseIterable {
  case marked, starred, best

  /// What stands in the list.
  func symbol(_ glyphs: Glyphs) -> String {
    switch self {
    case .marked: glyphs == .ascii ? "@" : "●"
    case .starred: glyphs == .ascii ? "*" : "★"
    case .best: glyphs == .ascii ? "^" : "◆"
    }
  }

  /// What it says of the run.
  var meaning: String {
    switch self {
    case .marked: "marked, for what is done to several runs"
    case .starred: "starred"
    case .best: "the best F1 so far on the same split and languages"
    }
  }
}
