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

/// A parameter-efficient module inside an encoder: few parameters, added to frozen ones.
///
/// An adapter is an addition: it may change the output of a linear projection (as LoRA does), or
/// of a whole block before its layer norm (as bottleneck adapters do). What it leaves alone has a
/// default. Parameters are named as AdapterHub names them, with the adapter's name `ner`.
package protocol Adapter: Sendable {
  /// The names and shapes of its parameters inside an encoder.
  func shapes(in configuration: EncoderConfiguration) -> [ParameterName: [Int]]

  /// Fresh parameters, with which the encoder's output is what it was without the adapter.
  func freshParameters(
    in configuration: EncoderConfiguration, generator: TensorGenerator
  ) -> Parameters

  /// The output of a linear projection of the checkpoint's name `name`, adapted.
  func projection(
    _ name: String, parameters: ParameterReader, input: Tensor, output: Tensor
  ) -> Tensor

  /// The output of a block, adapted.
  ///
  /// - Parameters:
  ///   - dense: What the block's last linear layer gave, (batch, subwords, hiddenSize).
  ///   - residual: What went into the block.
  ///   - normalize: The block's own layer norm.
  /// - Returns: What goes to the next block; `normalize(dense + residual)` without an adapter.
  func output(
    _ site: AdapterSite, dense: Tensor, residual: Tensor, normalize: (Tensor) -> Tensor
  ) -> Tensor
}

extension Adapter {
  package func projection(
    _ name: String, parameters: ParameterReader, input: Tensor, output: Tensor
  ) -> Tensor {
    output
  }

  package func output(
    _ site: AdapterSite, dense: Tensor, residual: Tensor, normalize: (Tensor) -> Tensor
  ) -> Tensor {
    normalize(dense + residual)
  }
}

/// Whether a parameter belongs to an adapter, by its name.
package func isAdapterParameter(_ name: ParameterName) -> Bool {
  name.contains(".ner.") || name.hasSuffix(".ner")
}

/// Whether a parameter belongs to the tagging head, by its name.
package func isHeadParameter(_ name: ParameterName) -> Bool {
  name.hasPrefix("classifier.")
}
