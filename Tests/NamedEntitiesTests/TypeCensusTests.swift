import Foundation
import NamedEntities
import TestSupport
import Testing

/// Which entity types are read, and what tags a run on them has.
@Suite struct TypeCensusTests {
  private static let composed: EntityType = "Pays\u{E9}"
  private static let decomposed: EntityType = "Payse\u{301}"

  private func part(
    _ language: String, _ split: String, _ entities: [EntityType: Int],
    leftOut: [EntityType: Int] = [:]
  ) -> TypeCensus.Part {
    .init(language: language, split: split, entities: entities, leftOut: leftOut)
  }

  @Test func `types are told apart and sorted by their bytes`() {
    #expect(Self.composed != Self.decomposed)
    #expect(Set([Self.composed, Self.decomposed, Self.composed]).count == 2)
    // e is 65 and é is C3 A9 in UTF-8; capitals come before small letters.
    #expect(
      [Self.composed, "b", Self.decomposed, "B", "a-b", "a b"].sorted().map(\.name.utf8.count)
        == [1, 7, 6, 3, 3, 1])
    let tags = TagSet(types: [Self.composed, Self.decomposed])
    #expect(tags.count == 5 && tags.types == [Self.composed, Self.decomposed])
    #expect(tags.id(of: "B-Payse\u{301}") == 3)
  }

  @Test func `tags are O and those of the types, sorted, and PAN-X's in PAN-X's order`() {
    func labels(_ types: Set<EntityType>) -> [String] { TagSet(covering: types).labels }
    #expect(labels(["LOC", "ORG", "PER"]) == TagSet.panx.labels)
    #expect(labels(["LOC"]) == TagSet.panx.labels, "a part of PAN-X's types has all of its tags")
    #expect(labels([]) == TagSet.panx.labels)
    #expect(
      labels(["work of art", "PER", "a-b"]) == [
        "O", "B-PER", "I-PER", "B-a-b", "I-a-b", "B-work of art", "I-work of art",
      ])
    #expect(TagSet(exactly: ["LOC"]).labels == ["O", "B-LOC", "I-LOC"])
    #expect(TagSet(exactly: ["LOC", "ORG", "PER"]) == .panx)
  }

  @Test func `types are renamed first, then some are kept, and what is left out is counted`() throws
  {
    try withTemporaryFolder { folder in
      try write(
        "Ada B-PER\nGhent B-GPE\nB I-GPE\nMay B-DATE\nUN B-ORG\n\nOslo B-LOC\nBern B-GPE\n",
        to: folder, "en/train.conll")
      let choice = TypeChoice(
        types: ["PER", "LOC"],
        renames: [.init(from: "GPE", to: "LOC"), .init(from: "ORG", to: nil)])
      let corpus = try CorpusFolder(path: folder.path, options: .init(types: choice))
      let sentences = try corpus.sentences(language: "en", split: "train")
      #expect(
        sentences.map(\.spans) == [
          [EntitySpan(type: "PER", words: 0..<1), EntitySpan(type: "LOC", words: 1..<3)],
          [EntitySpan(type: "LOC", words: 0..<1), EntitySpan(type: "LOC", words: 1..<2)],
        ])
      let census = try corpus.census(of: [("en", "train")])
      #expect(census.tags.labels == ["O", "B-LOC", "I-LOC", "B-PER", "I-PER"])
      #expect(census.parts[0].entities == ["PER": 1, "LOC": 3])
      #expect(census.parts[0].leftOut == ["DATE": 1, "ORG": 1])
      #expect(
        census.warnings
          == ["Entities dropped by data.types or data.map: 1 DATE, 1 ORG."])
      #expect(census.absentType == nil)
    }
  }

  @Test func `a type that is to be kept and is nowhere is told`() {
    let census = TypeCensus(
      [part("en", "train", ["PER": 2])], choice: TypeChoice(types: ["PER", "PRE"]))
    #expect(census.absentType == "PRE")
  }

  @Test func `types that a language lacks, and that nothing teaches, are told with counts`() {
    let census = TypeCensus([
      part("de", "train", ["PER": 5, "MISC": 2]), part("en", "train", ["PER": 7]),
      part("hi", "train", ["MISC": 1]), part("hi", "dev", ["DATE": 3]),
      part("hi", "test", ["DATE": 4, "LAW": 1]),
    ])
    #expect(
      census.warnings == [
        "DATE is in no training data, only hi/dev has 3, hi/test has 4: it cannot be learned.",
        "LAW is in no training data, only hi/test has 1: it cannot be learned.",
        "The training sentences of en have no MISC (de/train has 2, hi/train has 1).",
        "The training sentences of hi have no PER (de/train has 5, en/train has 7).",
      ])
    #expect(census.types == ["DATE", "LAW", "MISC", "PER"])
  }

  @Test func `types that look alike are found`() {
    let census = TypeCensus([part("fr", "train", [Self.composed: 1, Self.decomposed: 1, "A": 1])])
    #expect(census.lookalikes?.0 == Self.decomposed && census.lookalikes?.1 == Self.composed)
    #expect(TypeCensus([part("fr", "train", ["A": 1, "B": 1])]).lookalikes == nil)
  }
}
