/// A part of the screen, in cells; the origin is the top left corner.
///
/// Splitting never yields negative sizes, so a widget may split any area, however small:
///
///     let parts = area.rows([.fixed(1), .fill, .fixed(1)])   // header, body, key bar
package struct Rect: Hashable, Sendable {
  /// The leftmost column.
  package var x: Int
  /// The topmost row.
  package var y: Int
  /// The number of columns, never negative.
  package var width: Int
  /// The number of rows, never negative.
  package var height: Int

  /// Makes an area; negative sizes become 0.
  package init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = max(0, width)
    self.height = max(0, height)
  }

  /// Whether there is no cell in the area.
  package var isEmpty: Bool { width == 0 || height == 0 }

  /// The first column to the right of the area.
  package var right: Int { x + width }

  /// The first row below the area.
  package var bottom: Int { y + height }

  /// Whether the cell belongs to the area.
  package func contains(x column: Int, y row: Int) -> Bool {
    column >= x && column < right && row >= y && row < bottom
  }

  /// The area without a margin on all four sides.
  package func inset(by margin: Int) -> Rect {
    inset(horizontal: margin, vertical: margin)
  }

  /// The area without a margin left and right, and one at the top and the bottom.
  package func inset(horizontal: Int, vertical: Int) -> Rect {
    Rect(
      x: x + min(horizontal, width), y: y + min(vertical, height),
      width: width - 2 * horizontal, height: height - 2 * vertical)
  }

  /// The cells that both areas have.
  package func intersection(_ other: Rect) -> Rect {
    let left = max(x, other.x)
    let top = max(y, other.y)
    return Rect(
      x: left, y: top,
      width: min(right, other.right) - left, height: min(bottom, other.bottom) - top)
  }

  /// An area of at most this size in the middle of this one.
  package func centered(width wanted: Int, height wantedHeight: Int) -> Rect {
    let innerWidth = min(max(0, wanted), width)
    let innerHeight = min(max(0, wantedHeight), height)
    return Rect(
      x: x + (width - innerWidth) / 2, y: y + (height - innerHeight) / 2,
      width: innerWidth, height: innerHeight)
  }

  /// Parts one below the other, one for each constraint.
  package func rows(_ constraints: [Constraint]) -> [Rect] {
    var top = y
    return Constraint.lengths(constraints, total: height).map { length in
      defer { top += length }
      return Rect(x: x, y: top, width: width, height: length)
    }
  }

  /// Parts side by side, one for each constraint, with `spacing` empty columns between them.
  package func columns(_ constraints: [Constraint], spacing: Int = 0) -> [Rect] {
    var left = x
    let gaps = max(0, constraints.count - 1) * spacing
    return Constraint.lengths(constraints, total: max(0, width - gaps)).map { length in
      defer { left += length + spacing }
      return Rect(
        x: min(left, right), y: y, width: min(length, max(0, right - left)), height: height)
    }
  }
}
