import Foundation

/// The bytes of a file, or of a part of it.
typealias Bytes = Slice<UnsafeBufferPointer<UInt8>>

/// One line of a corpus file, cut into what the readers need.
enum CorpusLine {
  /// A word, its tag, which is `O` where there is none, and whether the sentence ends behind it.
  case word(Bytes, tag: Bytes?, ends: Bool = false)
  /// Nothing but white space: the end of a sentence.
  case blank
  /// A line that carries no word (`-DOCSTART-`): the end of a sentence, too.
  case documentStart
  /// A comment, which is skipped.
  case comment
}

/// Why a line could not be cut.
package struct CorpusLineProblem: Error, Hashable {
  /// What is wrong.
  package let problem: String
  /// What to do.
  package let advice: String
}

/// Cuts lines `lang:word<TAB>tag`; the language ends at the first colon.
struct PanxLines {
  /// What `line`, which is without its line feed, holds.
  func cut(_ line: Bytes) throws(CorpusLineProblem) -> CorpusLine {
    let line = line.droppingTrailingBlanks
    if line.isBlankLine { return .blank }
    guard let lastTab = line.lastIndex(of: .tab), let firstTab = line.firstIndex(of: .tab) else {
      throw CorpusLineProblem(
        problem: "there is no tab between a word and a tag",
        advice: "Separate word and tag by one tab; end a sentence by a blank line.")
    }
    guard let colon = line[..<firstTab].firstIndex(of: .colon) else {
      throw CorpusLineProblem(
        problem: "there is no `lang:` before the word ‘\(line[..<firstTab].shown)’",
        advice: "Put the language and a colon before each word, or set data.format to conll and "
          + "name the files train.conll, dev.conll, test.conll.")
    }
    let word = line[(colon + 1)..<firstTab]
    guard word.contains(where: { !$0.isBlank }) else { throw .emptyWord }
    return .word(word, tag: line[(lastTab + 1)...])
  }

  /// The word of a line that may have no tag.
  func word(_ line: Bytes) throws(CorpusLineProblem) -> Bytes {
    let line = line.prefix { $0 != .tab }
    guard let colon = line.firstIndex(of: .colon) else {
      throw CorpusLineProblem(
        problem: "there is no `lang:` before the word",
        advice: "Put the language and a colon before each word.")
    }
    let word = line[(colon + 1)...]
    guard word.contains(where: { !$0.isBlank }) else { throw .emptyWord }
    return word
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

  /// The text for a person: its code points where nothing of it can be seen.
  var shown: String {
    isSeen || isEmpty ? text : codePoints(of: text)
  }

  /// Whether there is something in it that can be seen.
  var isSeen: Bool {
    text.unicodeScalars.contains { scalar in
      !scalar.properties.isDefaultIgnorableCodePoint && !scalar.properties.isWhitespace
    }
  }

  /// Whether this is a byte-order mark.
  var isMark: Bool { elementsEqual([0xEF, 0xBB, 0xBF]) }

  /// Without the byte-order marks that some programs put before UTF-8 text.
  var droppingLeadingMarks: Bytes {
    var rest = self
    while rest.count >= 3, rest.prefix(3).isMark { rest = rest.dropFirst(3) }
    return rest
  }

  /// Without the byte-order marks before and behind it, and white space behind it.
  var droppingMarksAtEnds: Bytes {
    var rest = droppingLeadingMarks.droppingTrailingBlanks
    while rest.count >= 3, rest.suffix(3).isMark { rest = rest.dropLast(3).droppingTrailingBlanks }
    return rest
  }

  /// Up to the end of the last line that is not blank.
  var droppingTrailingBlankLines: Bytes {
    var end = endIndex
    while end > startIndex, self[end - 1].isBlank || self[end - 1] == 10 { end -= 1 }
    return self[startIndex..<end]
  }

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
