package import RunFolders

/// How one chart of a run is looked at.
package struct ChartState: Hashable, Sendable {
  /// The curves chosen by hand; nil follows the run, or what the other charts leave.
  package var chosen: RunCurves?
  /// Series that are not drawn, by name.
  package var hidden: Set<SeriesKey> = []
  package var isLogarithmic = false
  /// The part of the x axis that is shown, when zoomed; nil shows all.
  package var range: ClosedRange<Double>?
  /// The place whose values are read out.
  package var cursor: Double?

  package init() {}
}

extension ChartState {
  /// Zooms, pans, or moves the cursor, never beyond what was measured.
  mutating func move(
    _ action: Action, within extent: ClosedRange<Double>, events: [Double], isWhole: Bool
  ) {
    let shown = range ?? extent
    let width = shown.upperBound - shown.lowerBound
    switch action {
    case .zoomIn, .zoomOut:
      zoom(
        by: action == .zoomIn ? 0.5 : 2,
        around: cursor ?? (shown.lowerBound + shown.upperBound) / 2, within: extent,
        isWhole: isWhole)
    case .panLeft where range != nil:
      show(shown.lowerBound - width / 4, width: width, within: extent)
    case .panRight where range != nil:
      show(shown.lowerBound + width / 4, width: width, within: extent)
    case .left, .right:
      let step = isWhole ? max((width / 60).rounded(), 1) : width / 60
      let start = cursor ?? (action == .left ? shown.upperBound + step : shown.lowerBound - step)
      let moved = start + (action == .left ? -step : step)
      cursor = min(max(moved, shown.lowerBound), shown.upperBound)
    case .top: cursor = shown.lowerBound
    case .bottom: cursor = shown.upperBound
    case .nextMark, .previousMark:
      let inside = events.filter(extent.contains)
      let place =
        action == .nextMark
        ? inside.first { $0 > (cursor ?? -.infinity) }
        : inside.last { $0 < (cursor ?? .infinity) }
      guard let place else { return }
      cursor = place
      if !shown.contains(place) { show(place - width / 2, width: width, within: extent) }
    default: break
    }
  }

  /// Zooms so that a place stays where it is.
  mutating func zoom(
    by factor: Double, around place: Double, within extent: ClosedRange<Double>, isWhole: Bool
  ) {
    let shown = range ?? extent
    let width = shown.upperBound - shown.lowerBound
    let smallest = isWhole ? 1 : (extent.upperBound - extent.lowerBound) / 1e5
    let newWidth = max(width * factor, smallest)
    let share = width > 0 ? (place - shown.lowerBound) / width : 0.5
    show(place - newWidth * share, width: newWidth, within: extent)
  }

  /// Shows a part of what was measured; all of it when the part would be as large.
  mutating func show(_ start: Double, width: Double, within extent: ClosedRange<Double>) {
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
