import LabNotebook
import NamedEntities
import TerminalUI

/// The scores of a comparison, and the sentences behind their differences.
extension CompareView {
  mutating func paintComparedScores(
    _ runs: [RunRecord], _ screen: CompareScreen, in area: Rect
  ) {
    let scores = CompareScores(runs, control: screen.control, comparison: screen.comparison)
    let hasIntervals = scores.lines.contains {
      if case .run(let row) = $0 { row.bootstrap != nil } else { false }
    }
    let inner = paintBlock(
      StyledText(.init("F1", .title), .init("  difference from #\(screen.control)", .faint)),
      footer: hasIntervals
        ? StyledText(
          "\(SignificantChange.better.mark(glyphs)) better, "
            + "\(SignificantChange.worse.mark(glyphs)) worse: 95 % interval, "
            + "test sentences resampled", .faint) : nil,
      isFocused: screen.pane == .scores, in: area
    ).inset(horizontal: 1, vertical: 0)
    guard !scores.lines.isEmpty else {
      buffer.draw(Paragraph("No run has results yet.", style: .faint), in: inner)
      return
    }
    let problems = screen.comparison?.problems ?? []
    let notes = problems.isEmpty ? 0 : min(problems.count + 1, inner.height / 3)
    let parts = inner.rows([.fill, .fixed(notes)])
    let offset = min(screen.scoresOffset, max(scores.lines.count - parts[0].height, 0))
    let lines = scores.lines.dropFirst(offset).prefix(parts[0].height)
    for (row, line) in lines.enumerated() {
      let part = Rect(x: inner.x, y: inner.y + row, width: inner.width, height: 1)
      switch line {
      case .heading(let title, let detail):
        buffer.write(
          StyledText(.init(title, Style(.header)), .init("  \(detail)", .faint)),
          truncatedTo: part.width, at: part.x, part.y)
      case .run(let row):
        paintScore(row, runs, isControl: runs[row.index].id == screen.control, in: part)
      }
    }
    guard notes > 0 else { return }
    let text = ["Without interval, as the sentences cannot be compared:"] + problems
    for (row, line) in text.prefix(parts[1].height).enumerated() {
      buffer.write(
        StyledText(line, Style(row == 0 ? .warning : .faint)), truncatedTo: inner.width,
        at: inner.x, parts[1].y + row)
    }
  }

  // One line: number, bar, F1, difference, its interval, p.
  private mutating func paintScore(
    _ row: CompareScores.Row, _ runs: [RunRecord], isControl: Bool, in area: Rect
  ) {
    let showsP = area.width >= 64
    let parts = area.columns(
      [.fixed(6), .fill, .fixed(5), .fixed(6), .fixed(17), .fixed(showsP ? 7 : 0)], spacing: 1)
    buffer.write(
      StyledText("#\(runs[row.index].id)", Style(.series(row.index))),
      truncatedTo: parts[0].width, alignment: .right, at: parts[0].x, area.y)
    if let f1 = row.f1, !parts[1].isEmpty {
      buffer.draw(
        HorizontalBar(fraction: f1, style: Style(.series(row.index)), glyphs: glyphs), in: parts[1])
    }
    buffer.write(
      StyledText(Formatting.f1(row.f1), row.f1 == nil ? .faint : .text),
      truncatedTo: parts[2].width, alignment: .right, at: parts[2].x, area.y)
    if isControl {
      let place = Rect(x: parts[3].x, y: area.y, width: area.right - parts[3].x, height: 1)
      buffer.write(StyledText("control", .faint), truncatedTo: place.width, at: place.x, area.y)
    }
    guard let difference = row.difference else { return }
    let change = row.bootstrap?.significantChange
    // Bold only where it is more than noise.
    let style = change.map { Style($0.role, on: nil, .bold) } ?? Style(.text)
    buffer.write(
      StyledText(Formatting.f1Change(difference), style), truncatedTo: parts[3].width,
      alignment: .right, at: parts[3].x, area.y)
    guard let bootstrap = row.bootstrap else { return }
    let interval =
      "[\(Formatting.f1Change(bootstrap.lower)), \(Formatting.f1Change(bootstrap.upper))]"
    buffer.write(
      StyledText(
        .init(interval, change == nil ? .faint : style),
        .init(change.map { " \($0.mark(glyphs))" } ?? "", style)),
      truncatedTo: parts[4].width, at: parts[4].x, area.y)
    if showsP {
      buffer.write(
        StyledText(
          bootstrap.pValue < 0.001
            ? "p<0.001" : "p \(Formatting.fixed(bootstrap.pValue, decimals: 3))", .faint),
        truncatedTo: parts[5].width, at: parts[5].x, area.y)
    }
  }

