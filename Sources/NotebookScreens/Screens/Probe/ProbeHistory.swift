import Foundation

/// Texts that were tried, the newest last, and which of them was called back.
package struct ProbeHistory: Hashable, Sendable {
  /// The key of the screens' memory.
  static let key = "probe.history"
  private static let limit = 50
  /// The memory is one small file for all screens.
  private static let bytesLimit = 16 * 1024

  package private(set) var texts: [String] = []
  /// The text that was called back, counted from the oldest; nil for one that is new.
  package private(set) var place: Int?
  /// What was being written before one was called back.
  private var draft = ""

  package init() {}

  /// What a memory has.
  package init(_ memory: ScreenMemory) {
    texts = (memory[Self.key] ?? []).map(Self.decoded)
  }

  /// The words that remember it.
  package var words: [String] {
    var room = Self.bytesLimit
    return texts.reversed().map(Self.encoded).prefix { word in
      room -= word.utf8.count + 1
      return room >= 0
    }.reversed()
  }

  /// Adds a text as the newest; one that was there moves to the end.
  package mutating func add(_ text: String) {
    place = nil
    draft = ""
    guard text.contains(where: { !$0.isWhitespace }) else { return }
    texts.removeAll { $0 == text }
    texts.append(text)
    if texts.count > Self.limit { texts.removeFirst(texts.count - Self.limit) }
  }

  /// The text before or after the one that was called back; nil where there is none.
  package mutating func move(_ step: Int, from text: String) -> String? {
    let next = (place ?? texts.count) + step
    guard (0...texts.count).contains(next), next != (place ?? texts.count) else { return nil }
    if place == nil { draft = text }
    place = next == texts.count ? nil : next
    return place.map { texts[$0] } ?? draft
  }

  /// Calls a text back by its place.
  package mutating func take(_ index: Int, from text: String) -> String? {
    guard texts.indices.contains(index) else { return nil }
    return move(index - (place ?? texts.count), from: text)
  }

  // A word of the memory has no spaces and no control characters: those are written as %20; and so on.
  private static func encoded(_ text: String) -> String {
    var word = ""
    for scalar in text.unicodeScalars {
      let category = scalar.properties.generalCategory
      if scalar == "%" || scalar.properties.isWhitespace || category == .control {
        word += "%" + String(scalar.value, radix: 16) + ";"
      } else {
        word.unicodeScalars.append(scalar)
      }
    }
    return word
  }

  private static func decoded(_ word: String) -> String {
    var text = ""
    var rest = Substring(word)
    while let mark = rest.firstIndex(of: "%") {
      text += rest[..<mark]
      let behind = rest[rest.index(after: mark)...]
      guard let end = behind.firstIndex(of: ";"),
        let scalar = UInt32(behind[..<end], radix: 16).flatMap(Unicode.Scalar.init)
      else {
        text += rest[mark...]
        return text
      }
      text.unicodeScalars.append(scalar)
      rest = behind[behind.index(after: end)...]
    }
    return text + rest
  }
}
