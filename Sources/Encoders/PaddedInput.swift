package import Tensors

/// Sentences as rows padded to one length: what the plain form of the encoder reads.
///
/// The plain form is the reference that the fast one is compared with, and the form in which other
/// libraries keep their batches. Everything else works on a `SubwordBatch`.
package struct PaddedInput {
  /// Subword ids, (batch, subwords).
  package let inputIDs: Tensor
  /// 1 for subwords, 0 for padding, (batch, subwords).
  package let attentionMask: Tensor

  /// Rows and their mask, both (batch, subwords) integers.
  package init(inputIDs: Tensor, attentionMask: Tensor) {
    precondition(
      inputIDs.shape == attentionMask.shape && inputIDs.shape.count == 2,
      "Ids \(inputIDs.shape) and mask \(attentionMask.shape) must both be (batch, subwords)")
    self.inputIDs = inputIDs
    self.attentionMask = attentionMask
  }

  /// Sentences, padded to the longest of them.
  package init(_ subwords: SubwordBatch, paddingID: Int) {
    precondition(subwords.sentenceCount > 0, "A batch has at least one sentence")
    self.init(
      inputIDs: Self.rows(subwords.ids, of: subwords, padding: paddingID),
      attentionMask: Self.rows(subwords.ids.map { _ in 1 }, of: subwords, padding: 0))
  }

  /// Rows (batch, subwords) of a number for each subword of a batch.
  static func rows(_ values: [Int], of subwords: SubwordBatch, padding: Int) -> Tensor {
    let length = subwords.lengths.max() ?? 0
    let padded = (0..<subwords.sentenceCount).flatMap { sentence in
      let own = values[subwords.range(of: sentence)]
      return own + Array(repeating: padding, count: length - own.count)
    }
    return Tensor(integers: padded, shape: [subwords.sentenceCount, length])
  }

  /// The place in (batch · subwords) of each subword that is not padding, sentence by sentence.
  package var places: [Int] {
    let mask = attentionMask.integers
    return mask.indices.filter { mask[$0] != 0 }
  }

  /// The sentences without their padding, which must be behind their subwords.
  package var subwords: SubwordBatch {
    let (ids, mask, length) = (inputIDs.integers, attentionMask.integers, inputIDs.shape[1])
    return SubwordBatch(
      (0..<inputIDs.shape[0]).lazy.map { row in
        let range = row * length..<(row + 1) * length
        let count = mask[range].prefix { $0 != 0 }.count
        precondition(
          mask[range].dropFirst(count).allSatisfy { $0 == 0 }, "Padding is behind the subwords")
        return ids[range].prefix(count)
      })
  }

  /// Rows (batch, subwords, size) of a vector for each subword, (subwords, size); at padding stands
  /// the first.
  package func rows(_ vectors: Tensor) -> Tensor {
    var sources = [Int](repeating: 0, count: inputIDs.count)
    for (subword, place) in places.enumerated() { sources[place] = subword }
    return vectors.gathered(sources).reshaped(inputIDs.shape + [vectors.shape[1]])
  }
}

extension TokenClassificationBatch {
  /// A batch of padded rows and their labels, all (batch, subwords), without the padding.
  package init(_ input: PaddedInput, labels: Tensor) {
    precondition(
      input.inputIDs.shape == labels.shape,
      "Labels \(labels.shape) must have the shape of the ids \(input.inputIDs.shape)")
    let all = labels.integers
    self.init(subwords: input.subwords, labels: input.places.map { all[$0] })
  }

  /// The labels as padded rows, (batch, subwords); −100 at padding.
  package var paddedLabels: Tensor { PaddedInput.rows(labels, of: subwords, padding: -100) }
}
