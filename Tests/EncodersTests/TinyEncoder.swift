import Encoders
import Tensors

/// An encoder of a few hundred numbers with nothing at its default: biases and norms are random
/// too, since zeros and ones hide mistakes.
func tinyParameters(
  _ configuration: EncoderConfiguration, adapter: (any Adapter)? = nil, tagCount: Int = 7
) -> Parameters {
  let generator = TensorGenerator(seed: 11)
  var shapes = ParameterLayout(encoder: configuration).shapes
  shapes.merge(TaggingHead(tagCount: tagCount, hiddenSize: configuration.hiddenSize).shapes) { $1 }
  var parameters: Parameters = [:]
  for (name, shape) in shapes.sorted(by: { $0.key < $1.key }) {
    let noise = generator.normal(shape, deviation: 0.2)
    parameters[name] =
      name.hasSuffix("LayerNorm.weight") || name.hasSuffix("norm.weight") ? noise + 1 : noise
  }
  let fresh = adapter?.freshParameters(in: configuration, generator: generator) ?? [:]
  return parameters.merging(fresh) { $1 }
}

func tinyConfiguration(_ architecture: EncoderArchitecture = .bert) -> EncoderConfiguration {
  EncoderConfiguration(
    architecture: architecture, vocabularySize: 20, hiddenSize: 8, layerCount: 2,
    attentionHeadCount: 2, intermediateSize: 12, maximumPositionCount: 12,
    paddingID: architecture == .bert ? 0 : 1)
}

/// Two sentences of five and three subwords.
func tinyBatch() -> TokenClassificationBatch {
  TokenClassificationBatch(
    subwords: SubwordBatch([[2, 7, 9, 11, 3], [2, 5, 3]]),
    labels: [-100, 1, 2, 0, -100, -100, 5, -100])
}

/// The same as padded rows.
func tinyInput(_ architecture: EncoderArchitecture = .bert) -> PaddedInput {
  let padding = architecture == .bert ? 0 : 1
  return PaddedInput(
    inputIDs: Tensor(integers: [2, 7, 9, 11, 3, 2, 5, 3, padding, padding], shape: [2, 5]),
    attentionMask: Tensor(integers: [1, 1, 1, 1, 1, 1, 1, 1, 0, 0], shape: [2, 5]))
}

func tinyClassifier(
  _ architecture: EncoderArchitecture = .bert, adapter: (any Adapter)? = nil
) -> TokenClassifier {
  TokenClassifier(
    encoder: Encoder(tinyConfiguration(architecture), adapter: adapter),
    head: TaggingHead(tagCount: 7, hiddenSize: 8))
}

/// Every parameter of a model, with its shape.
func tinyShapes(_ model: TokenClassifier) -> [ParameterName: [Int]] {
  let configuration = model.encoder.configuration
  return ParameterLayout(encoder: configuration).shapes
    .merging(model.head.shapes) { $1 }
    .merging(model.encoder.adapter?.shapes(in: configuration) ?? [:]) { $1 }
}

/// Every kind of module; moved away from its fresh values by `moved`.
let everyAdapter: [String: any Adapter] = [
  "pfeiffer": BottleneckAdapter(placement: .pfeiffer, reductionFactor: 2),
  "houlsby": BottleneckAdapter(placement: .houlsby, reductionFactor: 2),
  "parallel": BottleneckAdapter(placement: .parallel, reductionFactor: 2),
  "lora": LowRankAdapter(rank: 2, alpha: 4),
  "lora everywhere": LowRankAdapter(rank: 2, alpha: 3, targets: Projection.allCases),
  "prefix": PrefixAdapter(length: 3, bottleneckSize: 5),
  "flat prefix": PrefixAdapter(length: 2, bottleneckSize: 0),
  "ia3": ScalingAdapter(),
  "ia3 after the activation": ScalingAdapter(outputs: [.key, .value], inputs: [.output]),
  "bitfit": BiasAdapter(),
]

/// Parameters whose adapter is not fresh any more: noise on all that it added.
func moved(_ parameters: Parameters, deviation: Double = 0.5) -> Parameters {
  let generator = TensorGenerator(seed: 5)
  var result = parameters
  for name in parameters.sortedNames where isAdapterParameter(name) {
    guard let value = parameters[name] else { continue }
    result[name] = value + generator.normal(value.shape, deviation: deviation)
  }
  return result
}
