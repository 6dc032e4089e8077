import CTorch
import Foundation
import Synchronization

/// What happens when libtorch refuses an operation.
///
/// Shapes that do not fit are a programmer's mistake, and memory that is not to be had leaves
/// nothing to go on with: the program ends. Before it does, `handler` may leave a word of why
/// (the engine writes the text into its run).
package enum TensorFailure {
  private static let storedHandler = Mutex<(@Sendable (String) -> Void)?>(nil)

  /// Called with the text of the failure just before the program ends.
  package static func setHandler(_ handler: @escaping @Sendable (String) -> Void) {
    storedHandler.withLock { $0 = handler }
  }

  /// Ends the program with what was asked, the operands' shapes, and what libtorch said.
  static func report(_ operation: String, _ operands: [Tensor]) -> Never {
    let reason = String(cString: ctorch_last_error())
    let shapes = operands.map { "\($0.shape) \($0.elementType)" }.joined(separator: ", ")
    let text =
      outOfMemory(operation, shapes, reason)
      ?? "Tensors: \(operation)(\(shapes)) failed: \(reason)"
    storedHandler.withLock { $0 }?(text)
    fatalError(text)
  }

  /// The words for memory that is not to be had; nil when that is not the reason.
  private static func outOfMemory(
    _ operation: String, _ shapes: String, _ reason: String
  ) -> String? {
    let words = "you tried to allocate "
    guard let start = reason.range(of: words)?.upperBound,
      let bytes = Int(reason[start...].prefix(while: \.isNumber))
    else { return nil }
    let operands = shapes.isEmpty ? "" : " of \(shapes)"
    return "Not enough memory: \(bytes) bytes were asked for (\(operation)\(operands)). "
      + "Use smaller batches (priming.microBatchSize, tuning.microBatchSize, evaluation.batchSize), a smaller "
      + "data.maximumSubwords, or a smaller encoder."
  }
}

/// Ends through `TensorFailure` unless the shim's status is 0.
func check(_ status: Int32, _ operation: String, _ operands: [Tensor] = []) {
  if status != 0 { TensorFailure.report(operation, operands) }
}

/// What a call of the shim writes over `initial`, or the end through `TensorFailure`.
@inline(__always)
func read<Value>(
  _ operation: String, _ initial: Value, _ call: (inout Value) -> Int32
) -> Value {
  var value = initial
  check(call(&value), operation)
  return value
}
