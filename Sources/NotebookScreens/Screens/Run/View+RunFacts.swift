import Experiments
import LabNotebook
import RunFolders
import TerminalUI

/// The panes of a run that hold words and numbers: progress and measurements.
extension RunView {
  // MARK: Progress

  mutating func paintProgress(_ run: RunRecord, isFocused: Bool, in area: Rect) {
    let inner = paintBlock("Progress", isFocused: isFocused, in: area).inset(
      horizontal: 1, vertical: 0)
    var lines: [(label: String, fraction: Double?, detail: String)] = []
    lines.append(("whole run", run.fraction, Formatting.percent(run.fraction)))
    if let progress = run.progress, !run.isOver {
      lines += nested(progress, run)
      if let left = progress.secondsLeft {
        lines.append(("time left", nil, Formatting.duration(left)))
      }
    } else if run.state == .queued {
      lines.append((state.runs.queueWaits[run.id]?.words ?? "waits for its turn", nil, ""))
    }
    if run.isOver { lines.append((run.state.rawValue, nil, ended(run))) }
    // The reason stands below the lines, which then are close together.
    let isTight = run.error != nil || inner.height < 2 * lines.count - 1
    if let error = run.error, run.isOver {
      buffer.draw(
        Paragraph(error, style: Style(.error)), in: inner.rows([.fixed(lines.count), .fill])[1])
    }
    // The same width for all details makes bars of one length.
    let width =
      lines.filter { $0.fraction != nil }.map { TextWidth.width(of: $0.detail) }.max() ?? 0
    let pitch = isTight ? 1 : 2
    for (row, line) in lines.prefix(inner.height / pitch + pitch - 1).enumerated() {
      let part = Rect(x: inner.x, y: inner.y + row * pitch, width: inner.width, height: 1)
      if let fraction = line.fraction {
        buffer.draw(
          Gauge(
            label: StyledText(line.label, .faint), fraction: fraction,
            detail: TextWidth.padded(line.detail, to: width, alignment: .right),
            style: Style(row == 0 ? run.state.role : .barFilled), labelWidth: 9, glyphs: glyphs),
          in: part)
      } else {
        paintFact(line.label, line.detail, in: part)
      }
    }
  }

  private func ended(_ run: RunRecord) -> String {
    run.finished.map { Formatting.clock($0, zone: state.timeZone) } ?? ""
  }

  /// Outer step, task and inner step; or the step and the epoch of tuning; or what is evaluated.
  private func nested(
    _ progress: RunProgress, _ run: RunRecord
  ) -> [(label: String, fraction: Double?, detail: String)] {
    func share(_ part: Int, _ whole: Int) -> Double { whole > 0 ? Double(part) / Double(whole) : 0 }
    let language = progress.language ?? ""
    let step = (
      "step", share(progress.step, progress.stepCount) as Double?,
      "\(progress.step)/\(progress.stepCount)"
    )
    switch progress.phase {
    case .loading: return [("loading", nil, language)]
    case .pretraining: return [step]
    case .priming:
      let inner = (
        "inner", share(progress.innerStep, progress.innerStepCount) as Double?,
        "\(progress.innerStep)/\(progress.innerStepCount)"
      )
      let task = (
        "task \(language)", share(progress.task, progress.taskCount) as Double?,
        "\(progress.task)/\(progress.taskCount)"
      )
      return [step, task, inner]
    case .tuning:
      let epochs = run.experiment[Settings.tuningEpochs]
      guard epochs > 0 else { return [("tuning", nil, language), step] }
      let done = min(Int(share(progress.step, progress.stepCount) * Double(epochs)) + 1, epochs)
      return [("tuning", nil, language), step, ("epoch", share(done, epochs), "\(done)/\(epochs)")]
    case .evaluation:
      let name = "\(language) \(progress.split ?? "")"
      return [
        ("evaluates", nil, name),
        (
          "sentence", share(progress.step, progress.stepCount),
          "\(progress.step)/\(progress.stepCount)"
        ),
      ]
    }
  }

  // MARK: Measurements

