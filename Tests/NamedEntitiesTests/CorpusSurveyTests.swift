import Foundation
import NamedEntities
import TestSupport
import Testing

/// Counting a corpus file by file.
@Suite struct CorpusSurveyTests {
  private func write(_ text: String, to folder: URL, _ path: String) throws {
    let file = folder.appending(path: path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  @Test func `a broken file is told with its line, and the others are counted`() throws {
    try withTemporaryFolder { folder in
      try write("de:Bonn\tB-LOC\n\nde:da\tO\n", to: folder, "de/train")
      try write("de:Bonn B-LOC\n", to: folder, "de/dev")
      try write("en:Rome\tB-LOC\nen:is\tX-Y\n", to: folder, "en/test")
      try write("x", to: folder, "notes/readme")
      let corpus = try CorpusFolder(path: folder.path)
      #expect(corpus.foldersWithoutSplits == [folder.path + "/notes"])
      var told: [String] = []
      corpus.survey { part, result in
        switch result {
        case .success(let summary):
          told.append("\(part.language) \(part.split): \(summary.sentences)")
        case .failure(let error):
          told.append("\(part.language) \(part.split):\(error.line ?? 0): \(error.problem)")
        }
      }
      #expect(
        told == [
          "de train: 2", "de dev:1: there is no tab between a word and a tag",
          "en test:2: ‘X-Y’ is not a tag this program knows",
        ])
    }
  }

  @Test func `a survey that nobody wants ends, within a file too`() throws {
    try withTemporaryFolder { folder in
      let lines = String(repeating: "en:a\tO\n\n", count: 10_000)
      for split in ["train", "dev"] { try write(lines, to: folder, "en/\(split)") }
      let corpus = try CorpusFolder(path: folder.path)
      var told = 0
      corpus.survey(isCancelled: { told > 0 }) { _, _ in told += 1 }
      #expect(told == 1)
      var looks = 0
      let cut = try corpus.sentences(language: "en", split: "train") {
        looks += 1
        return looks > 1
      }
      // It is asked every 4096 lines, so 8191 were read, and each second of them has a word.
      #expect(cut.count == 4096)
      #expect(try corpus.summary(language: "en", split: "train") { true } == nil)
    }
  }

  @Test func `a file that changed has another stamp`() throws {
    try withTemporaryFolder { folder in
      try write("en:a\tO\n", to: folder, "en/train")
      let part = try #require(try CorpusFolder(path: folder.path).parts.first)
      let before = try #require(part.stamp)
      #expect(before.byteCount == 7)
      try write("en:a\tO\n\nen:b\tO\n", to: folder, "en/train")
      #expect(part.stamp != before)
      try FileManager.default.removeItem(atPath: part.path)
      #expect(part.stamp == nil)
    }
  }

  /// Four words: "low" whole, "lower" of three subwords, "xyz" unknown, and one that is dropped.
  @Test func `coverage is counted over words`() {
    var coverage = VocabularyCoverage(language: "en", split: "train")
    #expect(coverage.knownShare == nil && coverage.fertility == nil)
    var seen: Set<Int> = []
    coverage.count(
      [2, 10, 10, 11, 12, 1, 3], wordIDs: [nil, 0, 1, 1, 1, 2, nil], wordCount: 4, unknown: 1,
      seen: &seen)
    #expect(coverage.sentences == 1 && coverage.words == 4)
    #expect(coverage.knownWords == 2 && coverage.wholeWords == 1 && coverage.subwords == 4)
    #expect(coverage.knownShare == 0.5)
    #expect(coverage.fertility == 2)
    #expect(coverage.wholeShare == 0.25)
    #expect(coverage.distinctSubwords == 4)
  }
}
