import MetaLearning
import Tensors
import TestSupport
import Testing

/// A network small enough to look at, whose batch is some pairs; divided or whole it must learn the
/// same.
private struct Net: Learner {
  var isDivided: Bool

  func loss(
    _ parameters: Parameters, _ batch: [[Double]], generator: TensorGenerator?
  ) -> Tensor {
    let (a, b) = (parameters["a"] ?? .zeros([2]), parameters["b"] ?? .zeros([2]))
    let losses = batch.map { row -> Tensor in
      let hidden = (a * Tensor([Float(row[0]), Float(row[1])])).tanh()
      let miss = (hidden * b).sum() + -row[2]
      return miss * miss
    }
    return losses.dropFirst().reduce(losses[0]) { $0 + $1 } * (1 / Double(batch.count))
  }

  /// Parts of one, two, and the rest, whatever was asked: their shares differ.
  func parts(of batch: [[Double]], count: Int) -> [MicroBatch<[[Double]]>] {
    guard isDivided, batch.count > 3 else { return [MicroBatch(batch)] }
    return [batch[..<1], batch[1..<3], batch[3...]].map {
      MicroBatch(Array($0), weight: Double($0.count) / Double(batch.count))
    }
  }
}

@Suite struct DividedBatchTests {
  private let initial: Parameters = ["a": Tensor([0.4, -0.3]), "b": Tensor([0.7, 0.2])]
  private static let rows: [[Double]] = [
    [1, 2, 0.5], [-1, 0.3, -0.2], [0.4, 0.8, 0.1], [2, -1, 0.9], [0.1, 0.2, 0.3], [-2, 1, 0],
  ]

  private func result(
    _ order: MetaGradientOrder, _ sharing: StepSizes.Sharing, isDivided: Bool, inTwo: Bool = false,
    lossWeights: [Double]? = nil
  ) throws -> MetaGradient {
    let sizes =
      sharing == .fixed
      ? StepSizes(fixed: 0.2)
      : StepSizes(learningRate: 0.2, sharing: sharing, moving: ["b"], steps: 3)
    func micro(_ rows: [[Double]]) -> [MicroBatch<[[Double]]>] {
      inTwo
        ? [
          MicroBatch(Array(rows[..<2]), weight: 2 / Double(rows.count)),
          MicroBatch(Array(rows[2...]), weight: Double(rows.count - 2) / Double(rows.count)),
        ] : [MicroBatch(rows)]
    }
    return try InnerLoop(steps: 3, stepSizes: sizes, order: order, updates: { $0 == "b" })
      .metaGradient(
        Net(isDivided: isDivided), at: initial,
        task: MetaTask(
          name: "t", support: { micro(Array(Self.rows[$0...] + Self.rows[..<$0])) },
          query: { micro(Self.rows) }), outer: { _ in true }, lossWeights: lossWeights)
  }

  @Test(arguments: MetaGradientOrder.allCases, StepSizes.Sharing.allCases)
  func `a batch divided among threads or in memory has the meta-gradient of the whole`(
    order: MetaGradientOrder, sharing: StepSizes.Sharing
  ) throws {
    for weights in [nil, [0.2, 0.3, 0.5]] {
      let whole = try result(order, sharing, isDivided: false, lossWeights: weights)
      for inTwo in [false, true] {
        let divided = try result(
          order, sharing, isDivided: true, inTwo: inTwo, lossWeights: weights)
        #expect(divided.gradients.keys.sorted() == ["a", "b"])
        for (name, slope) in whole.gradients {
          expectClose(divided.gradients[name]?.doubles ?? [], slope.doubles, tolerance: 1e-5)
        }
        #expect(divided.stepSizeGradients.keys == whole.stepSizeGradients.keys)
        for (name, slope) in whole.stepSizeGradients {
          expectClose(
            divided.stepSizeGradients[name]?.doubles ?? [], slope.doubles, tolerance: 1e-5)
        }
        expectClose(divided.innerLosses, whole.innerLosses, tolerance: 1e-6)
        expectClose([divided.outerLoss], [whole.outerLoss], tolerance: 1e-6)
      }
    }
  }

  @Test func `the same seed draws the same dropout, whichever thread takes which part`() throws {
    struct Dropping: Learner {
      func loss(
        _ parameters: Parameters, _ batch: [Int], generator: TensorGenerator?
      ) -> Tensor {
        let values = (parameters["w"] ?? .zeros([64])) * Double(batch.count)
        return (generator?.dropped(values, keep: 0.5) ?? values).sum()
      }
      func parts(of batch: [Int], count: Int) -> [MicroBatch<[Int]>] {
        batch.map { MicroBatch([$0], weight: 1 / Double(batch.count)) }
      }
    }
    let leaf = Tensor.ones([64]).detached(requiresGradient: true)
    func slopes() -> [Float] {
      accumulatedGradients(
        Dropping(), ["w": leaf], [MicroBatch(Array(0..<9))], for: [leaf],
        generator: TensorGenerator(seed: 3)
      ).gradients[0]?.floats ?? []
    }
    let first = slopes()
    #expect(Set(first).count > 3, "each part has a stream of its own")
    for _ in 0..<20 { #expect(slopes() == first) }
  }
}
