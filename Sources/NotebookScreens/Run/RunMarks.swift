import LabNotebook
import TerminalUI

/// What happened to a run, as marks on a chart's axis and as words under its cursor.
struct RunMarks {
  private let set: RunCurves
  private let axis: RunArrangement.Axis
  private let history: RunHistory
  private let beginning: Double
  private let glyphs: Glyphs
  private let curves: [Curve]

  /// The marks for a chart with these curves.
  init(_ chart: RunChart, curves: [Curve]) {
    set = chart.set
    axis = chart.axis
    history = chart.history
    beginning = chart.history.beginning
    glyphs = chart.glyphs
    self.curves = curves
  }

  /// One mark at most for each column: of several things the one that matters most.
  func marks(in range: ClosedRange<Double>, columns: Int) -> [LineChart.Mark] {
    var best: [Int: (x: Double, moment: RunTimeline.Moment)] = [:]
    let width = (range.upperBound - range.lowerBound) / Double(max(columns, 1))
    for moment in history.timeline.moments {
      guard let x = place(of: moment), range.contains(x) else { continue }
      let column = width > 0 ? Int((x - range.lowerBound) / width) : 0
      if let other = best[column], other.moment.kind.rawValue <= moment.kind.rawValue { continue }
      best[column] = (x, moment)
    }
    return best.sorted { $0.key < $1.key }.map { _, mark in
      LineChart.Mark(
        x: mark.x, label: mark.moment.label, role: mark.moment.kind.role,
        symbol: mark.moment.kind.symbol(glyphs), hasLine: mark.moment.kind.hasLine)
    }
  }

  /// What happened in the column of the cursor, a row for each kind.
  func notes(
    at cursor: Double?, in range: ClosedRange<Double>, columns: Int
  ) -> [StyledText] {
    guard let cursor else { return [] }
    let width = (range.upperBound - range.lowerBound) / Double(max(columns, 1))
    var texts: [RunTimeline.Kind: [String]] = [:]
    for moment in history.timeline.moments {
      guard let x = place(of: moment), abs(x - cursor) <= width / 2 else { continue }
      texts[moment.kind, default: []].append(moment.text)
    }
    return RunTimeline.Kind.allCases.compactMap { kind in
      guard let all = texts[kind] else { return nil }
      return StyledText(
        .init("\(kind.symbol(glyphs)) ", Style(kind.role)),
        .init(all.joined(separator: " · ")))
    }
  }

  /// The places of all that happened, in order: where the cursor can jump.
  var places: [Double] { history.timeline.moments.compactMap(place).sorted() }

  /// Where something stands on the chart's axis; nil when it belongs to another part of the run.
  private func place(of moment: RunTimeline.Moment) -> Double? {
    guard set != .inner else { return nil }
    if axis == .time { return moment.time - beginning }
    let curve: Curve?
    if set.isOfTuning {
      guard moment.phase == .tuning else { return nil }
      curve = curves.first { $0.language == moment.language }
    } else {
      guard moment.phase == (set == .pretraining ? .pretraining : phase) else { return nil }
      curve = curves.first
    }
    guard let curve, let series = history.series[curve.series],
      case .steps(let scale) = curve.axis
    else { return nil }
    if let step = moment.step { return Double(step) * (set.isOfTuning ? scale : 1) }
    return series.step(at: moment.time).map { Double($0) * scale }
  }

  /// The part of the run whose steps the chart counts.
  private var phase: RunPhase {
    history.series["pretraining/loss"] == nil ? .priming : .pretraining
  }
}

extension RunTimeline.Kind {
  var role: Role {
    switch self {
    case .setting: .changed
    case .resumed: .running
    case .paused: .paused
    case .checkpoint: .accent
    case .evaluation: .success
    }
  }

  /// Whether it cuts through the whole chart: what can bend a curve does.
  var hasLine: Bool { self == .setting || self == .resumed }

  /// What stands on the axis.
  func symbol(_ glyphs: Glyphs) -> Character {
    switch (self, glyphs) {
    case (.setting, .ascii): "s"
    case (.setting, _): "◆"
    case (.resumed, .ascii): "r"
    case (.resumed, .blocks): "»"
    case (.resumed, _): "↻"
    case (.paused, .ascii): "p"
    case (.paused, .blocks): "║"
    case (.paused, _): "‖"
    case (.checkpoint, .ascii): "c"
    case (.checkpoint, _): "■"
    case (.evaluation, .ascii): "e"
    case (.evaluation, _): "▲"
    }
  }
}
