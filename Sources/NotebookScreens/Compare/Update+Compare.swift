import LabNotebook
import NamedEntities

/// Actions on a comparison.
extension AppState {
  /// Opens a comparison of the chosen runs.
  mutating func openComparison() {
    stack.append(.compare(CompareScreenState(runsToCompare)))
  }

  /// The runs that a comparison would be of: the marked ones, with the one under the cursor where
  /// only one is marked.
  var runsToCompare: [RunRecord] {
    guard runs.marked.count == 1, let run = runs.underCursor, !runs.marked.contains(run.id) else {
      return runs.chosen
    }
    return runs.chosen + [run]
  }

  /// Why there is nothing to compare; nil when there is.
  var reasonNotToCompare: String? {
    let count = runsToCompare.count
    if count < 2 {
      return "A comparison needs two runs or more: mark them with "
        + "\(keys.name(of: .mark, in: .runs))."
    }
    let largest = CompareScreenState.largest
    return count > largest
      ? "A comparison has at most \(largest) runs; \(count) are marked." : nil
  }

  /// Carries an action of the comparison out.
  mutating func performInComparison(
    _ action: Action, _ screen: inout CompareScreenState
  ) -> [Effect] {
    switch action {
    case .nextPane: screen.movePane(1)
    case .previousPane: screen.movePane(-1)
    case .enlarge: screen.isEnlarged.toggle()
    case .control: screen.nextControl()
    case .nextRun: screen.nextOther()
    case .open:
      stack.append(.run(RunScreenState(screen.other)))
    case .changeKind:
      let all: [SentenceChange?] = [nil] + SentenceChange.allCases
      let index = all.firstIndex(of: screen.kind) ?? 0
      screen.kind = all[(index + 1) % all.count]
      screen.sentence = 0
      screen.pane = .sentences
    case .curves, .previousCurves:
      let curves = CompareCurves(screen.runs, histories)
      let available = curves.available
      guard !available.isEmpty else { return [] }
      let index = available.firstIndex { $0 == curves.shown(screen.series) } ?? 0
      let step = action == .curves ? 1 : available.count - 1
      screen.series = available[(index + step) % available.count]
      (screen.range, screen.cursor) = (nil, nil)
    case .logScale: screen.isLogarithmic.toggle()
    case .up: screen.scroll(by: -1)
    case .down: screen.scroll(by: 1)
    case .pageUp: screen.scroll(by: -max(height / 2 - 4, 1))
    case .pageDown: screen.scroll(by: max(height / 2 - 4, 1))
    case .top: screen.scroll(by: -1_000_000)
    case .bottom: screen.scroll(by: 1_000_000)
    case .left, .right: moveSideways(action == .left ? -1 : 1, &screen)
    case .zoomIn, .zoomOut, .fit, .panLeft, .panRight: zoom(action, &screen)
    default:
      if let index = action.seriesIndex, screen.runs.indices.contains(index) {
        screen.hidden.formSymmetricDifference([screen.runs[index]])
        // One curve stays.
        if screen.hidden.count == screen.runs.count { screen.hidden.remove(screen.runs[index]) }
      }
    }
    limit(&screen)
    return []
  }

  private func moveSideways(_ step: Int, _ screen: inout CompareScreenState) {
    switch screen.pane {
    case .curves:
      guard let extent = curveExtent(screen) else { return }
      let shown = screen.range ?? extent
      let width = max(((shown.upperBound - shown.lowerBound) / 60).rounded(), 1)
      let start = screen.cursor ?? (step < 0 ? shown.upperBound + width : shown.lowerBound - width)
      screen.cursor = min(
        max(start + Double(step) * width, shown.lowerBound), shown.upperBound)
    case .settings: screen.settingsColumn += step
    case .scores, .sentences:
      let count = screen.tests.count
      guard count > 0 else { return }
      screen.test = (min(screen.test, count - 1) + step + count) % count
      screen.sentence = 0
    }
  }

  private func curveExtent(_ screen: CompareScreenState) -> ClosedRange<Double>? {
    let curves = CompareCurves(screen.runs, histories)
    return curves.shown(screen.series).flatMap { curves.extent(of: $0, hidden: screen.hidden) }
  }

  private func zoom(_ action: Action, _ screen: inout CompareScreenState) {
    guard let extent = curveExtent(screen) else { return }
    let shown = screen.range ?? extent
    let width = shown.upperBound - shown.lowerBound
    let center = screen.cursor ?? (shown.lowerBound + shown.upperBound) / 2
    func show(_ start: Double, _ width: Double) {
      guard width < extent.upperBound - extent.lowerBound else {
        screen.range = nil
        return
      }
      let low = min(max(start, extent.lowerBound), extent.upperBound - width)
      screen.range = low...(low + width)
      screen.cursor = screen.cursor.map { min(max($0, low), low + width) }
    }
    switch action {
    case .zoomIn where width > 4: show(center - width / 4, width / 2)
    case .zoomOut: show(center - width, width * 2)
    case .fit: (screen.range, screen.cursor) = (nil, nil)
    case .panLeft where screen.range != nil: show(shown.lowerBound - width / 4, width)
    case .panRight where screen.range != nil: show(shown.lowerBound + width / 4, width)
    default: break
    }
  }

  // Nothing is scrolled past its end.
  private func limit(_ screen: inout CompareScreenState) {
    let records = screen.runs.compactMap(runs.record)
    let scores = CompareScores(records, control: screen.control, comparison: screen.comparison)
    screen.scoresOffset = min(max(screen.scoresOffset, 0), max(scores.lines.count - 1, 0))
    let settings = ComparedSettings(records, histories).lines.count
    screen.settingsOffset = min(max(screen.settingsOffset, 0), max(settings - 1, 0))
    screen.settingsColumn = min(max(screen.settingsColumn, 0), max(records.count - 2, 0))
    screen.sentence = min(max(screen.sentence, 0), max(screen.sentences.count - 1, 0))
  }
}

extension CompareScreenState {
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
