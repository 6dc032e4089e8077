import CTorch

extension Tensor {
  private func binary(_ op: ctorch_binary_op, _ other: Tensor, _ name: String) -> Tensor {
    Tensor(ctorch_binary(op, raw, other.raw), name, [self, other])
  }

  private func unary(_ op: ctorch_unary_op, _ name: String) -> Tensor {
    Tensor(ctorch_unary(op, raw), name, [self])
  }

  private func scalar(_ op: ctorch_scalar_op, _ value: Double, _ name: String) -> Tensor {
    Tensor(ctorch_scalar(op, raw, value), name, [self])
  }

  /// The sum, element by element, with libtorch's broadcasting.
  package static func + (a: Tensor, b: Tensor) -> Tensor { a.binary(CTORCH_ADD, b, "add") }

  /// The difference, element by element, with broadcasting.
  package static func - (a: Tensor, b: Tensor) -> Tensor {
    a.binary(CTORCH_SUBTRACT, b, "subtract")
  }

  /// The product, element by element, with broadcasting.
  package static func * (a: Tensor, b: Tensor) -> Tensor {
    a.binary(CTORCH_MULTIPLY, b, "multiply")
  }

  /// The quotient, element by element, with broadcasting.
  package static func / (a: Tensor, b: Tensor) -> Tensor { a.binary(CTORCH_DIVIDE, b, "divide") }

  /// A number added to every element.
  package static func + (a: Tensor, b: Double) -> Tensor {
    a.scalar(CTORCH_ADD_SCALAR, b, "add \(b)")
  }

  /// A number subtracted from every element.
  package static func - (a: Tensor, b: Double) -> Tensor { a + (-b) }

  /// Every element times a number.
  package static func * (a: Tensor, b: Double) -> Tensor {
    a.scalar(CTORCH_MULTIPLY_SCALAR, b, "multiply by \(b)")
  }

  /// Every element divided by a number.
  package static func / (a: Tensor, b: Double) -> Tensor { a * (1 / b) }

  /// Every element negated.
  package static prefix func - (a: Tensor) -> Tensor { a.unary(CTORCH_NEGATE, "negate") }

  /// Every element raised to a power.
  package func power(_ exponent: Double) -> Tensor {
    scalar(CTORCH_POWER_SCALAR, exponent, "power \(exponent)")
  }

  /// The matrix product over the last two dimensions; the others are broadcast.
  package func matrixProduct(_ other: Tensor) -> Tensor {
    binary(CTORCH_MATMUL, other, "matrix product")
  }

  /// The larger of two elements.
  package func maximum(_ other: Tensor) -> Tensor { binary(CTORCH_MAXIMUM, other, "maximum") }

  /// Where two tensors have equal elements, as booleans.
  package func equals(_ other: Tensor) -> Tensor { binary(CTORCH_EQUAL, other, "equal") }

  /// Where the elements equal a number, as booleans.
  package func equals(_ value: Double) -> Tensor {
    scalar(CTORCH_EQUAL_SCALAR, value, "equal \(value)")
  }

  /// Where the elements are less than another's, as booleans.
  package func isLess(than other: Tensor) -> Tensor { binary(CTORCH_LESS, other, "less") }

  /// Where the elements are less than a number, as booleans.
  package func isLess(than value: Double) -> Tensor {
    scalar(CTORCH_LESS_SCALAR, value, "less than \(value)")
  }

  /// The elements, none below `minimum`.
  package func clamped(minimum: Double) -> Tensor {
    scalar(CTORCH_CLAMP_MINIMUM, minimum, "clamp at \(minimum)")
  }

  /// e raised to each element.
  package func exponential() -> Tensor { unary(CTORCH_EXP, "exp") }

  /// The natural logarithm of each element.
  package func logarithm() -> Tensor { unary(CTORCH_LOG, "log") }

  /// The square root of each element.
  package func squareRoot() -> Tensor { unary(CTORCH_SQRT, "sqrt") }

  /// The absolute value of each element.
  package func magnitude() -> Tensor { unary(CTORCH_ABS, "abs") }

  /// Where elements are finite, as booleans.
  package func isFinite() -> Tensor { unary(CTORCH_IS_FINITE, "is finite") }

  /// Booleans turned round.
  package func negated() -> Tensor { unary(CTORCH_LOGICAL_NOT, "logical not") }

  /// tanh of each element.
  package func tanh() -> Tensor { unary(CTORCH_TANH, "tanh") }

  /// 1 / (1 + e⁻ˣ).
  package func sigmoid() -> Tensor { unary(CTORCH_SIGMOID, "sigmoid") }

  /// max(x, 0).
  package func relu() -> Tensor { unary(CTORCH_RELU, "relu") }

  /// x · sigmoid(x), also called swish.
  package func silu() -> Tensor { unary(CTORCH_SILU, "silu") }

  /// x · Φ(x), with the exact error function (Hendrycks and Gimpel 2016).
  package func gelu() -> Tensor { unary(CTORCH_GELU, "gelu") }

  /// The tanh approximation of `gelu` (`gelu_new`, `gelu_pytorch_tanh`).
  package func geluTanh() -> Tensor { unary(CTORCH_GELU_TANH, "gelu tanh") }

  /// The same numbers as another element type.
  package func converted(to type: ElementType) -> Tensor {
    Tensor(ctorch_to_type(raw, type.raw), "convert to \(type)", [self])
  }

  /// Elements of `a` where the condition holds, of `b` elsewhere.
  package static func select(_ condition: Tensor, _ a: Tensor, _ b: Tensor) -> Tensor {
    Tensor(ctorch_where(condition.raw, a.raw, b.raw), "where", [condition, a, b])
  }

  /// The elements, with `value` where the mask holds.
  package func filled(where mask: Tensor, with value: Double) -> Tensor {
    Tensor(ctorch_masked_fill(raw, mask.raw, value), "masked fill", [self, mask])
  }
}
