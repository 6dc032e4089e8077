/// A part of a language's sentences, in the order in which they are listed; the raw value names it
/// on disk.
package enum CorpusSplit: String, CaseIterable, Hashable, Sendable {
  case train, dev, test
}

/// How a corpus is written on disk.
package enum CorpusFormat: String, CaseIterable, Codable, Sendable {
  /// PAN-X (WikiANN): files `train`, `dev`, `test` with lines `en:word<TAB>tag`.
  case panx
  /// CoNLL: files `train.conll` (or `.txt`) and so on; first column the word, last the tag.
  case conll

  /// The names of the splits that a language may have, in the order in which they are listed.
  package static let splits = CorpusSplit.allCases.map(\.rawValue)

  /// The names that a split's file may have, the preferred one first.
  package func fileNames(ofSplit split: String) -> [String] {
    switch self {
    case .panx: [split]
    case .conll: ["\(split).conll", "\(split).txt"]
    }
  }

  var lineExpectation: String {
    switch self {
    case .panx: "`lang:word<TAB>tag`, as in `en:Ada<TAB>B-PER`"
    case .conll: "a word, tab or spaces, and a tag, as in `Ada<TAB>B-PER`"
    }
  }
}
