package import TerminalUI

/// What a line that is typed at the bottom of the screen is for.
package protocol PromptKind: Sendable {
  /// What stands before the line.
  var label: String { get }
  /// Whether what Tab offers is shown while one types, and not only after Tab.
  var offersWhileTyping: Bool { get }
  /// The part of the text that is a path, for the completion of paths; nil where none is.
  func path(in text: String) -> String?
  /// What is wrong with the text as it stands.
  func problem(with text: String, in app: AppState) -> String?
  /// What Tab can put into the line: whole lines, the best first.
  func candidates(for text: String, in app: AppState) -> [String]
  /// Shows what comes of the text while it is typed.
  func preview(_ text: String, in app: inout AppState) -> [Effect]
  /// Takes the text; `original` is what stood in the line at first.
  func accept(_ text: String, original: String, in app: inout AppState) -> [Effect]
  /// Leaves everything as it was.
  func cancel(original: String, in app: inout AppState) -> [Effect]
  /// Draws what stands above the line.
  func paint(_ prompt: Prompt, on painter: inout ScreenPainter)
}

extension PromptKind {
  package var offersWhileTyping: Bool { false }
  package func path(in text: String) -> String? { nil }
  package func problem(with text: String, in app: AppState) -> String? { nil }
  package func candidates(for text: String, in app: AppState) -> [String] { [] }
  package func preview(_ text: String, in app: inout AppState) -> [Effect] { [] }
  package func cancel(original: String, in app: inout AppState) -> [Effect] { [] }

  package func paint(_ prompt: Prompt, on painter: inout ScreenPainter) {
    prompt.paintCandidates(on: &painter)
  }
}

/// A line whose text acts while it is typed, as a search does: accepting it leaves it as it is, and
/// cancelling puts back what was searched before.
protocol SearchPrompt: PromptKind {}

extension SearchPrompt {
  package var label: String { "/" }

  package func accept(
    _ text: String, original: String, in app: inout AppState
  ) -> [Effect] { [] }

  package func cancel(original: String, in app: inout AppState) -> [Effect] {
    preview(original, in: &app)
  }
}

