import Tokenization
import Foundation
import TestSupport
import Testing

@Suite struct SentencePieceTests {
  private func expectError(
    _ bytes: Data, saying text: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: TokenizerError.self, sourceLocation: sourceLocation) {
      try SentencePieceModel.open(bytes)
    }
    let description = error?.description ?? ""
    #expect(description.contains(text), "\(description)", sourceLocation: sourceLocation)
    #expect(description.contains("/sentencepiece.bpe.model"), sourceLocation: sourceLocation)
  }

  private func expectError(
    saying text: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ change: (inout SentencePieceModel) -> Void
  ) {
    var model = SentencePieceModel()
    change(&model)
    expectError(model.bytes(), saying: text, sourceLocation: sourceLocation)
  }

  @Test func `ids are fairseq's: four special ones, the pieces one higher, the mask last`() throws {
    let tokenizer = try SentencePieceModel().opened()
    #expect(tokenizer.vocabularySize == 14)
    #expect((0...4).map(tokenizer.subword) == ["<s>", "<pad>", "</s>", "<unk>", "▁"])
    #expect(tokenizer.subword(12) == "i")
    #expect(tokenizer.subword(13) == "<mask>")
    #expect(
      tokenizer.special == SpecialSubwords(padding: 1, unknown: 3, start: 0, end: 2, mask: 13))
    // ▁ + ab = −6 is better than ▁a + b = −7.
    #expect(tokenizer.encode(text: "ab").ids == [0, 4, 7, 2])
    #expect(tokenizer.encode(text: "x").ids == [0, 4, 3, 2])
    #expect(tokenizer.encode(words: ["ab", "a"]).wordIDs == [nil, 0, 0, 1, nil])
  }

  @Test func `a model and the tokenizer.json of the same subwords cut alike`() throws {
    let ours = try SentencePieceModel().opened()
    let twin = try UnigramFile().opened()
    for text in ["", "ab", "a b ab", "é e\u{301}", "ab<mask>a", "</s>ab", "xyz a", "的"] {
      #expect(ours.encode(text: text).ids == twin.encode(text: text).ids, "\(text)")
    }
  }

  @Test func `blanks at the end go, several are one, and a mask takes the one before it`() throws {
    let tokenizer = try SentencePieceModel().opened()
    // "▁a" then "▁" + "b"; tokenizers 0.22 gives the same for the model as transformers 4.57
    // converts it.
    #expect(tokenizer.encode(text: "a   b  ").ids == [0, 8, 4, 6, 2])
    #expect(tokenizer.encode(text: "a <mask>").ids == [0, 8, 13, 2])
    #expect(tokenizer.encode(text: "a <pad>").ids == [0, 8, 1, 2])
  }

  @Test func `the normaliser's flags and its table of replacements are obeyed`() throws {
    var model = SentencePieceModel()
    model.flags = [false, nil, nil]
    #expect(try model.opened().encode(text: "ab a").ids == [0, 7, 8, 2])
    model.flags = [true, false, true]
    #expect(try model.opened().encode(text: "a  b ").ids == [0, 8, 4, 4, 6, 4, 2])
    model.flags = [nil, nil, nil]
    model.charsmap = CharsmapMaker(["\u{FB01}": "fi", "\u{3000}": " "]).bytes()
    let tokenizer = try model.opened()
    #expect(tokenizer.encode(text: "\u{FB01}\u{3000}b").ids == [0, 4, 11, 12, 4, 6, 2])
  }

  @Test func `what the user defined is found whole, and bytes spell what is unknown`() throws {
    var model = SentencePieceModel()
    model.pieces.append(("ba", -1, 4))
    #expect(try model.opened().encode(text: "aba").ids == [0, 8, 13, 2])
    model = SentencePieceModel()
    for byte in 0...255 {
      model.pieces.append((String(format: "<0x%02X>", byte), 0, 6))
    }
    // U+00F1 is C3 B1 in UTF-8.
    #expect(
      try model.opened().encode(text: "ñ").ids == [0, 4, 13 + 0xC3, 13 + 0xB1, 2])
  }

  @Test func `the files beside it name special subwords and add others`() throws {
    let tokenizer = try SentencePieceModel().opened(beside: [
      "special_tokens_map.json": #"{"additional_special_tokens": ["<e>"], "unk_token": "<unk>"}"#,
      "added_tokens.json": #"{"<e>": 14, "bab": 15}"#,
    ])
    #expect(tokenizer.vocabularySize == 16)
    #expect(tokenizer.encode(text: "a<e>bab").ids == [0, 8, 14, 15, 2])
    let described = try SentencePieceModel().opened(beside: [
      "tokenizer_config.json":
        #"{"mask_token": {"content": "<mask>", "lstrip": false, "rstrip": true}}"#
    ])
    #expect(described.encode(text: "a <mask>  a").ids == [0, 8, 13, 8, 2])
  }

  @Test func `fields that are not known are passed over`() throws {
    var model = SentencePieceModel()
    model.extra =
      SentencePieceModel.field(99, 1 << 40) + SentencePieceModel.field(100, [1, 2, 3])
      + [101 << 3 & 0x7F | 0x80 | 1, 6] + [UInt8](repeating: 9, count: 8)
    #expect(try model.opened().encode(text: "ab").ids == [0, 4, 7, 2])
    model.modelType = nil
    #expect(try model.opened().encode(text: "ab").ids == [0, 4, 7, 2])
  }

  @Test func `a model of another kind is an error that says which`() {
    expectError(saying: "of the type words") { $0.modelType = 3 }
    expectError(saying: "of the type characters") { $0.modelType = 4 }
    expectError(saying: "first three") { $0.pieces[1].2 = 1 }
    expectError(saying: "first three of 2 pieces") { $0.pieces = Array($0.pieces.prefix(2)) }
    expectError(saying: "of the kind 9") { $0.pieces[4].2 = 9 }
    expectError(saying: "the score nan") { $0.pieces[4].1 = .nan }
    expectError(saying: "no text") { $0.pieces[4].0 = "" }
    expectError(saying: "precompiled_charsmap is of 1 bytes") { $0.charsmap = [0] }
    expectError(Data(), saying: "ends without trainer_spec")
    expectError(Data([0x0B]), saying: "wire type 3")
    expectError(Data([0x00]), saying: "no number")
    expectError(Data([0x0A, 0x7F]), saying: "127 bytes does not lie within")
    expectError(Data([UInt8](repeating: 0xFF, count: 20)), saying: "more than 64 bits")
    expectError(Data([0x0A, 4, 0x0A, 2, 0xFF, 0xFE]), saying: "not UTF-8")
    expectError(Data([0x0A, 2, 0x08, 1]), saying: "of a wrong type")
    expectError(Data("version https://git-lfs.github.com/spec/v1\n".utf8), saying: "git lfs pull")
  }

  @Test func `a model cut off anywhere is an error`() {
    let whole = SentencePieceModel().bytes()
    for length in 0..<whole.count {
      #expect(throws: TokenizerError.self) { try SentencePieceModel.open(whole.prefix(length)) }
    }
  }

  @Test func `a model with changed bytes is an error, or a tokenizer with ids in range`() throws {
    var model = SentencePieceModel()
    model.charsmap = CharsmapMaker(["\u{FB01}": "fi", "e\u{301}": "é"]).bytes()
    let whole = model.bytes()
    var opened = 0
    // Every place of the pieces and the specs; of the table, which is long, every 41st.
    let table = whole.count - 10 - model.charsmap.count..<whole.count - 10
    for place in whole.indices where !table.contains(place) || place % 41 == 0 {
      for change in [0x01, 0x80, 0xFF] as [UInt8] {
        var changed = whole
        changed[place] ^= change
        do {
          let tokenizer = try SentencePieceModel.open(changed)
          let encoding = tokenizer.encode(text: "ab <mask>\u{FB01}e\u{301} x")
          #expect(encoding.ids.allSatisfy { 0..<tokenizer.vocabularySize ~= $0 })
          opened += 1
        } catch {
          #expect(error is TokenizerError)
        }
      }
    }
    #expect(opened > 0)
  }
}
