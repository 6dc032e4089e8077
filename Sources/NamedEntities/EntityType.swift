/// What kind of thing an entity is: `PER`, `ORG`, `LOC`, `work of art`.
///
/// Two types are one when their names have the same bytes: the text is another program's, and `é` of
/// one character is not `é` of two.
package struct EntityType: Sendable, ExpressibleByStringLiteral {
  /// The name as it stands in a tag after `B-` or `I-`.
  package let name: String

  /// The type of this name.
  package init(_ name: String) {
    self.name = name
  }

  /// The type named by a literal.
  package init(stringLiteral name: String) {
    self.name = name
  }
}

extension EntityType: Hashable {
  /// Whether the names have the same bytes.
  package static func == (left: Self, right: Self) -> Bool {
    left.name.utf8.elementsEqual(right.name.utf8)
  }

  /// Hashes the bytes of the name.
  package func hash(into hasher: inout Hasher) {
    for byte in name.utf8 { hasher.combine(byte) }
    hasher.combine(UInt8(0xFF))
  }
}

extension EntityType: Comparable {
  /// Types are ordered by the bytes of their names, which is the order of their code points.
  package static func < (left: Self, right: Self) -> Bool {
    left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
  }
}

extension EntityType: CustomStringConvertible {
  /// The name.
  package var description: String { name }
}

extension EntityType: Codable, CodingKeyRepresentable {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) {
      stringValue = name
    }

    init?(stringValue: String) {
      self.init(stringValue)
    }

    init?(intValue: Int) {
      nil
    }
  }

  /// As the key of a dictionary a type is written as its name.
  package var codingKey: any CodingKey { Key(name) }

  /// The type that a dictionary's key names.
  package init?(codingKey: some CodingKey) {
    self.init(codingKey.stringValue)
  }

  /// Reads a type: a string, its name.
  package init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(String.self))
  }

  /// Writes the type as its name.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }
}
