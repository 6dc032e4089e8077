import NamedEntities
import TerminalUI

/// The text with what a run found in it, wrapped into rows.
///
///     Willem van [PER Oranje] werd geboren? in [LOC? Dillenburg?] .
///
/// A question mark says that the run gives its choice less than one half: behind a type for the mean
/// of the entity, behind a word for that word. `≠` stands behind what the other run sees differently,
/// also where only the other one found something.
struct ProbeRendering {
  /// A row, and where it begins.
  struct Row {
    var text: StyledText
    var direction: VisualOrder.Direction
  }

  /// The rows from the top.
  let rows: [Row]
  /// The first row of each sentence.
  private let starts: [Int]
  /// How many words the encoder did not read.
  let unreadCount: Int

  /// The rendering of a slot's answer in so many columns.
  init(_ probe: ProbeScreen, slot: Int, glyphs: Glyphs, width: Int, table: ProbeTable? = nil) {
    let answer = probe.slots[slot].answer
    let sentences = answer?.question.sentences ?? []
    let table = table ?? probe.table
    let numberWidth = sentences.count > 1 ? String(sentences.count).count : 0
    var rows: [Row] = []
    var starts: [Int] = []
    var unread = 0
    for (index, sentence) in sentences.enumerated() {
      starts.append(rows.count)
      var line = StyledText()
      if numberWidth > 0 {
        let number = String(index + 1)
        let space = String(repeating: " ", count: numberWidth - number.count)
        line.spans.append(.init(space + number + " ", .faint))
      }
      if let tagged = answer?.sentences[index] {
        let marker = SentenceMarker(
          sentence, tagged, differences: table.differences(sentence: index), glyphs: glyphs)
        line.spans += marker.spans
        unread += tagged.scores.count { $0 == nil }
      } else {
        line.spans.append(.init(sentence.line, .faint))
      }
      let direction = VisualOrder.direction(of: sentence.line)
      rows += Paragraph.wrapped(line, width: max(width, 1)).map {
        Row(text: $0, direction: direction)
      }
    }
    self.rows = rows
    self.starts = starts
    unreadCount = unread
  }

  /// The first row to show: as it was scrolled, or so that the place of the cursor is seen.
  func first(visible: Int, _ probe: ProbeScreen) -> Int {
    let last = max(rows.count - visible, 0)
    if let scroll = probe.scroll { return min(max(scroll, 0), last) }
    let sentence = probe.currentSentence
    guard starts.indices.contains(sentence) else { return last }
    let start = starts[sentence]
    let end = starts.indices.contains(sentence + 1) ? starts[sentence + 1] : rows.count
    let length = max(probe.document.lines[probe.document.cursor.line].count, 1)
    let row = start + (end - start - 1) * probe.document.cursor.column / length
    return min(max(row - visible / 2, 0), last)
  }
}

/// Marks the entities and the doubted words of one sentence.
private struct SentenceMarker {
  private(set) var spans: [StyledText.Span] = []

  init(
    _ sentence: ProbeSentence, _ tagged: TaggedSentence, differences: Set<Range<Int>>,
    glyphs: Glyphs
  ) {
    let line = sentence.line
    let words = sentence.words
    var entities = tagged.entities[...]
    var open: TaggedSentence.Entity?
    var position = words.first?.startIndex ?? line.endIndex
    let difference = glyphs == .ascii ? "!=" : "≠"
    for index in words.indices {
      let word = words[index]
      let between = String(line[position..<word.startIndex])
      add(between, open.map { Self.style(of: $0) } ?? .text)
      if let entity = entities.first, entity.span.words.lowerBound == index {
        open = entities.removeFirst()
        let style = Self.style(of: entity)
        add("[\(entity.span.type)", style.with(.bold))
        if !(entity.score >= TaggedSentence.doubt) { add("?", Self.doubt) }
        add(" ", style)
      }
      let score = tagged.scores[index]
      add(String(word), open.map { Self.style(of: $0) } ?? (score == nil ? .faint : .text))
      if let score, !(score >= TaggedSentence.doubt) { add("?", Self.doubt) }
      if let entity = open, entity.span.words.upperBound == index + 1 {
        add("]", Self.style(of: entity).with(.bold))
        if differences.contains(entity.span.words) { add(difference, Style(.changed)) }
        open = nil
      } else if open == nil, differences.contains(where: { $0.upperBound == index + 1 }) {
        // The other run found something that ends here.
        add(difference, Style(.changed))
      }
      position = word.endIndex
    }
  }

  private static let doubt = Style(.warning, on: nil, .bold)

  private static func style(of entity: TaggedSentence.Entity) -> Style {
    Style(EntityText.role(of: entity.span.type))
  }

  private mutating func add(_ text: String, _ style: Style) {
    guard !text.isEmpty else { return }
    spans.append(.init(text, style))
  }
}
