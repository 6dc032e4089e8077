import LabNotebook
import NamedEntities
import RunFolders
package import TerminalUI

/// Where the parts of the encoders' screen stand.
struct EncodersLayout {
  let list: Rect
  let facts: Rect
  let coverage: Rect

  /// - Parameters:
  ///   - count: How many encoders there are.
  ///   - factCount: How many lines are known of the one under the cursor.
  init(body: Rect, screen: EncodersScreen, count: Int, factCount: Int = 9) {
    let nothing = Rect(x: 0, y: 0, width: 0, height: 0)
    if screen.isEnlarged {
      let parts = body.rows([.fixed(min(factCount + 2, body.height / 2)), .fill])
      (list, facts, coverage) = (nothing, parts[0], parts[1])
    } else if body.width >= 126 {
      let parts = body.columns([.fill, .fixed(max(64, body.width * 2 / 5))])
      let side = parts[1].rows([.fixed(min(12, body.height / 3)), .fill])
      (list, facts, coverage) = (parts[0], side[0], side[1])
    } else {
      let parts = body.rows([.fixed(min(count + 3, max(body.height / 2 - 1, 5))), .fill])
      (list, facts, coverage) = (parts[0], nothing, parts[1])
    }
  }

  /// The rows that hold encoders.
  var rows: Rect {
    let inner = list.inset(by: 1)
    return Rect(x: inner.x, y: inner.y + 1, width: inner.width, height: max(inner.height - 1, 0))
  }
}

extension EncodersScreen {
  package func paint(on painter: inout ScreenPainter, in body: Rect) {
    painter.draw(EncodersView.init) { $0.paint(self, in: body) }
  }
}

/// The encoders at hand.
struct EncodersView: ScreenView {
  var painter: ScreenPainter

  mutating func paint(_ screen: EncodersScreen, in body: Rect) {
    let places = state.library.listedEncoders
    let unknown = places.count { state.library.encoders[$0.path] == nil }
    paintTitle(
      StyledText("Encoders", .title),
      right: unknown > 0
        ? StyledText("looking at \(unknown) of \(places.count)", Style(.accent))
        : StyledText("\(places.count) available", .faint))
    let current = screen.current(state.library)
    let known = current.map(lines) ?? []
    let factCount = Paragraph(known).height(forWidth: max(body.width - 4, 1))
    let layout = EncodersLayout(
      body: body, screen: screen, count: places.count, factCount: factCount)
    if !layout.list.isEmpty { paintEncoderList(places, current, in: layout.list) }
    guard let current else { return }
    if !layout.facts.isEmpty { paintEncoderFacts(current, in: layout.facts) }
    // Without room for the facts of their own they stand above the table.
    let facts = layout.facts.isEmpty ? Array(known.prefix(5)) : []
    paintCoverage(current, screen, facts: facts, in: layout.coverage)
  }

  private mutating func paintEncoderList(
    _ places: [EncoderPlace], _ current: EncoderPlace?, in area: Rect
  ) {
    let inner = paintBlock(
      StyledText(.init("Model directories", .title)), isFocused: true, in: area)
    // A name that can be read goes before sizes, which stand among the facts too.
    let columns = Self.encoderColumns.prefix(inner.width >= 70 ? Self.encoderColumns.count : 2)
    let taken = columns.reduce(2) { $0 + $1.width + 2 }
    let rows = places.map {
      Array(row(of: $0, width: max(inner.width - taken, 10)).prefix(columns.count + 1))
    }
    let selected = places.firstIndex { $0.path == current?.path } ?? 0
    buffer.draw(
      Table(
        columns: [.init("Encoder", width: .fill)]
          + columns.map { .init($0.title, width: .fixed($0.width), alignment: $0.alignment) },
        rows: rows, selected: selected,
        offset: ListWindow.first(
          selected: selected, count: rows.count, visible: max(inner.height - 1, 0)),
        glyphs: glyphs), in: inner)
  }

  private static let encoderColumns: [(title: String, width: Int, alignment: Alignment)] = [
    ("type", 11, .left), ("size", 9, .right), ("params", 7, .right), ("vocab", 6, .right),
    ("weights", 8, .right),
  ]

  private func row(of place: EncoderPlace, width: Int) -> [StyledText] {
    // What a run made is known by the run, anything else by its path.
    let name =
      place.isOptional
      ? StyledText(Formatting.middle(place.label, columns: max(width, 12)))
      : StyledText(
        .init(Formatting.middle(place.path, columns: max(width, 12))),
        .init("  \(place.label)", .faint))
    switch state.library.encoders[place.path] {
    case nil, .waiting: return [name, StyledText("…", .faint)]
    case .failed: return [name, StyledText("unreadable", Style(.error))]
    case .known(let facts):
      let hasProblem = !facts.problems.isEmpty
      return [
        name, StyledText(facts.type, hasProblem ? Style(.error) : .text),
        StyledText("\(facts.layerCount) × \(facts.hiddenSize)"),
        StyledText(Formatting.count(facts.parameters)), StyledText("\(facts.vocabularySize)"),
        StyledText(facts.weightBytes > 0 ? Formatting.bytes(facts.weightBytes) : "–"),
      ]
    }
  }