  // MARK: Sentences

  mutating func paintComparedSentences(_ screen: CompareScreen, in area: Rect) {
    let sentences = screen.sentences
    let footer =
      sentences.isEmpty
      ? nil : "\(min(screen.sentence, sentences.count - 1) + 1) of \(sentences.count)"
    let heading = "#\(screen.control) and #\(screen.other)"
    let inner = paintBlock(
      StyledText(.init("Sentences", .title), .init("  \(heading)", .faint)),
      footer: footer.map { StyledText($0, .faint) }, isFocused: screen.pane == .sentences, in: area
    ).inset(horizontal: 1, vertical: 0)
    guard !inner.isEmpty else { return }
    guard let test = screen.currentTest else {
      let text = screen.isWaiting ? "The sentences are being read…" : "No run has results yet."
      buffer.draw(Paragraph(text, style: .faint), in: inner)
      return
    }
    let parts = inner.rows([.fixed(1), .fill])
    buffer.write(
      counts(of: test, screen), truncatedTo: inner.width, at: parts[0].x, parts[0].y)
    guard let changes = screen.currentResult?.changes else {
      let reason =
        screen.currentResult?.problem ?? "Both need results of \(test.language) \(test.split)."
      buffer.draw(Paragraph(reason, style: Style(.warning)), in: parts[1])
      return
    }
    guard !sentences.isEmpty else {
      let text =
        changes.isEmpty
        ? "Both found the same entities in every sentence."
        : "None of this kind. \(state.keys.name(of: .changeKind, in: .compare)) shows others."
      buffer.draw(Paragraph(text, style: .faint), in: parts[1])
      return
    }
    paintSentences(
      sentences.dropFirst(min(screen.sentence, sentences.count - 1)), screen, in: parts[1])
  }

  private func counts(of test: ComparedTest, _ screen: CompareScreen) -> StyledText {
    let changes = screen.currentResult?.changes ?? []
    var text = StyledText("\(test.language) \(test.split)", Style(.header))
    for kind in SentenceChange.allCases {
      let count = changes.count { $0.change == kind }
      let isShown = screen.kind == nil || screen.kind == kind
      text.spans.append(
        .init("  \(count) \(kind.words)", isShown ? Style(kind.role) : .faint))
    }
    if let count = test.sentenceCount { text.spans.append(.init("  of \(count)", .faint)) }
    return text
  }

  private mutating func paintSentences(
    _ sentences: ArraySlice<ChangedSentence>, _ screen: CompareScreen, in area: Rect
  ) {
    var y = area.y
    let label = max("#\(screen.control)".count, "#\(screen.other)".count, 4) + 2
    for sentence in sentences {
      guard y < area.bottom else { return }
      buffer.write(
        StyledText(
          .init("sentence \(sentence.number)  ", .faint),
          .init(sentence.change.words, Style(sentence.change.role, on: nil, .bold))),
        truncatedTo: area.width, at: area.x, y)
      y += 1
      for (name, spans, right) in [
        ("gold", sentence.gold, nil), ("#\(screen.control)", sentence.control, sentence.gold),
        ("#\(screen.other)", sentence.treatment, sentence.gold),
      ] as [(String, [EntitySpan], [EntitySpan]?)] {
        guard y < area.bottom else { return }
        let isRight = right.map { Set($0) == Set(spans) } ?? true
        buffer.write(
          StyledText(name, isRight ? Style(.faint) : Style(.warning)), truncatedTo: label - 1,
          at: area.x + 1, y)
        let text = EntityText.styled(sentence.words, spans, right: right)
        let rows = Paragraph.wrapped(text, width: max(area.width - label - 1, 8))
        for row in rows.prefix(max(area.bottom - y, 0)) {
          buffer.write(row, at: area.x + label + 1, y, maximumWidth: area.width - label - 1)
          y += 1
        }
      }
      y += 1
    }
  }
}

extension SignificantChange {
  /// The mark of it on a screen.
  func mark(_ glyphs: Glyphs) -> String { glyphs == .ascii ? plainMark : mark }

  var role: Role {
    switch self {
    case .better: .f1Up
    case .worse: .f1Down
    }
  }
}

extension SentenceChange {
  /// What happened to the sentence, from the control to the other run.
  var words: String {
    switch self {
    case .fixed: "fixed"
    case .broken: "broken"
    case .otherwise: "wrong otherwise"
    }
  }

  var role: Role {
    switch self {
    case .fixed: .f1Up
    case .broken: .f1Down
    case .otherwise: .warning
    }
  }
}
