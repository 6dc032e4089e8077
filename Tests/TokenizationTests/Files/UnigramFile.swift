import Tokenization
import Foundation
import TestSupport

/// A small `tokenizer.json` of type Unigram, to be changed part by part.
struct UnigramFile {
  /// Subwords and scores. The first four are special; of "ab" the best cut is `▁ ab`:
  ///
  ///     ▁ + a + b = −8      ▁a + b = −7      ▁ + ab = −6
  var pieces: [(String, Double)] = [
    ("<s>", 0), ("<pad>", 0), ("</s>", 0), ("<unk>", 0), ("▁", -2), ("a", -3), ("b", -3),
    ("ab", -4), ("▁a", -4), ("é", -5), ("e\u{301}", -5), ("f", -5), ("i", -5),
  ]
  var unknown: Any = 3
  var fallsBackToBytes = false
  var normalizer: Any = NSNull()
  var preTokenizer: Any = Self.metaspace()
  var postProcessor: Any = Self.template(before: ["<s>": 0], after: ["</s>": 2])
  var added: [[String: Any]] = [
    Self.added(0, "<s>"), Self.added(2, "</s>"), Self.added(13, "<mask>"),
  ]

  static func metaspace(_ scheme: String = "always", splits: Bool = true) -> [String: Any] {
    ["type": "Metaspace", "replacement": "▁", "prepend_scheme": scheme, "split": splits]
  }

  static func added(_ id: Int, _ content: String, _ flags: String...) -> [String: Any] {
    var entry: [String: Any] = ["id": id, "content": content, "special": true]
    for flag in ["single_word", "lstrip", "rstrip", "normalized"] {
      entry[flag] = flags.contains(flag)
    }
    return entry
  }

  static func template(before: [String: Int], after: [String: Int]) -> [String: Any] {
    func items(_ names: [String: Int]) -> [[String: Any]] {
      names.keys.map { ["SpecialToken": ["id": $0, "type_id": 0]] }
    }
    let ids = before.merging(after) { first, _ in first }
    let first: [String: Any] = ["Sequence": ["id": "A", "type_id": 0]]
    let second: [String: Any] = ["Sequence": ["id": "B", "type_id": 1]]
    return [
      "type": "TemplateProcessing", "single": items(before) + [first] + items(after),
      "pair": items(before) + [first] + items(after) + [second] + items(after),
      "special_tokens": ids.reduce(into: [String: Any]()) { result, name in
        result[name.key] = ["id": name.key, "ids": [name.value], "tokens": [name.key]]
      },
    ]
  }

  /// The file.
  func json() throws -> Data {
    let object: [String: Any] = [
      "version": "1.0", "added_tokens": added, "normalizer": normalizer,
      "pre_tokenizer": preTokenizer, "post_processor": postProcessor,
      "model": [
        "type": "Unigram", "unk_id": unknown, "byte_fallback": fallsBackToBytes,
        "vocab": pieces.map { [$0.0, $0.1] as [Any] },
      ] as [String: Any],
    ]
    return try JSONSerialization.data(withJSONObject: object, options: .sortedKeys)
  }

  /// The tokenizer of the file, as a user opens it.
  func opened() throws -> any Tokenizer { try Self.open(json()) }

  /// The tokenizer of a tokenizer.json, and perhaps of other files beside it.
  static func open(_ json: Data, beside files: [String: String] = [:]) throws -> any Tokenizer {
    try withTemporaryFolder { folder in
      try json.write(to: folder.appending(path: "tokenizer.json"))
      for (name, text) in files {
        try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
      }
      return try Tokenizers.open(directory: folder.path)
    }
  }
}
