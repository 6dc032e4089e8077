/// A page of the notebook about a study, taken apart at two of its headings.
///
///     # Hypothesis
///     Priming pays where sentences are few.
///     # Conclusion
///     It does, with 100 sentences; with 5,000 it does not.
///
/// What stands under `Hypothesis` and `Conclusion`, on whatever level and in whatever case, has a place of
/// its own in a report; everything else stays together.
package struct PageParts: Sendable, Hashable {
  /// What was expected.
  package private(set) var hypothesis = ""
  /// What was concluded.
  package private(set) var conclusion = ""
  /// Everything else.
  package private(set) var rest = ""

  /// The parts of a text in Markdown.
  package init(_ text: String) {
    var target = \PageParts.rest
    /// The level of the heading that began the part; a deeper one belongs to it.
    var level = 0
    var isCode = false
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      if line.hasPrefix("```") || line.hasPrefix("~~~") { isCode.toggle() }
      if !isCode, let heading = Self.heading(line), target == \.rest || heading.level <= level {
        switch heading.title.lowercased() {
        case "hypothesis": target = \.hypothesis
        case "conclusion", "conclusions": target = \.conclusion
        default: target = \.rest
        }
        level = heading.level
        if target != \.rest { continue }
      }
      self[keyPath: target] += line + "\n"
    }
    hypothesis = Self.trimmed(hypothesis)
    conclusion = Self.trimmed(conclusion)
    rest = Self.trimmed(rest)
  }

  private static func heading(_ line: Substring) -> (level: Int, title: String)? {
    let level = line.prefix { $0 == "#" }.count
    guard (1...6).contains(level), line.dropFirst(level).first == " " else { return nil }
    let title = line.dropFirst(level).split(separator: " ").joined(separator: " ")
    return (level, title.hasSuffix(":") ? String(title.dropLast()) : title)
  }

  private static func trimmed(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let first = lines.firstIndex(where: { !$0.isEmpty }),
      let last = lines.lastIndex(where: { !$0.isEmpty })
    else { return "" }
    return lines[first...last].joined(separator: "\n")
  }
}
