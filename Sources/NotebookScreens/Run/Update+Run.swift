import LabNotebook

/// Actions on an opened run.
extension AppState {
  /// Carries an action of the run screen out.
  mutating func perform(_ action: Action, in screen: inout RunScreenState) -> [Effect] {
    switch action {
    case .nextPane: screen.pane = screen.pane.neighbour(1)
    case .previousPane: screen.pane = screen.pane.neighbour(-1)
    case .enlarge: screen.isEnlarged.toggle()
    case .liveSettings: overlay = .liveSettings(LiveSettingsState(run: screen.id))
    case .up: scroll(&screen, by: -1)
    case .down: scroll(&screen, by: 1)
    case .pageUp: scroll(&screen, by: -max(height / 3, 1))
    case .pageDown: scroll(&screen, by: max(height / 3, 1))
    case .top: scroll(&screen, by: -1_000_000)
    case .bottom: scroll(&screen, by: 1_000_000)
    default:
      guard let run = runs.record(screen.id) else { return [] }
      let catalog = CurveCatalog(run: run, history: histories[screen.id] ?? RunHistory())
      chart(action, &screen, catalog)
    }
    return []
  }

  private func chart(_ action: Action, _ screen: inout RunScreenState, _ catalog: CurveCatalog) {
    let set = catalog.shown(for: screen)
    let curves = catalog.curves(of: set, hidden: screen.hidden)
    if let index = action.seriesIndex {
      guard curves.indices.contains(index) else { return }
      let name = curves[index].series
      if screen.hidden.remove(name) == nil { screen.hidden.insert(name) }
      return
    }
    switch action {
    case .curves, .previousCurves:
      let available = catalog.available
      guard let index = available.firstIndex(of: set) else { return }
      let step = action == .curves ? 1 : available.count - 1
      screen.chosenCurves = available[(index + step) % available.count]
      screen.range = nil
      screen.cursor = nil
    case .logScale: screen.isLogarithmic.toggle()
    case .fit:
      screen.range = nil
      screen.cursor = nil
    default:
      guard let extent = catalog.extent(of: curves.filter(\.isShown)) else { return }
      screen.move(action, within: extent)
    }
  }

  private func scroll(_ screen: inout RunScreenState, by rows: Int) {
    switch screen.pane {
    case .log:
      let lines = histories[screen.id]?.events.count ?? 0
      screen.logOffset = min(max(screen.logOffset - rows, 0), max(lines - 1, 0))
    case .scores:
      let rowsThere = histories[screen.id]?.evaluated.count ?? 0
      screen.scoresOffset = min(max(screen.scoresOffset + rows, 0), max(rowsThere - 1, 0))
    case .curves: break
    }
  }

  /// Carries an action of the list of live settings out.
  mutating func perform(_ action: Action, in list: LiveSettingsState) -> [Effect] {
    var list = list
    let descriptors = LiveSettings.descriptors
    switch action {
    case .cancel:
      overlay = nil
      return []
    case .up: list.cursor = max(list.cursor - 1, 0)
    case .down: list.cursor = min(list.cursor + 1, max(descriptors.count - 1, 0))
    case .edit:
      guard descriptors.indices.contains(list.cursor), let run = runs.record(list.run) else {
        return []
      }
      let key = descriptors[list.cursor].key
      let old = (histories[run.id] ?? RunHistory()).liveValue(of: key, in: run.experiment)
      overlay = .prompt(Prompt(.liveSetting(run.id, key: key, old: old), text: old))
      return []
    default: break
    }
    overlay = .liveSettings(list)
    return []
  }
}

extension RunScreenState.Pane {
  func neighbour(_ step: Int) -> Self {
    let all = Self.allCases
    let index = all.firstIndex(of: self) ?? 0
    return all[(index + step + all.count) % all.count]
  }
}

extension RunScreenState {
  /// Zooms, pans, or moves the cursor of the chart, never beyond what was measured.
  mutating func move(_ action: Action, within extent: ClosedRange<Double>) {
    let shown = range ?? extent
    let width = shown.upperBound - shown.lowerBound
    switch action {
    case .zoomIn, .zoomOut:
      let center = cursor ?? (shown.lowerBound + shown.upperBound) / 2
      let newWidth = action == .zoomIn ? max(width / 2, 1) : width * 2
      show(center - newWidth / 2, width: newWidth, within: extent)
    case .panLeft where range != nil:
      show(shown.lowerBound - width / 4, width: width, within: extent)
    case .panRight where range != nil:
      show(shown.lowerBound + width / 4, width: width, within: extent)
    case .left, .right:
      let step = max((width / 60).rounded(), 1)
      let start = cursor ?? (action == .left ? shown.upperBound + step : shown.lowerBound - step)
      let moved = start + (action == .left ? -step : step)
      cursor = min(max(moved, shown.lowerBound), shown.upperBound)
    default: break
    }
  }

  private mutating func show(_ start: Double, width: Double, within extent: ClosedRange<Double>) {
    let whole = extent.upperBound - extent.lowerBound
    guard width < whole else {
      range = nil
      return
    }
    let low = min(max(start, extent.lowerBound), extent.upperBound - width)
    range = low...(low + width)
    if let cursor { self.cursor = min(max(cursor, low), low + width) }
  }
}
