import Tokenization
import Foundation
import TestSupport

/// A small `sentencepiece.bpe.model`, to be changed part by part.
///
/// Without changes the twin of `UnigramFile`: the same subwords and scores.
struct SentencePieceModel {
  /// Text, score and kind: 1 normal, 2 unknown, 3 control, 4 defined by the user, 6 byte.
  var pieces: [(String, Float, Int)] =
    [("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3)]
    + [
      ("▁", -2, 1), ("a", -3, 1), ("b", -3, 1), ("ab", -4, 1), ("▁a", -4, 1), ("é", -5, 1),
      ("e\u{301}", -5, 1), ("f", -5, 1), ("i", -5, 1),
    ]
  var charsmap: [UInt8] = []
  /// add_dummy_prefix, remove_extra_whitespaces, escape_whitespaces; nil leaves one out.
  var flags: [Bool?] = [nil, nil, nil]
  var modelType: Int? = 1
  /// Whole fields put in at the front, in the middle of each piece, and at the end.
  var extra: [UInt8] = []

  /// The file.
  func bytes() -> Data {
    var file = extra
    for (text, score, kind) in pieces {
      var piece = Self.field(1, Array(text.utf8)) + extra
      piece +=
        [2 << 3 | 5] + (0..<4).map { UInt8(truncatingIfNeeded: score.bitPattern >> (8 * $0)) }
      if kind != 1 { piece += Self.field(3, kind) }
      file += Self.field(1, piece)
    }
    file += Self.field(2, (modelType.map { Self.field(3, $0) } ?? []) + Self.field(4, pieces.count))
    var normalizer = Self.field(1, Array("nmt_nfkc".utf8))
    if !charsmap.isEmpty { normalizer += Self.field(2, charsmap) }
    for (place, flag) in flags.enumerated() {
      if let flag { normalizer += Self.field(place + 3, flag ? 1 : 0) }
    }
    return Data(file + Self.field(3, normalizer) + extra)
  }

  /// The tokenizer of the file, as a user opens it.
  func opened(beside files: [String: String] = [:]) throws -> any Tokenizer {
    try Self.open(bytes(), beside: files)
  }

  /// The tokenizer of a sentencepiece.bpe.model, and perhaps of other files beside it.
  static func open(_ bytes: Data, beside files: [String: String] = [:]) throws -> any Tokenizer {
    try withTemporaryFolder { folder in
      try bytes.write(to: folder.appending(path: "sentencepiece.bpe.model"))
      for (name, text) in files {
        try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
      }
      return try Tokenizers.open(directory: folder.path)
    }
  }

  /// A field with a number as value.
  static func field(_ number: Int, _ value: Int) -> [UInt8] {
    integer(number << 3) + integer(value)
  }

  /// A field with bytes, or a message, as value.
  static func field(_ number: Int, _ value: [UInt8]) -> [UInt8] {
    integer(number << 3 | 2) + integer(value.count) + value
  }

  private static func integer(_ value: Int) -> [UInt8] {
    var rest = UInt64(bitPattern: Int64(value))
    var result: [UInt8] = []
    while rest >= 0x80 {
      result.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return result + [UInt8(rest)]
  }
}
