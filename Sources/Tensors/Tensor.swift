import CTorch

/// The type of a tensor's elements.
package enum ElementType: String, Hashable, Sendable {
  case float32, float64, float16, bfloat16, int64, int32, int16, int8, bool, uint8

  /// Bytes for one element.
  package var byteCount: Int {
    switch self {
    case .float64, .int64: 8
    case .float32, .int32: 4
    case .float16, .bfloat16, .int16: 2
    case .bool, .uint8, .int8: 1
    }
  }

  /// Whether the elements are floating-point numbers.
  package var isFloatingPoint: Bool {
    switch self {
    case .float32, .float64, .float16, .bfloat16: true
    case .int64, .int32, .int16, .int8, .bool, .uint8: false
    }
  }

  init(_ raw: ctorch_type) {
    switch raw {
    case CTORCH_FLOAT32: self = .float32
    case CTORCH_FLOAT64: self = .float64
    case CTORCH_FLOAT16: self = .float16
    case CTORCH_BFLOAT16: self = .bfloat16
    case CTORCH_INT64: self = .int64
    case CTORCH_INT32: self = .int32
    case CTORCH_BOOL: self = .bool
    case CTORCH_INT16: self = .int16
    case CTORCH_INT8: self = .int8
    default: self = .uint8
    }
  }

  var raw: ctorch_type {
    switch self {
    case .float32: CTORCH_FLOAT32
    case .float64: CTORCH_FLOAT64
    case .float16: CTORCH_FLOAT16
    case .bfloat16: CTORCH_BFLOAT16
    case .int64: CTORCH_INT64
    case .int32: CTORCH_INT32
    case .bool: CTORCH_BOOL
    case .int16: CTORCH_INT16
    case .int8: CTORCH_INT8
    case .uint8: CTORCH_UINT8
    }
  }
}

/// An array of numbers with a shape, and with a memory of how it was computed.
///
///     let w = Tensor([2, 3, 5]).detached(requiresGradient: true)
///     let loss = (w * Tensor([1, 2, 3])).sum()          // 23
///     let gradient = gradients(of: loss, for: [w])[0]   // 1, 2, 3
///
/// A value: operations make new tensors. The few that change storage in place end in `InPlace`
/// and are for optimizers. An operation on shapes that do not fit is a programmer's mistake and
/// ends the program through `TensorFailure`, with the shapes in the text.
package struct Tensor: @unchecked Sendable {
  /// Frees the libtorch tensor with the last value that shares it.
  final class Handle {
    let raw: ctorch_tensor

    init(_ raw: ctorch_tensor) {
      self.raw = raw
    }

    deinit {
      ctorch_release(raw)
    }
  }

  let handle: Handle

  var raw: ctorch_tensor { handle.raw }

  init(adopting raw: ctorch_tensor) {
    handle = Handle(raw)
  }

  /// Takes the shim's result, or ends through `TensorFailure` with the operation and its operands.
  init(_ raw: ctorch_tensor?, _ operation: String, _ operands: [Tensor] = []) {
    guard let raw else { TensorFailure.report(operation, operands) }
    handle = Handle(raw)
  }

  /// A vector of 32-bit floats.
  package init(_ values: [Float]) {
    self.init(values, shape: [values.count])
  }

  /// 32-bit floats in row-major order.
  package init(_ values: [Float], shape: [Int]) {
    precondition(
      values.count == shape.product,
      "\(values.count) values do not fill a tensor of shape \(shape)")
    self = values.withUnsafeBytes { bytes in
      Tensor(bytes: bytes, type: .float32, shape: shape)
    }
  }

  /// 64-bit integers in row-major order, as ids and labels are.
  package init(integers values: [Int], shape: [Int]) {
    precondition(
      values.count == shape.product,
      "\(values.count) integers do not fill a tensor of shape \(shape)")
    self = values.withUnsafeBytes { bytes in
      Tensor(bytes: bytes, type: .int64, shape: shape)
    }
  }

  /// Elements of `type` copied from memory, in row-major order and the machine's byte order.
  package init(bytes: UnsafeRawBufferPointer, type: ElementType, shape: [Int]) {
    precondition(
      bytes.count == shape.product * type.byteCount,
      "\(bytes.count) bytes do not fill a \(type) tensor of shape \(shape)")
    let sizes = shape.map(Int64.init)
    self.init(
      ctorch_from_data(bytes.baseAddress, type.raw, sizes, Int32(sizes.count)), "from bytes")
  }

  /// A tensor with one value everywhere.
  package init(repeating value: Double, shape: [Int], type: ElementType = .float32) {
    let sizes = shape.map(Int64.init)
    self.init(ctorch_full(sizes, Int32(sizes.count), value, type.raw), "full \(shape)")
  }

  /// Zeros.
  package static func zeros(_ shape: [Int]) -> Tensor {
    Tensor(repeating: 0, shape: shape)
  }

  /// Ones.
  package static func ones(_ shape: [Int]) -> Tensor {
    Tensor(repeating: 1, shape: shape)
  }

  /// The integers 0, 1, … up to but without `end`.
  package static func range(_ end: Int) -> Tensor {
    Tensor(ctorch_arange(Int64(end)), "range \(end)")
  }

  /// The sizes of the dimensions; empty for a scalar.
  package var shape: [Int] {
    (0..<read("rank", 0) { ctorch_rank(raw, &$0) }).map { index in
      Int(read("dimension \(index)", 0) { ctorch_dimension(raw, index, &$0) })
    }
  }

  /// The number of elements.
  package var count: Int { Int(read("count", 0) { ctorch_count(raw, &$0) }) }

  /// The type of the elements.
  package var elementType: ElementType {
    ElementType(read("element type", CTORCH_OTHER) { ctorch_element_type(raw, &$0) })
  }

  /// Whether derivatives with respect to this tensor, or through it, are recorded.
  package var requiresGradient: Bool {
    read("requires a gradient", false) { ctorch_requires_gradient(raw, &$0) }
  }

  /// The elements as 32-bit floats, in row-major order.
  package var floats: [Float] {
    let count = count
    return [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      check(ctorch_copy_floats(raw, Int64(count), buffer.baseAddress), "read floats", [self])
      initialized = count
    }
  }

  /// The elements as 64-bit floats, in row-major order.
  package var doubles: [Double] {
    let count = count
    return [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
      check(ctorch_copy_doubles(raw, Int64(count), buffer.baseAddress), "read doubles", [self])
      initialized = count
    }
  }

  /// The elements as integers, in row-major order.
  package var integers: [Int] {
    let count = count
    let values = [Int64](unsafeUninitializedCapacity: count) { buffer, initialized in
      check(ctorch_copy_integers(raw, Int64(count), buffer.baseAddress), "read integers", [self])
      initialized = count
    }
    return values.map(Int.init)
  }

  /// Copies the elements' bytes as they are stored.
  package func copyBytes(to buffer: UnsafeMutableRawBufferPointer) {
    check(ctorch_copy_bytes(raw, buffer.count, buffer.baseAddress), "read bytes", [self])
  }

  /// The only element.
  package var scalar: Double {
    precondition(count == 1, "A tensor of shape \(shape) is not a scalar")
    return read("read a scalar", 0) { ctorch_item(raw, &$0) }
  }
}

extension Sequence<Int> {
  /// The product of all; 1 when there are none.
  package var product: Int { reduce(1, *) }
}
