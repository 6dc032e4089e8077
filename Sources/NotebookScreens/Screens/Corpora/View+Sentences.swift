import NamedEntities
package import TerminalUI

/// Where the parts of a language's screen stand.
struct SentencesLayout {
  let counts: Rect
  let lengths: Rect
  let sentences: Rect

  init(body: Rect, screen: SentencesScreen) {
    let nothing = Rect(x: 0, y: 0, width: 0, height: 0)
    if screen.isEnlarged {
      counts = screen.pane == .counts ? body : nothing
      sentences = screen.pane == .sentences ? body : nothing
      lengths = nothing
    } else if body.width >= 126 {
      let parts = body.columns([.fixed(46), .fill])
      let side = parts[0].rows([.fill, .fill])
      (counts, lengths, sentences) = (side[0], side[1], parts[1])
    } else {
      let parts = body.rows([.fixed(min(10, body.height / 2)), .fill])
      let top = parts[0].columns([.fixed(42), .fill])
      (counts, lengths, sentences) = (top[0], top[1], parts[1])
    }
  }
}

extension SentencesScreen {
  package func paint(on painter: inout ScreenPainter, in body: Rect) {
    painter.draw(SentencesView.init) { $0.paint(self, in: body) }
  }
}

/// A language of a corpus.
struct SentencesView: CorpusDetails {
  var painter: ScreenPainter

  mutating func paint(_ screen: SentencesScreen, in body: Rect) {
    let picture = state.library.pictures[screen.source] ?? CorpusPicture(source: screen.source)
    let splits = picture.entries(of: screen.language).map(\.part.split)
    var right = StyledText(screen.source.path, .faint)
    if !picture.isComplete {
      right.spans.append(
        .init("  counting \(Formatting.percent(picture.fraction))", Style(.accent)))
    }
    var left = [StyledText.Span("\(screen.language)  ", .title)]
    for split in splits {
      left.append(.init(" \(split) ", split == screen.split ? Style(.badge) : .faint))
    }
    paintTitle(StyledText(left), right: right)
    let layout = SentencesLayout(body: body, screen: screen)
    if !layout.counts.isEmpty {
      paintTagCounts(
        picture, screen.language, offset: screen.offset, isFocused: screen.pane == .counts,
        in: layout.counts)
    }
    if !layout.lengths.isEmpty {
      paintLengths(
        picture.summary(screen.language, screen.split), screen.split, in: layout.lengths)
    }
    if !layout.sentences.isEmpty { paintSentenceList(screen, in: layout.sentences) }
  }

  private mutating func paintSentenceList(_ screen: SentencesScreen, in area: Rect) {
    var title = StyledText(.init("Sentences", .title), .init("  \(screen.split)", .faint))
    if !screen.search.isEmpty {
      title.spans.append(.init("  /\(screen.search)", Style(.accent)))
    }
    let inner = paintBlock(
      title, footer: footer(of: screen), isFocused: screen.pane == .sentences, in: area
    ).inset(horizontal: 1, vertical: 0)
    guard let answer = screen.answer else {
      buffer.draw(Paragraph("Reading the sentences…", style: .faint), in: inner)
      return
    }
    if let problem = answer.problem {
      buffer.draw(Paragraph(problem, style: Style(.error)), in: inner)
      return
    }
    if screen.isSearching {
      buffer.draw(Paragraph("Searching…", style: .faint), in: inner)
      return
    }
    guard screen.count > 0, inner.width > 12 else {
      buffer.draw(
        Paragraph(
          "Nothing matches. Words are found in any case; type:PER, words>40 and words<5 narrow "
            + "further.", style: .faint), in: inner)
      return
    }
    let gutter = "\(answer.sentences.count)".count + 1
    let width = inner.width - gutter - 1
    let texts = SentenceSearch(screen.search).texts
    func rows(_ index: Int) -> [StyledText] {
      guard let place = screen.place(index) else { return [] }
      let sentence = answer.sentences[place]
      let text = EntityText.styled(sentence.words, sentence.spans)
      return Paragraph.wrapped(EntityText.marking(texts, in: text), width: width)
    }
    let cursor = min(screen.cursor, screen.count - 1)
    let first = Self.firstSentence(
      cursor: cursor, count: screen.count, height: inner.height
    ) { rows($0).count }
    var y = inner.y
    var index = first
    while y < inner.bottom, index < screen.count {
      let lines = rows(index)
      let block = Rect(x: inner.x - 1, y: y, width: inner.width + 2, height: lines.count)
        .intersection(inner.inset(horizontal: -1, vertical: 0))
      let number = screen.place(index).map { "\($0 + 1)" } ?? ""
      buffer.write(
        StyledText(number, .faint), truncatedTo: gutter - 1, alignment: .right, at: inner.x, y)
      for line in lines where y < inner.bottom {
        buffer.write(line, at: inner.x + gutter, y, maximumWidth: width)
        y += 1
      }
      if index == cursor {
        buffer.setBackground(
          screen.pane == .sentences ? .selection : .selectionInactive, in: block)
      }
      index += 1
    }
  }

  /// The first sentence that is shown, so that the one under the cursor stands in the middle, or
  /// lower where no more follow.
  static func firstSentence(
    cursor: Int, count: Int, height: Int, rows: (Int) -> Int
  ) -> Int {
    var below = 0
    var next = cursor
    while next < count, below < height {
      below += rows(next)
      next += 1
    }
    var left = max(height / 2, height - below)
    if below >= height { left = min(left, max(height - rows(cursor), 0)) }
    var first = cursor
    while first > 0 {
      let above = rows(first - 1)
      guard above <= left else { break }
      left -= above
      first -= 1
    }
    return first
  }

  private func footer(of screen: SentencesScreen) -> StyledText? {
    guard let answer = screen.answer, answer.problem == nil else { return nil }
    if !screen.search.isEmpty {
      return screen.isSearching
        ? nil
        : StyledText(
          "\(screen.count == 0 ? 0 : screen.cursor + 1) of \(screen.count) found", .faint)
    }
    let count = answer.sentences.count
    let more = answer.isCut ? " (the first of more)" : answer.isComplete ? "" : " …"
    return StyledText("\(count == 0 ? 0 : screen.cursor + 1) of \(count)\(more)", .faint)
  }
}
