import Foundation
import Tensors

/// What DeBERTa adds to attention's scores for the distance of two subwords.
///
/// He et al. 2021. The distance i − j of query i and key j selects a row of one table; near distances
/// have a row each, far ones share rows on a logarithmic scale. With Kr and Qr the table projected as
/// keys and queries are:
///
///     score(i, j) = (qᵢ kⱼ + qᵢ Kr[i − j] + kⱼ Qr[i − j]) / √(3 · headSize)
struct RelativePositions {
  /// The rows of the distances −(length − 1) … length − 1 projected as queries, by head:
  /// (heads, distances, headSize).
  var queries: Tensor
  /// The same projected as keys.
  var keys: Tensor

  /// - Parameters:
  ///   - table: The table of distances after its norm, (2 · span, hiddenSize).
  ///   - length: The subwords of the longest sentence.
  ///   - project: Rows as a projection of a layer makes them, by head: (1, heads, rows, headSize).
  init(
    _ table: Tensor, length: Int, in configuration: EncoderConfiguration,
    project: (Projection, Tensor) -> Tensor
  ) {
    let rows = Self.rows(length: length, in: configuration)
    let near = table.gathered(rows).reshaped([1, rows.count, configuration.hiddenSize])
    func heads(_ projection: Projection) -> Tensor {
      let projected = project(projection, near)
      return projected.reshaped(Array(projected.shape.dropFirst()))
    }
    (queries, keys) = (heads(.query), heads(.key))
  }

  /// How the table's rows are numbered: near distances one by one, far ones by their logarithm.
  static func rows(length: Int, in configuration: EncoderConfiguration) -> [Int] {
    let span = configuration.relativeSpan
    return (1 - length..<length).map { distance in
      let bucket =
        configuration.positionBuckets > 0 ? logarithmic(distance, configuration) : distance
      return min(max(bucket + span, 0), 2 * span - 1)
    }
  }

  private static func logarithmic(_ distance: Int, _ configuration: EncoderConfiguration) -> Int {
    let middle = configuration.positionBuckets / 2
    guard abs(distance) > middle else { return distance }
    // In 32 bits, as transformers does: a distance at a border is to fall to its side.
    let steps = Float(configuration.maximumRelativePositions - 1) / Float(middle)
    let share = log(Float(abs(distance)) / Float(middle)) / log(steps)
    let bucket = Int((share * Float(middle - 1)).rounded(.up)) + middle
    return distance < 0 ? -bucket : bucket
  }

  /// What is added to the products of queries and keys, (batch, heads, subwords, subwords).
  ///
  /// - Parameters:
  ///   - query: By head, (batch, heads, subwords, headSize).
  ///   - key: The same.
  func bias(query: Tensor, key: Tensor) -> Tensor {
    // Column c of the products is the distance c − (length − 1) of a key behind a query, or of a query
    // behind a key.
    let reversed = Array((0..<keys.shape[1]).reversed())
    let backwards = keys.gathering(
      Tensor(integers: reversed, shape: [reversed.count]), dimension: 1)
    let byContent = skewed(query.matrixProduct(backwards.transposed()))
    let byPosition = skewed(key.matrixProduct(queries.transposed())).transposed()
    return byContent + byPosition
  }

  /// The square matrix of which (i, j) is (i, j − i + length − 1), of products (…, length, 2 length − 1).
  private func skewed(_ products: Tensor) -> Tensor {
    let shape = products.shape
    let (batch, heads, length) = (shape[0], shape[1], shape[2])
    guard length > 1 else { return products }
    // Rows that are one shorter each begin one further left: i (2 length − 2) + j + length − 1.
    let width = 2 * length - 2
    return products.reshaped([batch, heads, length * (2 * length - 1)])
      .slice(length - 1..<length - 1 + length * width, dimension: 2)
      .reshaped([batch, heads, length, width])
      .slice(0..<length, dimension: 3)
  }
}

extension EncoderConfiguration {
  /// How many distances to each side the table of distances has.
  var relativeSpan: Int { positionBuckets > 0 ? positionBuckets : maximumRelativePositions }
}
