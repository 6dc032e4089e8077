import CTorch

/// Tensors that are filled from memory piece by piece, as a reader of files does.
extension Tensor {
  /// A tensor whose elements have no value yet; the caller sets each of them.
  package static func uninitialized(_ shape: [Int], type: ElementType) -> Tensor {
    let sizes = shape.map(Int64.init)
    return Tensor(ctorch_empty(sizes, Int32(sizes.count), type.raw), "empty \(shape)")
  }

  /// Sets elements to numbers in memory, converted to this tensor's type.
  ///
  /// - Parameters:
  ///   - start: The first element that is set, counted in row-major order; those after it follow.
  ///   - data: The numbers, aligned for their type.
  ///   - type: The type of the numbers in memory.
  ///   - shape: How many numbers are read along each dimension.
  ///   - strides: How many numbers lie from one index to the next, for each dimension.
  package func fillInPlace(
    at start: Int, from data: UnsafeRawPointer?, type: ElementType, shape: [Int], strides: [Int]
  ) {
    let status = ctorch_fill(
      raw, Int64(start), data, type.raw, shape.map(Int64.init), strides.map(Int64.init),
      Int32(shape.count))
    check(status, "read \(shape) of \(type)", [self])
  }
}
