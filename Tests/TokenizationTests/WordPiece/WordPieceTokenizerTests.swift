import Tokenization
import Testing

/// The vocabulary of the example in BERT's own tests, with some more subwords.
private let vocabulary =
  WordPieceTrainer.specialSubwords + [
    "want", "##want", "##ed", "wa", "un", "runn", "##ing", ",", "low", "lowest", "##e", "##r",
    "é", "h", "##é", "##l", "##o", "的", "人", "!", "?", "-", "$", "हि", "##न", "ß", "İ", "i",
    "##\u{307}", "σ", "ς", "##ς", "Σ", "[", "]", "mask", "a", "##a",
  ]

private func cased() throws -> WordPieceTokenizer {
  try WordPieceTokenizer(vocabulary: vocabulary, lowercase: false)
}

private func uncased() throws -> WordPieceTokenizer {
  try WordPieceTokenizer(vocabulary: vocabulary, lowercase: true)
}

/// A text's subwords without the two around it.
private func pieces(_ text: String, _ tokenizer: WordPieceTokenizer) -> [String] {
  Array(tokenizer.encode(text: text).subwords.dropFirst().dropLast())
}

@Suite struct WordPieceTokenizerTests {
  @Test func `words are cut at punctuation and spelled with the longest pieces`() throws {
    let text = "UNwant\u{E9}d,running"
    let encoding = try uncased().encode(text: text)
    #expect(
      encoding.subwords == ["[CLS]", "un", "##want", "##ed", ",", "runn", "##ing", "[SEP]"])
    #expect(encoding.ids == [2, 9, 6, 7, 12, 10, 11, 3])
    #expect(try pieces(text, cased()) == ["[UNK]", ",", "runn", "##ing"])
  }

  @Test func `the longest piece wins, even when a shorter one would have led on`() throws {
    #expect(try pieces("low lower lowest", cased()) == ["low", "low", "##e", "##r", "lowest"])
    // `want` leaves `s`, which has no piece; `wa` is not tried again.
    #expect(try pieces("wants", cased()) == ["[UNK]"])
  }

  @Test func `a word of more than 100 scalars is unknown`() throws {
    let hundred = String(repeating: "a", count: 100)
    #expect(try pieces(hundred, cased()).count == 100)
    #expect(try pieces(hundred + "a", cased()) == ["[UNK]"])
    // Scalars are counted, not bytes: a hundred of two bytes each.
    #expect(try pieces("h" + String(repeating: "\u{E9}", count: 99), cased()).count == 100)
  }

  @Test func `nothing gives only the subwords around a sentence`() throws {
    for text in ["", " ", "\t\n\r", "\u{0}\u{FFFD}\u{200D}\u{AD}", "\u{3000}\u{2028}"] {
      #expect(try uncased().encode(text: text).ids == [2, 3], "\(text.debugDescription)")
    }
  }

  @Test func `control characters vanish and every white space separates`() throws {
    #expect(try pieces("l\u{0}o\u{7}w\u{200B}", cased()) == ["low"])
    #expect(try pieces("low\u{A0}low\u{3000}low\tlow\u{2003}low", cased()).count == 5)
  }

  @Test func `each punctuation mark and each ideograph is a word`() throws {
    #expect(try pieces("low!?-$low", cased()) == ["low", "!", "?", "-", "$", "low"])
    #expect(try pieces("的人low的", cased()) == ["的", "人", "low", "的"])
  }

  @Test func `accents stay in a cased vocabulary, composed or not`() throws {
    #expect(try pieces("\u{E9}", cased()) == ["é"])
    // Two scalars are not the one in the vocabulary, though Swift calls the strings equal.
    #expect(try pieces("e\u{301}", cased()) == ["[UNK]"])
    #expect(try pieces("h\u{E9}llo", cased()) == ["h", "##é", "##l", "##l", "##o"])
    #expect(try pieces("h\u{E9}llo", uncased()) == ["h", "##e", "##l", "##l", "##o"])
  }

  @Test func `small letters are made scalar by scalar, without a look at the neighbours`() throws {
    // İ decomposes into I and a dot, which is dropped with the accents.
    #expect(try pieces("\u{130}", uncased()) == ["i"])
    // A final Σ becomes σ, never ς.
    #expect(try pieces("Σ", uncased()) == ["σ"])
    #expect(try pieces("ß", uncased()) == ["ß"])
    // Nonspacing vowels and the virama are dropped too: हिन् → हन, but spacing ones stay.
    #expect(try pieces("हिन्", uncased()) == ["हि", "##न"])
  }

  @Test func `accents can be kept in small letters, and dropped from large ones`() throws {
    let kept = try WordPieceTokenizer(vocabulary: vocabulary, lowercase: true, stripAccents: false)
    #expect(pieces("H\u{C9}", kept) == ["h", "##é"])
    #expect(pieces("\u{130}", kept) == ["i", "##\u{307}"])
    let dropped = try WordPieceTokenizer(
      vocabulary: vocabulary, lowercase: false, stripAccents: true)
    #expect(pieces("h\u{E9} Σ", dropped) == ["h", "##e", "Σ"])
  }

  @Test func `special subwords are found in the text before anything else`() throws {
    #expect(try pieces("low[MASK]low", uncased()) == ["low", "[MASK]", "low"])
    #expect(try pieces("[CLS][SEP] [PAD]", uncased()) == ["[CLS]", "[SEP]", "[PAD]"])
    #expect(try pieces("[mask]", uncased()) == ["[", "mask", "]"])
  }

  @Test func `subwords lead back to the words that they are pieces of`() throws {
    let encoding = try uncased().encode(words: ["UNwant\u{E9}d", ",", "", "low!", "xyz"])
    #expect(encoding.ids == [2, 9, 6, 7, 12, 13, 24, 1, 3])
    #expect(encoding.wordIDs == [nil, 0, 0, 0, 1, 3, 3, 4, nil])
  }

  @Test func `words that white space separates have the pieces of the text`() throws {
    let tokenizer = try uncased()
    for text in ["UNwanted running, low", "的人 h\u{E9}llo [MASK] !?", "a  aa\taaa", ""] {
      let words = text.split { $0 == " " || $0 == "\t" }.map(String.init)
      #expect(tokenizer.encode(words: words).ids == tokenizer.encode(text: text).ids)
    }
  }

  @Test func `an encoding of words is the encodings of each word in a row`() throws {
    let tokenizer = try uncased()
    let words = ["lower", "\u{200B}", "unwanted", "的人", "[SEP]", "?!"]
    let encoding = tokenizer.encode(words: words)
    let alone = words.map { Array(tokenizer.encode(text: $0).ids.dropFirst().dropLast()) }
    #expect(encoding.ids == [2] + alone.flatMap { $0 } + [3])
    for (number, ids) in alone.enumerated() {
      #expect(encoding.wordIDs.count { $0 == number } == ids.count)
    }
  }

  @Test func `subwords and ids belong together`() throws {
    let tokenizer = try cased()
    #expect(tokenizer.vocabularySize == vocabulary.count)
    #expect((0..<tokenizer.vocabularySize).map(tokenizer.subword) == vocabulary)
    let special = tokenizer.special
    let ids = [special.padding, special.unknown, special.start, special.end, special.mask]
    #expect(ids.map(tokenizer.subword) == WordPieceTrainer.specialSubwords)
    let encoding = tokenizer.encode(text: "lowest running 的")
    #expect(encoding.ids.map(tokenizer.subword) == encoding.subwords)
  }

  @Test func `threads share a tokenizer`() async throws {
    let tokenizer = try uncased()
    let expected = tokenizer.encode(text: "unwanted, running lower")
    await withTaskGroup(of: TextEncoding.self) { group in
      for _ in 0..<8 {
        group.addTask { tokenizer.encode(text: "unwanted, running lower") }
      }
      for await encoding in group { #expect(encoding == expected) }
    }
  }
}
