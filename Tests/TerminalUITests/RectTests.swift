import Testing

@testable import TerminalUI

@Suite struct RectTests {
  let area = Rect(x: 2, y: 1, width: 20, height: 10)

  @Test func `rows are stacked from top to bottom`() {
    let parts = area.rows([.fixed(1), .fill, .fixed(2)])
    #expect(parts.map(\.y) == [1, 2, 9])
    #expect(parts.map(\.height) == [1, 7, 2])
    #expect(parts.allSatisfy { $0.x == 2 && $0.width == 20 })
  }

  @Test func `columns leave the spacing free`() {
    let parts = area.columns([.fixed(5), .fill, .fraction(0.25)], spacing: 1)
    // 20 − 2 gaps = 18; a quarter of 18 is 4; 18 − 5 − 4 = 9 are left
    #expect(parts.map(\.width) == [5, 9, 4])
    #expect(parts.map(\.x) == [2, 8, 18])
  }

  @Test func `what is left is shared evenly, the first taking the odd cell`() {
    #expect(Constraint.lengths([.fill, .minimum(2), .fill], total: 10) == [3, 5, 2])
    #expect(Constraint.lengths([.fill, .fill, .fill], total: 11) == [4, 4, 3])
  }

  @Test func `parts never exceed the whole and are never negative`() {
    let choices: [Constraint] = [
      .fixed(3), .fixed(-2), .fraction(0.5), .fraction(.nan), .minimum(4), .fill,
    ]
    for total in 0...12 {
      for first in choices {
        for second in choices {
          let lengths = Constraint.lengths([first, second], total: total)
          #expect(lengths.allSatisfy { $0 >= 0 })
          #expect(lengths.reduce(0, +) <= total)
        }
      }
    }
  }

  @Test func `an inset larger than the area leaves nothing`() {
    #expect(Rect(x: 0, y: 0, width: 1, height: 1).inset(by: 3).isEmpty)
    #expect(area.inset(by: 1) == Rect(x: 3, y: 2, width: 18, height: 8))
    #expect(Rect(x: 0, y: 0, width: -4, height: 2).isEmpty)
  }

  @Test func `a centered area stays inside`() {
    #expect(area.centered(width: 4, height: 2) == Rect(x: 10, y: 5, width: 4, height: 2))
    #expect(area.centered(width: 99, height: 99) == area)
  }
}
