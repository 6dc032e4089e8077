import NamedEntities
package import TerminalUI

/// Where the parts of a corpus's screen stand.
struct CorporaLayout {
  let table: Rect
  /// What is wrong with its files; empty where nothing is.
  let problems: Rect
  /// Counts and lengths of the language under the cursor; empty where there is no room.
  let counts: Rect
  let lengths: Rect

  init(body: Rect, languageCount: Int, problemCount: Int) {
    var main = body
    let wanted = problemCount == 0 ? 0 : min(problemCount * 2 + 2, max(body.height / 3, 5))
    let room = body.height - wanted - languageCount - 3
    if body.width >= 126 {
      let parts = body.columns([.fill, .fixed(46)])
      let side = parts[1].rows([.fill, .fill])
      (main, counts, lengths) = (parts[0], side[0], side[1])
    } else if room >= 8 {
      let parts = body.rows([.fill, .fixed(min(room, 14))])
      let below = parts[1].columns([.fixed(42), .fill])
      (main, counts, lengths) = (parts[0], below[0], below[1])
    } else {
      let nothing = Rect(x: 0, y: 0, width: 0, height: 0)
      (counts, lengths) = (nothing, nothing)
    }
    let parts = main.rows([.fill, .fixed(wanted)])
    (table, problems) = (parts[0], parts[1])
  }

  /// The rows that hold languages.
  var rows: Rect {
    let inner = table.inset(by: 1)
    return Rect(x: inner.x, y: inner.y + 1, width: inner.width, height: max(inner.height - 1, 0))
  }
}

extension CorpusScreen {
  package func paint(on painter: inout ScreenPainter, in body: Rect) {
    painter.draw(CorpusView.init) { $0.paint(self, in: body) }
  }
}

/// The screen of a corpus.
struct CorpusView: CorpusDetails {
  var painter: ScreenPainter

  mutating func paint(_ screen: CorpusScreen, in body: Rect) {
    let picture = state.library.pictures[screen.source] ?? CorpusPicture(source: screen.source)
    paintTitle(
      StyledText(.init("Corpora  ", .title), .init(screen.source.path)),
      right: standing(of: picture))
    if let problem = picture.problem {
      buffer.draw(
        Paragraph(
          "\(problem)\n\n\(state.keys.name(of: .choose, in: .corpora)) chooses another corpus.",
          style: Style(.error)),
        in: body.inset(by: 2))
      return
    }
    guard !picture.entries.isEmpty else {
      buffer.draw(Paragraph("Reading the corpus…", style: .faint), in: body.inset(by: 2))
      return
    }
    let languages = picture.languages
    let unread = Self.unread(of: picture)
    let layout = CorporaLayout(
      body: body, languageCount: languages.count, problemCount: unread.count)
    paintLanguages(picture, languages, screen, in: layout.table)
    paintUnread(unread, picture, in: layout.problems)
    guard !layout.counts.isEmpty else { return }
    let cursor = min(screen.cursor, languages.count - 1)
    paintTagCounts(picture, languages[cursor], offset: 0, isFocused: false, in: layout.counts)
    let split = picture.entries(of: languages[cursor]).first?.part.split ?? "train"
    paintLengths(picture.summary(languages[cursor], split), split, in: layout.lengths)
  }

  /// What was not read of a corpus, and why: files with errors first, then lines and files that
  /// were skipped.
  static func unread(of picture: CorpusPicture) -> [StyledText] {
    let problems =
      picture.problems
      + picture.foldersWithoutSplits.map { "\($0): there is no file of a split in it." }
    return problems.map { StyledText($0, Style(.error)) }
      + picture.skippedLines.map { StyledText($0, Style(.warning)) }
      + picture.ignored.map { StyledText("Ignored: \($0)", .faint) }
  }

  /// How far a corpus was read, or what there is of it.
  func standing(of picture: CorpusPicture) -> StyledText {
    guard picture.isComplete else {
      let count = picture.entries.count { $0.state != .waiting }
      return StyledText(
        "reading \(Formatting.percent(picture.fraction))  \(count)/\(picture.entries.count) files",
        Style(.accent))
    }
    let sentences = picture.summaries.reduce(0) { $0 + $1.sentences }
    let count = picture.languages.count
    var text = StyledText(
      "\(picture.formats)  \(count) language\(count == 1 ? "" : "s")  \(sentences) sentences",
      .faint
    )
    let problems = picture.problems.count
    if problems > 0 {
      text.spans.append(.init("  \(problems) broken", Style(.error)))
    }
    return text
  }

