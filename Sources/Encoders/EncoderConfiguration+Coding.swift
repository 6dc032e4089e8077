import Foundation

/// `config.json` as transformers writes it for each architecture.
extension EncoderConfiguration: Codable {
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

  /// Fields that change what is computed but not the tensors.
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
    if architecture == .debertaV2 { try encodeDeberta(to: encoder) }
  }

  /// Throws for variants that have the same tensors but compute something else.
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
        forKey: .isDecoder, in: fields, debugDescription: "decoders are not supported")
    }
  }
}
