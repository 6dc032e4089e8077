import Foundation

/// One file of a corpus: a split of a language.
package struct CorpusPart: Hashable, Sendable {
  /// The language's folder.
  package var language: String
  /// `train`, `dev` or `test`.
  package var split: String
  /// The file.
  package var path: String

  /// A split of a language in a file.
  package init(language: String, split: String, path: String) {
    self.language = language
    self.split = split
    self.path = path
  }

  /// What tells whether the file is still the one that was read; nil when it is gone.
  package var stamp: Stamp? {
    guard let facts = try? FileManager.default.attributesOfItem(atPath: path) else { return nil }
    return Stamp(
      byteCount: facts[.size] as? Int ?? 0,
      changed: (facts[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0)
  }

  /// The size of a file and when it was changed last.
  package struct Stamp: Hashable, Sendable {
    /// Its size.
    package var byteCount: Int
    /// In seconds since 1970.
    package var changed: Double
  }
}

/// Reading a corpus file by file: one that cannot be read spoils no other.
extension CorpusFolder {
  /// The files that there are, language by language, train before dev before test.
  package var parts: [CorpusPart] {
    languages.flatMap { language in
      splits(of: language).compactMap { split in
        (try? file(language: language, split: split)).map {
          CorpusPart(language: language, split: split, path: $0.path)
        }
      }
    }
  }

  /// Reads a split and counts what is in it.
  ///
  /// - Returns: Nil when it was cancelled on the way.
  package func summary(
    language: String, split: String, isCancelled: () -> Bool = { false }
  ) throws(CorpusError) -> CorpusSummary? {
    let contents = try file(language: language, split: split).read(isCancelled: isCancelled)
    if isCancelled() { return nil }
    var summary = CorpusSummary(
      language: language, split: split, scheme: contents.scheme, counting: contents.sentences,
      leftOut: contents.leftOut)
    summary.columns = contents.columns
    summary.skipped = contents.skipped
    return summary
  }

  /// Counts each file in turn, and tells of each what is in it or why it cannot be read.
  package func survey(
    isCancelled: () -> Bool = { false },
    tell: (CorpusPart, Result<CorpusSummary, CorpusError>) throws -> Void
  ) rethrows {
    for part in parts {
      let result = Result<CorpusSummary?, CorpusError> { () throws(CorpusError) in
        try summary(language: part.language, split: part.split, isCancelled: isCancelled)
      }
      switch result {
      case .success(nil): return
      case .success(let summary?): try tell(part, .success(summary))
      case .failure(let error): try tell(part, .failure(error))
      }
    }
  }
}
