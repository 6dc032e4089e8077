import LabNotebook
import TerminalUI

/// The newest losses of a run.
struct Losses {
  var inner: Double?
  var outer: Double?
  /// Of tuning or pretraining.
  var training: Double?
}

/// A run's progress in words, the most telling first.
///
///     priming step 12/300 · hi task 1/2 · inner step 3/5 · outer loss 1.386 · 3 min 20 s left
struct ProgressText {
  let progress: Progress
  let losses: Losses

  /// The parts of the text; what is not known is left out.
  var parts: [String] {
    var parts = [phase]
    if let language = progress.language {
      let task = progress.taskCount > 1 ? " task \(progress.task)/\(progress.taskCount)" : ""
      parts.append(language + (progress.split.map { " \($0)" } ?? "") + task)
    }
    if progress.phase == .priming, progress.innerStepCount > 0 {
      parts.append("inner step \(progress.innerStep)/\(progress.innerStepCount)")
    }
    switch progress.phase {
    case .priming:
      if let inner = losses.inner { parts.append("inner loss \(significant(inner))") }
      if let outer = losses.outer { parts.append("outer loss \(significant(outer))") }
    case .tuning, .pretraining:
      if let loss = losses.training { parts.append("loss \(significant(loss))") }
    case .loading, .evaluation: break
    }
    if let speed = progress.sentencesPerSecond, speed > 0 {
      parts.append("\(fixed(speed, speed < 10 ? 1 : 0)) sentences/s")
    }
    if let left = progress.secondsLeft { parts.append("\(duration(left)) left") }
    return parts
  }

  private var phase: String {
    let name = progress.phase.rawValue
    guard progress.stepCount > 0 else { return name }
    let unit = progress.phase == .evaluation ? "" : " step"
    return "\(name)\(unit) \(progress.step)/\(progress.stepCount)"
  }

  /// One row of a terminal: a bar, the percentage, and as many parts as there is room for.
  func line(width: Int, glyphs: Glyphs) -> String {
    let barWidth = width >= 100 ? 20 : width >= 60 ? 12 : 0
    let share = min(max(progress.fraction.isFinite ? progress.fraction : 0, 0), 1)
    let filled = Int(share * Double(barWidth))
    let (full, empty) = glyphs == .ascii ? ("#", "-") : ("█", "░")
    let bar =
      String(repeating: full, count: filled) + String(repeating: empty, count: barWidth - filled)
    let separator = glyphs == .ascii ? ", " : " · "
    var text = (barWidth > 0 ? bar + " " : "") + "\(Int(share * 100)) % "
    for (index, part) in parts.enumerated() {
      let next = text + (index == 0 ? "" : separator) + part
      if TextWidth.width(of: next) >= width { break }
      text = next
    }
    return TextWidth.truncated(text, to: max(0, width - 1))
  }
}
