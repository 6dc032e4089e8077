import LabNotebook
import RunFolders
import TerminalUI

/// The newest losses of a run.
struct Losses {
  var inner: Double?
  var outer: Double?
  /// Of tuning or pretraining.
  var training: Double?
}

/// A run's progress in words.
///
///     priming step 12/300, hi task 1/2, inner step 3/5, outer loss 1.386, 3 min 20 s left
struct ProgressText {
  /// A part of the text, with a short form for a narrow line.
  struct Part {
    var text: String
    var short: String
    /// The lower, the longer it stays when room gets scarce.
    var rank: Int
  }

  private let progress: RunProgress
  private let losses: Losses

  /// The progress of a run, and the losses to show with it.
  init(progress: RunProgress, losses: Losses) {
    self.progress = progress
    self.losses = losses
  }

  /// All that is known, in one line.
  var text: String {
    parts.map(\.text).joined(separator: ", ")
  }

  /// One row of a terminal: a bar, the percentage, and the parts there is room for.
  func line(width: Int, glyphs: Glyphs) -> String {
    let barWidth = width >= 110 ? 20 : width >= 60 ? 8 : 0
    let share = min(max(progress.fraction.isFinite ? progress.fraction : 0, 0), 1)
    let filled = Int(share * Double(barWidth))
    let (full, empty) = glyphs == .ascii ? ("#", "-") : ("█", "░")
    let bar =
      String(repeating: full, count: filled) + String(repeating: empty, count: barWidth - filled)
    let head = (barWidth > 0 ? bar + " " : "") + "\(Int(share * 100)) % "
    let separator = glyphs == .ascii ? ", " : " · "
    func joined(_ parts: [Part]) -> String {
      head + parts.map(\.short).joined(separator: separator)
    }
    var chosen = parts
    while chosen.count > 1, TextWidth.width(of: joined(chosen)) >= width,
      let least = chosen.indices.max(by: { chosen[$0].rank < chosen[$1].rank })
    {
      chosen.remove(at: least)
    }
    return TextWidth.truncated(joined(chosen), to: max(0, width - 1))
  }

  private var parts: [Part] {
    [phasePart, languagePart, innerStepPart, lossPart, speedPart, timePart].compactMap(\.self)
  }

  private var phasePart: Part {
    let name = progress.phase.rawValue
    guard progress.stepCount > 0 else { return Part(text: name, short: name, rank: 0) }
    let count = "\(progress.step)/\(progress.stepCount)"
    let unit = progress.phase == .evaluation ? "" : "step "
    return Part(text: "\(name) \(unit)\(count)", short: "\(name) \(count)", rank: 0)
  }

  private var languagePart: Part? {
    guard let language = progress.language else { return nil }
    let name = language + (progress.split.map { " \($0)" } ?? "")
    guard progress.taskCount > 1 else { return Part(text: name, short: name, rank: 3) }
    let count = "\(progress.task)/\(progress.taskCount)"
    return Part(text: "\(name) task \(count)", short: "\(name) \(count)", rank: 3)
  }

  private var innerStepPart: Part? {
    guard progress.phase == .priming, progress.innerStepCount > 0 else { return nil }
    let count = "\(progress.innerStep)/\(progress.innerStepCount)"
    return Part(text: "inner step \(count)", short: "inner \(count)", rank: 4)
  }

  private var lossPart: Part? {
    switch progress.phase {
    case .priming:
      let known = [("inner loss", losses.inner), ("outer loss", losses.outer)]
        .compactMap { name, loss in loss.map { (name, significant($0)) } }
      if known.isEmpty { return nil }
      return Part(
        text: known.map { "\($0.0) \($0.1)" }.joined(separator: ", "),
        short: "loss " + known.map(\.1).joined(separator: " → "), rank: 1)
    case .tuning, .pretraining:
      return losses.training.map {
        Part(text: "loss \(significant($0))", short: "loss \(significant($0))", rank: 1)
      }
    case .loading, .evaluation: return nil
    }
  }

  private var speedPart: Part? {
    guard let speed = progress.sentencesPerSecond, speed > 0 else { return nil }
    let number = fixed(speed, speed < 10 ? 1 : 0)
    return Part(text: "\(number) sentences/s", short: "\(number) sent/s", rank: 5)
  }

  private var timePart: Part? {
    progress.secondsLeft.map {
      Part(text: "\(duration($0)) left", short: "\(duration($0)) left", rank: 2)
    }
  }
}
