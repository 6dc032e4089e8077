import Foundation
import NamedEntities
import Testing

@Suite struct TagSetTests {
  @Test func `PAN-X's tags have the ids 0 to 6`() {
    #expect(TagSet.panx.labels == "O B-PER I-PER B-ORG I-ORG B-LOC I-LOC".words)
    #expect(TagSet.panx.labels.map { TagSet.panx.id(of: $0) } == Array(0...6))
    #expect(TagSet.panx.id(of: "B-MISC") == nil)
    #expect(TagSet.panx.label(5) == "B-LOC")
  }

  @Test func `a sentence's entities become one id a word and come back`() {
    let sentence = Sentence(
      words: "Ada met Jo in New York".words,
      spans: [
        EntitySpan(type: "PER", words: 0..<1), EntitySpan(type: "PER", words: 2..<3),
        EntitySpan(type: "LOC", words: 4..<6),
      ], id: 0)
    #expect(TagSet.panx.tags(of: sentence) == [1, 0, 1, 0, 5, 6])
    #expect(TagSet.panx.spans(ofTags: [1, 0, 1, 0, 5, 6]) == sentence.spans)
  }

  @Test func `an inside tag that continues nothing starts an entity`() {
    #expect(TagSet.panx.spans(ofTags: [0, 2, 4]).map(\.type) == ["PER", "ORG"])
  }

  @Test func `a model's labels keep their own order`() throws {
    let labels = "B-LOC I-LOC O B-PER I-PER".words
    let tags = try TagSet(labels: labels)
    #expect(tags.types == ["LOC", "PER"])
    #expect(tags.id(of: "O") == 2)
    let sentence = Sentence(
      words: ["in", "Rome"], spans: [EntitySpan(type: "LOC", words: 1..<2)], id: 0)
    #expect(tags.tags(of: sentence) == [2, 0])
    #expect(tags.spans(ofTags: [2, 0]) == sentence.spans)
  }

  @Test(arguments: [
    ("LABEL_0 LABEL_1", "the label ‘LABEL_0’ is no IOB2 tag"),
    ("O S-PER", "the label ‘S-PER’ is no IOB2 tag"),
    ("O B-PER", "there is no label ‘I-PER’"),
    ("B-PER I-PER", "there is no label ‘O’"),
    ("O B-PER I-PER O", "the label ‘O’ is there twice"),
  ])
  func `labels that are no IOB2 tag set are refused`(labels: String, problem: String) {
    let error = #expect(throws: TagError.self) { try TagSet(labels: labels.words) }
    #expect(error?.problem == problem)
  }

  @Test func `types that the set does not have are named`() {
    let sentence = Sentence(
      words: ["a", "b"],
      spans: [EntitySpan(type: "MISC", words: 0..<1), EntitySpan(type: "DATE", words: 1..<2)],
      id: 0)
    #expect(TagSet.panx.missingTypes(in: [sentence]) == ["DATE", "MISC"])
  }

  @Test func `it is written as its labels and read again`() throws {
    let json = try JSONEncoder().encode(TagSet(types: ["PER"]))
    #expect(String(decoding: json, as: UTF8.self) == #"["O","B-PER","I-PER"]"#)
    #expect(try JSONDecoder().decode(TagSet.self, from: json) == TagSet(types: ["PER"]))
  }
}
