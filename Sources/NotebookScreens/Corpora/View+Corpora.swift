import NamedEntities
import TerminalUI

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

/// The screen of a corpus.
extension ScreenPainter {
  mutating func paintCorpora(_ screen: CorporaScreenState, in body: Rect) {
    let picture = state.library.pictures[screen.path] ?? CorpusPicture(path: screen.path)
    paintTitle(
      StyledText(.init("Corpora  ", .title), .init(screen.path)), right: standing(of: picture))
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
    let complaints = Self.complaints(of: picture)
    let layout = CorporaLayout(
      body: body, languageCount: languages.count, problemCount: complaints.count)
    paintLanguages(picture, languages, screen, in: layout.table)
    paintComplaints(complaints, in: layout.problems)
    guard !layout.counts.isEmpty else { return }
    let cursor = min(screen.cursor, languages.count - 1)
    paintTagCounts(picture, languages[cursor], offset: 0, isFocused: false, in: layout.counts)
    let split = picture.entries(of: languages[cursor]).first?.part.split ?? "train"
    paintLengths(picture.summary(languages[cursor], split), split, in: layout.lengths)
  }

  /// What is wrong with the files of a corpus.
  static func complaints(of picture: CorpusPicture) -> [String] {
    picture.problems
      + picture.foldersWithoutSplits.map { "\($0): there is no file of a split in it." }
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
    _ picture: CorpusPicture, _ languages: [String], _ screen: CorporaScreenState, in area: Rect
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

  private mutating func paintComplaints(_ complaints: [String], in area: Rect) {
    guard !complaints.isEmpty, !area.isEmpty else { return }
    let inner = paintBlock(
      StyledText(
        "\(complaints.count) file\(complaints.count == 1 ? "" : "s") not read",
        Style(.error, on: nil, .bold)), in: area
    ).inset(horizontal: 1, vertical: 0)
    let lines = complaints.map { StyledText($0, Style(.error)) }
    buffer.draw(Paragraph(lines), in: inner)
  }

  // MARK: A language

  /// Counts of a language, a split a column: sentences, words, entities, tags.
  mutating func paintTagCounts(
    _ picture: CorpusPicture, _ language: String, offset: Int, isFocused: Bool, in area: Rect
  ) {
    let entries = picture.entries(of: language)
    let inner = paintBlock(
      StyledText(.init("Counts", .title), .init("  \(language)", .faint)), isFocused: isFocused,
      in: area)
    let splits = entries.map(\.part.split)
    let summaries = splits.map { picture.summary(language, $0) }
    func row(_ name: String, _ value: (CorpusSummary) -> String) -> [StyledText] {
      [StyledText(name, .faint)] + summaries.map { StyledText($0.map(value) ?? "…") }
    }
    let types = Set(summaries.flatMap { $0.map { Array($0.entities.keys) } ?? [] }).sorted()
    var rows = [
      row("sentences") { "\($0.sentences)" },
      row("no entity") { "\($0.sentencesWithoutEntities)" },
      row("words") { "\($0.words)" },
      row("words each") { Formatting.fixed($0.meanLength, decimals: 1) },
      row("longest") { "\($0.longestSentence)" },
    ]
    for type in types { rows.append(row("\(type)") { "\($0.entities[type] ?? 0)" }) }
    rows.append(row("O") { "\($0.outsides)" })
    for type in types {
      rows.append(row("B-\(type)") { "\($0.entities[type] ?? 0)" })
      rows.append(row("I-\(type)") { "\($0.insides[type] ?? 0)" })
    }
    rows.append(row("tags as") { $0.scheme.rawValue.uppercased() })
    for index in rows.indices {
      for (place, entry) in entries.enumerated() {
        if case .failed = entry.state {
          rows[index][place + 1] = StyledText("broken", Style(.error))
        }
      }
    }
    let visible = max(inner.height - 1, 0)
    let first = min(max(offset, 0), max(rows.count - visible, 0))
    buffer.draw(
      Table(
        columns: [.init("", width: .fixed(10))]
          + splits.map { .init($0, width: .fixed(7), alignment: .right) }, rows: rows,
        offset: first, glyphs: glyphs), in: inner)
  }

  /// How long the sentences of a split are.
  mutating func paintLengths(_ summary: CorpusSummary?, _ split: String, in area: Rect) {
    let inner = paintBlock(
      StyledText(.init("Words in a sentence", .title), .init("  \(split)", .faint)), in: area
    ).inset(horizontal: 1, vertical: 0)
    guard let summary else {
      buffer.draw(Paragraph("not counted", style: .faint), in: inner)
      return
    }
    let bins = LengthBins(summary.lengths, most: inner.height)
    let bars = bins.bins.map {
      BarChart.Bar(label: StyledText($0.label, .faint), value: Double($0.count))
    }
    let largest = bins.bins.map(\.count).max() ?? 1
    buffer.draw(
      BarChart(
        bars, range: 0...Double(max(largest, 1)), scale: 1, decimals: 0, glyphs: glyphs), in: inner)
  }
}

/// Lengths of sentences in at most so many equally wide classes; the last holds the longest too.
package struct LengthBins: Hashable, Sendable {
  /// A class: from and to how many words, and how many sentences.
  package struct Bin: Hashable, Sendable {
    package var range: ClosedRange<Int>
    package var count: Int

    /// `6`, `6-10`.
    package var label: String {
      range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
    }
  }

  package private(set) var bins: [Bin] = []

  /// Classes of 1, 2, 5, 10, 20, 50 … words, as narrow as there is room for.
  ///
  /// The longest sentences, a hundredth of all, share the last class, so that one very long one
  /// does not make all others look alike.
  package init(_ lengths: [Int: Int], most: Int) {
    guard most > 0, let longest = lengths.keys.max() else { return }
    let all = lengths.values.reduce(0, +)
    var usual = 1
    var seen = 0
    for (length, count) in lengths.sorted(by: { $0.key < $1.key }) where seen * 100 < all * 99 {
      seen += count
      usual = length
    }
    var width = 1
    var steps = [2, 5, 10]
    var unit = 1
    while (usual + width - 1) / width > most {
      if steps.isEmpty {
        unit *= 10
        steps = [2, 5, 10]
      }
      width = steps.removeFirst() * unit
    }
    let count = (usual + width - 1) / width
    bins = (0..<count).map { Bin(range: $0 * width + 1...($0 + 1) * width, count: 0) }
    for (length, number) in lengths {
      bins[min(max(length - 1, 0) / width, count - 1)].count += number
    }
    if longest > count * width {
      bins[count - 1].range = (count - 1) * width + 1...longest
    }
  }
}
