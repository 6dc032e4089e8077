import MetaLearning
import Tensors
import TestSupport
import Testing

@Suite struct RowTableTests {
  private static let rule = OptimizerRule.adamW(weightDecay: 0.1)

  private func table(_ rows: Int, _ size: Int) -> Tensor {
    TensorGenerator(seed: 7).normal([rows, size])
  }

  /// Which rows have a gradient at each step: some again and again, some late, some never.
  private static let uses: [[Int]] = [
    [3, 1], [1, 7, 5], [3], [9, 0, 1], [5], [1, 3, 9], [2], [0], [7, 2], [4, 3],
  ]

  @Test func `rows apart end where dense AdamW brings the whole table`() throws {
    let base = table(12, 5)
    let dense: Parameters = ["table": base.copied()]
    var optimizer = Optimizer(Self.rule, isFused: false)
    var rows = RowTable(base, rule: Self.rule)
    let before = base.floats
    for round in 0..<5 {
      for (number, ids) in Self.uses.enumerated() {
        let step = round * Self.uses.count + number
        let gradient = TensorGenerator(seed: UInt64(100 + step)).normal([ids.count, 5])
        let whole = Tensor.zeros([12, 5])
        whole.replaceRows(ids, with: gradient)
        let rate = 0.05 / Double(step + 1)
        // What is read before the step is what dense AdamW has there.
        expectClose(
          try rows.values(of: [11, 3, 0]).doubles,
          dense["table"]?.gathered([11, 3, 0]).doubles ?? [], tolerance: 2e-6)
        optimizer.update(dense, with: ["table": whole], learningRate: rate)
        try rows.update(gradient, of: ids, learningRate: rate)
      }
    }
    expectClose(try rows.whole().doubles, dense["table"]?.doubles ?? [], tolerance: 2e-6)
    #expect(rows.used.sorted() == [0, 1, 2, 3, 4, 5, 7, 9])
    #expect(base.floats == before, "the table itself is not changed")
  }

  @Test func `a table continued from its state takes the same steps, bit for bit`() throws {
    let base = table(12, 5)
    func step(_ table: inout RowTable, _ number: Int) throws {
      let ids = Self.uses[number]
      try table.update(
        TensorGenerator(seed: UInt64(number)).normal([ids.count, 5]), of: ids,
        learningRate: 0.01)
    }
    var whole = RowTable(base, rule: Self.rule)
    for number in Self.uses.indices { try step(&whole, number) }
    var first = RowTable(base, rule: Self.rule)
    for number in 0..<4 { try step(&first, number) }
    var second = try #require(
      RowTable(base, rule: Self.rule, step: first.step, decay: first.decay, state: first.state))
    for number in 4..<Self.uses.count { try step(&second, number) }
    #expect(try second.whole().floats == whole.whole().floats)
    #expect(second.used == whole.used)
  }

  @Test func `a state that does not belong to the table is refused`() throws {
    let base = table(4, 3)
    var rows = RowTable(base, rule: Self.rule)
    try rows.update(Tensor.zeros([2, 3]), of: [0, 3], learningRate: 0.1)
    func opens(_ base: Tensor, _ change: (inout [String: Tensor]) -> Void) -> Bool {
      var state = rows.state
      change(&state)
      return RowTable(base, rule: Self.rule, step: 1, decay: 1, state: state) != nil
    }
    #expect(opens(base) { _ in })
    #expect(!opens(table(3, 3)) { _ in }, "row 3 is not there")
    #expect(!opens(table(4, 2)) { _ in })
    #expect(!opens(base) { $0["first"] = nil })
    #expect(!opens(base) { $0["used"] = Tensor(integers: [1, 1], shape: [2]) })
  }

  @Test func `AdamW in one pass is AdamW an operation at a time`() {
    for shape in [[1], [7], [33, 5], [70_001]] {
      let start = TensorGenerator(seed: 1).normal(shape)
      let plain: Parameters = ["w": start.copied()]
      let fused: Parameters = ["w": start.copied()]
      var one = Optimizer(Self.rule, isFused: false)
      var other = Optimizer(Self.rule)
      for step in 0..<8 {
        let gradient = TensorGenerator(seed: UInt64(2 + step)).normal(shape)
        one.update(plain, with: ["w": gradient], learningRate: 0.01)
        other.update(fused, with: ["w": gradient], learningRate: 0.01)
      }
      expectClose(
        fused["w"]?.doubles ?? [], plain["w"]?.doubles ?? [], tolerance: 1e-6)
    }
  }
}
