import Laboratory
import NamedEntities
import Testing

@Suite struct HeadLabelsTests {
  /// The entities of words that each have the label of one id.
  private func entities(_ labels: [String], _ chosen: [Int]) -> [String] {
    let words = chosen.map { "w\($0)" }
    let sentence = HeadLabels(labels).tagged(
      words: words, chosen: chosen, scores: chosen.map { _ in 1 })
    return sentence.entities.map {
      "\($0.span.type) \($0.span.words.lowerBound)..<\($0.span.words.upperBound)"
    }
  }

  @Test func `a label without a prefix is an entity together with its like`() {
    let labels = ["O", "PER", "OBJ/ORG", "[PAD]", "work-of-art"]
    #expect(
      entities(labels, [1, 1, 0, 2, 1, 3, 3, 4]) == [
        "PER 0..<2", "OBJ/ORG 3..<4", "PER 4..<5", "[PAD] 5..<7", "work-of-art 7..<8",
      ])
  }

  @Test func `BILOU and BMES end and single out entities`() {
    #expect(
      entities(["O", "B-LOC", "I-LOC", "L-LOC", "U-LOC"], [1, 2, 3, 3, 4, 4, 0, 1, 3])
        == ["LOC 0..<3", "LOC 3..<4", "LOC 4..<5", "LOC 5..<6", "LOC 7..<9"])
    #expect(
      entities(["B-N", "M-N", "E-N", "S-N", "O"], [0, 1, 2, 3, 3])
        == ["N 0..<3", "N 3..<4", "N 4..<5"])
    // No B-Boot is there, so this is a type.
    #expect(
      entities(["O", "B-PER", "I-PER", "U-Boot"], [3, 3, 1]) == ["U-Boot 0..<2", "PER 2..<3"])
  }

  @Test func `letters alone are entities of no type, and stay letters`() {
    let labels = HeadLabels(["O", "B", "I"])
    let sentence = labels.tagged(
      words: ["a", "b", "c", "d"], chosen: [1, 2, nil, 2], scores: [1, 1, nil, 1])
    #expect(sentence.tags == ["B", "I", "O", "I"])
    #expect(sentence.entities.map(\.span.words) == [0..<2, 3..<4])
  }

  @Test func `two spellings of a type are two types`() {
    #expect(HeadLabels(["O", "I-\u{E9}", "L-e\u{301}"]).tags == ["O", "I-\u{E9}", "I-L-e\u{301}"])
  }
}
