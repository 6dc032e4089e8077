import Encoders
import Foundation
import Tensors
import TestSupport
import Testing

/// Architectures against what transformers (4.57.6), `adapters` (1.3.0) and peft (0.21.2) compute in 64
/// bits; `Python/architectures.py` prints the numbers and says how parameters and slopes are made.
///
/// A case is the loss of one batch and the slope of its gradient; with a module also the loss of another
/// batch after two inner steps, and the slopes of its meta-gradients of first and of second order.
@Suite struct ArchitectureReferenceTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var module: String
    var architecture: EncoderArchitecture
    var hasBuckets: Bool
    var hasBiases: Bool
    var numbers: [Double]
    var testDescription: String { "\(module), \(architecture)" }

    init(
      _ module: String, _ architecture: EncoderArchitecture, hasBuckets: Bool = true,
      hasBiases: Bool = false, _ numbers: [Double]
    ) {
      (self.module, self.architecture, self.numbers) = (module, architecture, numbers)
      (self.hasBuckets, self.hasBiases) = (hasBuckets, hasBiases)
    }

    var configuration: EncoderConfiguration {
      var result = EncoderConfiguration(
        architecture: architecture, vocabularySize: 20, hiddenSize: 8, layerCount: 2,
        attentionHeadCount: 2, intermediateSize: 12, maximumPositionCount: 12,
        paddingID: architecture == .roberta || architecture == .camembert ? 1 : 0)
      if architecture == .debertaV2, hasBuckets { result.positionBuckets = 4 }
      if architecture == .modernBert {
        result.layerNormEpsilon = 1e-5
        (result.modernBert.globalEvery, result.modernBert.localAttention) = (2, 4)
        result.modernBert.hasNormBias = hasBiases
        result.modernBert.hasAttentionBias = hasBiases
        result.modernBert.hasFeedForwardBias = hasBiases
        result.modernBert.hasHeadBias = hasBiases
      }
      return result
    }
  }

  private static let modules: [String: any Adapter] = [
    "pfeiffer": BottleneckAdapter(placement: .pfeiffer, reductionFactor: 4),
    "houlsby": BottleneckAdapter(placement: .houlsby, reductionFactor: 4),
    "parallel": BottleneckAdapter(placement: .parallel, reductionFactor: 4),
    "lora": LowRankAdapter(
      rank: 2, alpha: 3, targets: [.query, .key, .value, .intermediate, .output]),
    "ia3": ScalingAdapter(), "prefix": PrefixAdapter(length: 3, bottleneckSize: 5),
    "lora everywhere": LowRankAdapter(
      rank: 2, alpha: 3, targets: [.query, .attentionOutput, .intermediate, .output]),
    "peft lora": LowRankAdapter(
      rank: 2, alpha: 3, targets: [.attentionOutput, .intermediate, .output]),
  ]

  private static let cases = [
    Case("none", .modernBert, [2.365090937, -1.796076927]),
    Case(
      "lora everywhere", .modernBert,
      [1.822304490, 5.467591237, 2.069948053, -0.636549907, -28.749925467]),
    Case("none", .modernBert, hasBiases: true, [1.736338591, 1.730252838]),
    Case(
      "lora everywhere", .modernBert, hasBiases: true,
      [2.123568617, 5.850471706, 1.957585818, -1.252079570, 2.288747860]),
    Case("none", .distilbert, [2.617929140, -0.014748831]),
    Case(
      "pfeiffer", .distilbert, [2.122421927, 0.738393943, 2.531584127, -0.740912210, -0.253948465]),
    Case(
      "houlsby", .distilbert, [2.545378522, -0.968579078, 2.120098127, -0.662638295, -0.572254094]),
    Case(
      "parallel", .distilbert, [3.029214589, 2.971589692, 1.705996480, -0.673479974, -0.925685281]),
    Case("lora", .distilbert, [1.905169132, -0.910670123, 2.420726818, 0.366931570, 0.558367171]),
    Case("ia3", .distilbert, [2.926558451, 1.559566670, 2.533999496, 0.762700978, 0.606759892]),
    Case(
      "prefix", .distilbert, [2.859131298, -0.575138971, 2.072244001, -0.705199683, -0.706731974]),
    Case(
      "peft lora", .distilbert, [1.859711694, 1.244604673, 2.287851480, 2.513425644, 2.434451943]),
    Case("none", .roberta, [2.482799692, -0.454869974]),
    Case(
      "pfeiffer", .roberta, [1.716324478, -0.171957903, 2.584283807, -3.132909375, -2.612331178]),
    Case("houlsby", .roberta, [1.859533802, 1.092780953, 2.512165184, -0.296466045, -0.292547662]),
    Case("parallel", .roberta, [1.941451672, 0.757832508, 2.506530914, 0.282933274, 0.232644641]),
    Case("lora", .roberta, [3.598628900, -2.302249700, 1.880878467, -0.323866406, -0.620532757]),
    Case("ia3", .roberta, [2.481153176, -0.615767457, 3.094634291, 0.921927376, 1.014102371]),
    Case("prefix", .roberta, [2.472638045, -0.330583299, 2.678807768, 0.003964500, -0.406287969]),
    Case(
      "peft lora", .roberta, [2.715880167, -0.987089428, 2.459571530, -0.325725485, 1.056914318]),
    Case("none", .camembert, [2.482799692, -0.454869974]),
    Case(
      "peft lora", .camembert, [2.715880167, -0.987089428, 2.459571530, -0.325725485, 1.056914318]),
    Case("none", .debertaV2, [2.615511152, -0.235897003]),
    Case(
      "pfeiffer", .debertaV2, [2.742891043, 0.154592823, 2.442326867, 0.706081280, 1.140266497]),
    Case(
      "houlsby", .debertaV2, [2.341821192, 1.354819356, 2.281223145, -0.186394571, -0.108847351]),
    Case(
      "parallel", .debertaV2, [1.790149349, 0.964607350, 2.507910887, 0.799555564, 0.706439094]),
    Case("lora", .debertaV2, [2.826233083, -3.848714540, 2.871219113, 1.128643750, 2.432868494]),
    Case("ia3", .debertaV2, [3.620875431, -2.103442075, 2.270858891, 0.841857824, 1.193941012]),
    Case("prefix", .debertaV2, [2.675302756, -0.362983394, 2.330226567, 0.744679076, 0.923984412]),
    Case(
      "peft lora", .debertaV2, [2.188692972, -1.614046498, 2.467820412, -0.730640298, -0.292654312]),
    Case("none", .debertaV2, hasBuckets: false, [2.484608904, -0.848307431]),
    Case(
      "pfeiffer", .debertaV2, hasBuckets: false,
      [3.338104167, 1.698311119, 2.465383841, -0.641491616, -0.456399622]),
    Case(
      "houlsby", .debertaV2, hasBuckets: false,
      [2.433722184, 1.385268264, 2.186956556, -0.348112832, -0.213267254]),
    Case(
      "parallel", .debertaV2, hasBuckets: false,
      [1.760785081, 0.600462880, 2.523634983, 0.793018248, 0.845246675]),
    Case(
      "lora", .debertaV2, hasBuckets: false,
      [2.984246102, -3.696664028, 1.857076512, -0.576431800, -1.627277230]),
    Case(
      "ia3", .debertaV2, hasBuckets: false,
      [3.622072522, -2.647215626, 2.227106338, 0.590305998, 0.981465573]),
    Case(
      "prefix", .debertaV2, hasBuckets: false,
      [2.502327526, -1.161151247, 2.374108409, 0.185171692, 0.123633914]),
    Case(
      "peft lora", .debertaV2, hasBuckets: false,
      [2.412861248, -0.934935000, 2.753491089, -0.596685235, -0.356886047]),
  ]

  private static let one = TokenClassificationBatch(
    subwords: SubwordBatch([[2, 7, 9, 11, 3], [2, 5, 3]]),
    labels: [-100, 1, 2, 0, -100, -100, 5, -100])
  private static let other = TokenClassificationBatch(
    subwords: SubwordBatch([[2, 6, 3], [2, 12, 8, 4, 10, 3]]),
    labels: [-100, 3, -100, -100, 0, 4, 1, -100, -100])

  @Test(arguments: cases, [true, false])
  func `losses, gradients and meta-gradients are those of the libraries`(
    reference: Case, isPacked: Bool
  ) throws {
    let configuration = reference.configuration
    let model = TokenClassifier(
      encoder: Encoder(configuration, adapter: Self.modules[reference.module]),
      head: TaggingHead(tagCount: 7, hiddenSize: 8), isPacked: isPacked)
    let shapes = ParameterLayout(encoder: configuration).shapes
      .merging(model.head.shapes) { $1 }
      .merging(model.encoder.adapter?.shapes(in: configuration) ?? [:]) { $1 }
    let leaves = filled(shapes).leaves { _ in true }
    var found: [Double] = []
    func take(_ loss: Tensor, _ parameters: Parameters) -> Double {
      slope(gradients(of: loss, for: parameters.sortedNames.compactMap { parameters[$0] }))
    }
    let loss = model.loss(leaves, Self.one)
    found += [loss.scalar, take(loss, leaves)]
    if reference.module != "none" {
      for isSecond in [false, true] {
        var fast = adapted(model, leaves, isSecond: isSecond)
        if !isSecond { fast = fast.leaves { _ in true } }
        let query = model.loss(fast, Self.other)
        if !isSecond { found.append(query.scalar) }
        found.append(take(query, isSecond ? leaves : fast))
      }
    }
    // Rotary positions are of 32 bits in transformers.
    expectClose(
      found, reference.numbers, tolerance: reference.architecture == .modernBert ? 2e-6 : 1e-7)
  }

  @Test(arguments: EncoderArchitecture.allCases, everyAdapter.keys.sorted())
  func `each architecture computes packed what it computes on padded rows, with each module`(
    architecture: EncoderArchitecture, module: String
  ) throws {
    let configuration = Case(module, architecture, []).configuration
    let adapter = try #require(everyAdapter[module])
    let parameters = moved(tinyParameters(configuration, adapter: adapter))
    func numbers(isPacked: Bool) -> [Double] {
      let model = TokenClassifier(
        encoder: Encoder(configuration, adapter: adapter),
        head: TaggingHead(tagCount: 7, hiddenSize: 8), isPacked: isPacked)
      let leaves = parameters.leaves { _ in true }
      let loss = model.loss(leaves, Self.other)
      let slopes = gradients(of: loss, for: leaves.sortedNames.compactMap { leaves[$0] })
      return [loss.scalar] + slopes.flatMap { ($0?.floats ?? []).map(Double.init) }
    }
    expectClose(numbers(isPacked: true), numbers(isPacked: false), tolerance: 1e-4)
  }

  /// Two steps of gradient descent that move adapter and head.
  private func adapted(
    _ model: TokenClassifier, _ parameters: Parameters, isSecond: Bool
  ) -> Parameters {
    let light = parameters.sortedNames.filter { isAdapterParameter($0) || isHeadParameter($0) }
    var fast = parameters
    for _ in 0..<2 {
      let slopes = gradients(
        of: model.loss(fast, Self.one), for: light.compactMap { fast[$0] }, keepingGraph: isSecond)
      for (name, slope) in zip(light, slopes) {
        if let value = fast[name], let slope { fast[name] = value - slope * 0.1 }
      }
    }
    return fast
  }

  /// The slope along v[j][k] = cos(0.3 k + j) of the gradients of parameters in order of their names.
  private func slope(_ gradients: [Tensor?]) -> Double {
    var slope = 0.0
    for (j, gradient) in gradients.enumerated() {
      for (k, number) in (gradient?.doubles ?? []).enumerated() {
        slope += number * cos(0.3 * Double(k) + Double(j))
      }
    }
    return slope
  }

  private func filled(_ shapes: [ParameterName: [Int]]) -> Parameters {
    var result: Parameters = [:]
    for (j, name) in shapes.keys.sorted().enumerated() {
      let shape = shapes[name] ?? []
      let isNorm = name.hasSuffix("LayerNorm.weight") || name.hasSuffix("norm.weight")
      let numbers = (0..<shape.reduce(1, *)).map { k in
        0.4 * sin(1.7 * Double(k) + 0.9 * Double(j)) + (isNorm ? 1 : 0)
      }
      result[name] = numbers.withUnsafeBytes { Tensor(bytes: $0, type: .float64, shape: shape) }
    }
    return result
  }
}
