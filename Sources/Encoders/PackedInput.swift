package import Tensors

/// The subwords of a batch one after the other, without padding, and the way to rows and back.
///
/// Linear layers and norms treat every subword alike, so they need no rows; attention does. Sentences
/// of a batch differ in length, and of padded rows often more than half is padding.
package struct PackedInput {
  /// Subword ids, (subwords).
  let ids: Tensor
  /// The position of each subword in its sentence, counted as the architecture does, (subwords).
  let positions: Tensor
  /// Sentences, and subwords of the longest.
  let batch: Int, length: Int
  /// Where in (batch · length) each subword is, (subwords); nil when there is no padding.
  let slots: Tensor?
  /// Which subword is in each place of (batch · length); at padding any, here the first.
  private let sources: Tensor?
  /// True at padding, (batch, 1, 1, length); nil when there is none.
  let padding: Tensor?
  /// The places of the subwords in (batch · length), in order.
  let places: [Int]

  /// Packs padded rows by their mask.
  package init(_ input: EncoderInput, configuration: EncoderConfiguration) {
    let (batch, length) = (input.inputIDs.shape[0], input.inputIDs.shape[1])
    (self.batch, self.length) = (batch, length)
    let mask = input.attentionMask.integers
    let rows = input.inputIDs.integers
    places = mask.indices.filter { mask[$0] != 0 }
    precondition(!places.isEmpty, "A batch has at least one subword that is not padding")
    ids = Tensor(integers: places.map { rows[$0] }, shape: [places.count])
    positions = Tensor(
      integers: Self.positions(rows, batch: batch, length: length, configuration, at: places),
      shape: [places.count])
    guard places.count < mask.count else {
      (slots, sources, padding) = (nil, nil, nil)
      return
    }
    slots = Tensor(integers: places, shape: [places.count])
    var sources = [Int](repeating: 0, count: mask.count)
    for (subword, place) in places.enumerated() { sources[place] = subword }
    self.sources = Tensor(integers: sources, shape: [mask.count])
    padding = input.attentionMask.equals(0).reshaped([batch, 1, 1, length])
  }

  /// Positions as transformers counts them: BERT's from 0 over the row; XLM-R's from the padding id
  /// plus 1 over what is not the padding subword.
  private static func positions(
    _ rows: [Int], batch: Int, length: Int, _ configuration: EncoderConfiguration, at places: [Int]
  ) -> [Int] {
    switch configuration.architecture {
    case .bert: return places.map { $0 % length }
    case .xlmRoberta:
      let padding = configuration.paddingID
      var counted = [Int](repeating: padding, count: rows.count)
      for row in 0..<batch {
        var position = padding
        for place in row * length..<(row + 1) * length where rows[place] != padding {
          position += 1
          counted[place] = position
        }
      }
      return places.map { counted[$0] }
    }
  }

  /// Rows (batch, length, size) of packed (subwords, size); at padding stands another subword.
  package func padded(_ packed: Tensor) -> Tensor {
    (sources.map { packed.embedding($0) } ?? packed).reshaped([batch, length, packed.shape[1]])
  }

  /// Packed (subwords, size) of rows (batch, length, size).
  func packed(_ rows: Tensor) -> Tensor {
    let flat = rows.reshaped([batch * length, rows.shape[2]])
    return slots.map { flat.embedding($0) } ?? flat
  }
}
