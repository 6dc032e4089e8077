import Encoders
import Tensors
import TestSupport
import Testing

@Suite struct AdapterTests {
  static let adapters: [any Adapter] = [
    BottleneckAdapter(placement: .pfeiffer, reductionFactor: 2),
    BottleneckAdapter(placement: .houlsby, reductionFactor: 2),
    BottleneckAdapter(placement: .parallel, reductionFactor: 2),
    LowRankAdapter(rank: 2, alpha: 4),
  ]

  @Test(arguments: adapters.indices, [EncoderArchitecture.bert, .xlmRoberta])
  func `a fresh adapter leaves the hidden states unchanged`(
    index: Int, architecture: EncoderArchitecture
  ) {
    let adapter = Self.adapters[index]
    let configuration = tinyConfiguration(architecture)
    let parameters = tinyParameters(configuration, adapter: adapter)
    let input = tinyBatch(architecture).input
    let plain = Encoder(configuration).hiddenStates(parameters, input)
    let adapted = Encoder(configuration, adapter: adapter).hiddenStates(parameters, input)
    #expect(plain.floats == adapted.floats)
  }

  @Test(arguments: adapters.indices)
  func `a moved adapter changes the hidden states, and every parameter of it learns`(index: Int) {
    let adapter = Self.adapters[index]
    let configuration = tinyConfiguration()
    var parameters = tinyParameters(configuration, adapter: adapter)
    let generator = TensorGenerator(seed: 5)
    for name in parameters.sortedNames where isAdapterParameter(name) {
      parameters[name] = generator.normal(parameters[name]?.shape ?? [], deviation: 0.5)
    }
    let model = TokenClassifier(
      encoder: Encoder(configuration, adapter: adapter),
      head: TaggingHead(tagCount: 7, hiddenSize: 8))
    let batch = tinyBatch()
    #expect(
      model.encoder.hiddenStates(parameters, batch.input).floats
        != Encoder(configuration).hiddenStates(parameters, batch.input).floats)
    let leaves = parameters.leaves(where: isAdapterParameter)
    let names = leaves.sortedNames.filter(isAdapterParameter)
    #expect(Set(names) == Set(adapter.shapes(in: configuration).keys))
    let slopes = gradients(of: model.loss(leaves, batch), for: names.compactMap { leaves[$0] })
    for (name, slope) in zip(names, slopes) {
      #expect(slope?.shape == parameters[name]?.shape, "\(name)")
      #expect(slope?.floats.contains { $0 != 0 } == true, "\(name) has no gradient")
    }
  }

  @Test func `the reduction factor divides the hidden size, down to one`() {
    let configuration = tinyConfiguration()
    #expect(
      BottleneckAdapter(placement: .pfeiffer, reductionFactor: 4).bottleneckSize(in: configuration)
        == 2)
    #expect(
      BottleneckAdapter(placement: .pfeiffer, reductionFactor: 64).bottleneckSize(in: configuration)
        == 1)
  }

  @Test func `parameters belong to the encoder, an adapter or the head, and to one only`() {
    let configuration = tinyConfiguration()
    for adapter in Self.adapters {
      for name in adapter.shapes(in: configuration).keys {
        #expect(isAdapterParameter(name) && !isHeadParameter(name), "\(name)")
      }
    }
    for name in ParameterLayout(encoder: configuration).shapes.keys {
      #expect(!isAdapterParameter(name) && !isHeadParameter(name), "\(name)")
    }
    #expect(isHeadParameter("classifier.weight"))
  }
}
