/// How long a part of a split area wants to be.
///
/// Fixed lengths, fractions and minima are given out in order while there is room; what is left
/// is shared evenly by `minimum` and `fill`, the first ones taking the odd cells.
package enum Constraint: Hashable, Sendable {
  /// Exactly this many cells, if there are as many.
  case fixed(Int)
  /// This share of the whole length, rounded down.
  case fraction(Double)
  /// At least this many cells, and a share of what is left.
  case minimum(Int)
  /// A share of what is left.
  case fill

  /// The lengths of the parts; their sum is never more than `total`.
  static func lengths(_ constraints: [Constraint], total: Int) -> [Int] {
    var left = total
    var lengths = constraints.map { constraint in
      let length = min(left, max(0, constraint.wanted(of: total)))
      left -= length
      return length
    }
    let growing = constraints.indices.filter { constraints[$0].grows }
    for (position, index) in growing.enumerated() {
      let share = left / (growing.count - position)
      let odd = left % (growing.count - position) > 0 ? 1 : 0
      lengths[index] += share + odd
      left -= share + odd
    }
    return lengths
  }

  private var grows: Bool {
    switch self {
    case .minimum, .fill: true
    case .fixed, .fraction: false
    }
  }

  private func wanted(of total: Int) -> Int {
    switch self {
    case .fixed(let length), .minimum(let length): length
    case .fraction(let share): share.isFinite ? Int(Double(total) * min(max(share, 0), 1)) : 0
    case .fill: 0
    }
  }
}
