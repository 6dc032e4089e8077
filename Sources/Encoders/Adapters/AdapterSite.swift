package import Tensors

/// A place in a layer where an adapter may change the output of a block.
package struct AdapterSite {
  /// Which block of the layer.
  package enum Place: Hashable, Sendable {
    /// After self-attention: `….attention.output`.
    case attention
    /// After the feed-forward block: `….output`.
    case feedForward
  }

  /// The block's name in the checkpoint, as `bert.encoder.layer.0.output`.
  package var name: String
  /// Which block it is.
  package var place: Place
  /// Where parameters are read.
  package var parameters: ParameterReader
}

/// What a block has come to where an adapter may change it, computed as far as it is asked for.
package struct BlockOutput {
  /// What went into the block, (…, hiddenSize).
  let residual: Tensor
  /// What the block's last linear layer gave, after dropout.
  let dense: () -> Tensor
  /// `dense + residual`, and the block's layer norm of it.
  let joined: () -> (sum: Tensor, normalized: Tensor)
  /// The block's layer norm of the sum of two.
  let normalized: (Tensor, Tensor) -> Tensor
}

/// A linear projection that an adapter may change.
package struct ProjectionSite {
  /// The projection's name in the checkpoint, as `bert.encoder.layer.0.attention.self.query`.
  package var name: String
  /// Which of a layer's projections it is.
  package var projection: Projection
  /// Where parameters are read.
  package var parameters: ParameterReader
}

/// One of the six linear projections of a layer.
package enum Projection: String, Codable, Hashable, Sendable, CaseIterable {
  case query, key, value, attentionOutput, intermediate, output

  /// The name in a layer of an encoder, as `bert.encoder.layer.0.attention.self.query`.
  package func name(layer: Int, in configuration: EncoderConfiguration) -> String {
    let architecture = configuration.architecture
    return "\(architecture.layer(layer)).\(architecture.path(self))"
  }

  /// How many numbers go in.
  package func inputCount(in configuration: EncoderConfiguration) -> Int {
    self == .output ? configuration.intermediateSize : configuration.hiddenSize
  }

  /// How many numbers come out.
  package func outputCount(in configuration: EncoderConfiguration) -> Int {
    let isModern = configuration.architecture.hasOneAttentionProjection
    return switch self {
    case .query, .key, .value: isModern ? 3 * configuration.hiddenSize : configuration.hiddenSize
    case .intermediate:
      isModern ? 2 * configuration.intermediateSize : configuration.intermediateSize
    case .attentionOutput, .output: configuration.hiddenSize
    }
  }
}

/// Keys and values that stand before those of a sentence, in the attention of one layer.
///
/// They are the same for every row, have no positions of their own, and every subword sees them.
package struct AttentionPrefix {
  /// (heads, prefixLength, headSize).
  package var keys: Tensor
  /// (heads, prefixLength, headSize).
  package var values: Tensor

  /// How many positions there are.
  package var length: Int { keys.shape[1] }

  /// A prefix of keys and values.
  package init(keys: Tensor, values: Tensor) {
    precondition(
      keys.shape == values.shape && keys.shape.count == 3,
      "Keys \(keys.shape) and values \(values.shape) must be (heads, prefixLength, headSize)")
    self.keys = keys
    self.values = values
  }
}
