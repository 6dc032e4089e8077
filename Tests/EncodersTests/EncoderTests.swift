import Encoders
import Tensors
import TestSupport
import Testing

@Suite struct EncoderTests {
  @Test(arguments: [EncoderArchitecture.bert, .xlmRoberta])
  func `padding does not change the hidden states of a row`(architecture: EncoderArchitecture) {
    let configuration = tinyConfiguration(architecture)
    let parameters = tinyParameters(configuration)
    let encoder = Encoder(configuration)
    let padded = encoder.hiddenStates(parameters, tinyInput(architecture))
    let alone = encoder.hiddenStates(
      parameters,
      PaddedInput(
        inputIDs: Tensor(integers: [2, 5, 3], shape: [1, 3]),
        attentionMask: Tensor(integers: [1, 1, 1], shape: [1, 3])))
    let row = padded.slice(1..<2).slice(0..<3, dimension: 1)
    expectClose(row.doubles, alone.doubles, tolerance: 1e-5)
  }

  @Test func `dropout needs a stream, and the same stream gives the same states`() {
    let configuration = tinyConfiguration()
    let parameters = tinyParameters(configuration)
    let encoder = Encoder(configuration)
    let input = tinyInput()
    let plain = encoder.hiddenStates(parameters, input).floats
    let dropped = encoder.hiddenStates(parameters, input, generator: TensorGenerator(seed: 1))
      .floats
    #expect(plain == encoder.hiddenStates(parameters, input).floats)
    #expect(plain != dropped)
    #expect(
      dropped
        == encoder.hiddenStates(parameters, input, generator: TensorGenerator(seed: 1)).floats)
  }

  /// Embeddings alone, of a one-layer encoder whose layer adds nothing, by hand:
  /// word (1, 3) + position (1, 0) + type (0, 1) = (2, 4), normed to (−1, 1).
  @Test func `an encoder whose layers add nothing gives the normed sum of its embeddings`() {
    let configuration = EncoderConfiguration(
      vocabularySize: 3, hiddenSize: 2, layerCount: 1, attentionHeadCount: 1, intermediateSize: 2,
      maximumPositionCount: 4, typeVocabularySize: 1)
    var parameters = ParameterLayout(encoder: configuration).shapes.mapValues { Tensor.zeros($0) }
    for name in parameters.keys where name.hasSuffix("LayerNorm.weight") {
      parameters[name] = .ones([2])
    }
    parameters["bert.embeddings.word_embeddings.weight"] = Tensor(
      [0, 0, 1, 3, 0, 0], shape: [3, 2])
    parameters["bert.embeddings.position_embeddings.weight"] = Tensor(
      [1, 0, 0, 0, 0, 0, 0, 0], shape: [4, 2])
    parameters["bert.embeddings.token_type_embeddings.weight"] = Tensor([0, 1], shape: [1, 2])
    let states = Encoder(configuration).hiddenStates(
      parameters,
      PaddedInput(
        inputIDs: Tensor(integers: [1], shape: [1, 1]),
        attentionMask: Tensor(integers: [1], shape: [1, 1])))
    expectClose(states.doubles, [-1, 1], tolerance: 1e-5)
  }

  @Test func `the whole model's gradient agrees with finite differences`() {
    let configuration = tinyConfiguration()
    let parameters = tinyParameters(
      configuration, adapter: BottleneckAdapter(placement: .pfeiffer, reductionFactor: 2)
    ).mapValues { $0.converted(to: .float64) }
    let model = TokenClassifier(
      encoder: Encoder(
        configuration, adapter: BottleneckAdapter(placement: .pfeiffer, reductionFactor: 2)),
      head: TaggingHead(tagCount: 7, hiddenSize: 8))
    let batch = tinyBatch()
    let leaves = parameters.leaves { _ in true }
    let names = leaves.sortedNames
    let slopes = gradients(of: model.loss(leaves, batch), for: names.compactMap { leaves[$0] })
    for (name, slope) in zip(names, slopes) {
      // A step along the gradient itself: the difference quotient must be its squared length.
      guard let slope, let value = parameters[name] else {
        Issue.record("\(name) has no gradient")
        continue
      }
      let squared = (slope * slope).sum().scalar
      func loss(_ step: Double) -> Double {
        model.loss(parameters.merging([name: value + slope * step]) { $1 }, batch).scalar
      }
      let quotient = (loss(1e-4) - loss(-1e-4)) / 2e-4
      #expect(abs(quotient - squared) <= 1e-5 * max(squared, 1e-3), "\(name)")
    }
  }

  @Test func `labels of minus one hundred do not count`() {
    let configuration = tinyConfiguration()
    let parameters = tinyParameters(configuration)
    let model = TokenClassifier(
      encoder: Encoder(configuration), head: TaggingHead(tagCount: 7, hiddenSize: 8))
    let batch = tinyBatch()
    let logits = model.logits(parameters, tinyInput()).reshaped([-1, 7]).logSoftmax().doubles
    // The labelled subwords are numbers 1, 2, 3 (row one) and 6 (row two), with tags 1, 2, 0, 5.
    let expected = [(1, 1), (2, 2), (3, 0), (6, 5)].map { -logits[$0.0 * 7 + $0.1] }
    expectClose(
      [model.loss(parameters, batch).scalar], [expected.reduce(0, +) / 4], tolerance: 1e-5)
  }
}
