package import Tensors

/// All that the next outer step depends on.
package struct OuterLoopState {
  /// Every parameter but that of `rowTable`.
  package var parameters: Parameters
  /// The step sizes of the inner loop.
  package var stepSizes: StepSizes
  /// The optimizer of the parameters.
  package var optimizer: Optimizer
  /// The optimizer of the step sizes.
  package var stepSizeOptimizer: Optimizer
  /// A table of which each step reads some rows, as embeddings are, and its parameter's name; nil
  /// where every parameter is read whole.
  package var rowTable: (name: ParameterName, table: RowTable)?
  /// Outer steps done.
  package var step = 0

  /// The parameters as a step sees them that reads some rows of the table.
  ///
  /// - Parameter rows: Rows of the table; they are renumbered in this order. Nil where there is no
  ///   table.
  /// - Throws: When the table's file is no longer what it was.
  package func parameters(reading rows: [Int]?) throws -> Parameters {
    guard let (name, table) = rowTable else { return parameters }
    guard let rows else { preconditionFailure("A step says which rows of \(name) it reads") }
    var seen = parameters
    seen[name] = try table.values(of: rows)
    return seen
  }

  /// Puts the table among the parameters.
  ///
  /// - Throws: When the table's file is no longer what it was.
  package mutating func mergeRowTable() throws {
    guard let (name, table) = rowTable else { return }
    parameters[name] = try table.whole()
    rowTable = nil
  }
}
