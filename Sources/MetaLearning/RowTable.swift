package import Tensors

/// A table of rows under AdamW of which few are ever used: the embeddings of a vocabulary.
///
/// Dense AdamW moves every row at each step, but a row that never had a gradient only by its
/// decoupled weight decay, which is the same factor for all of them. So only rows that have been
/// used are kept apart, with their moments, and updated; any other is its row of the table times
/// the product of the factors so far. The result is that of dense AdamW but for rounding in that
/// product. The table itself is never changed, and need not be in memory: rows of a file are read when
/// they are used.
package struct RowTable {
  /// The table as it was, (rows, size).
  package let base: any RowSource
  /// The optimizer's rule, an AdamW.
  package let rule: OptimizerRule
  /// The rows that have been used, in the order in which they first were.
  package private(set) var used: [Int] = []
  /// What every other row has been multiplied by.
  package private(set) var decay = 1.0
  /// Steps taken.
  package private(set) var step = 0

  private var places: [Int: Int] = [:]
  private var rows: Tensor
  private var first: Tensor
  private var second: Tensor

  private var size: Int { base.shape[1] }

  /// A table of which no row was used.
  package init(_ base: any RowSource, rule: OptimizerRule) {
    precondition(base.shape.count == 2, "A table has rows, not a shape \(base.shape)")
    guard case .adamW = rule else { preconditionFailure("Only AdamW leaves unused rows alike") }
    self.base = base
    self.rule = rule
    let nothing = Tensor.zeros([0, base.shape[1]])
    (rows, first, second) = (nothing, nothing, nothing)
  }

  /// The values of some rows, in their order, (ids, size).
  ///
  /// - Throws: When the table's file is no longer what it was.
  package func values(of ids: [Int]) throws -> Tensor {
    try withoutGradients {
      let known = ids.indices.filter { places[ids[$0]] != nil }
      if known.isEmpty { return try base.rows(ids) * decay }
      let own = rows.gathered(known.compactMap { places[ids[$0]] })
      if known.count == ids.count { return own }
      let others = ids.indices.filter { places[ids[$0]] == nil }
      let values = Tensor.zeros([ids.count, size])
      values.replaceRows(others, with: try base.rows(others.map { ids[$0] }) * decay)
      values.replaceRows(known, with: own)
      return values
    }
  }

  /// One AdamW step, with the gradient of some rows; of all others it is zero.
  ///
  /// - Parameters:
  ///   - gradient: (ids, size)
  ///   - ids: Rows of the table, each once.
  /// - Throws: When the table's file is no longer what it was; then nothing has been changed.
  package mutating func update(
    _ gradient: Tensor, of ids: [Int], learningRate: Double
  ) throws {
    precondition(
      gradient.shape == [ids.count, size],
      "A gradient of shape \(gradient.shape) for \(ids.count) rows of \(size)")
    guard case .adamW(let beta1, let beta2, let epsilon, let weightDecay) = rule else { return }
    try use(ids.filter { places[$0] == nil })
    withoutGradients {
      var sources = [Int64](repeating: -1, count: used.count)
      for (position, id) in ids.enumerated() {
        if let place = places[id] { sources[place] = Int64(position) }
      }
      step += 1
      rows.adamWRowsInPlace(
        gradient: gradient, sources: sources, firstMoment: first, secondMoment: second, step: step,
        learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
        weightDecay: weightDecay)
      decay *= Double(Float(1 - learningRate * weightDecay))
    }
  }

  /// Keeps rows apart from now on.
  private mutating func use(_ ids: [Int]) throws {
    if ids.isEmpty { return }
    let count = used.count
    let values = try values(of: ids)
    withoutGradients {
      if count + ids.count > rows.shape[0] {
        let capacity = max(1024, count + ids.count, 2 * count)
        (rows, first, second) = (
          grown(rows, count, capacity), grown(first, count, capacity),
          grown(second, count, capacity)
        )
      }
      rows.slice(count..<count + ids.count).copyInPlace(values)
    }
    for id in ids {
      places[id] = used.count
      used.append(id)
    }
  }

  private func grown(_ tensor: Tensor, _ count: Int, _ capacity: Int) -> Tensor {
    let larger = Tensor.zeros([capacity, size])
    if count > 0 { larger.slice(0..<count).copyInPlace(tensor.slice(0..<count)) }
    return larger
  }

  /// The whole table as it is now, in storage of its own.
  ///
  /// - Throws: When the table's file is no longer what it was.
  package func whole() throws -> Tensor {
    let table = try base.whole()
    return withoutGradients {
      if decay != 1 { table.multiplyInPlace(decay) }
      if !used.isEmpty { table.replaceRows(used, with: rows.slice(0..<used.count)) }
      return table
    }
  }

  // MARK: Checkpoints

  /// The rows that have been used and their moments, and which they are.
  package var state: [String: Tensor] {
    let range = 0..<used.count
    return [
      "rows": rows.slice(range).copied(), "first": first.slice(range).copied(),
      "second": second.slice(range).copied(),
      "used": Tensor(integers: used, shape: [used.count]),
    ]
  }

  /// A table as a checkpoint kept it.
  package init?(
    _ base: any RowSource, rule: OptimizerRule, step: Int, decay: Double, state: [String: Tensor]
  ) {
    self.init(base, rule: rule)
    guard let rows = state["rows"], let first = state["first"], let second = state["second"],
      let ids = state["used"]?.integers, rows.shape == [ids.count, size],
      first.shape == rows.shape, second.shape == rows.shape,
      ids.allSatisfy({ (0..<base.shape[0]).contains($0) }), Set(ids).count == ids.count
    else { return nil }
    (self.step, self.decay, used) = (step, decay, ids)
    (self.rows, self.first, self.second) = (rows.copied(), first.copied(), second.copied())
    for (place, id) in ids.enumerated() { places[id] = place }
  }
}
