import Foundation

/// The bytes of a file, or of a part of it.
typealias Bytes = Slice<UnsafeBufferPointer<UInt8>>

/// One line of a corpus file, cut into what the readers need.
enum CorpusLine {
  /// A word and its tag.
  case word(Bytes, tag: Bytes)
  /// Nothing but white space: the end of a sentence.
  case blank
  /// A line that carries no word (`-DOCSTART-`): the end of a sentence, too.
  case documentStart
  /// A comment, which is skipped.
  case comment
}

/// Why a line could not be cut.
struct CorpusLineProblem: Error {
  let problem: String
  let advice: String
}

/// Cuts lines `lang:word<TAB>tag`; the language ends at the first colon.
struct PanxLines {
  /// What `line`, which is without its line feed, holds.
  func cut(_ line: Bytes) throws(CorpusLineProblem) -> CorpusLine {
    let line = line.droppingTrailingBlanks
    if line.isEmpty { return .blank }
    guard let lastTab = line.lastIndex(of: .tab), let firstTab = line.firstIndex(of: .tab) else {
      throw CorpusLineProblem(
        problem: "there is no tab between a word and a tag",
        advice: "Separate word and tag by one tab; end a sentence by a blank line.")
    }
    guard let colon = line[..<firstTab].firstIndex(of: .colon) else {
      throw CorpusLineProblem(
        problem: "there is no `lang:` before the word ‘\(line[..<firstTab].text)’",
        advice: "Put the language and a colon before each word, or set data.format to conll and "
          + "name the files train.conll, dev.conll, test.conll.")
    }
    let word = line[(colon + 1)..<firstTab]
    guard word.contains(where: { !$0.isBlank }) else { throw .emptyWord }
    return .word(word, tag: line[(lastTab + 1)...])
  }
}

/// Cuts lines of columns, separated by tabs or by spaces: first the word, last the tag.
///
/// A line that begins with `#` is a comment unless it looks like the file's other lines: `#`
/// can be a word, too (`#<TAB>O`).
struct ConllLines {
  /// The number of columns of the first line that surely holds a word.
  private let columnCount: Int
  private let usesTabs: Bool

  /// Learns the layout of a file from `bytes`.
  init(layoutOf bytes: Bytes) {
    var columnCount = 2
    var usesTabs = true
    bytes.forEachLine { line, _ in
      let line = line.trimmed
      guard let first = line.first, first != .hash, !line.isDocumentStart else { return true }
      usesTabs = line.contains(.tab)
      columnCount = line.columnCount
      return false
    }
    self.columnCount = columnCount
    self.usesTabs = usesTabs
  }

  /// What `line`, which is without its line feed, holds.
  func cut(_ line: Bytes) throws(CorpusLineProblem) -> CorpusLine {
    if line.allSatisfy(\.isBlank) { return .blank }
    if line.isDocumentStart { return .documentStart }
    let hasTabs = line.contains(.tab)
    let line = hasTabs ? line.droppingTrailingBlanks : line.trimmed
    let first: Int?
    let last: Int?
    if hasTabs {
      (first, last) = (line.firstIndex(of: .tab), line.lastIndex(of: .tab))
    } else {
      (first, last) = (line.firstIndex(where: \.isBlank), line.lastIndex(where: \.isBlank))
    }
    if line.first == .hash, isComment(line, lastSeparator: last) { return .comment }
    guard let first, let last else {
      throw CorpusLineProblem(
        problem: "there is one column, ‘\(line.text)’",
        advice: "Write the word first and its tag last, separated by a tab or by spaces; end a "
          + "sentence by a blank line.")
    }
    let word = line[..<first].trimmed
    guard !word.isEmpty else { throw .emptyWord }
    return .word(word, tag: line[(last + 1)...].trimmed)
  }

  private func isComment(_ line: Bytes, lastSeparator: Int?) -> Bool {
    guard let lastSeparator, line.columnCount == columnCount, line.contains(.tab) == usesTabs else {
      return true
    }
    return !usesTabs && ChunkTag(checking: line[(lastSeparator + 1)...].text) == nil
  }
}

extension CorpusLineProblem {
  static let emptyWord = CorpusLineProblem(
    problem: "there is a tag but no word", advice: "Write the word, or take the line away.")
}

extension UInt8 {
  static let tab = UInt8(ascii: "\t")
  static let colon = UInt8(ascii: ":")
  static let hash = UInt8(ascii: "#")

  /// Whether this is a space, a tab or a carriage return.
  var isBlank: Bool { self == 32 || self == .tab || self == 13 }
}

extension Bytes {
  /// The text; bytes that are not UTF-8 show as `�`.
  var text: String { String(decoding: self, as: UTF8.self) }

  var droppingTrailingBlanks: Bytes {
    var end = endIndex
    while end > startIndex, self[end - 1].isBlank { end -= 1 }
    return self[startIndex..<end]
  }

  var trimmed: Bytes {
    droppingTrailingBlanks.drop(while: \.isBlank)
  }

  /// Whether the first column is `-DOCSTART-`.
  var isDocumentStart: Bool {
    first == UInt8(ascii: "-") && starts(with: "-DOCSTART-".utf8)
      && dropFirst(10).first.map { $0.isBlank || $0 == UInt8(ascii: "-") } ?? true
  }

  /// How many columns there are: by tabs if there are any, else by runs of spaces.
  var columnCount: Int {
    contains(.tab)
      ? count { $0 == .tab } + 1 : split(whereSeparator: \.isBlank).count
  }

  /// Calls `body` with each line and its number, counted from 1, until it returns false.
  ///
  /// The lines come without their line feeds. What follows the last line feed is a line only
  /// if there is something.
  func forEachLine<Failure>(
    _ body: (Bytes, Int) throws(Failure) -> Bool
  ) throws(Failure) {
    guard let address = base.baseAddress else { return }
    var start = startIndex
    var number = 0
    while start < endIndex {
      let found = memchr(address + start, 10, endIndex - start)
      let end = found.map { $0 - UnsafeMutableRawPointer(mutating: address) } ?? endIndex
      number += 1
      guard try body(self[start..<end], number) else { return }
      start = end + 1
    }
  }
}