  private mutating func paintLanguages(
    _ picture: CorpusPicture, _ languages: [String], _ screen: CorpusScreen, in area: Rect
  ) {
    var footer: StyledText?
    if case .languages(let key) = screen.purpose {
      let names = screen.marked.isEmpty ? "none yet" : screen.marked.joined(separator: ", ")
      footer = StyledText(.init("\(key): ", .faint), .init(names, Style(.changed)))
    }
    let inner = paintBlock(
      StyledText(
        .init("Languages", .title), .init("  sentences by split, entities by type", .faint)),
      footer: footer, isFocused: true, in: area)
    // Types that have no room are in the detail of the language.
    let types = Array(picture.types.prefix(max((inner.width - 48) / 8, 0)))
    let columns: [Table.Column] =
      [.init("", width: .fixed(1)), .init("Language", width: .fill)]
      + CorpusFormat.splits.map { .init($0, width: .fixed(6), alignment: .right) }
      + [.init("words", width: .fixed(5), alignment: .right)]
      + types.map { .init($0.name, width: .fixed(6), alignment: .right) }
      + [.init("none", width: .fixed(4), alignment: .right)]
    let visible = max(inner.height - 1, 0)
    let cursor = min(screen.cursor, languages.count - 1)
    let first = ListWindow.first(selected: cursor, count: languages.count, visible: visible)
    // There may be hundreds, which are counted and drawn at the same time: only what is seen is made.
    let rows = languages.enumerated().map { place, language in
      (first..<first + visible).contains(place)
        ? row(of: language, picture, types, isMarked: screen.marked.contains(language)) : []
    }
    buffer.draw(
      Table(columns: columns, rows: rows, selected: cursor, offset: first, glyphs: glyphs),
      in: inner)
  }

  private func row(
    of language: String, _ picture: CorpusPicture, _ types: [EntityType], isMarked: Bool
  ) -> [StyledText] {
    let entries = picture.entries(of: language)
    let summaries = entries.compactMap { entry in
      if case .counted(let summary) = entry.state { summary } else { nil }
    }
    let splits = CorpusFormat.splits.map { split -> StyledText in
      switch entries.first(where: { $0.part.split == split })?.state {
      case nil: StyledText(glyphs == .ascii ? "-" : "–", .faint)
      case .waiting: StyledText("…", .faint)
      case .counted(let summary): StyledText("\(summary.sentences)")
      case .failed: StyledText("broken", Style(.error))
      }
    }
    let mark = StyledText(isMarked ? (glyphs == .ascii ? "*" : "●") : "", Style(.accent))
    guard !summaries.isEmpty else { return [mark, StyledText(language)] + splits }
    let sentences = summaries.reduce(0) { $0 + $1.sentences }
    let words = summaries.reduce(0) { $0 + $1.words }
    let without = summaries.reduce(0) { $0 + $1.sentencesWithoutEntities }
    let counts = types.map { type in
      StyledText("\(summaries.reduce(0) { $0 + ($1.entities[type] ?? 0) })")
    }
    return [mark, StyledText(language)] + splits
      + [StyledText(Formatting.fixed(Double(words) / Double(max(sentences, 1)), decimals: 1))]
      + counts + [StyledText(Formatting.percent(Double(without) / Double(max(sentences, 1))))]
  }

  private mutating func paintUnread(
    _ unread: [StyledText], _ picture: CorpusPicture, in area: Rect
  ) {
    guard !unread.isEmpty, !area.isEmpty else { return }
    let count = picture.problems.count + picture.foldersWithoutSplits.count
    let title =
      count > 0
      ? StyledText(
        "\(count) file\(count == 1 ? "" : "s") not read", Style(.error, on: nil, .bold))
      : StyledText(.init("Skipped and ignored", .title))
    let inner = paintBlock(title, in: area).inset(horizontal: 1, vertical: 0)
    buffer.draw(Paragraph(unread), in: inner)
  }
}
