extension String {
  /// Whether a word in lower case occurs in this text in any case.
  ///
  /// Of plain ASCII it looks at the bytes as they are; other text is made lower first.
  func containsFolded(_ word: String) -> Bool {
    if word.isEmpty { return true }
    let found = word.utf8.withContiguousStorageIfAvailable { word in
      utf8.withContiguousStorageIfAvailable { Self.find(word, in: $0) }
    }
    if case .some(.some(.some(let isThere))) = found { return isThere }
    return lowercased().contains(word)
  }

  /// Whether the bytes of a word occur; nil where that takes more than bytes.
  private static func find(
    _ word: UnsafeBufferPointer<UInt8>, in text: UnsafeBufferPointer<UInt8>
  ) -> Bool? {
    guard word.allSatisfy({ $0 < 0x80 }), text.allSatisfy({ $0 < 0x80 }) else { return nil }
    guard word.count <= text.count else { return false }
    let first = word[0]
    for start in 0...(text.count - word.count) where lower(text[start]) == first {
      var length = 1
      while length < word.count, lower(text[start + length]) == word[length] { length += 1 }
      if length == word.count { return true }
    }
    return false
  }

  private static func lower(_ byte: UInt8) -> UInt8 {
    byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
  }
}
