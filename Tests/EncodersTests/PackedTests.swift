import Encoders
import Tensors
import TestSupport
import Testing

/// The fast form against the plain one.
@Suite struct PackedTests {
  static let adapters: [(any Adapter)?] = [
    nil, BottleneckAdapter(placement: .pfeiffer, reductionFactor: 2),
    BottleneckAdapter(placement: .houlsby, reductionFactor: 2),
    BottleneckAdapter(placement: .parallel, reductionFactor: 2), LowRankAdapter(rank: 2),
    PrefixAdapter(length: 3, bottleneckSize: 0), PrefixAdapter(length: 2, bottleneckSize: 4),
    ScalingAdapter(),
  ]

  private func models(
    _ architecture: EncoderArchitecture, _ adapter: (any Adapter)?
  ) -> (plain: TokenClassifier, packed: TokenClassifier, parameters: Parameters) {
    let configuration = tinyConfiguration(architecture)
    let model = TokenClassifier(
      encoder: Encoder(configuration, adapter: adapter),
      head: TaggingHead(tagCount: 7, hiddenSize: 8), isPacked: false)
    var packed = model
    packed.isPacked = true
    var parameters = tinyParameters(configuration, adapter: adapter)
    // A fresh adapter's zeros would hide its inner gradients.
    let generator = TensorGenerator(seed: 5)
    for name in parameters.sortedNames where isAdapterParameter(name) {
      parameters[name] = generator.normal(parameters[name]?.shape ?? [], deviation: 0.3)
    }
    return (model, packed, parameters.mapValues { $0.converted(to: .float64) })
  }

  @Test(arguments: [EncoderArchitecture.bert, .xlmRoberta], adapters.indices)
  func `packed subwords give the loss and the gradients of padded rows`(
    architecture: EncoderArchitecture, adapter: Int
  ) {
    let (plain, packed, parameters) = models(architecture, Self.adapters[adapter])
    let batch = tinyBatch()
    let leaves = parameters.leaves { _ in true }
    let names = leaves.sortedNames
    func run(_ model: TokenClassifier) -> (Double, [Tensor?]) {
      let loss = model.loss(leaves, batch)
      return (loss.scalar, gradients(of: loss, for: names.compactMap { leaves[$0] }))
    }
    let (expectedLoss, expected) = run(plain)
    let (loss, slopes) = run(packed)
    expectClose([loss], [expectedLoss], tolerance: 1e-9)
    for (index, name) in names.enumerated() {
      expectClose(
        slopes[index]?.doubles ?? [], expected[index]?.doubles ?? [], tolerance: 1e-8, name)
    }
  }

  @Test(arguments: adapters.indices)
  func `packed subwords give the second derivatives of padded rows`(adapter: Int) {
    let (plain, packed, parameters) = models(.bert, Self.adapters[adapter])
    let batch = tinyBatch()
    let leaves = parameters.leaves { _ in true }
    let names = leaves.sortedNames
    /// The gradient of half the squared length of the gradient: the Hessian times the gradient.
    func curvature(_ model: TokenClassifier) -> [Tensor?] {
      let inputs = names.compactMap { leaves[$0] }
      let slopes = gradients(of: model.loss(leaves, batch), for: inputs, keepingGraph: true)
      let squares = slopes.compactMap { $0 }.map { ($0 * $0).sum() }
      return gradients(of: squares.dropFirst().reduce(squares[0], +) * 0.5, for: inputs)
    }
    let expected = curvature(plain)
    for (index, slope) in curvature(packed).enumerated() {
      expectClose(
        slope?.doubles ?? [], expected[index]?.doubles ?? [], tolerance: 1e-7, names[index])
    }
  }

  @Test func `packed subwords have the tags of padded rows`() {
    let (plain, packed, parameters) = models(.bert, nil)
    let batch = tinyBatch().subwords
    let tags = packed.bestTags(parameters, batch)
    #expect(tags.map(\.tag) == plain.bestTags(parameters, batch).map(\.tag))
    #expect(Set(tags.map(\.tag)).count > 1)
  }
}
