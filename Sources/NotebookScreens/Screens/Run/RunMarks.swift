import LabNotebook
import RunFolders
import TerminalUI

/// What happened to a run, as marks on a chart's axis and as words under its cursor.
struct RunMarks {
  /// How the steps of one curve become places on the axis.
  private struct Ruler {
    var series: SeriesHistory
    var scale: Double
    /// What a step that an event names is worth: the inner losses count in other steps.
    var eventScale: Double
  }

  private let timeline: RunTimeline
  private let axis: RunArrangement.Axis
  private let isOfTuning: Bool
  private let phase: RunPhase
  private let beginning: Double
  private let glyphs: Glyphs
  /// The ruler of each language of the timeline, or of the whole chart.
  private let rulers: [Ruler?]
  private let ruler: Ruler?

  /// The marks for a chart with these curves.
  init(_ chart: RunChart, curves: [Curve]) {
    let history = chart.history
    let isOfTuning = chart.set.isOfTuning
    func ruler(_ curve: Curve?) -> Ruler? {
      guard let curve, let series = history.series[curve.series],
        case .steps(let scale) = curve.axis
      else { return nil }
      return Ruler(series: series, scale: scale, eventScale: isOfTuning ? scale : 1)
    }
    timeline = history.timeline
    axis = chart.axis
    beginning = history.beginning
    glyphs = chart.glyphs
    self.isOfTuning = isOfTuning
    phase =
      isOfTuning ? .tuning : history.series[.pretrainingLoss] == nil ? .priming : .pretraining
    rulers = history.timeline.languages.map { language in
      ruler(curves.first { $0.language == language })
    }
    self.ruler = isOfTuning ? nil : ruler(curves.first)
  }

  /// One mark at most for each column: of several things the one that matters most.
  func marks(in range: ClosedRange<Double>, columns: Int) -> [LineChart.Mark] {
    guard columns > 0 else { return [] }
    var best = [(x: Double, index: Int)?](repeating: nil, count: columns + 1)
    let width = (range.upperBound - range.lowerBound) / Double(columns)
    for (index, spot) in timeline.spots.enumerated() {
      guard let x = place(of: spot), range.contains(x) else { continue }
      let column = width > 0 ? min(Int((x - range.lowerBound) / width), columns) : 0
      if let other = best[column], timeline.spots[other.index].kind.rawValue <= spot.kind.rawValue {
        continue
      }
      best[column] = (x, index)
    }
    return best.compactMap(\.self).map { x, index in
      let moment = timeline.moments[index]
      return LineChart.Mark(
        x: x, label: moment.label, role: moment.kind.role, symbol: moment.kind.symbol(glyphs),
        hasLine: moment.kind.hasLine)
    }
  }

  /// What happened in the column of the cursor, a row for each kind.
  func notes(
    at cursor: Double?, in range: ClosedRange<Double>, columns: Int
  ) -> [StyledText] {
    guard let cursor else { return [] }
    let width = (range.upperBound - range.lowerBound) / Double(max(columns, 1))
    var texts: [RunTimeline.Kind: [String]] = [:]
    for (index, spot) in timeline.spots.enumerated() {
      guard let x = place(of: spot), abs(x - cursor) <= width / 2 else { continue }
      texts[spot.kind, default: []].append(timeline.moments[index].text)
    }
    return RunTimeline.Kind.allCases.compactMap { kind in
      guard let all = texts[kind] else { return nil }
      return StyledText(
        .init("\(kind.symbol(glyphs)) ", Style(kind.role)), .init(all.joined(separator: " · ")))
    }
  }

  /// The places of all that happened, in order: where the cursor can jump.
  var places: [Double] { timeline.spots.compactMap(place).sorted() }

  /// Where something stands on the chart's axis; nil when it belongs to another part of the run.
  private func place(of spot: RunTimeline.Spot) -> Double? {
    if axis == .time { return spot.time - beginning }
    guard spot.phase == phase else { return nil }
    let ruler = isOfTuning ? (spot.language >= 0 ? rulers[spot.language] : nil) : ruler
    guard let ruler else { return nil }
    if spot.step >= 0 { return Double(spot.step) * ruler.eventScale }
    return ruler.series.step(at: spot.time).map { Double($0) * ruler.scale }
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
