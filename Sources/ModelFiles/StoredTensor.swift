package import Tensors

/// Where a file keeps a tensor's numbers, and what they are.
package struct StoredTensor: Hashable, Sendable {
  /// The element type in the file.
  package var type: ElementType
  /// The sizes of the dimensions.
  package var shape: [Int]
  /// How many elements lie from one index to the next, for each dimension.
  package var strides: [Int]
  /// The place in the file of the byte that the first element begins with.
  package var offset: Int

  /// The number of elements.
  package var count: Int { shape.product }

  /// More dimensions than any layer's weight has are an error.
  static let maximumRank = 8

  /// The number of elements of a shape; nil when it is none that could be kept in memory.
  static func elementCount(_ shape: [Int]) -> Int? {
    guard shape.count <= maximumRank else { return nil }
    var extent = 1
    for size in shape {
      let (product, overflow) = extent.multipliedReportingOverflow(by: Swift.max(size, 1))
      guard size >= 0, !overflow, product < 1 << 48 else { return nil }
      extent = product
    }
    return shape.contains(0) ? 0 : extent
  }

  /// The strides of a shape in row-major order.
  static func rowMajorStrides(_ shape: [Int]) -> [Int] {
    var result = [Int](repeating: 1, count: shape.count)
    for dimension in shape.indices.dropLast().reversed() {
      result[dimension] = result[dimension + 1] * Swift.max(shape[dimension + 1], 1)
    }
    return result
  }

  /// How many elements lie from the first to the last, both included; nil when too many.
  static func span(_ shape: [Int], strides: [Int]) -> Int? {
    if shape.contains(0) { return 0 }
    var last = 0
    for (size, stride) in zip(shape, strides) {
      let (step, overflow) = stride.multipliedReportingOverflow(by: size - 1)
      let (sum, sumOverflow) = last.addingReportingOverflow(step)
      guard stride >= 0, !overflow, !sumOverflow, sum < 1 << 48 else { return nil }
      last = sum
    }
    return last + 1
  }

  private static let elementsAtATime = 1 << 20

  /// The tensor, with floating-point numbers as 32-bit floats.
  ///
  /// The numbers go from the file to where they stay, some megabytes at a time, and the file's
  /// pages are given back on the way: no second copy is ever there.
  func read(from file: MappedFile) -> Tensor {
    let result = Tensor.uninitialized(shape, type: resultType)
    guard count > 0 else { return result }
    let isRowMajor = zip(shape, zip(strides, Self.rowMajorStrides(shape)))
      .allSatisfy { size, stride in size == 1 || stride.0 == stride.1 }
    if isRowMajor {
      var start = 0
      while start < count {
        let end = Swift.min(start + Self.elementsAtATime, count)
        fill(result, from: file, start: start, shape: [end - start], strides: [1])
        start = end
      }
    } else {
      fill(result, from: file, start: 0, shape: shape, strides: strides)
    }
    return result
  }

  /// Some rows of a matrix, (rows, columns), with floating-point numbers as 32-bit floats.
  ///
  /// They are read, not mapped: a mapped page brings its neighbours into memory.
  func rows(_ rows: [Int], from file: MappedFile) throws(ModelFileError) -> Tensor {
    precondition(
      shape.count == 2 && rows.allSatisfy((0..<shape[0]).contains),
      "Rows are taken of a matrix that has them, not of \(shape)")
    guard strides[1] == 1 || shape[1] == 1, strides[0] == shape[1] else {
      return read(from: file).gathered(rows)
    }
    let size = shape[1] * type.byteCount
    var bytes = [UInt8](repeating: 0, count: rows.count * size)
    try file.read(rows.map { offset + $0 * size }, size: size, into: &bytes)
    let sizes = [rows.count, shape[1]]
    let result = Tensor.uninitialized(sizes, type: resultType)
    guard !rows.isEmpty, size > 0 else { return result }
    bytes.withUnsafeBytes { bytes in
      result.fillInPlace(
        at: 0, from: bytes.baseAddress, type: type, shape: sizes, strides: [shape[1], 1])
    }
    return result
  }

  private var resultType: ElementType {
    switch type {
    case .float32, .float64, .float16, .bfloat16: .float32
    case .int64, .int32, .int16, .int8, .bool, .uint8: type
    }
  }

  private func fill(
    _ result: Tensor, from file: MappedFile, start: Int, shape: [Int], strides: [Int]
  ) {
    let first = offset + start * type.byteCount
    let length = (Self.span(shape, strides: strides) ?? 0) * type.byteCount
    precondition(first + length <= file.bytes.count, "A stored tensor lies within its file")
    let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[first..<first + length])
    func fill(_ data: UnsafeRawPointer?) {
      result.fillInPlace(at: start, from: data, type: type, shape: shape, strides: strides)
    }
    if first % type.byteCount == 0 {
      fill(bytes.baseAddress)
    } else {
      // A number that does not begin at a multiple of its size must not be looked at where it is.
      withUnsafeTemporaryAllocation(byteCount: length, alignment: 16) { aligned in
        aligned.copyMemory(from: bytes)
        fill(aligned.baseAddress)
      }
    }
    file.discard(first..<first + length)
  }
}
