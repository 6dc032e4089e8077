import Foundation
import Tensors

/// Settings that only ModernBERT has.
package struct ModernBertSettings: Hashable, Sendable {
  /// Every `globalEvery`-th layer attends to the whole sentence, starting with the first.
  package var globalEvery = 3
  /// The attention window of the other layers in subwords, half on each side.
  package var localAttention = 128
  /// The base of the rotary positions of layers that see the whole sentence.
  package var globalTheta = 160_000.0
  /// The same of the other layers.
  package var localTheta = 10_000.0
  /// Whether norms have biases.
  package var hasNormBias = false
  /// Whether attention's projections have biases.
  package var hasAttentionBias = false
  /// Whether the feed-forward block's projections have biases.
  package var hasFeedForwardBias = false
  /// Whether the layer between encoder and classifier has a bias.
  package var hasHeadBias = false
  /// The activation of that layer.
  package var headActivation = Activation.gelu

  /// The settings of ModernBERT-base.
  package init() {}

  /// Whether a layer sees the whole sentence.
  func isGlobal(_ layer: Int) -> Bool { layer % globalEvery == 0 }
}

/// ModernBERT: norms before the blocks, rotary positions, local attention, and a gated feed-forward
/// block.
///
/// Warner et al. 2024:
///
///     x + Wo attention(rotate(Wqkv LN(x)))          the first layer without LN
///     x + Wo (gelu(a) ⊙ g),  (a, g) = Wi LN(x)
///     LN(gelu(W LN(x)))                              behind the last layer
///
/// Positions are encoded by rotating queries and keys, so there is no position table. Query, key and
/// value share one projection, so an adapter on one of them changes all three.
extension Encoder {
  /// Rotary positions, (…, 1, headSize) for vectors by head, (…, heads, headSize).
  struct Rotation {
    var cosines: Tensor
    var sines: Tensor

    /// `x cos + (−x₂, x₁) sin` for x = (x₁, x₂).
    func callAsFunction(_ rows: Tensor, headCount: Int) -> Tensor {
      let shape = rows.shape
      let size = shape[shape.count - 1] / headCount
      let heads = rows.reshaped(shape.dropLast() + [headCount, size])
      let last = heads.shape.count - 1
      let turned = Tensor.concatenating(
        [
          heads.slice(size / 2..<size, dimension: last) * -1,
          heads.slice(0..<size / 2, dimension: last),
        ],
        dimension: last)
      return (heads * cosines + turned * sines).reshaped(shape)
    }
  }

  /// The rotation of each position of a row, or of those of packed subwords.
  ///
  /// - Parameter positions: Where in its sentence each packed subword is; nil for the places of a row.
  func rotation(
    length: Int, theta: Double, positions: Tensor?, type: ElementType
  ) -> Rotation {
    let half = configuration.headSize / 2
    // In 32 bits, as transformers does whatever the type of the rest.
    let frequencies = (0..<half).map { place in
      1 / powf(Float(theta), Float(2 * place) / Float(configuration.headSize))
    }
    let angles = (0..<length).flatMap { position in frequencies.map { Float(position) * $0 } }
    func table(_ function: (Float) -> Float) -> Tensor {
      let numbers = stride(from: 0, to: angles.count, by: half).flatMap { start in
        let row = angles[start..<start + half].map(function)
        return row + row
      }
      let table = Tensor(numbers).reshaped([length, 2 * half]).converted(to: type)
      let rows = positions.map { table.embedding($0) } ?? table
      return rows.reshaped([rows.shape[0], 1, 2 * half])
    }
    return Rotation(cosines: table(cosf), sines: table(sinf))
  }

  /// A mask that is true where a key is outside a query's local window, (1, 1, length, length); nil if
  /// the window covers everything.
  func beyondWindow(length: Int) -> Tensor? {
    let reach = configuration.modernBert.localAttention / 2
    guard length > reach + 1 else { return nil }
    let places = Tensor.range(length)
    let distances =
      (places.reshaped([1, 1, length, 1]) - places.reshaped([1, 1, 1, length])).magnitude()
    return distances.isLess(than: Double(reach + 1)).negated()
  }

