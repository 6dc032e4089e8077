/// How the entities of one sentence changed from a control's predictions to another run's.
///
/// A sentence is right when the predicted entities are exactly the gold ones.
package enum SentenceChange: String, Codable, CaseIterable, Sendable {
  /// The control's are wrong, the other run's right.
  case fixed
  /// The control's are right, the other run's wrong.
  case broken
  /// Both are wrong, and not the same.
  case otherwise

  /// The change of a sentence; nil when both runs found the same entities.
  package init?(gold: [EntitySpan], control: [EntitySpan], treatment: [EntitySpan]) {
    let (gold, control, treatment) = (Set(gold), Set(control), Set(treatment))
    if control == treatment { return nil }
    self = treatment == gold ? .fixed : control == gold ? .broken : .otherwise
  }
}

/// A sentence with its entities in brackets: `[PER Ada Lovelace] went home`.
///
/// - Parameter spans: The entities; no two overlap.
package func bracketed(_ words: [String], _ spans: [EntitySpan]) -> String {
  var parts = words
  for span in spans {
    let inside = span.words.clamped(to: words.indices)
    guard let first = inside.first, let last = inside.last else { continue }
    parts[first] = "[\(span.type) " + parts[first]
    parts[last] += "]"
  }
  return parts.joined(separator: " ")
}
