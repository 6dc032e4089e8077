/// Which part of a long list is shown: the selected row stands in the middle while it can.
///
/// It follows from the selection alone, so what is shown needs no memory and a click finds its row.
enum ListWindow {
  /// The first row to show.
  static func first(selected: Int, count: Int, visible: Int) -> Int {
    guard visible > 0, count > visible else { return 0 }
    return min(max(selected - visible / 2, 0), count - visible)
  }
}
