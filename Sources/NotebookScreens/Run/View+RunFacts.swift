import LabNotebook
import TerminalUI

/// The panes of a run that hold words and numbers: progress, measurements, settings.
extension ScreenPainter {
  // MARK: Progress

  mutating func paintProgress(_ run: RunRecord, in area: Rect) {
    guard !area.isEmpty else { return }
    let inner = paintBlock("Progress", in: area).inset(horizontal: 1, vertical: 0)
    var lines: [(label: String, fraction: Double?, detail: String)] = []
    lines.append(("whole run", run.fraction, Formatting.percent(run.fraction)))
    if let progress = run.progress, !run.isOver {
      lines += nested(progress, run)
      if let left = progress.secondsLeft {
        lines.append(("time left", nil, Formatting.duration(left)))
      }
    } else if let error = run.error {
      buffer.draw(
        Paragraph(error, style: Style(.error)),
        in: inner.rows([.fixed(2), .fill])[1])
    } else if run.state == .queued {
      lines.append(("waits for its turn", nil, ""))
    }
    if run.isOver { lines.append((run.state.rawValue, nil, ended(run))) }
    // The same width for all details makes bars of one length.
    let width =
      lines.filter { $0.fraction != nil }.map { TextWidth.width(of: $0.detail) }.max() ?? 0
    let pitch = inner.height >= 2 * lines.count - 1 ? 2 : 1
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
    _ progress: Progress, _ run: RunRecord
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
      guard case .integer(let epochs)? = run.experiment[key: "tuning.epochs"], epochs > 0 else {
        return [("tuning", nil, language), step]
      }
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

  mutating func paintNumbers(_ run: RunRecord, _ history: RunHistory, in area: Rect) {
    guard !area.isEmpty else { return }
    let inner = paintBlock("Measured", in: area).inset(horizontal: 1, vertical: 0)
    var facts: [(String, String)] = []
    let phase = run.progress?.phase
    let prefix: String
    switch phase {
    case .tuning where !run.isOver, .evaluation where !run.isOver:
      prefix = "tuning/\(run.progress?.language ?? "")/"
    case .pretraining: prefix = "pretraining/"
    default: prefix = "outer/"
    }
    func last(_ name: String) -> String? { history.series[name]?.last.map(Formatting.quantity) }
    if prefix == "outer/" {
      if let loss = last("outer/loss") { facts.append(("outer loss", loss)) }
      if let loss = last("inner/loss") { facts.append(("inner loss", loss)) }
    } else if let loss = last(prefix + "loss") {
      facts.append(("loss", loss))
    }
    if let norm = last(prefix + "gradientNorm") { facts.append(("gradient norm", norm)) }
    if let rate = last(prefix + "learningRate") { facts.append(("learning rate", rate)) }
    if prefix == "outer/", !history.series.isEmpty {
      let inner = history.liveValue(of: "priming.inner.learningRate", in: run.experiment)
      facts.append(("inner rate", inner))
    }
    if let rate = run.progress?.sentencesPerSecond {
      facts.append(("sentences/s", Formatting.fixed(rate, decimals: rate < 10 ? 1 : 0)))
    }
    if let bytes = run.progress?.residentBytes, bytes > 0 {
      facts.append(("memory", Formatting.bytes(bytes)))
    }
    if let host = run.host, let process = run.processID {
      facts.append(("process", "\(process) on \(host)"))
    }
    if facts.isEmpty { facts.append(("nothing yet", "")) }
    for (row, fact) in facts.prefix(inner.height).enumerated() {
      let part = Rect(x: inner.x, y: inner.y + row, width: inner.width, height: 1)
      paintFact(fact.0, fact.1, in: part)
    }
  }

  private mutating func paintFact(_ name: String, _ value: String, in area: Rect) {
    guard !area.isEmpty else { return }
    let used = buffer.write(
      StyledText(name, .faint).plain, at: area.x, area.y, style: .faint,
      maximumWidth: area.width)
    buffer.write(
      StyledText(value), truncatedTo: area.width - used - 1, alignment: .right,
      at: area.x + used + 1, area.y)
  }

  // MARK: Settings

  /// The live settings with their values now, what else is not the default, and then the rest.
  mutating func paintRunSettings(_ run: RunRecord, _ history: RunHistory, in area: Rect) {
    guard !area.isEmpty else { return }
    let inner = paintBlock(
      "Settings", footer: run.isOver ? nil : StyledText("e changes", .faint), in: area
    ).inset(horizontal: 1, vertical: 0)
    let live = LiveSettings.descriptors.map(\.key)
    let changed = run.experiment.differences(from: Experiment()).map(\.key)
      .filter { !live.contains($0) && $0 != "name" }
    let rest = ExperimentFormState(run.experiment, origin: "").descriptors.map(\.key)
      .filter { !live.contains($0) && !changed.contains($0) && $0 != "name" }
    var row = 0
    for key in live + changed + rest {
      guard row < inner.height else { return }
      let value = history.liveValue(of: key, in: run.experiment)
      let start = run.experiment[key: key].map(SettingText.text) ?? ""
      let width = min(28, inner.width * 2 / 3)
      buffer.write(StyledText(key, .faint), truncatedTo: width, at: inner.x, inner.y + row)
      let role: Role = value != start ? .changed : rest.contains(key) ? .faint : .text
      var text = StyledText(value, Style(role))
      if value != start { text.spans.append(.init(" was \(start)", .faint)) }
      buffer.write(
        text, truncatedTo: inner.width - width - 1, alignment: .right, at: inner.x + width + 1,
        inner.y + row)
      row += 1
      if key == live.last || key == changed.last { row += 1 }
    }
  }
}
