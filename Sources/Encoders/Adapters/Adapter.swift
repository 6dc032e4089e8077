package import Tensors

/// A parameter-efficient module inside an encoder: few parameters, added to frozen ones.
///
/// An adapter is an addition. It may change a linear projection (LoRA, IA3), put keys and values
/// before those of attention (prefix tuning), change the output of a whole block before its layer
/// norm (bottlenecks), or change nothing and only name parameters that the encoder has (BitFit).
/// What it leaves alone has a default. Parameters are named as AdapterHub names them, with the
/// adapter's name `ner`.
package protocol Adapter: Sendable {
  /// The names and shapes of the parameters that it adds to an encoder.
  func shapes(in configuration: EncoderConfiguration) -> [ParameterName: [Int]]

  /// Fresh parameters, with which the encoder's output is what it was without the adapter.
  ///
  /// Prefix tuning is the exception: its definition has no such values.
  func freshParameters(
    in configuration: EncoderConfiguration, generator: TensorGenerator
  ) -> Parameters

  /// Which parameters of a model are this module's when a mask says `adapter`.
  var lightParameters: LightParameters { get }

  /// What stands before the keys and values of each layer's attention: one a layer, or nothing.
  func prefixes(
    in configuration: EncoderConfiguration, parameters: ParameterReader
  ) -> [AttentionPrefix]

  /// The output of a linear projection, adapted.
  ///
  /// - Parameters:
  ///   - input: What goes into the projection, (batch, subwords, inputs).
  ///   - linear: The projection itself.
  /// - Returns: What comes out; `linear(input)` without an adapter.
  func projection(
    _ site: ProjectionSite, input: Tensor, linear: (Tensor) -> Tensor
  ) -> Tensor

  /// Whether it changes a linear projection; where it does not, `projection` is not called.
  func changes(_ projection: Projection) -> Bool

  /// The output of a block, adapted.
  ///
  /// - Returns: What goes to the next block; `block.joined().normalized` without an adapter.
  func output(_ site: AdapterSite, _ block: BlockOutput) -> Tensor
}

extension Adapter {
  package var lightParameters: LightParameters { .added }

  package func prefixes(
    in configuration: EncoderConfiguration, parameters: ParameterReader
  ) -> [AttentionPrefix] {
    []
  }

  package func projection(
    _ site: ProjectionSite, input: Tensor, linear: (Tensor) -> Tensor
  ) -> Tensor {
    linear(input)
  }

  package func changes(_ projection: Projection) -> Bool { false }

  package func output(_ site: AdapterSite, _ block: BlockOutput) -> Tensor {
    block.joined().normalized
  }
}

/// An adapter that can become part of the encoder's own weights, and be taken out again.
package protocol MergeableAdapter: Adapter {
  /// The parameters with the adapter in the weights that it changes, and without its own.
  func merged(into parameters: Parameters) -> Parameters

  /// The parameters before merging.
  ///
  /// - Parameters:
  ///   - own: The adapter's parameters, as they were merged; they are put back.
  ///   - merged: What `merged(into:)` gave.
  func unmerged(_ own: Parameters, from merged: Parameters) -> Parameters
}

/// Which parameters are the light ones of an adapter.
package enum LightParameters: Hashable, Sendable {
  /// Those that adapters add, by their names.
  case added
  /// The biases that the encoder already has.
  case encoderBiases

  /// Whether a parameter is one of them.
  package func callAsFunction(_ name: ParameterName) -> Bool {
    switch self {
    case .added: isAdapterParameter(name)
    case .encoderBiases: name.hasSuffix(".bias") && !isHeadParameter(name)
    }
  }
}

/// Whether a parameter was added by an adapter, by its name.
package func isAdapterParameter(_ name: ParameterName) -> Bool {
  name.contains(".ner.") || name.hasSuffix(".ner")
}

/// Whether a parameter belongs to the tagging head, by its name.
package func isHeadParameter(_ name: ParameterName) -> Bool {
  name.hasPrefix("classifier.")
}
