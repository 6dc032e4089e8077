import Tokenization
import Foundation
import TestSupport
import Testing

private let vocabulary = WordPieceTrainer.specialSubwords + ["low", "##er", "Low", "é", "e", "的"]

/// Writes files into a folder and opens its tokenizer.
private func open(
  _ folder: URL, vocabulary: String? = nil, configuration: String? = nil
) throws -> any Tokenizer {
  try vocabulary?.write(to: folder.appending(path: "vocab.txt"), atomically: true, encoding: .utf8)
  try configuration?.write(
    to: folder.appending(path: "tokenizer_config.json"), atomically: true, encoding: .utf8)
  return try Tokenizers.open(directory: folder.path)
}

/// Expects an error at a line of a file, which says something in its problem.
private func expectError(
  _ file: String, line: Int? = nil, saying text: String, vocabulary: String? = nil,
  configuration: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  try withTemporaryFolder { folder in
    let error = #expect(throws: TokenizerError.self, sourceLocation: sourceLocation) {
      try open(folder, vocabulary: vocabulary, configuration: configuration)
    }
    let found = try #require(error, sourceLocation: sourceLocation)
    let path = folder.appending(path: file).path
    #expect(found.path == path, sourceLocation: sourceLocation)
    #expect(found.line == line, sourceLocation: sourceLocation)
    #expect(found.problem.contains(text), "\(found)", sourceLocation: sourceLocation)
    #expect(!found.expected.isEmpty, sourceLocation: sourceLocation)
    #expect(found.description.contains(path), sourceLocation: sourceLocation)
  }
}

private let lines = vocabulary.map { $0 + "\n" }.joined()

@Suite struct WordPieceFilesTests {
  @Test func `what is written is opened again`() throws {
    for lowercase in [false, true] {
      try withTemporaryFolder { folder in
        let directory = folder.appending(path: "new/model").path
        try WordPieceTokenizer.write(vocabulary: vocabulary, lowercase: lowercase, to: directory)
        let opened = try Tokenizers.open(directory: directory)
        let made = try WordPieceTokenizer(vocabulary: vocabulary, lowercase: lowercase)
        #expect(opened.vocabularySize == vocabulary.count)
        #expect(opened.special == made.special)
        for text in ["Lower low \u{C9}", "的low[MASK]", "é xyz"] {
          #expect(opened.encode(text: text) == made.encode(text: text))
        }
        #expect(opened.encode(text: "Low").ids == [2, lowercase ? 5 : 7, 3])
      }
    }
  }

  @Test func `the written files say what transformers asks for`() throws {
    try withTemporaryFolder { folder in
      try WordPieceTokenizer.write(vocabulary: vocabulary, lowercase: true, to: folder.path)
      let text = try String(contentsOf: folder.appending(path: "vocab.txt"), encoding: .utf8)
      #expect(text == lines)
      let data = try Data(contentsOf: folder.appending(path: "tokenizer_config.json"))
      let fields = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
      #expect(fields["tokenizer_class"] as? String == "BertTokenizer")
      #expect(fields["do_lower_case"] as? Bool == true)
      #expect(fields["model_max_length"] as? Int == 512)
      let tokens = ["pad_token", "unk_token", "cls_token", "sep_token", "mask_token"]
      #expect(tokens.map { fields[$0] as? String } == WordPieceTrainer.specialSubwords)
    }
  }

  @Test func `without a configuration letters are made small, as in transformers`() throws {
    try withTemporaryFolder { folder in
      let tokenizer = try open(folder, vocabulary: lines)
      #expect(tokenizer.encode(text: "LOW \u{C9}").ids == [2, 5, 9, 3])
    }
  }

