import Foundation

/// Makes the table of replacements that SentencePiece keeps in a model.
///
/// A length, a Darts double array in 32-bit units, then the replacements, each ended by a zero
/// byte. The children of a node at `i` whose offset is `o` are at `i ^ o ^ byte`; at `i ^ o`
/// is its value, when an entry ends there.
struct CharsmapMaker {
  private final class Node {
    var children: [UInt8: Node] = [:]
    var value: Int?
  }

  private let root = Node()
  private var texts: [UInt8] = []

  init(_ entries: [String: String]) {
    for (key, replacement) in entries.sorted(by: {
      Array($0.key.utf8).lexicographicallyPrecedes($1.key.utf8)
    }) {
      var node = root
      for byte in key.utf8 {
        let child = node.children[byte] ?? Node()
        node.children[byte] = child
        node = child
      }
      node.value = texts.count
      texts += Array(replacement.utf8) + [0]
    }
  }

  /// The table's bytes.
  func bytes() -> [UInt8] {
    var units: [UInt32] = [0]
    var isTaken: [Bool] = [true]
    func reserve(_ index: Int) {
      while units.count <= index | 0xFF {
        units.append(0)
        isTaken.append(false)
      }
    }
    func place(_ node: Node, at index: Int) {
      let labels = node.children.keys.map(Int.init) + (node.value == nil ? [] : [0])
      var base = 1
      while true {
        reserve(base | 0xFF)
        if labels.allSatisfy({ !isTaken[base ^ $0] }) { break }
        base += 1
      }
      let offset = UInt32(base ^ index)
      precondition(offset < 1 << 21, "The test's table must stay small")
      units[index] |= offset << 10 | (node.value == nil ? 0 : 1 << 8)
      for label in labels { isTaken[base ^ label] = true }
      if let value = node.value { units[base] = UInt32(value) | 1 << 31 }
      for (byte, child) in node.children.sorted(by: { $0.key < $1.key }) {
        units[base ^ Int(byte)] = UInt32(byte)
        place(child, at: base ^ Int(byte))
      }
    }
    place(root, at: 0)
    let words = [UInt32(units.count * 4)] + units
    return words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
      + texts
  }

  /// The normalizer of a tokenizer.json that has the table.
  func normalizer() -> [String: Any] { Self.normalizer(bytes()) }

  static func normalizer(_ bytes: [UInt8]) -> [String: Any] {
    ["type": "Precompiled", "precompiled_charsmap": Data(bytes).base64EncodedString()]
  }
}
