package import Tensors

/// Tuning of the encoder's biases alone: BitFit.
///
/// Ben Zaken et al. 2022: every bias of the encoder is light (of projections, feed-forward blocks
/// and layer norms), everything else is frozen. It adds no parameter and changes no function, so
/// "fresh" means the biases as the encoder has them, primed or not.
///
/// A bias of attention's keys adds the same to every score of a query, which softmax takes out
/// again: its gradient is nothing but rounding, and where AdamW moves it to changes no output.
package struct BiasAdapter: MergeableAdapter, Hashable {
  /// BitFit has nothing to choose.
  package init() {}

  package var lightParameters: LightParameters { .encoderBiases }

  package func shapes(in configuration: EncoderConfiguration) -> [ParameterName: [Int]] { [:] }

  package func freshParameters(
    in configuration: EncoderConfiguration, generator: TensorGenerator
  ) -> Parameters {
    [:]
  }

  /// The parameters: the biases are part of the encoder already.
  package func merged(into parameters: Parameters) -> Parameters { parameters }

  /// The parameters: there is nothing to take out.
  package func unmerged(_ own: Parameters, from merged: Parameters) -> Parameters { merged }
}
