import Foundation

/// The fields that only DeBERTa has.
extension EncoderConfiguration {
  /// Fields that only DeBERTa has.
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

  /// Reads the fields that only DeBERTa has; throws for variants that DeBERTa-v3 does not use.
  mutating func readDeberta(_ decoder: any Decoder) throws {
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

  /// Writes the fields that only DeBERTa has.
  func encodeDeberta(to encoder: any Swift.Encoder) throws {
    var own = encoder.container(keyedBy: DebertaKeys.self)
    try own.encode(true, forKey: .relative)
    try own.encode(true, forKey: .sharesProjections)
    try own.encode(false, forKey: .hasPositionTable)
    try own.encode(["p2c", "c2p"], forKey: .attentionTypes)
    try own.encode("layer_norm", forKey: .norm)
    try own.encode(positionBuckets > 0 ? positionBuckets : -1, forKey: .buckets)
    try own.encode(maximumRelativePositions, forKey: .maximum)
  }
}
