import Tensors
import TestSupport
import Testing

/// Each operation in one step against libtorch's own operations: values, first and second
/// derivatives, with every width of vectors that the processor has.
///
/// The plain forms themselves are held to finite differences by `DerivativeTests`.
@Suite struct FusedOperationTests {
  struct Operation: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var shapes: [[Int]]
    var apply: @Sendable ([Tensor], _ isFused: Bool) -> [Tensor]
  }

  private static let starts = Tensor(integers: [0, 1, 4, 4, 21, 59], shape: [6])

  private static func norm(
    _ rows: Int, _ size: Int, keep: Double, bias: Bool = true, residual: Bool = true
  ) -> Operation {
    Operation(
      testDescription: "residual norm \(rows) × \(size), keep \(keep), \(bias) \(residual)",
      shapes: [[size], [size]] + (bias ? [[size]] : []) + [[rows, size]]
        + (residual ? [[rows, size]] : [])
    ) { inputs, isFused in
      let (sum, normalized) = inputs[bias ? 3 : 2].residualNorm(
        bias: bias ? inputs[2] : nil, residual: residual ? inputs.last : nil, weight: inputs[0],
        shift: inputs[1], epsilon: 1e-5, keep: keep, generator: TensorGenerator(seed: 5),
        isFused: isFused)
      return [sum, normalized]
    }
  }

  private static func attention(_ heads: Int, _ size: Int, keep: Double) -> Operation {
    Operation(
      testDescription: "attention of \(heads) heads of \(size), keep \(keep)",
      shapes: Array(repeating: [59, heads * size], count: 3)
    ) { inputs, isFused in
      [
        .attention(
          query: inputs[0], key: inputs[1], value: inputs[2], starts: starts, headCount: heads,
          keep: keep, generator: TensorGenerator(seed: 6), isFused: isFused)
      ]
    }
  }

  static let operations: [Operation] = [
    Operation(testDescription: "GELU", shapes: [[5, 21]]) { [$0[0].gelu(bias: nil, isFused: $1)] },
    Operation(testDescription: "GELU with bias", shapes: [[5, 16], [16]]) {
      [$0[0].gelu(bias: $0[1], isFused: $1)]
    },
    Operation(testDescription: "linear", shapes: [[7, 5], [3, 5], [3]]) {
      [$0[0].linear(weight: $0[1], bias: $0[2], isFused: $1)]
    },
    Operation(
      testDescription: "linear without bias, of more dimensions", shapes: [[2, 9, 33], [17, 33]]
    ) { [$0[0].linear(weight: $0[1], bias: nil, isFused: $1)] },
    Operation(testDescription: "linear of one row", shapes: [[4], [6, 4], [6]]) {
      [$0[0].linear(weight: $0[1], bias: $0[2], isFused: $1)]
    },
    Operation(testDescription: "dropout", shapes: [[7, 21]]) {
      [TensorGenerator(seed: 7).dropped($0[0], keep: 0.7, isFused: $1)]
    },
    norm(6, 5, keep: 1), norm(6, 48, keep: 0.8), norm(6, 21, keep: 0.8, bias: false),
    norm(6, 16, keep: 1, residual: false),
    attention(1, 3, keep: 1), attention(2, 16, keep: 0.7), attention(3, 20, keep: 0.7),
  ]

  /// The results, the first derivatives of a mix of them, and the derivatives of a mix of those.
  private func everything(_ operation: Operation, isFused: Bool) -> [(String, Tensor)] {
    let generator = TensorGenerator(seed: 9)
    let inputs = operation.shapes.map { generator.normal($0).detached(requiresGradient: true) }
    func mixed(_ tensors: [Tensor], _ seed: UInt64) -> Tensor {
      let generator = TensorGenerator(seed: seed)
      return tensors.reduce(Tensor([0]).sum()) { $0 + ($1 * generator.normal($1.shape)).sum() }
    }
    let results = operation.apply(inputs, isFused)
    let first = gradients(
      of: mixed(results.map { $0 * $0.tanh() }, 1), for: inputs, keepingGraph: true)
    let second = gradients(of: mixed(first.compactMap { $0 }, 2), for: inputs)
    let plain = gradients(of: mixed(operation.apply(inputs, isFused), 1), for: inputs)
    return results.enumerated().map { ("result \($0)", $1) }
      + inputs.indices.flatMap { index in
        [
          ("first, recorded, of input \(index)", first[index]),
          ("second of input \(index)", second[index]),
          ("first of input \(index)", plain[index]),
        ].map { ($0.0, $0.1 ?? .zeros(inputs[index].shape)) }
      }
  }

  @Test(arguments: operations, [512, 256, 128])
  func `one step is many steps, and so are its derivatives`(operation: Operation, bits: Int) {
    _ = Numerics.limitVectors(bits: bits)
    defer { _ = Numerics.limitVectors(bits: 512) }
    let (fused, plain) = (
      everything(operation, isFused: true), everything(operation, isFused: false)
    )
    for ((name, one), (_, other)) in zip(fused, plain) {
      let largest = other.floats.reduce(Float(1e-2)) { max($0, abs($1)) }
      let difference = zip(one.floats, other.floats).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
      #expect(difference <= 2e-5 * largest, "\(name): \(difference) of \(largest)")
    }
  }

  /// The text with which a process ends that does this.
  private func lastWords(
    _ result: ExitTest.Result?, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    String(
      decoding: try #require(result, sourceLocation: sourceLocation).standardErrorContent,
      as: UTF8.self)
  }

  @Test func `a third derivative ends the program, and is never silently wrong`() async throws {
    let ending = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let input = Tensor([0.5, -1, 2]).detached(requiresGradient: true)
      let first = gradients(
        of: input.gelu(bias: nil).sum(), for: [input], keepingGraph: true)[0]
      _ = gradients(of: try #require(first).sum(), for: [input], keepingGraph: true)
    }
    #expect(try lastWords(ending).contains("GELU in one step has no third derivative"))
  }

  @Test func `a third derivative of the plain form, and of a linear layer, is what it should be`()
    throws
  {
    // Of Σ (x w)⁴ with respect to x: 4 w (x w)³, 12 w² (x w)², 24 w³ (x w).
    let input = Tensor([2], shape: [1, 1]).detached(requiresGradient: true)
    var value = input.linear(weight: Tensor([3], shape: [1, 1]), bias: nil).power(4).sum()
    for expected in [4 * 3 * 216, 12 * 9 * 36, 24 * 27 * 6] {
      let slope = gradients(of: value, for: [input], keepingGraph: true)[0]
      value = try #require(slope).sum()
      #expect(value.scalar == Double(expected))
    }
    // Of GELU at 0: Φ(0) = 1/2, 2 φ(0), 0.
    let zero = Tensor([0]).detached(requiresGradient: true)
    value = zero.gelu(bias: nil, isFused: false).sum()
    for expected in [0.5, 0.797_884_6, 0] {
      let slope = gradients(of: value, for: [zero], keepingGraph: true)[0]
      value = try #require(slope).sum()
      #expect(abs(value.scalar - expected) < 1e-6)
    }
  }

  @Test func `a bias of another size ends the program with what was expected`() async throws {
    let ending = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor.ones([2, 5]).gelu(bias: .ones([4]))
    }
    let words = try lastWords(ending)
    #expect(words.contains("GELU([2, 5] float32, [4] float32) failed"), "\(words)")
    #expect(words.contains("the bias must have the shape [5], not [4]"), "\(words)")
  }

  @Test func `the process may choose the plain form, and a call may choose otherwise`() async {
    await #expect(processExitsWith: .success) {
      let generator = TensorGenerator(seed: 3)
      let (input, weight) = (generator.normal([9, 40]), generator.normal([40]))
      let (fused, plain) = (
        input.gelu(bias: weight, isFused: true).floats,
        input.gelu(bias: weight, isFused: false).floats
      )
      try #require(fused != plain, "they differ in their rounding")
      try #require(input.gelu(bias: weight).floats == fused)
      FusedOperation.inPlainForm = [.gelu, .adamW]
      try #require(FusedOperation.inPlainForm == [.gelu, .adamW])
      try #require(!FusedOperation.gelu.isFused && FusedOperation.attention.isFused)
      try #require(input.gelu(bias: weight).floats == plain)
      try #require(input.gelu(bias: weight, isFused: true).floats == fused)
      FusedOperation.inPlainForm = []
      try #require(input.gelu(bias: weight).floats == fused)
    }
  }

  @Test func `a sentence does not see another`() {
    let generator = TensorGenerator(seed: 2)
    let inputs = (0..<3).map { _ in generator.normal([9, 8]) }
    func attended(_ inputs: [Tensor], _ starts: [Int]) -> [Float] {
      Tensor.attention(
        query: inputs[0], key: inputs[1], value: inputs[2],
        starts: Tensor(integers: starts, shape: [starts.count]), headCount: 2, keep: 1,
        generator: nil
      ).floats
    }
    let together = attended(inputs, [0, 4, 9])
    let apart =
      attended(inputs.map { $0.slice(0..<4) }, [0, 4])
      + attended(inputs.map { $0.slice(4..<9) }, [0, 5])
    #expect(together == apart)
  }

  @Test func `dropout drops the same elements forward and backward`() {
    let input = Tensor.ones([40, 25]).detached(requiresGradient: true)
    let output = TensorGenerator(seed: 4).dropped(input, keep: 0.6)
    #expect(gradients(of: output.sum(), for: [input])[0]?.floats == output.floats)
    #expect(Set(output.floats).count == 2)
  }

  @Test func `what is not of single precision is computed in the plain form`() {
    let input = doubles([0.5, -1, 2], [1, 3])
    let ones = doubles([1, 1, 1], [3])
    #expect(input.gelu(bias: ones).elementType == .float64)
    let (sum, _) = input.residualNorm(
      bias: ones, residual: input, weight: ones, shift: ones, epsilon: 1e-5, keep: 1, generator: nil
    )
    #expect(sum.doubles == [2, -1, 5])
  }

  @Test func `the sum of squares counts every element once`() {
    // 1² + … + n² = n (n + 1) (2n + 1) / 6, exact in doubles
    for count in [1, 15, 16, 17, 4096, 5000] {
      let expected = Double(count * (count + 1) * (2 * count + 1)) / 6
      for isFused in [true, false] {
        let value = Tensor((1...count).map(Float.init)).sumOfSquares(isFused: isFused)
        #expect(abs(value - expected) <= 1e-6 * expected)
      }
    }
  }
}