/// A line of text that is being typed at the bottom of the screen.
package struct Prompt: Overlay {
  package let kind: any PromptKind
  package var line: TextInput
  /// What is wrong with the text as it stands.
  package var error: String?
  /// What Tab offers, and which of it stands in the line.
  package var candidates: [String] = []
  package var candidate: Int?
  /// The text before, to go back to.
  package let original: String

  /// A line with a text to begin with.
  package init(_ kind: any PromptKind, text: String = "") {
    self.kind = kind
    line = TextInput(text)
    original = text
  }

  package var context: KeyContext { .prompt }

  // MARK: Keys

  package mutating func perform(_ action: Action, in app: inout AppState) -> [Effect] {
    switch action {
    case .confirm: return accept(in: &app)
    case .cancel:
      app.overlay = nil
      return kind.cancel(original: original, in: &app)
    case .complete: return complete(in: &app)
    default: return []
    }
  }

  package mutating func type(_ key: KeyEvent, in app: inout AppState) -> [Effect] {
    _ = line.handle(key)
    return changed(in: &app)
  }

  package mutating func paste(_ text: String, in app: inout AppState) -> [Effect]? {
    guard let first = app.firstLine(of: text) else { return [] }
    line.insert(first)
    return changed(in: &app)
  }

  package mutating func click(
    _ mouse: MouseEvent, isDouble: Bool, in body: Rect, app: inout AppState
  ) -> Clicked {
    let area = candidateArea(in: body).inset(by: 1)
    guard area.contains(x: mouse.x, y: mouse.y), !candidates.isEmpty else { return .done() }
    let first = Scrolling.offset(
      0, selected: candidate, count: candidates.count, visible: area.height)
    let index = first + mouse.y - area.y
    guard candidates.indices.contains(index) else { return .done() }
    line = TextInput(candidates[index])
    return .done(changed(in: &app))
  }

  private mutating func changed(in app: inout AppState) -> [Effect] {
    candidate = nil
    check(in: app)
    return kind.preview(line.text, in: &app)
  }

  private mutating func check(in app: AppState) {
    candidates = kind.offersWhileTyping ? kind.candidates(for: line.text, in: app) : []
    error = kind.problem(with: line.text, in: app)
  }

  private mutating func accept(in app: inout AppState) -> [Effect] {
    check(in: app)
    guard error == nil else { return [] }
    app.overlay = nil
    let text = String(line.text.trimmingPrefix(while: \.isWhitespace))
    return kind.accept(text, original: original, in: &app)
  }

  private mutating func complete(in app: inout AppState) -> [Effect] {
    if candidate == nil {
      candidates = kind.candidates(for: line.text, in: app)
      guard !candidates.isEmpty else { return [] }
      candidate = 0
    } else if !candidates.isEmpty {
      candidate = ((candidate ?? 0) + 1) % candidates.count
    }
    if let candidate { line = TextInput(candidates[candidate]) }
    if candidates.count == 1 {
      candidate = nil
      candidates = kind.candidates(for: line.text, in: app)
    }
    return kind.preview(line.text, in: &app)
  }

  /// Offers what became known meanwhile, unless one chooses already.
  mutating func refreshCandidates(in app: AppState) {
    if candidate == nil { candidates = kind.candidates(for: line.text, in: app) }
  }

  // MARK: Drawing

  package func paint(on painter: inout ScreenPainter) { kind.paint(self, on: &painter) }

  /// Where the candidates stand: just above the line.
  func candidateArea(in body: Rect) -> Rect {
    let height = min(candidates.count + 2, 10, body.height)
    let longest = candidates.map { TextWidth.width(of: $0) }.max() ?? 0
    return Rect(
      x: body.x, y: body.bottom - height, width: min(max(longest + 56, 30), body.width),
      height: height)
  }

  /// The line itself, with its label and what is wrong.
  func paintLine(on painter: inout ScreenPainter, in area: Rect) {
    let used = painter.buffer.write(
      " \(kind.label) ", at: area.x, area.y, style: Style(.accent, on: nil, .bold),
      maximumWidth: max(area.width / 2, area.width - 24))
    var field = area.columns([.fixed(used), .fill])[1]
    let warning = painter.state.notice.flatMap { $0.kind == .warning ? $0.text : nil }
    if let remark = error ?? warning {
      let text =
        error == nil
        ? StyledText(" ! \(remark)", Style(.warning))
        : StyledText(
          " \(painter.glyphs == .ascii ? "x" : "✗") \(remark)", Style(.error))
      if text.width <= area.width / 2 {
        field.width -= text.width
        painter.buffer.write(text, at: field.right, area.y)
      } else {
        // What does not fit beside the line stands above it.
        let rows = Paragraph.wrapped(text, width: area.width)
        let above = Rect(
          x: area.x, y: area.y - rows.count, width: area.width, height: rows.count)
        painter.buffer.fill(above)
        painter.buffer.draw(Paragraph(rows), in: above)
      }
    }
    painter.buffer.draw(TextField(line, isInvalid: error != nil), in: field)
  }

  /// The candidates, the one taken highlighted.
  func paintCandidates(on painter: inout ScreenPainter) {
    guard !candidates.isEmpty else { return }
    let help = TypedCommands.helps(painter.state.keys)
    let area = candidateArea(in: painter.frame.body)
    // Paths are told apart by their ends.
    let limit = kind.path(in: line.text) == nil ? 32 : max(area.width - 8, 12)
    let shown = candidates.map { text in
      TextWidth.width(of: text) > limit && limit > 32 ? "…" + text.suffix(limit - 1) : text
    }
    let rows = zip(candidates, shown).map { candidate, text in
      [StyledText(text), StyledText(help[candidate] ?? "", .faint)]
    }
    let longest = candidates.map { TextWidth.width(of: $0) }.max() ?? 0
    painter.buffer.fill(area)
    let inner = painter.paintBlock(
      StyledText("\(painter.state.keys.name(of: .complete, in: .prompt)) completes"), in: area)
    let table = Table(
      columns: [.init("", width: .fixed(min(longest, limit))), .init("", width: .fill)], rows: rows,
      selected: candidate, showsHeader: false, glyphs: painter.glyphs)
    painter.buffer.draw(table, in: inner)
  }
}
