import Tokenization
import Foundation
import TestSupport
import Testing

/// A tokenizer's files with bytes and values changed: an error, or a tokenizer with ids in range.
@Suite struct TokenizerFuzzTests {
  /// Texts that look at every stage: words, added subwords, marks, ideographs, what is unknown.
  private static let texts = [
    "ab <mask>é  Lower low[MASK]", "e\u{301}\u{FB01}a\u{300}\u{327} 的\u{1F468}\u{200D}\u{1F469}",
    "\u{0}\u{1B}[2J\u{FFFD}\u{202E} \u{FDFA}", "", " ", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!",
  ]

  /// Opens the folder's tokenizer, and cuts some texts with it.
  private static func open(_ folder: URL) throws {
    let tokenizer = try Tokenizers.open(directory: folder.path)
    let ids = 0..<tokenizer.vocabularySize
    let special = tokenizer.special
    #expect(
      [special.padding, special.unknown, special.start, special.end, special.mask]
        .allSatisfy { ids ~= $0 || $0 == SpecialSubwords.none })
    for text in texts {
      let encoding = tokenizer.encode(text: text)
      #expect(encoding.ids.allSatisfy { ids ~= $0 })
      #expect(encoding.ids.count == encoding.subwords.count)
    }
    let encoding = tokenizer.encode(words: texts)
    #expect(encoding.ids.allSatisfy { ids ~= $0 })
    #expect(encoding.ids.count == encoding.wordIDs.count)
  }

  private static func isExpected(_ error: any Error) -> Bool {
    guard let error = error as? TokenizerError else { return false }
    return !error.path.isEmpty && !error.problem.isEmpty && !error.expected.isEmpty
  }

  /// Words of tokenizer.json.
  private static let words = [
    "type", "Unigram", "WordPiece", "vocab", "model", "unk_id", "unk_token", "[UNK]",
    "byte_fallback", "max_input_chars_per_word", "continuing_subword_prefix", "normalizer",
    "normalizers", "pre_tokenizer", "pretokenizers", "post_processor", "processors", "Sequence",
    "BertNormalizer", "Precompiled", "precompiled_charsmap", "Replace", "pattern", "String",
    "Regex", "content", "NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Nmt", "Strip",
    "Prepend", "prepend", "BertPreTokenizer", "WhitespaceSplit", "Metaspace", "replacement",
    "prepend_scheme", "first", "never", "TemplateProcessing", "BertProcessing", "single",
    "SpecialToken", "special_tokens", "ids", "added_tokens", "id", "normalized", "single_word",
    "BPE", "merges", "WordLevel", "dropout", "fuse_unk", "ignore_merges", "end_of_word_suffix",
    "Split", "behavior", "Isolated", "Contiguous", "MergedWithNext", "invert", "Digits",
    "Punctuation", "ByteLevel", "use_regex", "FixedLength", "length", "UnicodeScripts",
    "CharDelimiterSplit", "delimiter", "Whitespace", "add_prefix_space",
    "lstrip", "rstrip", "a", "▁", "##", "(a+)+$", "a{1000}", "(?:", "\\s*", "<0x41>",
  ]

  /// A Unigram with every kind of stage that there is.
  private static func rich() throws -> String {
    var file = UnigramFile()
    file.fallsBackToBytes = true
    let table = CharsmapMaker(["\u{FB01}": "fi", "e\u{301}": "é", "A": "a"]).normalizer()
    file.normalizer =
      [
        "type": "Sequence",
        "normalizers": [
          table, ["type": "NFKC"], ["type": "Nmt"], ["type": "Lowercase"],
          ["type": "Strip", "strip_left": true, "strip_right": false] as [String: Any],
          ["type": "Replace", "pattern": ["Regex": " {2,}"], "content": " "] as [String: Any],
          ["type": "Replace", "pattern": ["String": "x"], "content": "ab"] as [String: Any],
        ] as [Any],
      ] as [String: Any]
    file.preTokenizer =
      [
        "type": "Sequence",
        "pretokenizers": [["type": "WhitespaceSplit"], UnigramFile.metaspace()],
      ]
      as [String: Any]
    file.added.append(UnigramFile.added(14, "ab", "normalized", "single_word", "rstrip"))
    return String(decoding: try file.json(), as: UTF8.self)
  }

  private static let wordPiece = """
    {"added_tokens": [{"id": 4, "content": "[MASK]", "lstrip": true}],
    "normalizer": {"type": "BertNormalizer", "lowercase": true, "strip_accents": null},
    "pre_tokenizer": {"type": "BertPreTokenizer"},
    "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
    "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
    "max_input_chars_per_word": 100, "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3,
    "[MASK]": 4, "low": 5, "##er": 6, "é": 7, "a": 8, "##b": 9}}}
    """

  private static let bytePairs = """
    {"added_tokens": [{"id": 9, "content": "<e>", "special": true}],
    "normalizer": {"type": "Replace", "pattern": {"Regex": "[AB]|x*"}, "content": "b"},
    "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Split",
    "pattern": {"Regex": "\\\\s+"}, "behavior": "MergedWithPrevious", "invert": false},
    {"type": "Digits", "individual_digits": true}, {"type": "FixedLength", "length": 7},
    {"type": "ByteLevel", "add_prefix_space": true, "use_regex": true}]},
    "post_processor": {"type": "RobertaProcessing", "sep": ["</s>", 1], "cls": ["<s>", 0]},
    "model": {"type": "BPE", "unk_token": "<u>", "fuse_unk": true, "byte_fallback": true,
    "continuing_subword_prefix": "", "vocab": {"<s>": 0, "</s>": 1, "<u>": 2, "a": 3, "b": 4,
    "ab": 5, "aab": 6, "Ġ": 7, "Ġab": 8}, "merges": ["a b", ["a", "ab"], ["Ġ", "ab"]]}}
    """

  @Test func `tokenizer.json is an error or a tokenizer`() throws {
    let texts = try [Self.rich(), String(decoding: UnigramFile().json(), as: UTF8.self)]
    let trees = try (texts + [Self.wordPiece, Self.bytePairs]).map { try FuzzJSON($0) }
    let wholes = trees.map { Array($0.written.utf8) }
    let values = JSONMutator(words: Self.words)
    let bytes = ByteMutator(
      tokens: ["\"", "{", "}", "[", "]", ",", ":", "\\u", "\\ud83d", "1e", "null"], donors: wholes)
    try Fuzz.run(
      "tokenizer.json",
      make: { chance in
        let place = chance.below(wholes.count)
        return chance.once(in: 3)
          ? bytes.mutated(wholes[place], &chance)
          : Array(values.mutated(trees[place], &chance).written.utf8)
      },
      read: { fuzz, input in
        _ = fuzz.file("tokenizer.json", input)
        try Self.open(fuzz.folder)
      }, isExpected: Self.isExpected)
  }

  @Test func `vocab.txt is an error or a tokenizer`() throws {
    let lines = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "low", "##er", "é", "a", "##b", "的"]
    let text = lines.map { $0 + "\n" }.joined()
    let mutator = LineMutator(words: lines + ["##", "[UNK]"])
    let bytes = ByteMutator(tokens: ["\n", "\r\n", "##", "[UNK]"], donors: [Array(text.utf8)])
    try Fuzz.run(
      "vocab.txt",
      make: { chance in
        chance.once(in: 2)
          ? Array(mutator.mutated(text, &chance).utf8) : bytes.mutated(Array(text.utf8), &chance)
      },
      read: { fuzz, input in
        _ = fuzz.file("vocab.txt", input)
        try Self.open(fuzz.folder)
      }, isExpected: Self.isExpected)
  }

  @Test func `the files beside a vocabulary are an error or a tokenizer`() throws {
    let files = try [
      "tokenizer_config.json": FuzzJSON(
        """
        {"do_lower_case": true, "strip_accents": null, "tokenize_chinese_chars": true,
        "unk_token": "[UNK]", "mask_token": {"content": "[MASK]", "lstrip": true,
        "normalized": false}, "auto_map": {"AutoTokenizer": ["x--y.Z", null]},
        "added_tokens_decoder": {"4": {"content": "[MASK]", "special": true}, "9": {"content": "new"}}}
        """),
      "special_tokens_map.json": FuzzJSON(
        """
        {"unk_token": "[UNK]", "cls_token": "[CLS]", "mask_token": {"content": "[MASK]"},
        "additional_special_tokens": ["<e>", {"content": "</e>", "rstrip": true}]}
        """),
      "added_tokens.json": FuzzJSON("{\"new\": 8, \"newer\": 9, \"[MASK]\": 4}"),
    ]
    let names = files.keys.sorted()
    let mutator = JSONMutator(words: [
      "content", "id", "unk_token", "[UNK]", "[CLS]", "nothing", "added_tokens_decoder", "low",
      "additional_special_tokens", "normalized", "bos_token", "", "do_lower_case",
    ])
    let bytes = ByteMutator(tokens: ["\"", "{", "}", "[", "]", ",", ":"])
    try Fuzz.run(
      "tokenizer_config.json",
      make: { chance in
        // The first byte says which of the files the others are.
        let place = chance.below(names.count)
        guard let tree = files[names[place]] else { return [0] }
        let whole = Array(mutator.mutated(tree, &chance).written.utf8)
        return [UInt8(place)] + (chance.once(in: 4) ? bytes.mutated(whole, &chance) : whole)
      },
      read: { fuzz, input in
        let name = names[Int(input[0])]
        let others = names.filter { $0 != name }
        _ = fuzz.file(
          "vocab.txt", Array("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nlow\n##er\né\n".utf8))
        for other in others {
          // The older files are read where tokenizer_config.json does not list what was added.
          try? FileManager.default.removeItem(atPath: fuzz.folder.path + "/" + other)
        }
        _ = fuzz.file(name, Array(input.dropFirst()))
        try Self.open(fuzz.folder)
      }, isExpected: Self.isExpected)
  }

  @Test func `sentencepiece.bpe.model is an error or a tokenizer`() throws {
    var model = SentencePieceModel()
    model.charsmap = CharsmapMaker(["\u{FB01}": "fi"]).bytes().suffix(1200)
    var plain = SentencePieceModel()
    plain.flags = [true, false, true]
    plain.pieces += [("<0x41>", 0, 6), ("<e>", 0, 4)]
    let wholes = [[UInt8](plain.bytes()), [UInt8](SentencePieceModel().bytes())]
    let mutator = ByteMutator(
      bytes: [
        SentencePieceModel.field(1, SentencePieceModel.field(1, [0x61])),
        SentencePieceModel.field(2, SentencePieceModel.field(3, 2)),
        SentencePieceModel.field(
          3, SentencePieceModel.field(2, [4, 0, 0, 0, 1, 2, 3, 4, 0x61, 0])),
        SentencePieceModel.field(3, 4), SentencePieceModel.field(3, 99), [0x0B],
        [0x0D, 0, 0, 0xC0],
        [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1],
      ], donors: wholes)
    try Fuzz.run(
      "sentencepiece.bpe.model",
      make: { chance in
        guard chance.once(in: 3) else { return mutator.mutated(chance.pick(wholes), &chance) }
        return [UInt8](Self.model(&chance).bytes())
      },
      read: { fuzz, input in
        _ = fuzz.file("sentencepiece.bpe.model", input)
        try Self.open(fuzz.folder)
      }, isExpected: Self.isExpected)
  }

  /// A model that is well formed, with pieces, scores and a table of chance.
  private static func model(_ chance: inout FuzzChance) -> SentencePieceModel {
    var model = SentencePieceModel()
    for _ in 0..<chance.below(4) {
      let score = chance.pick(
        [0, -1, 1e30, -1e30, .infinity, .nan, .leastNonzeroMagnitude] as [Float])
      let text = chance.pick(["a", "▁", "<s>", "", "<0xFF>", "ab", "\u{FFFD}", "é"])
      model.pieces.insert(
        (text, score, chance.below(8)), at: chance.once(in: 8) ? 0 : model.pieces.count)
    }
    if chance.once(in: 2) {
      // A trie of units of chance behind a length that fits, and replacements.
      let units = (0..<300).flatMap { _ -> [UInt8] in
        let unit = UInt32(truncatingIfNeeded: chance.next()) & chance.pick([.max, 0xFFFF, 0x1FF])
        return (0..<4).map { UInt8(truncatingIfNeeded: unit >> (8 * $0)) }
      }
      model.charsmap = [0xB0, 4, 0, 0] + units + Array("abc\u{0}é\u{0}".utf8)
    }
    model.flags = (0..<3).map { _ in chance.pick([nil, true, false]) }
    return model
  }
}
