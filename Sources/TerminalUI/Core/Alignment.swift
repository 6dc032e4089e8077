/// Where text stands in a space wider than itself.
package enum Alignment: Hashable, Sendable {
  case left, center, right

  /// How many of the free columns come before the text.
  func offset(of free: Int) -> Int {
    switch self {
    case .left: 0
    case .center: free / 2
    case .right: free
    }
  }
}
