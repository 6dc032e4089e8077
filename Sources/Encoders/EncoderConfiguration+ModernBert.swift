import Foundation

/// The fields that only ModernBERT has, or that it calls by other names.
extension EncoderConfiguration {
  /// Fields that only ModernBERT has, and its names of some that the others have too.
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
    case rotations = "rope_parameters"
    case layerTypes = "layer_types"
  }

  /// The rotary positions of one kind of layer, as transformers 5 writes them.
  private struct RotaryParameters: Decodable {
    enum CodingKeys: String, CodingKey {
      case type = "rope_type"
      case theta = "rope_theta"
    }

    var type: String?
    var theta: Double?
  }

  /// Reads the fields that only ModernBERT has.
  mutating func readModernBert(_ decoder: any Decoder) throws {
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
    // Null stands for the base of the global layers, an absent field for the default, 10000.
    if fields.contains(.localTheta) {
      modernBert.localTheta = modernBert.globalTheta
      try read(&modernBert.localTheta, .localTheta)
    }
    // transformers 5 writes rope_parameters instead of the two fields above.
    let rotations =
      try fields.decodeIfPresent([String: RotaryParameters?].self, forKey: .rotations) ?? [:]
    modernBert.globalTheta = rotations["full_attention"]??.theta ?? modernBert.globalTheta
    modernBert.localTheta = rotations["sliding_attention"]??.theta ?? modernBert.localTheta
    try read(&modernBert.hasNormBias, .normBias)
    try read(&modernBert.hasAttentionBias, .attentionBias)
    try read(&modernBert.hasFeedForwardBias, .feedForwardBias)
    try read(&modernBert.hasHeadBias, .headBias)
    try read(&modernBert.headActivation, .headActivation)
    func refuse(_ key: ModernBertKeys, _ text: String) -> DecodingError {
      .dataCorruptedError(forKey: key, in: fields, debugDescription: text)
    }
    for case let rotation? in rotations.values where (rotation.type ?? "default") != "default" {
      throw refuse(.rotations, "only the rope_type default is supported")
    }
    if fields.contains(.scaling), try !fields.decodeNil(forKey: .scaling) {
      throw refuse(.scaling, "scaled rotary positions are not supported")
    }
    guard 1...1_000 ~= modernBert.globalEvery else {
      throw refuse(.globalEvery, "it must be from 1 to 1000")
    }
    if let types = try fields.decodeIfPresent([String].self, forKey: .layerTypes) {
      let isRegular =
        types.count == layerCount
        && types.indices.allSatisfy {
          types[$0] == (modernBert.isGlobal($0) ? "full_attention" : "sliding_attention")
        }
      guard isRegular else {
        throw refuse(.layerTypes, "it must follow global_attn_every_n_layers")
      }
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

  /// Writes the fields that only ModernBERT has.
  func encodeModernBert(to encoder: any Swift.Encoder) throws {
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
}