  /// The states of rows of subwords, (…, hiddenSize): a row each of a batch, or packed.
  ///
  /// - Parameters:
  ///   - positions: Where in its sentence each packed subword is; nil for rows of a batch.
  ///   - length: The longest sentence.
  ///   - attend: What a layer's heads gather of query, key and value, each (…, hiddenSize).
  func modernHiddenStates(
    _ model: ParameterReader, ids: Tensor, positions: Tensor?, length: Int,
    _ generator: TensorGenerator?,
    attend: (_ layer: Int, _ query: Tensor, _ key: Tensor, _ value: Tensor) -> Tensor
  ) -> Tensor {
    let settings = configuration.modernBert
    let words = model[configuration.wordEmbeddingsName]
      .embedding(ids, padding: configuration.paddingID)
    var hidden = dropout(
      modernNorm(model, "model.embeddings.norm", words), configuration.hiddenDropout, generator)
    let type = hidden.elementType
    let global = rotation(
      length: length, theta: settings.globalTheta, positions: positions, type: type)
    let local = rotation(
      length: length, theta: settings.localTheta, positions: positions, type: type)
    let (size, inner) = (configuration.hiddenSize, configuration.intermediateSize)
    let last = hidden.shape.count - 1
    for layer in 0..<configuration.layerCount {
      let name = configuration.architecture.layer(layer)
      let input = layer == 0 ? hidden : modernNorm(model, "\(name).attn_norm", hidden)
      let all = linear(model, name, .query, input)
      func part(_ number: Int) -> Tensor {
        all.slice(number * size..<(number + 1) * size, dimension: last)
      }
      let rotate = settings.isGlobal(layer) ? global : local
      let heads = configuration.attentionHeadCount
      let context = attend(
        layer, rotate(part(0), headCount: heads), rotate(part(1), headCount: heads), part(2))
      hidden = modernBlock(
        model, name, .attention,
        dense: dropout(
          linear(model, name, .attentionOutput, context), configuration.hiddenDropout, generator),
        residual: hidden)
      let both = linear(model, name, .intermediate, modernNorm(model, "\(name).mlp_norm", hidden))
      let gated =
        configuration.activation(both.slice(0..<inner, dimension: last))
        * both.slice(inner..<2 * inner, dimension: last)
      hidden = modernBlock(
        model, name, .feedForward,
        dense: linear(
          model, name, .output, dropout(gated, configuration.hiddenDropout, generator)),
        residual: hidden)
    }
    let states = modernNorm(model, "model.final_norm", hidden).linear(
      weight: model["head.dense.weight"],
      bias: settings.hasHeadBias ? model["head.dense.bias"] : nil)
    return modernNorm(model, "head.norm", settings.headActivation(states))
  }

  private func modernNorm(_ model: ParameterReader, _ name: String, _ input: Tensor) -> Tensor {
    let weight = model["\(name).weight"]
    let bias =
      configuration.modernBert.hasNormBias
      ? model["\(name).bias"] : Tensor.zeros(weight.shape).converted(to: weight.elementType)
    return input.layerNormalized(
      weight: weight, bias: bias, epsilon: configuration.layerNormEpsilon)
  }

  /// Adds the residual, and applies the bottleneck adapter if there is one.
  ///
  /// ModernBERT has no norm after a block.
  private func modernBlock(
    _ model: ParameterReader, _ layer: String, _ place: AdapterSite.Place, dense: Tensor,
    residual: Tensor
  ) -> Tensor {
    let sum = dense + residual
    guard let adapter else { return sum }
    return adapter.output(
      AdapterSite(
        name: "\(layer).\(configuration.architecture.site(place))", place: place,
        parameters: model),
      BlockOutput(
        residual: residual, dense: { dense }, joined: { (sum, sum) }, normalized: { $0 + $1 }))
  }
}
