/// The subwords of some sentences, numbered anew: with the rows of the embedding table that these
/// sentences need in the table's place, an encoder computes the same, and what would be a gradient
/// of the whole vocabulary is one of these rows.
package struct VocabularyWindow: Sendable {
  /// The id in the vocabulary of each row.
  package let ids: [Int]
  private let rows: [Int: Int]

  /// The window of some rows of ids.
  ///
  /// The padding subword keeps its number, by which encoders know it.
  ///
  /// - Parameter vocabularySize: Rows of the whole table.
  package init(_ sentences: some Sequence<[Int]>, paddingID: Int, vocabularySize: Int) {
    precondition(
      (0..<vocabularySize).contains(paddingID), "The padding subword is one of the vocabulary")
    var seen = Set<Int>()
    for sentence in sentences { seen.formUnion(sentence) }
    seen.remove(paddingID)
    // Rows before that of padding there must be, whatever they are.
    var spare = 0
    while seen.count < paddingID {
      if spare != paddingID { seen.insert(spare) }
      spare += 1
    }
    var ids = seen.sorted()
    precondition(
      (ids.first ?? 0) >= 0 && (ids.last ?? 0) < vocabularySize,
      "An id is from 0 to \(vocabularySize - 1)")
    ids.insert(paddingID, at: paddingID)
    self.ids = ids
    rows = Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($0.element, $0.offset) })
  }

  /// A batch with its subwords' numbers in the window in the place of their ids.
  package func mapped(_ batch: SubwordBatch) -> SubwordBatch {
    batch.replacingIDs(with: mapped(batch.ids))
  }

  /// The numbers in the window of ids that are all of it.
  private func mapped(_ ids: [Int]) -> [Int] {
    ids.map { id in
      guard let row = rows[id] else { preconditionFailure("Subword \(id) is not in the window") }
      return row
    }
  }
}
