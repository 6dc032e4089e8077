import Foundation
import NamedEntities
import NotebookScreens

/// Sentences as one text in lower case, in which a search is a matter of milliseconds.
struct SentenceIndex {
  private let sentences: [Sentence]
  /// The sentences one after the other, a line feed behind each.
  private var bytes: [UInt8] = []
  /// Where each begins.
  private var starts: [Int] = []

  init(_ sentences: [Sentence]) {
    self.sentences = sentences
    starts.reserveCapacity(sentences.count)
    for sentence in sentences {
      starts.append(bytes.count)
      for word in sentence.words {
        append(word)
        bytes.append(UInt8(ascii: " "))
      }
      bytes.append(UInt8(ascii: "\n"))
    }
  }

  /// Adds a word in lower case; most have only letters of ASCII, which need no table.
  private mutating func append(_ word: String) {
    let begin = bytes.count
    for byte in word.utf8 {
      guard byte < 0x80 else {
        bytes.removeSubrange(begin...)
        bytes.append(contentsOf: word.lowercased().utf8)
        return
      }
      bytes.append((0x41...0x5A).contains(byte) ? byte | 0x20 : byte)
    }
  }

  /// The places of the sentences that a search finds.
  func matches(_ search: SentenceSearch) -> [Int] {
    var found: [Int]?
    for text in search.texts {
      let here = places(of: Array(text.utf8))
      found =
        found.map { old in
          let set = Set(here)
          return old.filter(set.contains)
        } ?? here
    }
    return (found ?? Array(sentences.indices)).filter { search.allows(sentences[$0]) }
  }

  /// The first place from `start` on at which a text stands.
  private static func find(
    _ text: [UInt8], in all: UnsafeRawBufferPointer, from start: Int
  ) -> Int? {
    guard let base = all.baseAddress else { return nil }
    var start = start
    while start + text.count <= all.count,
      let hit = memchr(base + start, Int32(text[0]), all.count - text.count + 1 - start)
    {
      let place = UnsafeRawPointer(hit) - base
      if memcmp(hit, text, text.count) == 0 { return place }
      start = place + 1
    }
    return nil
  }

  private func places(of text: [UInt8]) -> [Int] {
    guard !text.isEmpty else { return Array(sentences.indices) }
    var places: [Int] = []
    var sentence = 0
    bytes.withUnsafeBytes { all in
      var start = 0
      while let position = Self.find(text, in: all, from: start) {
        while sentence + 1 < starts.count, starts[sentence + 1] <= position { sentence += 1 }
        places.append(sentence)
        sentence += 1
        guard sentence < starts.count else { return }
        start = starts[sentence]
      }
    }
    return places
  }
}
