import Tensors

/// A batch as the fast form of the encoder reads it: tensors over all of its subwords.
///
/// Linear layers and norms treat every subword alike, so they need no rows; attention is within each
/// sentence. Sentences of a batch differ in length, and of padded rows often more than half is
/// padding.
struct PackedInput {
  /// Subword ids, (subwords).
  let ids: Tensor
  /// The position of each subword in its sentence, counted as the architecture does, (subwords).
  let positions: Tensor
  /// The first subword of each sentence, and the end of the last, (sentences + 1).
  let starts: Tensor
  private let lengths: [Int]

  /// The tensors of a batch.
  init(_ subwords: SubwordBatch, configuration: EncoderConfiguration) {
    let count = subwords.ids.count
    precondition(count > 0, "A batch has at least one subword")
    ids = Tensor(integers: subwords.ids, shape: [count])
    positions = Tensor(integers: Self.positions(subwords, configuration), shape: [count])
    starts = Tensor(integers: subwords.starts, shape: [subwords.starts.count])
    lengths = subwords.lengths
  }

  /// Positions as transformers counts them: BERT's from 0; XLM-R's from the padding id plus 1 over
  /// what is not the padding subword.
  private static func positions(
    _ subwords: SubwordBatch, _ configuration: EncoderConfiguration
  ) -> [Int] {
    guard configuration.architecture.countsFromPadding else {
      return subwords.lengths.flatMap { 0..<$0 }
    }
    let padding = configuration.paddingID
    return (0..<subwords.sentenceCount).flatMap { sentence -> [Int] in
      var position = padding
      return subwords.ids[subwords.range(of: sentence)].map { id in
        if id == padding { return padding }
        position += 1
        return position
      }
    }
  }

  /// The way to padded rows and back, for what needs rows.
  var layout: PaddedLayout { PaddedLayout(lengths: lengths) }
}

/// Where packed subwords are in rows padded to the longest.
struct PaddedLayout {
  private let batch: Int
  /// The longest row.
  let length: Int
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
