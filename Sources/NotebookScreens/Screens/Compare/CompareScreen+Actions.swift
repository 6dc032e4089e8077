import LabNotebook
import NamedEntities

/// Actions on a comparison.
extension CompareScreen {
  package mutating func perform(_ action: Action, in app: inout AppState) -> [Effect] {
    switch action {
    case .nextPane: movePane(1)
    case .previousPane: movePane(-1)
    case .enlarge: isEnlarged.toggle()
    case .control: nextControl()
    case .nextRun: nextOther()
    case .open:
      app.stack.open(RunScreen(other))
    case .changeKind:
      let all: [SentenceChange?] = [nil] + SentenceChange.allCases
      let index = all.firstIndex(of: kind) ?? 0
      kind = all[(index + 1) % all.count]
      sentence = 0
      pane = .sentences
    case .curves, .previousCurves:
      let curves = CompareCurves(runs, app.histories)
      let available = curves.available
      guard !available.isEmpty else { return [] }
      let index = available.firstIndex { $0 == curves.shown(series) } ?? 0
      let step = action == .curves ? 1 : available.count - 1
      series = available[(index + step) % available.count]
      (range, cursor) = (nil, nil)
    case .logScale: isLogarithmic.toggle()
    case .up: scroll(by: -1)
    case .down: scroll(by: 1)
    case .pageUp: scroll(by: -max(app.height / 2 - 4, 1))
    case .pageDown: scroll(by: max(app.height / 2 - 4, 1))
    case .top: scroll(by: -1_000_000)
    case .bottom: scroll(by: 1_000_000)
    case .left, .right: moveSideways(action == .left ? -1 : 1, in: app)
    case .zoomIn, .zoomOut, .fit, .panLeft, .panRight: zoom(action, in: app)
    default:
      if let index = action.seriesIndex, runs.indices.contains(index) {
        hidden.formSymmetricDifference([runs[index]])
        // One curve stays.
        if hidden.count == runs.count { hidden.remove(runs[index]) }
      }
    }
    limit(in: app)
    return []
  }

  private mutating func moveSideways(_ step: Int, in app: AppState) {
    switch pane {
    case .curves:
      guard let extent = curveExtent(in: app) else { return }
      let shown = range ?? extent
      let width = max(((shown.upperBound - shown.lowerBound) / 60).rounded(), 1)
      let start = cursor ?? (step < 0 ? shown.upperBound + width : shown.lowerBound - width)
      cursor = min(
        max(start + Double(step) * width, shown.lowerBound), shown.upperBound)
    case .settings: settingsColumn += step
    case .scores, .sentences:
      let count = tests.count
      guard count > 0 else { return }
      test = (min(test, count - 1) + step + count) % count
      sentence = 0
    }
  }

  private func curveExtent(in app: AppState) -> ClosedRange<Double>? {
    let curves = CompareCurves(runs, app.histories)
    return curves.shown(series).flatMap { curves.extent(of: $0, hidden: hidden) }
  }

  private mutating func zoom(_ action: Action, in app: AppState) {
    guard let extent = curveExtent(in: app) else { return }
    let shown = range ?? extent
    let width = shown.upperBound - shown.lowerBound
    let center = cursor ?? (shown.lowerBound + shown.upperBound) / 2
    func show(_ start: Double, _ width: Double) {
      guard width < extent.upperBound - extent.lowerBound else {
        range = nil
        return
      }
      let low = min(max(start, extent.lowerBound), extent.upperBound - width)
      range = low...(low + width)
      cursor = cursor.map { min(max($0, low), low + width) }
    }
    switch action {
    case .zoomIn where width > 4: show(center - width / 4, width / 2)
    case .zoomOut: show(center - width, width * 2)
    case .fit: (range, cursor) = (nil, nil)
    case .panLeft where range != nil: show(shown.lowerBound - width / 4, width)
    case .panRight where range != nil: show(shown.lowerBound + width / 4, width)
    default: break
    }
  }

  // Nothing is scrolled past its end.
  private mutating func limit(in app: AppState) {
    let records = runs.compactMap(app.runs.record)
    let scores = CompareScores(records, control: control, comparison: comparison)
    scoresOffset = min(max(scoresOffset, 0), max(scores.lines.count - 1, 0))
    let settings = ComparedSettings(records, app.histories).lines.count
    settingsOffset = min(max(settingsOffset, 0), max(settings - 1, 0))
    settingsColumn = min(max(settingsColumn, 0), max(records.count - 2, 0))
    sentence = min(max(sentence, 0), max(sentences.count - 1, 0))
  }
}

extension CompareScreen {
  mutating func movePane(_ step: Int) {
    let all = Pane.allCases
    let index = all.firstIndex(of: pane) ?? 0
    pane = all[(index + step + all.count) % all.count]
  }

  /// Compares with the next run instead.
  mutating func nextControl() {
    let index = runs.firstIndex(of: control) ?? 0
    control = runs[(index + 1) % runs.count]
    if other == control { nextOther() }
    sentence = 0
  }

  /// Shows the sentences of the next run that is not the control.
  mutating func nextOther() {
    let others = runs.filter { $0 != control }
    let index = others.firstIndex(of: other) ?? -1
    other = others[(index + 1) % others.count]
    sentence = 0
  }

  mutating func scroll(by count: Int) {
    switch pane {
    case .scores: scoresOffset += count
    case .settings: settingsOffset += count
    case .sentences: sentence += count
    case .curves: break
    }
  }
}
