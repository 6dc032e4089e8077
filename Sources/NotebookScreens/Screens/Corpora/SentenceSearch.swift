import Foundation
package import NamedEntities

/// What is searched for among sentences: words that stand in them in any case of letters, and
/// conditions.
///
///     paris              sentences with "paris", "Paris", "Parisian"
///     paris type:ORG     of those, the ones with an organisation
///     words>40           long ones; words<5 short ones
package struct SentenceSearch: Hashable, Sendable {
  /// Texts that all stand in the sentence, in lower case.
  package private(set) var texts: [String] = []
  /// Types of which it has an entity each.
  package private(set) var types: [EntityType] = []
  /// It has more words than this, and fewer than that.
  package private(set) var above: Int?
  package private(set) var below: Int?

  /// What a typed line asks for.
  package init(_ line: String) {
    for word in line.split(separator: " ").map(String.init) {
      let lower = word.lowercased()
      if lower.hasPrefix("type:"), word.count > 5 {
        types.append(EntityType(String(word.dropFirst(5)).uppercased()))
      } else if lower.hasPrefix("words>"), let count = Int(word.dropFirst(6)) {
        above = count
      } else if lower.hasPrefix("words<"), let count = Int(word.dropFirst(6)) {
        below = count
      } else {
        texts.append(lower)
      }
    }
  }

  /// Whether nothing is asked for.
  package var isEmpty: Bool { texts.isEmpty && types.isEmpty && above == nil && below == nil }

  /// Whether a sentence meets the conditions; its words are looked at by the session.
  package func allows(_ sentence: Sentence) -> Bool {
    if let above, sentence.words.count <= above { return false }
    if let below, sentence.words.count >= below { return false }
    return types.allSatisfy { type in
      sentence.spans.contains { $0.type.name.uppercased() == type.name }
    }
  }
}