  @Test func `the configuration decides on letters, accents and ideographs`() throws {
    try withTemporaryFolder { folder in
      let cased = try open(
        folder, vocabulary: lines, configuration: #"{"do_lower_case": false}"#)
      #expect(cased.encode(text: "Low \u{E9}").ids == [2, 7, 8, 3])
      let kept = try open(folder, configuration: #"{"strip_accents": false}"#)
      #expect(kept.encode(text: "LOW \u{C9}").ids == [2, 5, 8, 3])
      let whole = try open(
        folder, configuration: #"{"tokenize_chinese_chars": false, "strip_accents": null}"#)
      #expect(whole.encode(text: "的low").ids == [2, 1, 3])
    }
  }

  @Test func `lines may end as on Windows and the last one need not end`() throws {
    try withTemporaryFolder { folder in
      let windows = vocabulary.joined(separator: "\r\n")
      let tokenizer = try open(folder, vocabulary: windows)
      #expect(tokenizer.vocabularySize == vocabulary.count)
      #expect(tokenizer.subword(10) == "的")
      #expect(tokenizer.encode(text: "lower").ids == [2, 5, 6, 3])
    }
  }

  @Test func `special subwords can have other names`() throws {
    try withTemporaryFolder { folder in
      let names = """
        {"pad_token": "<pad>", "unk_token": {"content": "<unk>", "lstrip": false},
         "cls_token": "<s>", "sep_token": "</s>", "mask_token": "<mask>"}
        """
      let tokenizer = try open(
        folder, vocabulary: "low\n</s>\n<s>\n<unk>\n<mask>\n<pad>\n", configuration: names)
      #expect(
        tokenizer.special == SpecialSubwords(padding: 5, unknown: 3, start: 2, end: 1, mask: 4))
      #expect(tokenizer.encode(text: "low<mask>xyz").ids == [2, 0, 4, 3, 1])
    }
  }

  @Test func `two spellings of a letter are two subwords`() throws {
    try withTemporaryFolder { folder in
      let tokenizer = try open(
        folder, vocabulary: lines + "e\u{301}\n", configuration: #"{"do_lower_case": false}"#)
      #expect(tokenizer.encode(text: "\u{E9} e\u{301}").ids == [2, 8, 11, 3])
    }
  }

  @Test func `a directory without a tokenizer is an error that says what is missing`() throws {
    try expectError("vocab.txt", saying: "no tokenizer.json")
    let error = #expect(throws: TokenizerError.self) {
      try Tokenizers.open(directory: "/nowhere/model")
    }
    #expect(error?.path == "/nowhere/model")
    #expect(error?.problem.contains("no such directory") == true)
  }

  @Test func `a vocabulary's mistakes are errors at their lines`() throws {
    try expectError("vocab.txt", saying: "empty", vocabulary: "")
    let long = String(repeating: "x", count: 1001)
    try expectError("vocab.txt", line: 12, saying: "1001", vocabulary: lines + long + "\n")
    try expectError(
      "vocab.txt", saying: "[UNK]", vocabulary: lines.replacing("[UNK]", with: "unknown"))
  }

  @Test func `a line that is not UTF-8 is an error`() throws {
    try withTemporaryFolder { folder in
      try (Data(lines.utf8) + [0x61, 0xFF, 0x0A])
        .write(to: folder.appending(path: "vocab.txt"))
      let error = #expect(throws: TokenizerError.self) { try open(folder) }
      #expect(error?.line == 12)
      #expect(error?.problem.contains("UTF-8") == true)
    }
  }

  @Test func `a broken configuration is an error`() throws {
    try expectError(
      "tokenizer_config.json", line: 1, saying: "JSON", vocabulary: lines, configuration: "{")
    try expectError(
      "tokenizer_config.json", saying: "no JSON object", vocabulary: lines, configuration: "[]")
    try expectError(
      "tokenizer_config.json", saying: "do_lower_case", vocabulary: lines,
      configuration: #"{"do_lower_case": "yes"}"#)
  }

  @Test func `an error is told in one line with its advice`() {
    let error = TokenizerError(
      path: "m/vocab.txt", line: 7, problem: "the line is empty", expected: "one subword a line",
      advice: "Delete it.")
    #expect(
      "\(error)" == "m/vocab.txt:7: the line is empty; expected one subword a line. Delete it.")
  }
}