  /// What is known of an encoder, a line each.
  private func lines(of place: EncoderPlace) -> [StyledText] {
    func line(_ name: String, _ value: String) -> StyledText {
      StyledText(.init(TextWidth.padded(name, to: 12), .faint), .init(value))
    }
    switch state.library.encoders[place.path] {
    case nil, .waiting: return [StyledText("Looking at its files…", .faint)]
    case .failed(let problem): return [StyledText(problem, Style(.error))]
    case .known(let facts):
      let rest = facts.parameters - facts.embeddingParameters
      var lines = [
        line(
          "size",
          "\(facts.layerCount) layers × \(facts.hiddenSize), \(facts.attentionHeadCount) heads, "
            + "feed-forward \(facts.intermediateSize)"),
        line(
          "parameters",
          "\(facts.parameters): \(Formatting.count(rest)) in layers, "
            + "\(Formatting.count(facts.embeddingParameters)) embeddings"),
        line(
          "vocabulary",
          "\(facts.vocabularySize) subwords, input up to \(facts.maximumSubwords)"),
      ]
      if let kind = facts.tokenizer {
        lines.append(line("tokenizer", "\(kind) of \(facts.tokenizerFile ?? "?")"))
      }
      if facts.weightsProblem == nil {
        lines.append(
          line(
            "weights",
            "\(facts.weightTypes.joined(separator: ", ")), \(Formatting.bytes(facts.weightBytes))"
              + (facts.weightFiles.count > 1
                ? " in \(facts.weightFiles.count) files"
                : facts.weightFiles.first.map { " in \($0)" } ?? "")))
      }
      if !facts.labels.isEmpty {
        lines.append(line("labels", facts.labels.joined(separator: " ")))
      }
      return lines + facts.problems.map { StyledText($0, Style(.error)) }
    }
  }

  private mutating func paintEncoderFacts(_ place: EncoderPlace, in area: Rect) {
    let inner = paintBlock(
      StyledText(.init(place.label, .title), .init("  \(place.path)", .faint)), in: area
    ).inset(horizontal: 1, vertical: 0)
    buffer.draw(Paragraph(lines(of: place)), in: inner)
  }

  private mutating func paintCoverage(
    _ place: EncoderPlace, _ screen: EncodersScreen, facts: [StyledText], in area: Rect
  ) {
    let question = CoverageQuestion(encoder: place.path, corpus: screen.corpus)
    let answer = state.library.coverages[question]
    let count = answer?.rows.map(\.sentences).max() ?? 0
    let isBusy = answer?.isComplete != true
    var footer = StyledText(
      count > 0 ? "first \(count) sentences of a language" : "", .faint)
    if isBusy, case .known? = state.library.encoders[place.path] {
      footer = StyledText("cutting words into subwords…", Style(.accent))
    }
    let inner = paintBlock(
      StyledText(.init("Languages covered", .title), .init("  words of \(screen.corpus)", .faint)),
      footer: footer, isFocused: screen.isEnlarged, in: area)
    let definition = Paragraph(
      "no unk: words without an unknown subword; subw.: subwords a word, of those; whole: words "
        + "that are one subword. Each word is cut alone.", style: .faint)
    let text = inner.inset(horizontal: 1, vertical: 0)
    let need = definition.height(forWidth: max(text.width, 1))
    let factHeight =
      min(Paragraph(facts).height(forWidth: max(text.width, 1)), max(inner.height / 2, 0))
    let parts = inner.rows([
      .fixed(factHeight), .fill, .fixed(inner.height - factHeight > need + 3 ? need : 0),
    ])
    buffer.draw(Paragraph(facts), in: parts[0].inset(horizontal: 1, vertical: 0))
    buffer.draw(definition, in: parts[2].inset(horizontal: 1, vertical: 0))
    guard let answer else { return }
    guard !answer.rows.isEmpty || answer.problems.isEmpty else {
      buffer.draw(
        Paragraph(answer.problems.joined(separator: "\n"), style: Style(.error)),
        in: parts[1].inset(horizontal: 1, vertical: 0))
      return
    }
    paintCoverageRows(answer, screen, in: parts[1])
  }

  private mutating func paintCoverageRows(
    _ answer: CoverageAnswer, _ screen: EncodersScreen, in area: Rect
  ) {
    let hasBar = area.width >= 60
    var columns: [Table.Column] = [
      .init("Language", width: .fixed(8)), .init("words", width: .fixed(7), alignment: .right),
      .init("no unk", width: .fixed(6), alignment: .right),
      .init("subw.", width: .fixed(5), alignment: .right),
      .init("whole", width: .fixed(6), alignment: .right),
    ]
    if hasBar { columns.append(.init("", width: .fill)) }
    let rows = answer.rows.map { row -> [StyledText] in
      let known = row.knownShare ?? 0
      let style = known < 0.95 ? Style(.warning) : .text
      return [
        StyledText(row.language), StyledText("\(row.words)", .faint),
        StyledText(share(row.knownShare), style),
        StyledText(row.fertility.map { Formatting.fixed($0, decimals: 2) } ?? "–"),
        StyledText(share(row.wholeShare)),
      ]
    }
    let visible = max(area.height - 1, 0)
    let first = min(max(screen.offset, 0), max(rows.count - visible, 0))
    buffer.draw(Table(columns: columns, rows: rows, offset: first, glyphs: glyphs), in: area)
    guard hasBar else { return }
    let width = min(area.width - 46, 40)
    for (line, row) in answer.rows.dropFirst(first).prefix(visible).enumerated() {
      buffer.draw(
        HorizontalBar(fraction: row.wholeShare ?? 0, glyphs: glyphs),
        in: Rect(x: area.x + 44, y: area.y + 1 + line, width: width, height: 1))
    }
  }

  /// A share in percent with one decimal, never rounded up to 100 %.
  private func share(_ share: Double?) -> String {
    guard let share else { return "–" }
    return Formatting.fixed((share * 1000).rounded(.down) / 10, decimals: 1)
  }
}
