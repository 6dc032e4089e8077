package import NamedEntities

/// The labels of a tagging head that somebody else trained, whatever scheme they are of.
///
/// A label is read as transformers' token-classification pipeline does, with two more schemes:
///
///     B-PER I-PER E-PER S-PER O    as they stand
///     L-PER U-PER, M-PER W-PER     the last word of an entity and the only one; the middle and the only
///                                  one; where the head has B-PER or I-PER too
///     B I E S                      an entity of no type, `_`, where there is no other label but O
///     PER, [PAD], LABEL_3          every word with it beside each other is one entity of that type
package struct HeadLabels: Sendable {
  /// The labels in order of their ids.
  package let labels: [String]
  /// Each label as a tag of an entity, which a letter and a hyphen begin; `O` for none.
  package let tags: [String]
  /// Whether labels are letters alone, so that entities have no types.
  package let areUntyped: Bool

  /// The labels of a head, by id.
  package init(_ labels: [String]) {
    self.labels = labels
    let named = labels.filter { !$0.utf8.elementsEqual("O".utf8) }
    let untyped = !named.isEmpty && named.allSatisfy { Self.letters[Array($0.utf8)] != nil }
    areUntyped = untyped
    let typed = Set(
      labels.map { Array($0.utf8) }
        .filter { $0.starts(with: "B-".utf8) || $0.starts(with: "I-".utf8) }
        .map { Array($0.dropFirst(2)) })
    tags = labels.map { label in
      let bytes = Array(label.utf8)
      if bytes == Array("O".utf8) { return "O" }
      if untyped { return Self.letters[bytes] ?? "O" }
      guard bytes.count > 2, bytes[1] == UInt8(ascii: "-") else { return "I-" + label }
      let type = Array(bytes[2...])
      guard let letter = Self.letters[[bytes[0]]],
        "BIES".utf8.contains(bytes[0]) || typed.contains(type)
      else { return "I-" + label }
      return letter + "-" + String(decoding: type, as: UTF8.self)
    }
  }

  /// What the letters of all schemes are in the one of B, I, E, S.
  private static let letters: [[UInt8]: String] = [
    "B": "B", "I": "I", "E": "E", "S": "S", "L": "E", "U": "S", "M": "I", "W": "S",
  ].reduce(into: [:]) { $0[Array($1.key.utf8)] = $1.value }

  /// A sentence with the labels that a model chose; nil for a word that the encoder does not read.
  package func tagged(
    words: [String], chosen: [Int?], scores: [Float?]
  ) -> TaggedSentence {
    var result = TaggedSentence(
      words: words, labels: chosen.map { $0.map { tags[$0] } ?? "O" }, scores: scores)
    if areUntyped { result.tags = chosen.map { $0.map { labels[$0] } ?? "O" } }
    return result
  }
}
