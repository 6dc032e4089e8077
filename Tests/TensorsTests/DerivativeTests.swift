import Tensors
import Testing

/// Every operation that a model uses, against finite differences on small odd shapes in doubles.
@Suite struct DerivativeTests {
  struct Operation: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var shapes: [[Int]]
    var positive = false
    var apply: @Sendable ([Tensor]) -> Tensor
  }

  static let operations: [Operation] = [
    Operation(testDescription: "add, broadcast", shapes: [[2, 3], [3]]) { $0[0] + $0[1] },
    Operation(testDescription: "subtract", shapes: [[2, 3], [2, 1]]) { $0[0] - $0[1] },
    Operation(testDescription: "multiply", shapes: [[2, 3], [3]]) { $0[0] * $0[1] },
    Operation(testDescription: "divide", shapes: [[2, 3], [2, 3]]) { $0[0] / $0[1] },
    Operation(testDescription: "add a number", shapes: [[3]]) { ($0[0] + 2) * $0[0] },
    Operation(testDescription: "multiply by a number", shapes: [[3]]) { $0[0] * 2.5 * $0[0] },
    Operation(testDescription: "negate", shapes: [[3]]) { -$0[0] * $0[0] },
    Operation(testDescription: "power", shapes: [[3]], positive: true) { $0[0].power(1.5) },
    Operation(testDescription: "matrix product", shapes: [[2, 3, 4], [4, 2]]) {
      $0[0].matrixProduct($0[1])
    },
    Operation(testDescription: "batched matrix product", shapes: [[2, 3, 4], [2, 4, 2]]) {
      $0[0].matrixProduct($0[1])
    },
    Operation(testDescription: "linear with bias", shapes: [[2, 3, 4], [5, 4], [5]]) {
      $0[0].linear(weight: $0[1], bias: $0[2])
    },
    Operation(testDescription: "linear without bias", shapes: [[3, 4], [5, 4]]) {
      $0[0].linear(weight: $0[1], bias: nil)
    },
    Operation(testDescription: "exp", shapes: [[3]]) { $0[0].exponential() },
    Operation(testDescription: "log", shapes: [[3]], positive: true) { $0[0].logarithm() },
    Operation(testDescription: "sqrt", shapes: [[3]], positive: true) { $0[0].squareRoot() },
    Operation(testDescription: "tanh", shapes: [[3]]) { $0[0].tanh() },
    Operation(testDescription: "sigmoid", shapes: [[3]]) { $0[0].sigmoid() },
    Operation(testDescription: "relu", shapes: [[5]]) { $0[0].relu() * $0[0] },
    Operation(testDescription: "silu", shapes: [[5]]) { $0[0].silu() },
    Operation(testDescription: "gelu", shapes: [[5]]) { $0[0].gelu() },
    Operation(testDescription: "gelu, tanh form", shapes: [[5]]) { $0[0].geluTanh() },
    Operation(testDescription: "softmax", shapes: [[2, 5]]) { $0[0].softmax() },
    Operation(testDescription: "log softmax", shapes: [[2, 5]]) { $0[0].logSoftmax() },
    Operation(testDescription: "layer norm", shapes: [[2, 3, 5], [5], [5]]) {
      $0[0].layerNormalized(weight: $0[1], bias: $0[2], epsilon: 1e-5)
    },
    Operation(testDescription: "embedding", shapes: [[4, 3]]) {
      $0[0].embedding(Tensor(integers: [1, 3, 1, 0], shape: [2, 2])).exponential()
    },
    Operation(testDescription: "cross entropy", shapes: [[4, 3]]) {
      $0[0].crossEntropy(Tensor(integers: [1, -100, 0, 2], shape: [4]))
    },
    Operation(testDescription: "reshape, permute", shapes: [[2, 3, 4]]) {
      $0[0].reshaped([4, 6]).transposed().reshaped([2, 3, 4]).permuted([2, 0, 1]).exponential()
    },
    Operation(testDescription: "expand", shapes: [[1, 3]]) { $0[0].expanded([4, 3]).tanh() },
    Operation(testDescription: "slice", shapes: [[4, 3]]) { $0[0].slice(1..<3).tanh() },
    Operation(testDescription: "gather", shapes: [[4, 3]]) {
      $0[0].gathering(Tensor(integers: [2, 2, 0], shape: [3])).tanh()
    },
    Operation(testDescription: "concatenate", shapes: [[2, 3], [1, 3]]) {
      Tensor.concatenating([$0[0], $0[1]]).tanh()
    },
    Operation(testDescription: "sum over a dimension", shapes: [[2, 3]]) { $0[0].tanh().sum([1]) },
    Operation(testDescription: "mean", shapes: [[2, 3]]) { ($0[0] * $0[0]).mean([0]) },
    Operation(testDescription: "masked fill", shapes: [[2, 3]]) {
      $0[0].filled(where: Tensor([0, 1, 0]).equals(1), with: 3).tanh()
    },
    Operation(testDescription: "maximum", shapes: [[5], [5]]) {
      $0[0].maximum($0[1]) * $0[0]
    },
  ]

  @Test(arguments: operations)
  func `first and second derivatives agree with finite differences`(operation: Operation) {
    let inputs = operation.shapes.enumerated().map { index, shape in
      sample(shape, seed: UInt64(31 + index), positive: operation.positive)
    }
    expectDerivatives(operation.testDescription, inputs, operation.apply)
  }

  @Test func `a parameter that the loss does not use has no gradient`() {
    let used = Tensor([1, 2]).detached(requiresGradient: true)
    let unused = Tensor([3]).detached(requiresGradient: true)
    let slopes = gradients(of: (used * used).sum(), for: [used, unused])
    #expect(slopes[0]?.floats == [2, 4])
    #expect(slopes[1] == nil)
  }

  @Test func `the padding row of an embedding gets no gradient`() {
    let table = Tensor([1, 2, 3, 4, 5, 6], shape: [3, 2]).detached(requiresGradient: true)
    let loss = table.embedding(Tensor(integers: [0, 2, 2], shape: [3]), padding: 0).sum()
    #expect(gradients(of: loss, for: [table])[0]?.floats == [0, 0, 0, 0, 2, 2])
  }

  @Test func `nothing is recorded without gradients`() {
    let leaf = Tensor([2]).detached(requiresGradient: true)
    #expect(!withoutGradients { leaf * leaf }.requiresGradient)
    #expect((leaf * leaf).requiresGradient)
  }
}
