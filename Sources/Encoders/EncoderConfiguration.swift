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
package struct EncoderConfiguration: Hashable, Sendable {
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
  /// The size of DeBERTa's logarithmic distance buckets; 0 if each distance has its own row.
  package var positionBuckets = 0
  /// The largest distance of DeBERTa.
  package var maximumRelativePositions = 0
  /// Settings that only ModernBERT has.
  package var modernBert = ModernBertSettings()
  /// The labels of a head that was saved with the encoder, by id.
  package var labels: [String: String]?
  /// The classes of transformers that the directory was saved from.
  package var architectures: [String]?

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

  /// The size of one attention head.
  package var headSize: Int { hiddenSize / attentionHeadCount }

  /// The longest input in subwords, special ones included.
  package var maximumSubwords: Int {
    architecture.countsFromPadding ? maximumPositionCount - paddingID - 1 : maximumPositionCount
  }
}
