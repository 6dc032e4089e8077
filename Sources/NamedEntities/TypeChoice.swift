/// A type of a corpus that is read as another one.
package struct EntityRename: Hashable, Sendable {
  /// The type as the corpus has it.
  package let from: EntityType
  /// What it is read as; nil leaves its entities out.
  package let to: EntityType?

  /// Reads `from` as `to`.
  package init(from: EntityType, to: EntityType?) {
    self.from = from
    self.to = to
  }
}

/// Which entity types of a corpus are read, and as what.
///
///     types = PER, LOC   map GPE = LOC
///     PER → PER   GPE → LOC   DATE → left out, its words are O
package struct TypeChoice: Hashable, Sendable {
  /// The types that are kept, by the names that they are read as; nil keeps all.
  package let kept: Set<EntityType>?
  private let renames: [EntityType: EntityType?]

  /// Every type, as it is.
  package static let all = TypeChoice()

  /// Renames types first, then keeps some of them; no `types` keep all.
  package init(types: [EntityType] = [], renames: [EntityRename] = []) {
    kept = types.isEmpty ? nil : Set(types)
    self.renames = renames.reduce(into: [:]) { $0[$1.from] = .some($1.to) }
  }

  /// The types that are read as others, sorted.
  package var renamed: [EntityType] { renames.keys.sorted() }

  /// What a type of the corpus is read as; nil where its entities are left out.
  package subscript(type: EntityType) -> EntityType? {
    guard let read = renames[type] ?? type, kept?.contains(read) ?? true else { return nil }
    return read
  }

  /// The entities that are read, as what they are read.
  ///
  /// - Parameter leftOut: Counts the others, by their types in the corpus.
  func read(_ spans: [EntitySpan], leftOut: inout [EntityType: Int]) -> [EntitySpan] {
    if kept == nil, renames.isEmpty { return spans }
    var read: [EntitySpan] = []
    for span in spans {
      if let type = self[span.type] {
        read.append(EntitySpan(type: type, words: span.words))
      } else {
        leftOut[span.type, default: 0] += 1
      }
    }
    return read
  }
}
