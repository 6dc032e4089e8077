/// The order in which the characters of a row stand on a screen that shows them from left to right.
///
/// Text is stored as it is read. Where it has letters of a script that is read from right to left
/// (Hebrew, Arabic and their relatives), a row of it is put in order by Unicode's bidirectional
/// algorithm (UAX #9), its rules W1–W7, N1, N2, I1, I2 and L1–L4, with the row as the paragraph:
///
///     "in תל אביב now"   is drawn as   "in ביבא לת now"
///
/// Brackets are not paired (N0), and explicit embeddings have no effect: their controls are not drawn.
package struct VisualOrder: Hashable, Sendable {
  /// The direction of a row: where it begins.
  package enum Direction: Hashable, Sendable {
    case leftToRight, rightToLeft
  }

  /// For each place from the left, the character that stands there.
  package let order: [Int]
  /// Whether each character, as it is stored, belongs to text that is read from right to left.
  private let isReversed: [Bool]

  /// The order of a row's characters.
  package init(_ characters: [Character], _ direction: Direction) {
    let base = direction == .leftToRight ? 0 : 1
    let levels = Self.levels(characters.map { BidirectionalClass($0) }, base: base)
    order = Self.order(levels)
    isReversed = levels.map { $0 % 2 == 1 }
  }

  /// The direction of a text by its first letter (P2 and P3).
  package static func direction(of text: some StringProtocol) -> Direction {
    for character in text {
      switch BidirectionalClass(character) {
      case .left: return .leftToRight
      case .right, .arabicLetter: return .rightToLeft
      default: continue
      }
    }
    return .leftToRight
  }

  /// Whether a text has anything that is read from right to left.
  package static func concerns(_ text: String) -> Bool {
    text.utf8.contains { (0xD6...0xE0).contains($0) || $0 == 0xEF || $0 == 0xF0 }
      && text.unicodeScalars.contains { BidirectionalClass.isRightToLeft($0.value) }
  }

  /// The row as it is drawn from left to right.
  package static func drawn(_ row: StyledText, _ direction: Direction) -> StyledText {
    guard direction == .rightToLeft || row.spans.contains(where: { concerns($0.text) }) else {
      return row
    }
    let glyphs = row.spans.flatMap { span in span.text.map { ($0, span.style) } }
    let visual = VisualOrder(glyphs.map { $0.0 }, direction)
    var spans: [StyledText.Span] = []
    for place in visual.order {
      let (character, style) = glyphs[place]
      let drawn = visual.drawn(character, at: place)
      if let last = spans.indices.last, spans[last].style == style {
        spans[last].text.append(drawn)
      } else {
        spans.append(.init(String(drawn), style))
      }
    }
    return StyledText(spans)
  }

  /// A plain row as it is drawn from left to right.
  package static func drawn(_ text: String, _ direction: Direction = .leftToRight) -> String {
    guard direction == .rightToLeft || concerns(text) else { return text }
    return drawn(StyledText(text), direction).plain
  }

  /// The character as it looks at its place: brackets open the other way in text from the right.
  private func drawn(_ character: Character, at place: Int) -> Character {
    isReversed[place] ? Self.mirrored[character] ?? character : character
  }

  private static let mirrored: [Character: Character] = {
    let pairs = ["()", "[]", "{}", "<>", "«»", "‹›", "≤≥", "（）", "［］", "「」", "⟨⟩"].map { Array($0) }
    return Dictionary(uniqueKeysWithValues: pairs.flatMap { [($0[0], $0[1]), ($0[1], $0[0])] })
  }()

  // MARK: The algorithm

  /// From the highest level down, every run of that level or above is turned round (L2).
  private static func order(_ levels: [Int]) -> [Int] {
    var order = Array(levels.indices)
    guard let highest = levels.max(), highest > 0 else { return order }
    for level in stride(from: highest, through: 1, by: -1) {
      var start = 0
      while start < levels.count {
        guard levels[start] >= level else {
          start += 1
          continue
        }
        var end = start
        while end < levels.count, levels[end] >= level { end += 1 }
        // A higher run inside has been turned already; its characters move with it.
        order[start..<end].reverse()
        start = end
      }
    }
    return order
  }

  private static func levels(_ original: [BidirectionalClass], base: Int) -> [Int] {
    let edge: BidirectionalClass = base == 0 ? .left : .right
    var classes = original
    resolveWeak(&classes, edge)
    resolveNeutral(&classes, edge)
    var levels = classes.map { kind -> Int in
      switch kind {
      case .left: base == 0 ? 0 : 2
      case .right, .arabicLetter: 1
      case .europeanNumber, .arabicNumber: 2
      default: base
      }
    }
    // Spaces at the end of the row stand where the row ends (L1).
    for index in original.indices.reversed() {
      guard original[index] == .whiteSpace || original[index] == .boundary else { break }
      levels[index] = base
    }
    return levels
  }

  // W1 to W7.
  private static func resolveWeak(
    _ classes: inout [BidirectionalClass], _ edge: BidirectionalClass
  ) {
    var previous = edge
    for index in classes.indices {
      if classes[index] == .mark || classes[index] == .boundary { classes[index] = previous }
      previous = classes[index]
    }
    var strong = edge
    for index in classes.indices {
      switch classes[index] {
      case .left, .right, .arabicLetter: strong = classes[index]
      case .europeanNumber where strong == .arabicLetter: classes[index] = .arabicNumber
      default: break
      }
    }
    for index in classes.indices where classes[index] == .arabicLetter { classes[index] = .right }
    for index in classes.indices.dropFirst().dropLast() {
      let (before, after) = (classes[index - 1], classes[index + 1])
      guard before == after else { continue }
      if classes[index] == .commonSeparator, before == .europeanNumber || before == .arabicNumber {
        classes[index] = before
      } else if classes[index] == .europeanSeparator, before == .europeanNumber {
        classes[index] = before
      }
    }
    var index = 0
    while index < classes.count {
      guard classes[index] == .europeanTerminator else {
        index += 1
        continue
      }
      var end = index
      while end < classes.count, classes[end] == .europeanTerminator { end += 1 }
      let touches =
        (index > 0 && classes[index - 1] == .europeanNumber)
        || (end < classes.count && classes[end] == .europeanNumber)
      for place in index..<end { classes[place] = touches ? .europeanNumber : .neutral }
      index = end
    }
    strong = edge
    for index in classes.indices {
      switch classes[index] {
      case .commonSeparator, .europeanSeparator, .europeanTerminator: classes[index] = .neutral
      case .left, .right: strong = classes[index]
      case .europeanNumber where strong == .left: classes[index] = .left
      default: break
      }
    }
  }

  // N1 and N2: what is neutral goes with its neighbours where they agree, else with the row.
  private static func resolveNeutral(
    _ classes: inout [BidirectionalClass], _ edge: BidirectionalClass
  ) {
    func side(_ kind: BidirectionalClass) -> BidirectionalClass { kind == .left ? .left : .right }
    var index = 0
    while index < classes.count {
      guard classes[index] == .neutral || classes[index] == .whiteSpace else {
        index += 1
        continue
      }
      var end = index
      while end < classes.count, classes[end] == .neutral || classes[end] == .whiteSpace {
        end += 1
      }
      let before = index > 0 ? side(classes[index - 1]) : edge
      let after = end < classes.count ? side(classes[end]) : edge
      for place in index..<end { classes[place] = before == after ? before : edge }
      index = end
    }
  }
}
