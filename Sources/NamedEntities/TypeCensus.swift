/// How many entities of each type the splits of some languages have: what the tags of a run come
/// from, and what to warn about before it starts.
package struct TypeCensus: Hashable, Sendable {
  /// A split of a language.
  package struct Part: Hashable, Sendable {
    /// The language's folder.
    package var language: String
    /// `train`, `dev` or `test`.
    package var split: String
    /// How many sentences it has.
    package var sentences = 0
    /// The lines that were left out because they cannot be read.
    package var skipped: [SkippedLine] = []
    /// Entities by type, as they are read.
    package var entities: [EntityType: Int]
    /// Entities that are left out, by their types in the corpus.
    package var leftOut: [EntityType: Int]

    /// A split with its counts.
    package init(
      language: String, split: String, entities: [EntityType: Int],
      leftOut: [EntityType: Int] = [:]
    ) {
      self.language = language
      self.split = split
      self.entities = entities
      self.leftOut = leftOut
    }
  }

  /// The splits, in the order in which they were counted.
  package let parts: [Part]
  private let choice: TypeChoice

  /// A census of counted splits, which were read with a choice of types.
  package init(_ parts: [Part], choice: TypeChoice = .all) {
    self.parts = parts
    self.choice = choice
  }

  /// The types that there are, sorted.
  package var types: [EntityType] { Set(parts.flatMap(\.entities.keys)).sorted() }

  /// Whether a type is anywhere.
  package func has(_ type: EntityType) -> Bool { parts.contains { $0.entities[type] != nil } }

  /// The tags of a model of these corpora: those of every type that was named to be kept, or else
  /// of every type that there is.
  package var tags: TagSet {
    choice.kept.map(TagSet.init(exactly:)) ?? TagSet(covering: Set(types))
  }

  /// The first type of `data.types` that no split has; nil if there is none.
  package var absentType: EntityType? {
    choice.kept?.subtracting(types).min()
  }

  /// Two types that look alike and have different bytes, as `é` of one and of two characters; nil
  /// where there are none.
  package var lookalikes: (EntityType, EntityType)? {
    // As keys of this dictionary texts that look alike are one.
    var seen: [String: EntityType] = [:]
    for type in types {
      if let other = seen.updateValue(type, forKey: type.name) { return (other, type) }
    }
    return nil
  }

  /// How many entities are left out, by their types in the corpora, sorted.
  package var leftOut: [(type: EntityType, count: Int)] {
    let sum = parts.reduce(into: [:]) { $0.merge($1.leftOut, uniquingKeysWith: +) }
    return sum.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// What a reader of the results should know, a sentence each.
  ///
  /// Types that a language's training sentences lack, types that no training sentences have, and
  /// entities that were left out.
  package var warnings: [String] {
    let trains = parts.filter { $0.split == CorpusSplit.train.rawValue }
    let taught = Set(trains.flatMap(\.entities.keys))
    var warnings: [String] = []
    for type in types where !taught.contains(type) && !trains.isEmpty {
      warnings.append(
        "\(type) is in no training data, only \(places(of: type, in: parts)): it cannot be "
          + "learned.")
    }
    for part in trains {
      let lacking = types.filter { part.entities[$0] == nil && taught.contains($0) }
      guard !lacking.isEmpty else { continue }
      let others = lacking.map { "\($0) (\(places(of: $0, in: trains)))" }
      warnings.append(
        "The training sentences of \(part.language) have no \(others.joined(separator: ", no ")).")
    }
    if !leftOut.isEmpty {
      let counts = leftOut.map { "\($0.count) \($0.type)" }.joined(separator: ", ")
      warnings.append("Entities dropped by data.types or data.map: \(counts).")
    }
    return warnings
  }

  /// What was left out of each file because it cannot be read, a sentence each.
  package var skippedLines: [String] {
    parts.compactMap { part in
      guard !part.skipped.isEmpty else { return nil }
      return "\(part.language)/\(part.split): " + SkippedLine.summary(of: part.skipped)
    }
  }

  private func places(of type: EntityType, in parts: [Part]) -> String {
    parts.compactMap { part in
      part.entities[type].map { "\(part.language)/\(part.split) has \($0)" }
    }.joined(separator: ", ")
  }
}

extension CorpusFolder {
  /// Counts the entities of splits by type.
  package func census(of parts: [(language: String, split: String)]) throws -> TypeCensus {
    TypeCensus(
      try parts.map { part in
        let contents = try file(language: part.language, split: part.split).read()
        let spans = contents.sentences.lazy.flatMap(\.spans)
        var counts = TypeCensus.Part(
          language: part.language, split: part.split,
          entities: spans.reduce(into: [:]) { $0[$1.type, default: 0] += 1 },
          leftOut: contents.leftOut)
        counts.sentences = contents.sentences.count
        counts.skipped = contents.skipped
        return counts
      }, choice: options.types)
  }
}
