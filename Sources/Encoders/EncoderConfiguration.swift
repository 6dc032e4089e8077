import Foundation
package import ModelFiles
import NamedEntities
import Tensors

/// What stands between two linear layers.
package enum Activation: String, Codable, Hashable, Sendable {
  case gelu
  case geluTanh = "gelu_new"
  case geluPytorchTanh = "gelu_pytorch_tanh"
  case relu
  case silu
  case tanh
  case swish
  case geluPython = "gelu_python"
  case geluFast = "gelu_fast"

  func callAsFunction(_ x: Tensor) -> Tensor {
    switch self {
    case .gelu, .geluPython: x.gelu()
    case .geluTanh, .geluPytorchTanh, .geluFast: x.geluTanh()
    case .relu: x.relu()
    case .silu, .swish: x.silu()
    case .tanh: x.tanh()
    }
  }
}

/// The sizes of an encoder, as `config.json` of a Hugging Face directory has them.
package struct EncoderConfiguration: Codable, Hashable, Sendable {
  /// The family.
  package var architecture: EncoderArchitecture
  /// The number of subwords.
  package var vocabularySize: Int
  /// The size of a hidden state.
  package var hiddenSize: Int
  /// The number of layers.
  package var layerCount: Int
  /// The number of attention heads; divides `hiddenSize`.
  package var attentionHeadCount: Int
  /// The size inside the feed-forward block.
  package var intermediateSize: Int
  /// The longest input, in subwords (XLM-R: and the padding positions).
  package var maximumPositionCount: Int
  /// The number of segment types; 0 for an architecture that has none.
  package var typeVocabularySize: Int
  /// ε of every layer norm.
  package var layerNormEpsilon: Double
  /// The activation inside the feed-forward block.
  package var activation: Activation
  /// Dropout after embeddings, attention and feed-forward blocks while training.
  package var hiddenDropout: Double
  /// Dropout of attention probabilities while training.
  package var attentionDropout: Double
  /// The id of the padding subword.
  package var paddingID: Int
  /// The standard deviation of fresh weights.
  package var initializerRange: Double
  /// How many distances share rows of DeBERTa's table by their logarithm; 0 for none.
  package var positionBuckets = 0
  /// The largest distance of DeBERTa.
  package var maximumRelativePositions = 0
  /// What ModernBERT has that the others have not.
  package var modernBert = ModernBertSettings()
  /// The labels of a head that was saved with the encoder, by id.
  package var labels: [String: String]?
  /// The classes of transformers that the directory was saved from.
  package var architectures: [String]?

  enum CodingKeys: String, CodingKey {
    case architecture = "model_type"
    case vocabularySize = "vocab_size"
    case hiddenSize = "hidden_size"
    case layerCount = "num_hidden_layers"
    case attentionHeadCount = "num_attention_heads"
    case intermediateSize = "intermediate_size"
    case maximumPositionCount = "max_position_embeddings"
    case typeVocabularySize = "type_vocab_size"
    case layerNormEpsilon = "layer_norm_eps"
    case activation = "hidden_act"
    case hiddenDropout = "hidden_dropout_prob"
    case attentionDropout = "attention_probs_dropout_prob"
    case paddingID = "pad_token_id"
    case initializerRange = "initializer_range"
    case labels = "id2label"
    case architectures = "architectures"
  }

  /// What would make another model of the same tensors.
  private enum VariantKeys: String, CodingKey {
    case positions = "position_embedding_type"
    case isDecoder = "is_decoder"
  }

  /// DistilBERT's names for what the others call as `CodingKeys` says.
  private enum DistilBertKeys: String, CodingKey {
    case hiddenSize = "dim"
    case layerCount = "n_layers"
    case attentionHeadCount = "n_heads"
    case intermediateSize = "hidden_dim"
    case activation = "activation"
    case hiddenDropout = "dropout"
    case attentionDropout = "attention_dropout"
  }

  /// What ModernBERT says more, or by other names.
  private enum ModernBertKeys: String, CodingKey {
    case layerNormEpsilon = "norm_eps"
    case activation = "hidden_activation"
    case hiddenDropout = "mlp_dropout"
    case attentionDropout = "attention_dropout"
    case globalEvery = "global_attn_every_n_layers"
    case localAttention = "local_attention"
    case globalTheta = "global_rope_theta"
    case localTheta = "local_rope_theta"
    case normBias = "norm_bias"
    case attentionBias = "attention_bias"
    case feedForwardBias = "mlp_bias"
    case headBias = "classifier_bias"
    case headActivation = "classifier_activation"
    case scaling = "rope_scaling"
  }

  /// What DeBERTa says more.
  private enum DebertaKeys: String, CodingKey {
    case relative = "relative_attention"
    case attentionTypes = "pos_att_type"
    case sharesProjections = "share_att_key"
    case buckets = "position_buckets"
    case maximum = "max_relative_positions"
    case norm = "norm_rel_ebd"
    case hasPositionTable = "position_biased_input"
    case convolution = "conv_kernel_size"
    case embeddingSize = "embedding_size"
    case headSize = "attention_head_size"
  }

  /// Sizes given one by one; the defaults are those of BERT.
  package init(
    architecture: EncoderArchitecture = .bert, vocabularySize: Int, hiddenSize: Int,
    layerCount: Int, attentionHeadCount: Int, intermediateSize: Int,
    maximumPositionCount: Int = 512, typeVocabularySize: Int = 2,
    layerNormEpsilon: Double = 1e-12, activation: Activation = .gelu, hiddenDropout: Double = 0.1,
    attentionDropout: Double = 0.1, paddingID: Int = 0, initializerRange: Double = 0.02
  ) {
    precondition(
      hiddenSize % attentionHeadCount == 0,
      "\(attentionHeadCount) attention heads do not divide a hidden size of \(hiddenSize)")
    self.architecture = architecture
    self.vocabularySize = vocabularySize
    self.hiddenSize = hiddenSize
    self.layerCount = layerCount
    self.attentionHeadCount = attentionHeadCount
    self.intermediateSize = intermediateSize
    self.maximumPositionCount = maximumPositionCount
    self.typeVocabularySize = typeVocabularySize
    self.layerNormEpsilon = layerNormEpsilon
    self.activation = activation
    self.hiddenDropout = hiddenDropout
    self.attentionDropout = attentionDropout
    self.paddingID = paddingID
    self.initializerRange = initializerRange
    if architecture == .distilbert { (self.typeVocabularySize, self.layerNormEpsilon) = (0, 1e-12) }
    if architecture == .modernBert { self.typeVocabularySize = 0 }
    if architecture == .debertaV2 {
      self.typeVocabularySize = 0
      maximumRelativePositions = maximumPositionCount
    }
  }

  /// Decodes `config.json`; fields that the family has always had must be there.
  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    architecture = try fields.decode(EncoderArchitecture.self, forKey: .architecture)
    vocabularySize = try fields.decode(Int.self, forKey: .vocabularySize)
    maximumPositionCount = try fields.decode(Int.self, forKey: .maximumPositionCount)
    paddingID =
      try fields.decodeIfPresent(Int.self, forKey: .paddingID)
      ?? (architecture.countsFromPadding ? 1 : 0)
    initializerRange = try fields.decodeIfPresent(Double.self, forKey: .initializerRange) ?? 0.02
    labels = try fields.decodeIfPresent([String: String].self, forKey: .labels)
    architectures = try fields.decodeIfPresent([String].self, forKey: .architectures)
    if architecture == .distilbert {
      let own = try decoder.container(keyedBy: DistilBertKeys.self)
      hiddenSize = try own.decode(Int.self, forKey: .hiddenSize)
      layerCount = try own.decode(Int.self, forKey: .layerCount)
      attentionHeadCount = try own.decode(Int.self, forKey: .attentionHeadCount)
      intermediateSize = try own.decode(Int.self, forKey: .intermediateSize)
      activation = try own.decodeIfPresent(Activation.self, forKey: .activation) ?? .gelu
      hiddenDropout = try own.decodeIfPresent(Double.self, forKey: .hiddenDropout) ?? 0.1
      attentionDropout = try own.decodeIfPresent(Double.self, forKey: .attentionDropout) ?? 0.1
      (typeVocabularySize, layerNormEpsilon) = (0, 1e-12)
      return
    }
    hiddenSize = try fields.decode(Int.self, forKey: .hiddenSize)
    layerCount = try fields.decode(Int.self, forKey: .layerCount)
    attentionHeadCount = try fields.decode(Int.self, forKey: .attentionHeadCount)
    intermediateSize = try fields.decode(Int.self, forKey: .intermediateSize)
    if architecture == .modernBert {
      (typeVocabularySize, layerNormEpsilon, activation) = (0, 1e-5, .gelu)
      (hiddenDropout, attentionDropout) = (0, 0)
      try readModernBert(decoder)
      return
    }
    let isDeberta = architecture == .debertaV2
    typeVocabularySize =
      try fields.decodeIfPresent(Int.self, forKey: .typeVocabularySize) ?? (isDeberta ? 0 : 2)
    layerNormEpsilon =
      try fields.decodeIfPresent(Double.self, forKey: .layerNormEpsilon)
      ?? (isDeberta ? 1e-7 : 1e-12)
    activation = try fields.decodeIfPresent(Activation.self, forKey: .activation) ?? .gelu
    hiddenDropout = try fields.decodeIfPresent(Double.self, forKey: .hiddenDropout) ?? 0.1
    attentionDropout = try fields.decodeIfPresent(Double.self, forKey: .attentionDropout) ?? 0.1
    if isDeberta { try readDeberta(decoder) }
    try Self.refuseVariants(decoder)
  }

  /// Reads what ModernBERT says more.
  private mutating func readModernBert(_ decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: ModernBertKeys.self)
    func read<Value: Decodable>(_ value: inout Value, _ key: ModernBertKeys) throws {
      value = try fields.decodeIfPresent(Value.self, forKey: key) ?? value
    }
    try read(&layerNormEpsilon, .layerNormEpsilon)
    try read(&activation, .activation)
    try read(&hiddenDropout, .hiddenDropout)
    try read(&attentionDropout, .attentionDropout)
    try read(&modernBert.globalEvery, .globalEvery)
    try read(&modernBert.localAttention, .localAttention)
    try read(&modernBert.globalTheta, .globalTheta)
    modernBert.localTheta = modernBert.globalTheta
    if fields.contains(.localTheta) {
      try read(&modernBert.localTheta, .localTheta)
    } else {
      modernBert.localTheta = 10_000
    }
    try read(&modernBert.hasNormBias, .normBias)
    try read(&modernBert.hasAttentionBias, .attentionBias)
    try read(&modernBert.hasFeedForwardBias, .feedForwardBias)
    try read(&modernBert.hasHeadBias, .headBias)
    try read(&modernBert.headActivation, .headActivation)
    func refuse(_ key: ModernBertKeys, _ text: String) -> DecodingError {
      .dataCorruptedError(forKey: key, in: fields, debugDescription: text)
    }
    if fields.contains(.scaling), try !fields.decodeNil(forKey: .scaling) {
      throw refuse(.scaling, "scaled rotary positions are not supported")
    }
    guard 1...1_000 ~= modernBert.globalEvery else {
      throw refuse(.globalEvery, "it must be from 1 to 1000")
    }
    guard 2...1_000_000 ~= modernBert.localAttention else {
      throw refuse(.localAttention, "it must be from 2 to 1000000")
    }
    for (key, theta) in [
      (ModernBertKeys.globalTheta, modernBert.globalTheta), (.localTheta, modernBert.localTheta),
    ] where !(1...1e12 ~= theta) {
      throw refuse(key, "it must be from 1 to 1e12")
    }
    guard hiddenSize / max(1, attentionHeadCount) % 2 == 0 else {
      throw refuse(.globalTheta, "rotary positions need attention heads of even size")
    }
  }

  /// Writes what ModernBERT says more.
  private func encodeModernBert(to encoder: any Swift.Encoder) throws {
    var own = encoder.container(keyedBy: ModernBertKeys.self)
    try own.encode(layerNormEpsilon, forKey: .layerNormEpsilon)
    try own.encode(activation, forKey: .activation)
    try own.encode(hiddenDropout, forKey: .hiddenDropout)
    try own.encode(attentionDropout, forKey: .attentionDropout)
    try own.encode(modernBert.globalEvery, forKey: .globalEvery)
    try own.encode(modernBert.localAttention, forKey: .localAttention)
    try own.encode(modernBert.globalTheta, forKey: .globalTheta)
    try own.encode(modernBert.localTheta, forKey: .localTheta)
    try own.encode(modernBert.hasNormBias, forKey: .normBias)
    try own.encode(modernBert.hasAttentionBias, forKey: .attentionBias)
    try own.encode(modernBert.hasFeedForwardBias, forKey: .feedForwardBias)
    try own.encode(modernBert.hasHeadBias, forKey: .headBias)
    try own.encode(modernBert.headActivation, forKey: .headActivation)
  }

  /// Reads what DeBERTa says more; what v3 does not have is refused.
  private mutating func readDeberta(_ decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: DebertaKeys.self)
    func require(_ isRight: Bool, _ key: DebertaKeys, _ expected: String) throws {
      if isRight { return }
      throw DecodingError.dataCorruptedError(
        forKey: key, in: fields, debugDescription: "it must be \(expected), as in DeBERTa-v3")
    }
    func flag(_ key: DebertaKeys, _ standard: Bool) throws -> Bool {
      try fields.decodeIfPresent(Bool.self, forKey: key) ?? standard
    }
    try require(flag(.relative, false), .relative, "true")
    try require(flag(.sharesProjections, false), .sharesProjections, "true")
    try require(!flag(.hasPositionTable, true), .hasPositionTable, "false")
    let types =
      (try? fields.decode([String].self, forKey: .attentionTypes))
      ?? (try? fields.decode(String.self, forKey: .attentionTypes))?.split(separator: "|")
      .map(String.init) ?? []
    try require(Set(types) == ["c2p", "p2c"], .attentionTypes, "c2p and p2c")
    let norm = try fields.decodeIfPresent(String.self, forKey: .norm) ?? "none"
    try require(norm == "layer_norm", .norm, "layer_norm")
    let convolution = try fields.decodeIfPresent(Int.self, forKey: .convolution) ?? 0
    try require(convolution == 0, .convolution, "0")
    let embeddingSize = try fields.decodeIfPresent(Int.self, forKey: .embeddingSize)
    try require(embeddingSize ?? hiddenSize == hiddenSize, .embeddingSize, "hidden_size")
    let headSize = try fields.decodeIfPresent(Int.self, forKey: .headSize)
    try require(
      headSize == nil || headSize == hiddenSize / max(1, attentionHeadCount), .headSize,
      "hidden_size / num_attention_heads")
    positionBuckets = max(0, try fields.decodeIfPresent(Int.self, forKey: .buckets) ?? 0)
    let maximum = try fields.decodeIfPresent(Int.self, forKey: .maximum) ?? -1
    maximumRelativePositions = maximum < 1 ? maximumPositionCount : maximum
    try require(positionBuckets != 1, .buckets, "2 or more")
    try require(
      maximumRelativePositions > 1 + positionBuckets / 2, .maximum,
      "more than half of position_buckets")
    try require(
      positionBuckets <= 1_000_000 && maximumRelativePositions <= 1_000_000, .maximum,
      "at most 1000000")
  }

  /// Writes `config.json` as transformers has it for the architecture.
  package func encode(to encoder: any Swift.Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(architecture, forKey: .architecture)
    try fields.encode(vocabularySize, forKey: .vocabularySize)
    try fields.encode(maximumPositionCount, forKey: .maximumPositionCount)
    try fields.encode(paddingID, forKey: .paddingID)
    try fields.encode(initializerRange, forKey: .initializerRange)
    try fields.encodeIfPresent(labels, forKey: .labels)
    try fields.encodeIfPresent(architectures, forKey: .architectures)
    if architecture == .distilbert {
      var own = encoder.container(keyedBy: DistilBertKeys.self)
      try own.encode(hiddenSize, forKey: .hiddenSize)
      try own.encode(layerCount, forKey: .layerCount)
      try own.encode(attentionHeadCount, forKey: .attentionHeadCount)
      try own.encode(intermediateSize, forKey: .intermediateSize)
      try own.encode(activation, forKey: .activation)
      try own.encode(hiddenDropout, forKey: .hiddenDropout)
      return try own.encode(attentionDropout, forKey: .attentionDropout)
    }
    try fields.encode(hiddenSize, forKey: .hiddenSize)
    try fields.encode(layerCount, forKey: .layerCount)
    try fields.encode(attentionHeadCount, forKey: .attentionHeadCount)
    try fields.encode(intermediateSize, forKey: .intermediateSize)
    if architecture == .modernBert { return try encodeModernBert(to: encoder) }
    try fields.encode(typeVocabularySize, forKey: .typeVocabularySize)
    try fields.encode(layerNormEpsilon, forKey: .layerNormEpsilon)
    try fields.encode(activation, forKey: .activation)
    try fields.encode(hiddenDropout, forKey: .hiddenDropout)
    try fields.encode(attentionDropout, forKey: .attentionDropout)
    guard architecture == .debertaV2 else { return }
    var own = encoder.container(keyedBy: DebertaKeys.self)
    try own.encode(true, forKey: .relative)
    try own.encode(true, forKey: .sharesProjections)
    try own.encode(false, forKey: .hasPositionTable)
    try own.encode(["p2c", "c2p"], forKey: .attentionTypes)
    try own.encode("layer_norm", forKey: .norm)
    try own.encode(positionBuckets > 0 ? positionBuckets : -1, forKey: .buckets)
    try own.encode(maximumRelativePositions, forKey: .maximum)
  }

  /// Refuses what has the same tensors and computes something else.
  private static func refuseVariants(_ decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: VariantKeys.self)
    let positions = try fields.decodeIfPresent(String.self, forKey: .positions) ?? "absolute"
    if positions != "absolute" {
      throw DecodingError.dataCorruptedError(
        forKey: .positions, in: fields,
        debugDescription: "\(positions) positions are not supported, only absolute ones")
    }
    if try fields.decodeIfPresent(Bool.self, forKey: .isDecoder) ?? false {
      throw DecodingError.dataCorruptedError(
        forKey: .isDecoder, in: fields, debugDescription: "a decoder is not supported")
    }
  }

  /// The size of one attention head.
  package var headSize: Int { hiddenSize / attentionHeadCount }

  /// The longest input in subwords, special ones included.
  package var maximumSubwords: Int {
    architecture.countsFromPadding ? maximumPositionCount - paddingID - 1 : maximumPositionCount
  }

  /// Reads and checks a `config.json`.
  package static func read(path: String) throws(ModelFileError) -> EncoderConfiguration {
    let data: Data
    do {
      data = try OrdinaryFile.contents(of: path, limit: 16 << 20)
    } catch {
      throw ModelFileError(
        path: path, problem: "it cannot be read (\(error))",
        expected: "the config.json of a Hugging Face model directory",
        advice: "Give the directory of a model of type \(EncoderArchitecture.names).")
    }
    let result: EncoderConfiguration
    do {
      result = try JSONDecoder().decode(EncoderConfiguration.self, from: data)
    } catch let error as DecodingError {
      throw ModelFileError(
        path: path, problem: explanation(of: error, in: data),
        expected: "a configuration of type \(EncoderArchitecture.names)")
    } catch {
      throw ModelFileError(
        path: path, problem: error.localizedDescription,
        expected: "a configuration of type \(EncoderArchitecture.names)")
    }
    try result.check(path: path)
    return result
  }

  private func check(path: String) throws(ModelFileError) {
    let sizes = [
      ("vocab_size", vocabularySize, 10_000_000), ("hidden_size", hiddenSize, 65_536),
      ("num_hidden_layers", layerCount, 1_000), ("num_attention_heads", attentionHeadCount, 4_096),
      ("intermediate_size", intermediateSize, 1_000_000),
      ("max_position_embeddings", maximumPositionCount, 1_000_000),
      ("type_vocab_size", typeVocabularySize, 1_000),
    ]
    let mayHaveNoTypes = [.debertaV2, .distilbert, .modernBert].contains(architecture)
    for (key, value, limit) in sizes where value < 1 || value > limit {
      if key == "type_vocab_size", value == 0, mayHaveNoTypes { continue }
      throw ModelFileError(
        path: path, problem: "\(key) is \(value)", expected: "a number from 1 to \(limit)")
    }
    guard hiddenSize % attentionHeadCount == 0 else {
      throw ModelFileError(
        path: path,
        problem: "num_attention_heads \(attentionHeadCount) does not divide hidden_size "
          + "\(hiddenSize)",
        expected: "heads of equal size")
    }
    guard (0..<vocabularySize).contains(paddingID), maximumSubwords >= 3 else {
      throw ModelFileError(
        path: path,
        problem: "pad_token_id is \(paddingID) and max_position_embeddings \(maximumPositionCount)",
        expected: "a subword of the \(vocabularySize), and positions for three subwords or more")
    }
    let rates = [
      ("hidden_dropout_prob", hiddenDropout),
      ("attention_probs_dropout_prob", attentionDropout),
    ]
    for (key, value) in rates where !(value >= 0 && value < 1) {
      throw ModelFileError(
        path: path, problem: "\(key) is \(value)", expected: "a number from 0 to less than 1")
    }
    let sizesOfNumbers = [
      ("layer_norm_eps", layerNormEpsilon), ("initializer_range", initializerRange),
    ]
    for (key, value) in sizesOfNumbers where !(0...1 ~= value) {
      throw ModelFileError(
        path: path, problem: "\(key) is \(value)", expected: "a number from 0 to 1")
    }
  }

  private static func explanation(of error: DecodingError, in data: Data) -> String {
    switch error {
    case .keyNotFound(let key, _): "it has no \(key.stringValue)"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "\(context.codingPath.map(\.stringValue).joined(separator: ".")) has the wrong type"
    case .dataCorrupted(let context):
      context.codingPath.isEmpty
        ? (try? JSONSerialization.jsonObject(with: data)) != nil
          ? "it has a number that does not fit, as a fraction where a whole number belongs"
          : "it is not JSON"
        : "\(context.codingPath.map(\.stringValue).joined(separator: ".")): "
          + context.debugDescription
    @unknown default: "it cannot be decoded"
    }
  }
}
