import NamedEntities
import Testing

@Suite struct TagSchemeTests {
  /// Words: Ada Lovelace met Charles Babbage London.
  static let spans = [
    EntitySpan(type: "PER", words: 0..<2), EntitySpan(type: "PER", words: 3..<5),
    EntitySpan(type: "LOC", words: 5..<6),
  ]

  @Test(arguments: [
    (TagScheme.iob1, "I-PER I-PER O I-PER I-PER I-LOC"),
    (TagScheme.iob2, "B-PER I-PER O B-PER I-PER B-LOC"),
    (TagScheme.bioes, "B-PER E-PER O B-PER E-PER S-LOC"),
  ])
  func `the schemes write the same entities differently`(scheme: TagScheme, tags: String) throws {
    #expect(try scheme.spans(of: tags.words) == Self.spans)
  }

  @Test func `IOB1 parts two neighbours of one type by B`() throws {
    let spans = try TagScheme.iob1.spans(of: "I-PER B-PER I-PER".words)
    #expect(spans == [.init(type: "PER", words: 0..<1), .init(type: "PER", words: 1..<3)])
  }

  @Test func `entities are written as IOB2`() {
    let tags = TagScheme.encode(Self.spans, wordCount: 7)
    #expect(tags == "B-PER I-PER O B-PER I-PER B-LOC O".words)
  }

  /// 1 + 5 + 25 + 125 + 625 sequences.
  @Test func `every short tag sequence is stable once it was read and written`() {
    let alphabet = ["O", "B-A", "I-A", "B-B", "I-B"]
    var sequences: [[String]] = [[]]
    var count = 0
    for length in 0...4 {
      for tags in sequences {
        let spans = entitySpans(ofTags: tags)
        let written = TagScheme.encode(spans, wordCount: length)
        #expect(entitySpans(ofTags: written) == spans, "\(tags)")
        #expect(TagScheme.encode(entitySpans(ofTags: written), wordCount: length) == written)
        #expect(zip(tags, written).allSatisfy { ($0 == "O") == ($1 == "O") }, "\(tags)")
        count += 1
      }
      sequences = sequences.flatMap { tags in alphabet.map { tags + [$0] } }
    }
    #expect(count == 781)
  }

  /// By conlleval's rules, worked by hand.
  @Test(arguments: [
    ("I-PER I-PER", ["PER 0 2"]),
    ("O I-PER I-LOC I-LOC", ["PER 1 2", "LOC 2 4"]),
    ("B-PER I-LOC", ["PER 0 1", "LOC 1 2"]),
    ("B-PER B-PER", ["PER 0 1", "PER 1 2"]),
    ("S-PER I-PER E-PER E-PER", ["PER 0 1", "PER 1 3", "PER 3 4"]),
    ("B I O I", ["_ 0 2", "_ 3 4"]),
    ("O O", []),
    ("", []),
  ])
  func `a tag that continues nothing starts an entity`(tags: String, expected: [String]) {
    let found = entitySpans(ofTags: tags.words)
    #expect(found.map { "\($0.type) \($0.words.lowerBound) \($0.words.upperBound)" } == expected)
  }

  @Test func `a type may itself have a hyphen`() {
    #expect(entitySpans(ofTags: ["B-WORK-OF-ART"]).map(\.type) == ["WORK-OF-ART"])
  }

  @Test(arguments: ["X-PER", "PER", "B", "B-", "b-PER", "", "E-PER"])
  func `a tag of no scheme, or of another, is refused`(tag: String) {
    #expect(throws: TagError.self) { try TagScheme.iob2.spans(of: ["O", tag]) }
  }

  @Test func `the refusal says which tag and what was expected`() {
    let error = #expect(throws: TagError.self) { try TagScheme.bioes.spans(of: ["X-PER"]) }
    #expect(
      error?.description
        == "the tag ‘X-PER’ is not one of BIOES; expected O, or B-, I-, E- or S- and a type, as in "
        + "S-PER")
  }
}

extension String {
  var words: [String] { split(separator: " ").map(String.init) }
}
