/// Which entity types were taken for which.
///
/// A table of gold types (rows) by predicted types (columns) counts the pairs with exactly the same
/// words. An entity whose words only overlap with its partner's stands in the column `overlap` of its
/// row when it is gold, in the row `overlap` of its column when it is predicted; the column `none` has
/// what was missed, the row `none` what is spurious:
///
///              PER  LOC  overlap  none
///     PER        7    1        2     1      11 gold
///     LOC        0    5        0     0       5 gold
///     overlap    1    1
///     none       0    3
///                8   10 predicted
///
/// So each row adds up to the gold entities of its type, and each column to the predicted ones.
package struct TypeConfusion: Hashable, Codable, Sendable {
  /// Pairs with exactly the same words: by gold type, then by predicted type.
  package var exact: [EntityType: [EntityType: Int]] = [:]
  /// Gold entities whose partner's words only overlap.
  package var overlapGold: [EntityType: Int] = [:]
  /// Predicted entities whose partner's words only overlap.
  package var overlapPredicted: [EntityType: Int] = [:]
  /// Gold entities of which nothing was found.
  package var missed: [EntityType: Int] = [:]
  /// Predicted entities where there is none.
  package var spurious: [EntityType: Int] = [:]

  /// No entity yet: the neutral element of `+`.
  package init() {}

  /// Every type that is there, gold or predicted, by name.
  package var types: [EntityType] {
    let inner = exact.values.flatMap(\.keys)
    return Set(
      Array(exact.keys) + inner + Array(overlapGold.keys) + Array(overlapPredicted.keys)
        + Array(missed.keys) + Array(spurious.keys)
    ).sorted()
  }

  /// How often a gold type was predicted as a type over exactly the same words.
  package func count(gold: EntityType, predicted: EntityType) -> Int {
    exact[gold]?[predicted] ?? 0
  }

  /// Gold entities of a type: the sum of its row.
  package func goldCount(_ type: EntityType) -> Int {
    (exact[type]?.values.reduce(0, +) ?? 0) + (overlapGold[type] ?? 0) + (missed[type] ?? 0)
  }

  /// Predicted entities of a type: the sum of its column.
  package func predictedCount(_ type: EntityType) -> Int {
    exact.values.reduce(0) { $0 + ($1[type] ?? 0) } + (overlapPredicted[type] ?? 0)
      + (spurious[type] ?? 0)
  }

  mutating func addExact(gold: EntityType, predicted: EntityType) {
    exact[gold, default: [:]][predicted, default: 0] += 1
  }

  mutating func addOverlap(gold: EntityType, predicted: EntityType) {
    overlapGold[gold, default: 0] += 1
    overlapPredicted[predicted, default: 0] += 1
  }

  /// The counts of two sets of sentences together.
  package static func + (left: TypeConfusion, right: TypeConfusion) -> TypeConfusion {
    var sum = left
    for (type, row) in right.exact {
      sum.exact[type, default: [:]].merge(row, uniquingKeysWith: +)
    }
    sum.overlapGold.merge(right.overlapGold, uniquingKeysWith: +)
    sum.overlapPredicted.merge(right.overlapPredicted, uniquingKeysWith: +)
    sum.missed.merge(right.missed, uniquingKeysWith: +)
    sum.spurious.merge(right.spurious, uniquingKeysWith: +)
    return sum
  }
}
