import NamedEntities
import TerminalUI

/// What is drawn of a language on its corpus's screen and on its own.
protocol CorpusDetails: ScreenView {}

extension CorpusDetails {
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
