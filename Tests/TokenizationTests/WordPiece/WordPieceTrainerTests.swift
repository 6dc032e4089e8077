import Tokenization
import Testing

private func trained(_ texts: [String], size: Int = 1000, minimum: Int = 2) -> [String] {
  WordPieceTrainer(vocabularySize: size, minimumFrequency: minimum).train(texts: texts)
}

/// The pieces that were learnt: what follows the letters.
private func merges(_ vocabulary: [String]) -> [String] {
  vocabulary.dropFirst(5).filter { piece in
    piece.unicodeScalars.count > (piece.hasPrefix("##") ? 3 : 1)
  }
}

/// Numbers that look random and are the same each time.
private struct Steps: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ state >> 29
  }
}

@Suite struct WordPieceTrainerTests {
  @Test func `special subwords come first, then letters, then what is frequent`() {
    // l ##o ##w ten times, l ##o ##w ##e ##r three times, n ##e ##w twice. The pairs:
    // (l ##o) 13, (##o ##w) 13, (##w ##e) 3, (##e ##r) 3, (n ##e) 2, (##e ##w) 2.
    let texts = Array(repeating: "low", count: 10) + ["lower lower lower", "new", "new"]
    let vocabulary = trained(texts)
    #expect(Array(vocabulary.prefix(5)) == ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
    #expect(Array(vocabulary[5..<11]) == ["e", "l", "n", "o", "r", "w"])
    #expect(Array(vocabulary[11..<17]) == ["##e", "##l", "##n", "##o", "##r", "##w"])
    // Of the two with 13 the one of the earlier pieces: l is before ##o.
    #expect(Array(vocabulary[17..<19]) == ["lo", "low"])
    #expect(Set(vocabulary[19...]) == ["##er", "lower", "ne", "new"])
  }

  @Test func `a pair that is rarer than the minimum is no piece`() {
    #expect(merges(trained(["ab ab ab cd"], minimum: 2)) == ["ab"])
    #expect(merges(trained(["ab ab ab cd"], minimum: 1)) == ["ab", "cd"])
    #expect(merges(trained(["ab ab ab cd"], minimum: 4)).isEmpty)
  }

  @Test func `merging stops when the vocabulary is full`() {
    let texts = ["banana bandana banner ban", "banana bandana"]
    let full = trained(texts)
    // Five special subwords and six letters in two forms are there before the first merge.
    for size in [17, 18, 20, full.count - 1] {
      #expect(trained(texts, size: size) == Array(full.prefix(size)))
    }
    #expect(trained(texts, size: full.count + 50) == full)
  }

  @Test func `the same words give the same vocabulary, in whatever order they come`() {
    let texts = ["uno due tre quattro", "cinque sei sette otto nove", "tre sette otto dieci due"]
    let vocabulary = trained(texts + texts)
    #expect(trained((texts + texts).reversed()) == vocabulary)
    #expect(trained([(texts + texts).joined(separator: "\n")]) == vocabulary)
  }

  @Test func `no subword is there twice`() {
    // `abc` can be made of ab and ##c or of a and ##bc.
    let vocabulary = trained(["abc abc ab ab xbc xbc abc abcabc", "bc cab abcab"], minimum: 1)
    #expect(Set(vocabulary).count == vocabulary.count)
  }

  @Test func `every word of the text's letters can be spelled`() throws {
    let texts = [
      "Żółw i gęś, ul. Długa 7", "हिन्दी भाषा", "的人 и ёж", "مرحبا", "ǅ ŉ \u{1F600} e\u{301}", "(§)",
    ]
    let vocabulary = trained(texts)
    let tokenizer = try WordPieceTokenizer(vocabulary: vocabulary, lowercase: false)
    for text in texts + ["gŻул", "łłŻ", "的7", "ёи"] {
      let ids = tokenizer.encode(text: text).ids
      #expect(!ids.contains(tokenizer.special.unknown) || text == "gŻул", "\(text)")
    }
    // A letter that the texts have not (у) is unknown.
    #expect(tokenizer.encode(text: "gŻул").ids == [2, 1, 3])
    // A mark and an ideograph never continue a word.
    #expect(vocabulary.contains("§") && !vocabulary.contains("##§"))
    #expect(vocabulary.contains("的") && !vocabulary.contains("##的"))
    #expect(vocabulary.contains("ǅ") && vocabulary.contains("##ǅ"))
  }

  @Test func `with room for few letters the most frequent ones are kept`() {
    // a five times, b three times, c once; each needs two places.
    let vocabulary = trained(["aaaaa bbb c"], size: 9)
    #expect(Array(vocabulary.dropFirst(5)) == ["a", "b", "##a", "##b"])
    var trainer = WordPieceTrainer(vocabularySize: 100)
    trainer.alphabetLimit = 1
    #expect(!trainer.train(texts: ["aaaaa bbb c"]).contains("b"))
  }

  @Test func `pieces do not reach over words, marks and ideographs`() {
    let vocabulary = trained(Array(repeating: "a-b 的人 c.d", count: 9))
    #expect(merges(vocabulary).isEmpty)
  }

  @Test func `letters keep their case, unless they are to be small`() {
    let cased = trained(["Él él ÉL Él él"])
    #expect(cased.contains("Él") && cased.contains("él"))
    let small = WordPieceTrainer(vocabularySize: 100, lowercases: true)
      .train(texts: ["Él él ÉL Él él"])
    #expect(merges(small) == ["el"])
  }

  @Test func `counts kept up to date merge as counting anew each time does`() {
    var random = Steps(state: 7)
    for round in 0..<20 {
      let letters = Array("abcd".prefix(2 + round % 3))
      let words = (0..<30).map { _ in
        String(
          (0..<Int.random(in: 1...9, using: &random)).compactMap { _ in
            letters.randomElement(using: &random)
          })
      }
      let size = 5 + 2 * letters.count + 12
      let vocabulary = trained([words.joined(separator: " ")], size: size)
      #expect(vocabulary == slowly(words, size: size), "\(words)")
    }
  }

  /// The definition: counts all pairs before each merge.
  private func slowly(_ words: [String], size: Int) -> [String] {
    let letters = Set(words.joined()).sorted().map(String.init)
    var vocabulary = WordPieceTrainer.specialSubwords + letters + letters.map { "##" + $0 }
    var spellings = words.map { word in
      word.enumerated().map { $0.offset == 0 ? String($0.element) : "##\($0.element)" }
    }
    func place(_ piece: String) -> Int { vocabulary.firstIndex(of: piece) ?? -1 }
    while vocabulary.count < size {
      var counts: [[String]: Int] = [:]
      for spelling in spellings {
        for pair in zip(spelling, spelling.dropFirst()) {
          counts[[pair.0, pair.1], default: 0] += 1
        }
      }
      let best = counts.max { a, b in
        (a.value, -place(a.key[0]), -place(a.key[1])) < (
          b.value, -place(b.key[0]), -place(b.key[1])
        )
      }
      guard let best, best.value >= 2 else { break }
      let joined = best.key[0] + best.key[1].dropFirst(2)
      if !vocabulary.contains(joined) { vocabulary.append(joined) }
      spellings = spellings.map { spelling in
        var result: [String] = []
        var rest = spelling[...]
        while let piece = rest.popFirst() {
          if piece == best.key[0], rest.first == best.key[1] {
            result.append(joined)
            rest.removeFirst()
          } else {
            result.append(piece)
          }
        }
        return result
      }
    }
    return vocabulary
  }
}
