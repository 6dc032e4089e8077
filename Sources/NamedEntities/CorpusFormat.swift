import Foundation

/// A part of a language's sentences, in the order in which they are listed; the raw value names it
/// on disk.
package enum CorpusSplit: String, CaseIterable, Hashable, Sendable {
  case train, dev, test
}

/// How a corpus is written on disk.
package enum CorpusFormat: String, CaseIterable, Codable, Sendable {
  /// PAN-X (WikiANN): files `train`, `dev`, `test` with lines `en:word<TAB>tag`.
  case panx
  /// CoNLL: files `train.conll` (or `.txt`, `.tsv`, `.iob2` …) and so on, lines of columns.
  case conll
  /// JSON lines, as `datasets` writes them: files `train.jsonl` (or `.json`) and so on.
  case jsonl

  /// The names of the splits that a language may have, in the order in which they are listed.
  package static let splits = CorpusSplit.allCases.map(\.rawValue)

  /// The plainest names that a split's file may have, the preferred one first.
  package func fileNames(ofSplit split: String) -> [String] {
    switch self {
    case .panx: [split]
    case .conll: ["\(split).conll", "\(split).txt"]
    case .jsonl: ["\(split).jsonl", "\(split).json"]
    }
  }

  var lineExpectation: String {
    switch self {
    case .panx: "`lang:word<TAB>tag`, as in `en:Ada<TAB>B-PER`"
    case .conll: "a word, tab or spaces, and a tag, as in `Ada<TAB>B-PER`"
    case .jsonl: #"`{"tokens":["Ada"],"ner_tags":["B-PER"]}`"#
    }
  }
}

extension CorpusFormat {
  /// How much of a file is looked at.
  private static let beginning = 1 << 16

  /// How a file is written: as its name says, unless its first lines say otherwise.
  static func told(by path: String, name: CorpusFormat) -> CorpusFormat {
    guard let data = try? OrdinaryFile.beginning(of: path, count: beginning) else { return name }
    return data.withUnsafeBytes { raw in
      let facts = LineFacts(raw.bindMemory(to: UInt8.self)[...].droppingLeadingMarks)
      switch name {
      case .jsonl: return .jsonl
      case _ where facts.looksJSON: return .jsonl
      case .panx: return facts.looksConll ? .conll : .panx
      case .conll: return facts.looksPanx ? .panx : .conll
      }
    }
  }

  /// Whether there are tags in the first lines of a file.
  static func looksLikeCorpus(_ path: String, name: CorpusFormat) -> Bool {
    guard let data = try? OrdinaryFile.beginning(of: path, count: beginning) else { return false }
    return data.withUnsafeBytes { raw in
      let bytes = raw.bindMemory(to: UInt8.self)[...].droppingLeadingMarks
      let facts = LineFacts(bytes)
      if name == .jsonl || facts.looksJSON { return facts.looksJSON }
      return facts.looksPanx || ColumnRecognition.findsTags(in: bytes)
    }
  }
}

/// What the first lines of a file look like.
private struct LineFacts {
  private var count = 0
  private var prefixed = 0
  private var tagged = 0
  private var prefixes: Set<[UInt8]> = []
  private var objects = 0

  init(_ bytes: Bytes) {
    bytes.forEachLine { line, _ in
      let line = line.droppingTrailingBlanks
      if line.isBlankLine || line.isDocumentStart || line.first == .hash { return true }
      count += 1
      if line.starts(with: "{\"".utf8) { objects += 1 }
      let first = line.prefix { $0 != .tab }
      if let colon = first.firstIndex(of: .colon), colon > first.startIndex,
        first[..<colon].allSatisfy(\.isOfCode)
      {
        prefixed += 1
        prefixes.insert(Array(first[..<colon]))
      }
      if line.hasTwoColumns, CorpusTag(prefixed: line.lastColumn.trimmed) != nil { tagged += 1 }
      return count < 50
    }
  }

  /// Every line begins an object.
  var looksJSON: Bool { count > 0 && objects == count }
  /// Every word has the same language before it.
  var looksPanx: Bool { count > 2 && prefixed == count && prefixes.count == 1 }
  /// No word has one, and tags are where columns have them.
  var looksConll: Bool { count > 2 && prefixed == 0 && tagged * 10 >= count * 9 }
}

extension UInt8 {
  /// Whether this may be in a language's code, as `zh-min-nan`.
  fileprivate var isOfCode: Bool {
    self >= UInt8(ascii: "a") && self <= UInt8(ascii: "z")
      || self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") || self == UInt8(ascii: "-")
      || self == UInt8(ascii: "_")
  }
}
