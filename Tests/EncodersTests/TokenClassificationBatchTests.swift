import Encoders
import Tensors
import Testing

/// Batches without padding, and the padded rows that the plain form makes of them.
@Suite struct TokenClassificationBatchTests {
  /// Four sentences of 5, 3, 4 and 3 subwords, of which 3, 1, 0 and 2 are labelled.
  private let batch = TokenClassificationBatch(
    subwords: SubwordBatch([[2, 7, 9, 11, 3], [2, 5, 3], [2, 6, 8, 3], [2, 4, 3]]),
    labels: [-100, 1, 2, 0, -100, -100, 5, -100, -100, -100, -100, -100, 3, 4, -100])

  @Test func `a batch knows where each sentence is`() {
    #expect(batch.subwords.starts == [0, 5, 8, 12, 15])
    #expect(batch.subwords.lengths == [5, 3, 4, 3])
    #expect(batch.subwords.range(of: 2) == 8..<12)
    #expect(batch.subwords.selecting([3, 1]) == SubwordBatch([[2, 4, 3], [2, 5, 3]]))
    #expect(batch.labelled == [1, 2, 3, 6, 12, 13])
  }

  /// The parts of two sentences have 3 + 1 and 0 + 2 of the 6 labelled subwords.
  @Test func `parts of some sentences have their share of the labelled subwords`() {
    let parts = batch.parts(of: 2)
    let shares: [Double] = [4.0 / 6, 2.0 / 6]
    #expect(parts.map(\.share) == shares)
    #expect(parts.map(\.batch.subwords.lengths) == [[5, 3], [4, 3]])
    #expect(parts[1].batch.labels == [-100, -100, -100, -100, 3, 4, -100])
    // The third sentence has none and is left out.
    let single: [Double] = [3.0 / 6, 1.0 / 6, 2.0 / 6]
    #expect(batch.parts(of: 1).map(\.share) == single)
    #expect(batch.parts(of: 0).map(\.batch) == [batch])
    #expect(batch.parts(of: 4).map(\.batch) == [batch])
  }

  /// The largest first, each to the part that is smallest so far: 5 | 4, then 3 to 4, then 3 to 5.
  @Test func `parts for threads are of about as many subwords`() {
    let parts = batch.parts(2)
    #expect(parts.map(\.batch.subwords.lengths) == [[5, 3], [3, 4]])
    #expect(parts.map(\.batch.labelled.count) == [5, 1])
    #expect(batch.parts(1).map(\.batch) == [batch])
  }

  @Test func `padded rows are the batch again without their padding`() {
    let input = PaddedInput(batch.subwords, paddingID: 0)
    #expect(input.inputIDs.shape == [4, 5])
    let (ids, mask) = (input.inputIDs.integers, input.attentionMask.integers)
    #expect(Array(ids.prefix(10)) == [2, 7, 9, 11, 3, 2, 5, 3, 0, 0])
    #expect(Array(mask.suffix(10)) == [1, 1, 1, 1, 0, 1, 1, 1, 0, 0])
    #expect(input.subwords == batch.subwords)
    #expect(TokenClassificationBatch(input, labels: batch.paddedLabels) == batch)
    let vectors = Tensor((0..<15).map(Float.init), shape: [15, 1])
    let rows = input.rows(vectors).floats
    #expect(Array(rows[5..<10]) == [5, 6, 7, 0, 0])
  }

  @Test func `a window numbers the subwords of a batch anew, and says which they were`() {
    let window = VocabularyWindow([[7, 30], [9]], paddingID: 0, vocabularySize: 40)
    let subwords = SubwordBatch([[7, 9], [30]])
    #expect(window.ids == [0, 7, 9, 30])
    #expect(window.mapped(subwords) == SubwordBatch([[1, 2], [3]]))
  }
}
