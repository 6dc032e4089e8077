import Foundation
package import ModelFiles
import NamedEntities
import Tensors

/// Which family an encoder belongs to: what it is called in files, and how positions are counted.
package enum EncoderArchitecture: String, Codable, Hashable, Sendable {
  /// BERT: positions from 0.
  case bert
  /// XLM-R: positions from `padding id + 1`, padding at `padding id`.
  case xlmRoberta = "xlm-roberta"

  /// What encoder parameters' names begin with in a checkpoint with a head on top.
  package var prefix: String {
    switch self {
    case .bert: "bert"
    case .xlmRoberta: "roberta"
    }
  }
}

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

/// The sizes of a BERT or XLM-R encoder, as `config.json` of a Hugging Face directory has them.
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
  /// The number of segment types.
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
  }

  /// Decodes `config.json`; fields that the family has always had must be there.
  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    architecture = try fields.decode(EncoderArchitecture.self, forKey: .architecture)
    vocabularySize = try fields.decode(Int.self, forKey: .vocabularySize)
    hiddenSize = try fields.decode(Int.self, forKey: .hiddenSize)
    layerCount = try fields.decode(Int.self, forKey: .layerCount)
    attentionHeadCount = try fields.decode(Int.self, forKey: .attentionHeadCount)
    intermediateSize = try fields.decode(Int.self, forKey: .intermediateSize)
    maximumPositionCount = try fields.decode(Int.self, forKey: .maximumPositionCount)
    typeVocabularySize = try fields.decodeIfPresent(Int.self, forKey: .typeVocabularySize) ?? 2
    layerNormEpsilon = try fields.decodeIfPresent(Double.self, forKey: .layerNormEpsilon) ?? 1e-12
    activation = try fields.decodeIfPresent(Activation.self, forKey: .activation) ?? .gelu
    hiddenDropout = try fields.decodeIfPresent(Double.self, forKey: .hiddenDropout) ?? 0.1
    attentionDropout = try fields.decodeIfPresent(Double.self, forKey: .attentionDropout) ?? 0.1
    paddingID =
      try fields.decodeIfPresent(Int.self, forKey: .paddingID)
      ?? (architecture == .bert ? 0 : 1)
    initializerRange = try fields.decodeIfPresent(Double.self, forKey: .initializerRange) ?? 0.02
    labels = try fields.decodeIfPresent([String: String].self, forKey: .labels)
    architectures = try fields.decodeIfPresent([String].self, forKey: .architectures)
    try Self.refuseVariants(decoder)
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
    architecture == .bert ? maximumPositionCount : maximumPositionCount - paddingID - 1
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
        advice: "Give the directory of a model of type bert or xlm-roberta.")
    }
    let result: EncoderConfiguration
    do {
      result = try JSONDecoder().decode(EncoderConfiguration.self, from: data)
    } catch let error as DecodingError {
      throw ModelFileError(
        path: path, problem: explanation(of: error, in: data),
        expected: "a configuration of type bert or xlm-roberta")
    } catch {
      throw ModelFileError(
        path: path, problem: error.localizedDescription,
        expected: "a configuration of type bert or xlm-roberta")
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
    for (key, value, limit) in sizes where value < 1 || value > limit {
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
