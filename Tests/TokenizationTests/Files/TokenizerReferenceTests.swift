import Foundation
import TestSupport
import Testing
import Tokenization

/// Directories of small tokenizers with the ids that transformers 4.57.6 gives for some texts.
///
/// `Python/tokenizer_cases.py` made them: each stage of the `tokenizers` library, the classes that decide
/// about letters and blanks, added subwords in each of the files, vocabularies by lines.
private struct TokenizerCases {
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var files: [String: String]
    var texts: [[Int]]
    var words: [(ids: [Int], wordIDs: [Int?])]
    var testDescription: String { name }
  }

  var texts: [String] = []
  var words: [[String]] = []
  var cases: [Case] = []

  static let all: TokenizerCases = {
    let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Python/tokenizer-cases.json")
    guard let data = try? Data(contentsOf: path),
      let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
      let models = object["models"] as? [String: String],
      let cases = object["cases"] as? [[String: Any]]
    else { preconditionFailure("\(path.path) holds the cases") }
    var result = TokenizerCases()
    result.texts = object["texts"] as? [String] ?? []
    result.words = object["words"] as? [[String]] ?? []
    for entry in cases {
      var files = entry["files"] as? [String: String] ?? [:]
      if let file = files["tokenizer.json"] {
        for (name, model) in models where file.contains("\"model\": \"\(name)\"") {
          files["tokenizer.json"] = file.replacingOccurrences(of: "\"\(name)\"", with: model)
        }
        precondition(files["tokenizer.json"] != file || !file.contains("\"model\": \"model"))
      }
      let words = (entry["words"] as? [[[Any]]] ?? []).map { row in
        (ids: row[0] as? [Int] ?? [], wordIDs: row[1].map { $0 as? Int })
      }
      result.cases.append(
        Case(
          name: entry["name"] as? String ?? "", files: files,
          texts: entry["texts"] as? [[Int]] ?? [], words: words))
    }
    return result
  }()
}

@Suite struct TokenizerReferenceTests {
  @Test(arguments: TokenizerCases.all.cases)
  fileprivate func `a tokenizer gives the ids that transformers gives`(
    sample: TokenizerCases.Case
  ) throws {
    try #require(!sample.texts.isEmpty)
    try withTemporaryFolder { folder in
      for (name, text) in sample.files {
        let data = name.hasSuffix(".model") ? Data(base64Encoded: text) : Data(text.utf8)
        try #require(data).write(to: folder.appending(path: name))
      }
      let tokenizer = try Tokenizers.open(directory: folder.path)
      for (text, ids) in zip(TokenizerCases.all.texts, sample.texts) {
        let found = tokenizer.encode(text: text)
        #expect(found.ids == ids, "\(sample.name): \(text.debugDescription), \(found.subwords)")
      }
      for (words, expected) in zip(TokenizerCases.all.words, sample.words) {
        let found = tokenizer.encode(words: words)
        #expect(found.ids == expected.ids, "\(sample.name): \(words)")
        #expect(found.wordIDs == expected.wordIDs, "\(sample.name): \(words)")
      }
    }
  }
}