  mutating func paintNumbers(
    _ run: RunRecord, _ history: RunHistory, isFocused: Bool, in area: Rect
  ) {
    let inner = paintBlock("Measured", isFocused: isFocused, in: area)
      .inset(horizontal: 1, vertical: 0)
    let facts = losses(run, history) + vitals(run, history)
    for (row, fact) in facts.prefix(inner.height).enumerated() {
      let part = Rect(x: inner.x, y: inner.y + row, width: inner.width, height: 1)
      paintFact(fact.name, fact.value, in: part)
      paintCourse(fact, in: part)
    }
    if facts.isEmpty { paintFact("nothing yet", "", in: inner) }
  }

  /// A measured quantity, and its course where it has no chart of its own.
  private struct Fact {
    var name: String
    var value: String
    var course: [Double] = []
  }

  /// The newest loss, gradient norm and rates of what is under way.
  private func losses(_ run: RunRecord, _ history: RunHistory) -> [Fact] {
    var training: (phase: RunPhase, language: String?)?
    switch run.progress?.phase {
    case .tuning where !run.isOver, .evaluation where !run.isOver:
      // An evaluation on the way of priming says nothing of tuning.
      let language = run.progress?.language
      training = history.series[.tuningLoss(language)].map { _ in (.tuning, language) }
    case .pretraining: training = (.pretraining, nil)
    default: training = history.series[.pretrainingLoss].map { _ in (.pretraining, nil) }
    }
    func last(_ label: String, _ key: SeriesKey) -> [Fact] {
      guard let value = history.series[key]?.last else { return [] }
      return [Fact(name: label, value: Formatting.quantity(value))]
    }
    var facts: [Fact]
    if let (phase, language) = training {
      func key(_ series: Series) -> SeriesKey { SeriesKey(series, language: language) }
      facts = last("loss", key(.trainingLoss(phase)))
      facts += last("gradient norm", key(.trainingGradientNorm(phase)))
      facts += last("learning rate", key(.trainingLearningRate(phase)))
    } else {
      facts = last("outer loss", .outerLoss) + last("inner loss", .innerLoss)
      facts += last("gradient norm", .outerGradientNorm)
      facts += last("learning rate", .outerLearningRate)
    }
    if training == nil, history.series[.innerLoss] != nil {
      let rate = history.liveValue(of: Settings.innerLearningRate.key, in: run.experiment)
      facts.append(Fact(name: "inner rate", value: rate?.description ?? ""))
    }
    return facts
  }

  /// What the engine uses: throughput, memory, processors; and where it is.
  private func vitals(_ run: RunRecord, _ history: RunHistory) -> [Fact] {
    var facts: [Fact] = []
    let vitals = history.vitals
    if let rate = run.progress?.sentencesPerSecond {
      let text = Formatting.fixed(rate, decimals: rate < 10 ? 1 : 0)
      facts.append(Fact(name: "sentences/s", value: text, course: vitals.throughput))
    }
    if let bytes = run.progress?.residentBytes, bytes > 0 {
      facts.append(Fact(name: "memory", value: Formatting.bytes(bytes), course: vitals.memory))
    }
    if let share = vitals.processor.last, run.state == .running || run.state == .paused {
      let text = "\(Formatting.fixed(share * 100, decimals: 0)) %"
      facts.append(Fact(name: "processor", value: text, course: vitals.processor))
    }
    if let host = run.host, let process = run.processID {
      facts.append(Fact(name: "process", value: "\(process) on \(host)"))
    }
    return facts
  }

  /// The course of a quantity between its name and its value, where there is room.
  private mutating func paintCourse(_ fact: Fact, in area: Rect) {
    let used = TextWidth.width(of: fact.name) + TextWidth.width(of: fact.value) + 2
    guard fact.course.count > 1, area.width - used >= 8 else { return }
    let width = min(area.width - used, 24)
    let values = Array(fact.course.suffix(width))
    let right = area.x + area.width - TextWidth.width(of: fact.value) - 1
    buffer.draw(
      Sparkline(values, style: .faint, glyphs: glyphs),
      in: Rect(x: right - values.count, y: area.y, width: values.count, height: 1))
  }

  private mutating func paintFact(_ name: String, _ value: String, in area: Rect) {
    guard !area.isEmpty else { return }
    let used = buffer.write(
      name, at: area.x, area.y, style: .faint,
      maximumWidth: area.width)
    buffer.write(
      StyledText(value), truncatedTo: area.width - used - 1, alignment: .right,
      at: area.x + used + 1, area.y)
  }
}
