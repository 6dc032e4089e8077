/// What the name of a file says: which split it is, and perhaps of which language.
///
///     train             dev.conll        valid.txt         validation.jsonl
///     en_ewt-ud-dev.iob2   eng.testa     train-en.tsv      NER-de-test.tsv
///
/// The split is one of the parts between dots, hyphens and underscores. The language is what stands
/// behind the split, or else before it, without words such as `ud`; in a folder of one language the
/// folder's name counts.
struct SplitFileName {
  let split: CorpusSplit
  /// The language; nil where the name has none.
  let language: String?
  /// How the file's ending says that it is written.
  let format: CorpusFormat
  /// Among files of one split the one of the least rank is taken.
  let rank: [Int]

  /// The words for a split, the preferred one first.
  private static let words: [CorpusSplit: [String]] = [
    .train: ["train", "training"],
    .dev: ["dev", "valid", "validation", "val", "devel", "development", "testa"],
    .test: ["test", "testb"],
  ]
  /// Endings of files that are read, the preferred one first.
  private static let endings = [
    "", "conll", "txt", "tsv", "iob2", "iob", "bio", "bioes", "conllu", "conllx", "conllup", "ner",
    "col", "data", "tags", "annotated", "gold", "jsonl", "ndjson", "json",
  ]
  private static let jsonEndings = ["jsonl", "ndjson", "json"]
  /// Parts of a name that are no language.
  private static let others = [
    "ud", "ner", "conll", "conll2002", "conll2003", "annotated", "gold", "iob", "iob2", "bio",
    "data",
  ]

  /// The words for all splits, for people.
  static let expectation = "train, dev (valid, validation, val, testa) or test (testb)"

  /// Nil for a file whose name names no split, or that has another ending.
  init?(_ name: String) {
    var parts = Self.parts(of: name)
    guard let final = parts.last, !name.utf8.starts(with: ".".utf8) else { return nil }
    var ending = ""
    if parts.count > 1, Self.split(final.text) == nil, final.follows == UInt8(ascii: ".") {
      ending = final.text.lowercased()
      parts.removeLast()
    }
    guard let rank = Self.endings.firstIndex(of: ending) else { return nil }
    guard let place = parts.lastIndex(where: { Self.split($0.text) != nil }),
      let found = Self.split(parts[place].text)
    else { return nil }
    split = found.split
    format =
      Self.jsonEndings.contains(ending)
      ? .jsonl : parts.count == 1 && ending.isEmpty ? .panx : .conll
    let language =
      Self.language(Array(parts[(place + 1)...]), in: name)
      ?? Self.language(Array(parts[..<place]), in: name)
    // A part of a split is no language: train-1.
    if let language, language.utf8.allSatisfy(\.isDigit) { return nil }
    self.language = language
    self.rank = [parts.count == 1 ? 0 : 1, found.number, rank]
  }

  private struct Part {
    var text: String
    /// Where it is in the name, counted in bytes.
    var bytes: Range<Int>
    /// The separator before it.
    var follows: UInt8?
  }

  private static func parts(of name: String) -> [Part] {
    let bytes = Array(name.utf8)
    let separators = [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_")]
    var parts: [Part] = []
    var start = 0
    for end in 0...bytes.count where end == bytes.count || separators.contains(bytes[end]) {
      for range in ranges(of: start..<end, in: bytes) {
        parts.append(
          Part(
            text: String(decoding: bytes[range], as: UTF8.self), bytes: range,
            follows: range.lowerBound > 0 ? bytes[range.lowerBound - 1] : nil))
      }
      start = end + 1
    }
    return parts
  }

  /// A part, or two of them where a split follows a number: `wnut17train`.
  private static func ranges(of part: Range<Int>, in bytes: [UInt8]) -> [Range<Int>] {
    if part.isEmpty { return [] }
    guard let digit = bytes[part].lastIndex(where: \.isDigit), digit + 1 < part.upperBound,
      digit > part.lowerBound,
      split(String(decoding: bytes[(digit + 1)..<part.upperBound], as: UTF8.self)) != nil
    else { return [part] }
    return [part.lowerBound..<(digit + 1), (digit + 1)..<part.upperBound]
  }

  private static func split(_ text: String) -> (split: CorpusSplit, number: Int)? {
    let text = text.lowercased()
    for split in CorpusSplit.allCases {
      if let number = words[split]?.firstIndex(of: text) { return (split, number) }
    }
    return nil
  }

  /// What parts of a name say of a language: from the first that is one to the last.
  private static func language(_ parts: [Part], in name: String) -> String? {
    let own = parts.filter { !others.contains($0.text.lowercased()) }
    guard let first = own.first, let last = own.last else { return nil }
    let bytes = Array(name.utf8)[first.bytes.lowerBound..<last.bytes.upperBound]
    return String(decoding: bytes, as: UTF8.self)
  }
}
