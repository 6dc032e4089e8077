import NamedEntities
import Testing
import Tokenization

@testable import Encoders

/// A tokenizer whose subwords are letters, with their Unicode number as id.
///
/// 1 begins and 2 ends a sentence; `~` is dropped.
private struct LetterTokenizer: Tokenizer {
  let vocabularySize = 1_114_112
  let special = SpecialSubwords(padding: 0, unknown: 3, start: 1, end: 2, mask: 4)

  func encode(text: String) -> TextEncoding { TextEncoding(ids: [1, 2], subwords: []) }
  func subword(_ id: Int) -> String { "" }

  func encode(words: [String]) -> WordEncoding {
    var encoding = WordEncoding(ids: [1], wordIDs: [nil])
    for (number, word) in words.enumerated() {
      for letter in word.unicodeScalars where letter != "~" {
        encoding.ids.append(Int(letter.value))
        encoding.wordIDs.append(number)
      }
    }
    encoding.ids.append(2)
    encoding.wordIDs.append(nil)
    return encoding
  }
}

@Suite struct EncodedSentenceTests {
  private func encoded(
    _ text: String, _ maximum: Int, _ reading: EncodedSentence.Reading = .cut
  ) -> EncodedSentence {
    let words = text.split(separator: " ").map(String.init)
    return EncodedSentence(
      words: words, tagIDs: Array(words.indices), tokenizer: LetterTokenizer(),
      maximumSubwords: maximum, reading: reading)
  }

  /// A row as text: `^` begins, `$` ends.
  private func text(_ ids: [Int]) -> String {
    String(
      String.UnicodeScalarView(
        ids.map { $0 == 1 ? "^" : $0 == 2 ? "$" : Unicode.Scalar(UInt32($0)) ?? "?" }))
  }

  @Test(arguments: [EncodedSentence.Reading.cut, .windows(overlap: 2)])
  func `a sentence that fits is one row with each word's tag at its first subword`(
    reading: EncodedSentence.Reading
  ) {
    let sentence = encoded("ab c def", 8, reading)
    #expect(text(sentence.ids) == "^abcdef$")
    #expect(sentence.labels == [-100, 0, -100, 1, 2, -100, -100, -100])
    #expect(sentence.windows == [sentence.ids])
    #expect(sentence.places.map { $0?.position } == [1, 3, 4])
    #expect(sentence.cutWordCount == 0 && sentence.unreadWordCount == 0)
  }

  @Test func `a cut sentence loses its end and counts its lost words`() {
    let sentence = encoded("ab c def gh ij", 7)
    #expect(text(sentence.ids) == "^abcde$")
    #expect(sentence.labels == [-100, 0, -100, 1, 2, -100, -100])
    #expect(sentence.places.map { $0?.position } == [1, 3, 4, nil, nil])
    #expect(sentence.windows.count == 1)
    #expect(sentence.cutWordCount == 2 && sentence.unreadWordCount == 2)
  }

  @Test func `windows give every word a place, and training the same row as a cut`() {
    let words = "ab c def gh ij k l mnopq"
    let sentence = encoded(words, 7, .windows(overlap: 2))
    let cut = encoded(words, 7)
    #expect((sentence.ids, sentence.labels) == (cut.ids, cut.labels))
    #expect(sentence.cutWordCount == cut.cutWordCount && sentence.unreadWordCount == 0)
    for (number, word) in words.split(separator: " ").enumerated() {
      let place = sentence.places[number]
      let row = place.map { text(sentence.windows[$0.window]) } ?? ""
      let here = row.dropFirst(place?.position ?? 0)
      #expect(here.hasPrefix(word.prefix(here.count - 1)), "\(word) in \(row)")
    }
    #expect(sentence.windows.allSatisfy { $0.count <= 7 && $0.first == 1 && $0.last == 2 })
  }

  @Test func `a word longer than a window, and what comes behind it, keep their tags`() {
    let sentence = encoded("ab \(String(repeating: "x", count: 40)) cd", 8, .windows(overlap: 2))
    #expect(sentence.places.allSatisfy { $0 != nil })
    let last = sentence.places[2].map { text(sentence.windows[$0.window]).suffix(3) }
    #expect(last == "cd$")
    #expect(sentence.windows.count <= 3, "windows within the long word tag nothing")
  }

  @Test func `a word without a subword has no place, and is not counted as cut`() {
    let sentence = encoded("a ~ b ~~", 8, .windows(overlap: 2))
    #expect(sentence.places.map { $0 == nil } == [false, true, false, true])
    #expect(sentence.cutWordCount == 0 && sentence.unreadWordCount == 0)
    let long = encoded("abc ~ def ghi ~ jkl", 7, .windows(overlap: 2))
    #expect(long.places.map { $0 == nil } == [false, true, false, false, true, false])
    #expect(long.unreadWordCount == 0)
    #expect(encoded("~", 8).ids == [1, 2])
  }

  @Test(arguments: [3, 4, 5, 9, 20])
  func `any width reads every word`(width: Int) {
    for overlap in [0, 1, 2, 16] {
      let sentence = encoded("abc d efghi jk l mn opqrstu v w", width, .windows(overlap: overlap))
      #expect(sentence.places.allSatisfy { $0 != nil }, "\(width) \(overlap)")
      #expect(sentence.windows.allSatisfy { $0.count <= width })
    }
  }
}
