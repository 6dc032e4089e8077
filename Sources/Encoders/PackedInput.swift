package import Tensors

/// The subwords of a batch one after the other, without padding.
///
/// Linear layers and norms treat every subword alike, so they need no rows; attention is within each
/// sentence. Sentences of a batch differ in length, and of padded rows often more than half is
/// padding.
package struct PackedInput {
  /// Subword ids, (subwords).
  let ids: Tensor
  /// The position of each subword in its sentence, counted as the architecture does, (subwords).
  let positions: Tensor
  /// The first subword of each sentence, and the end of the last, (sentences + 1).
  let starts: Tensor
  /// The places of the subwords in (batch · length) of the padded rows, in order.
  let places: [Int]
  /// Subwords of each sentence.
  private let lengths: [Int]

  /// Packs padded rows by their mask.
  package init(_ input: EncoderInput, configuration: EncoderConfiguration) {
    let (batch, length) = (input.inputIDs.shape[0], input.inputIDs.shape[1])
    self.init(
      ids: input.inputIDs.integers, mask: input.attentionMask.integers, length: length,
      rows: Array(0..<batch), configuration: configuration)
  }

  /// Packs some of padded rows.
  ///
  /// - Parameters:
  ///   - ids: Subword ids of all rows, (batch · length).
  ///   - mask: 0 for padding, (batch · length).
  ///   - rows: Which rows.
  init(
    ids: [Int], mask: [Int], length: Int, rows: [Int], configuration: EncoderConfiguration
  ) {
    var (lengths, places): ([Int], [Int]) = ([], [])
    for row in rows {
      let before = places.count
      for place in row * length..<(row + 1) * length where mask[place] != 0 {
        places.append(place)
      }
      lengths.append(places.count - before)
    }
    precondition(!places.isEmpty, "A batch has at least one subword that is not padding")
    (self.lengths, self.places) = (lengths, places)
    let count = places.count
    self.ids = Tensor(integers: places.map { ids[$0] }, shape: [count])
    positions = Tensor(
      integers: Self.positions(ids, length: length, configuration, at: places), shape: [count])
    var starts = [0]
    for length in lengths { starts.append((starts.last ?? 0) + length) }
    self.starts = Tensor(integers: starts, shape: [starts.count])
  }

  /// Positions as transformers counts them: BERT's from 0 over the row; XLM-R's from the padding id
  /// plus 1 over what is not the padding subword.
  private static func positions(
    _ ids: [Int], length: Int, _ configuration: EncoderConfiguration, at places: [Int]
  ) -> [Int] {
    guard configuration.architecture == .xlmRoberta else { return places.map { $0 % length } }
    let padding = configuration.paddingID
    var (row, next, position) = (-1, 0, padding)
    return places.map { place in
      if place / length != row {
        row = place / length
        (next, position) = (row * length, padding)
      }
      // Subwords that the mask leaves out are counted all the same.
      while next <= place {
        if ids[next] != padding { position += 1 }
        next += 1
      }
      return ids[place] == padding ? padding : position
    }
  }

  /// Rows (batch, length, size) of packed (subwords, size), as the mask had them; at padding stands
  /// another subword.
  package func padded(_ packed: Tensor, batch: Int, length: Int) -> Tensor {
    var sources = [Int](repeating: 0, count: batch * length)
    for (subword, place) in places.enumerated() { sources[place] = subword }
    return packed.gathered(sources).reshaped([batch, length, packed.shape[1]])
  }

  /// The way to padded rows and back, for what needs rows.
  var layout: PaddedLayout { PaddedLayout(lengths: lengths) }
}

/// Where packed subwords are in rows padded to the longest.
struct PaddedLayout {
  private let batch: Int
  private let length: Int
  /// Where in (batch · length) each subword is, (subwords); nil when there is no padding.
  private let slots: Tensor?
  /// Which subword is in each place of (batch · length); at padding any, here the first.
  private let sources: Tensor?
  /// True at padding, (batch, 1, 1, length); nil when there is none.
  let padding: Tensor?

  init(lengths: [Int]) {
    batch = lengths.count
    length = lengths.reduce(0) { max($0, $1) }
    let count = lengths.reduce(0, +)
    guard count < batch * length else {
      (slots, sources, padding) = (nil, nil, nil)
      return
    }
    var (places, subwords): ([Int], [Int]) = ([], [])
    var isPadding: [Int] = []
    for (row, own) in lengths.enumerated() {
      subwords += places.count..<places.count + own
      places += row * length..<row * length + own
      subwords += Array(repeating: 0, count: length - own)
      isPadding += Array(repeating: 0, count: own) + Array(repeating: 1, count: length - own)
    }
    slots = Tensor(integers: places, shape: [count])
    sources = Tensor(integers: subwords, shape: [batch * length])
    padding = Tensor(integers: isPadding, shape: [batch, 1, 1, length]).equals(1)
  }

  /// Rows (batch, length, size) of packed (subwords, size); at padding stands another subword.
  func padded(_ packed: Tensor) -> Tensor {
    (sources.map { packed.embedding($0) } ?? packed).reshaped([batch, length, packed.shape[1]])
  }

  /// Packed (subwords, size) of rows (batch, length, size).
  func packed(_ rows: Tensor) -> Tensor {
    let flat = rows.reshaped([batch * length, rows.shape[2]])
    return slots.map { flat.embedding($0) } ?? flat
  }
}
