import Foundation
import LabNotebook
import NamedEntities
import RunFolders
package import TerminalUI

extension ProbeScreen {
  package func paint(on painter: inout ScreenPainter, in body: Rect) {
    painter.draw(ProbeView.init) { $0.paint(self, in: body) }
  }
}

/// The probe: a text, and what runs find in it.
struct ProbeView: ScreenView {
  var painter: ScreenPainter

  mutating func paint(_ probe: ProbeScreen, in body: Rect) {
    let layout = ProbeLayout(body: body, probe)
    let names = probe.slots.indices.map { slotName(probe, $0) }.joined(separator: " and ")
    paintTitle(
      StyledText(.init("Probe  ", .title), .init(names)),
      right: probe.isWaiting ? StyledText("…", Style(.accent)) : StyledText(""))
    paintProbeText(probe, layout)
    let table = probe.table
    for index in probe.slots.indices {
      paintProbeResult(probe, index, table, in: layout.resultFrames[index])
    }
    for (listing, frame) in layout.tableFrames {
      paintProbeTable(probe, listing, table, in: frame)
    }
  }

  /// What a place is called where there is little room: `#4`, or `#4 nl` beside another language.
  private func slotName(_ probe: ProbeScreen, _ index: Int) -> String {
    let slot = probe.slots[index]
    guard probe.isOfOneRun, let language = probe.language(of: slot, state.models) else {
      return "#\(slot.run)"
    }
    return "#\(slot.run) \(language)"
  }

  private mutating func paintProbeText(_ probe: ProbeScreen, _ layout: ProbeLayout) {
    var footer: [String] = []
    let sentences = ProbeSentence.sentences(of: probe.document.lines)
    let words = sentences.reduce(0) { $0 + $1.words.count }
    if sentences.count > 1 { footer.append("\(sentences.count) sentences") }
    if words > 0 { footer.append("\(words) word\(words == 1 ? "" : "s")") }
    if let place = probe.history.place {
      footer.append("text \(place + 1) of \(probe.history.texts.count)")
    }
    let isFocused = probe.pane == .text && state.overlay == nil
    _ = paintBlock(
      StyledText("Text", .title),
      footer: footer.isEmpty ? nil : StyledText(footer.joined(separator: "  "), .faint),
      isFocused: probe.pane == .text, in: layout.textFrame)
    let key = state.keys.name(of: .up, in: .probe)
    let earlier = probe.history.texts.isEmpty ? "" : "; \(key): earlier ones"
    buffer.draw(
      TextArea(
        probe.document, isFocused: isFocused,
        placeholder: "Type or paste sentences, one a line, in any language"
          + (glyphs == .ascii ? "" : earlier) + ".",
        ordersText: state.ordersText),
      in: layout.text)
  }

  // MARK: What a run finds

  private mutating func paintProbeResult(
    _ probe: ProbeScreen, _ index: Int, _ table: ProbeTable, in frame: Rect
  ) {
    let slot = probe.slots[index]
    let inner = ProbeLayout.inner(frame)
    let rendering = ProbeRendering(
      probe, slot: index, glyphs: glyphs, width: inner.width, table: table)
    let status = probeStatus(slot, unread: rendering.unreadCount)
    _ = paintBlock(
      probeTitle(probe, slot), footer: status.width > 0 ? status : nil, in: frame)
    if let (text, style) = probeExplanation(probe, slot) {
      buffer.draw(Paragraph(text, style: style), in: inner)
      return
    }
    let first = rendering.first(visible: inner.height, probe)
    for (y, row) in rendering.rows.dropFirst(first).prefix(inner.height).enumerated() {
      let isFromRight = row.direction == .rightToLeft && state.ordersText
      let indent = isFromRight ? max(inner.width - row.text.width, 0) : 0
      buffer.write(
        row.text, at: inner.x + indent, inner.y + y, maximumWidth: inner.width - indent,
        direction: row.direction)
    }
  }

  private func probeTitle(
    _ probe: ProbeScreen, _ slot: ProbeScreen.Slot
  ) -> StyledText {
    var title = StyledText(.init("#\(slot.run) ", .title))
    let language = probe.language(of: slot, state.models)
    if let name = state.runs.record(slot.run)?.name {
      let room = max(state.width / (probe.slots.count > 1 && state.width >= 120 ? 2 : 1) - 36, 12)
      title.spans.append(.init(Formatting.middle(name, columns: room), .title))
    }
    if let language {
      title.spans.append(.init("  \(language)", Style(.accent)))
      if let wanted = probe.chosenLanguage(of: slot), wanted != language {
        title.spans.append(.init(" (not tuned: \(wanted))", Style(.warning)))
      }
    }
    return title
  }

  private func probeStatus(_ slot: ProbeScreen.Slot, unread: Int) -> StyledText {
    let seconds = slot.engineSince.map { max(Int(state.now.timeIntervalSince($0)), 0) } ?? 0
    switch slot.engine {
    case nil: return ""
    case .loading: return StyledText("loading the model  \(seconds) s", Style(.accent))
    case .restarting: return StyledText("starting again  \(seconds) s", Style(.warning))
    case .resting: return StyledText("resting; typing wakes it", .faint)
    case .failed:
      let key = state.keys.name(of: .askAgain, in: .probe)
      return StyledText("no engine; \(key) tries again", Style(.error))
    case .ready(_, let bytes):
      var status = StyledText()
      if unread > 0 { status.spans.append(.init("\(unread) not read  ", Style(.warning))) }
      if slot.isWaiting { status.spans.append(.init("…  ", Style(.accent))) }
      let answer = slot.answer
      if let answer, !answer.question.sentences.isEmpty, answer.problem == nil {
        status.spans.append(.init(Self.milliseconds(answer.seconds) + "  ", Style(.text)))
      }
      let memory = max(answer?.residentBytes ?? 0, bytes)
      status.spans.append(.init(Formatting.bytes(memory), .faint))
      return status
    }
  }

  static func milliseconds(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0 else { return "–" }
    return seconds < 9.95
      ? seconds < 0.9995
        ? "\(Int((seconds * 1000).rounded())) ms" : Formatting.fixed(seconds, decimals: 1) + " s"
      : Formatting.duration(seconds)
  }

  /// What is said where there is nothing to show.
  private func probeExplanation(
    _ probe: ProbeScreen, _ slot: ProbeScreen.Slot
  ) -> (String, Style)? {
    let other = "\(state.keys.name(of: .chooseRun, in: .probe)) chooses another run."
    if let model = state.models[slot.run], let problem = model.problem {
      return ("\(problem) \(other)", Style(.error))
    }
    if case .failed(let reason) = slot.engine { return ("\(reason) \(other)", Style(.error)) }
    if let problem = slot.answer?.problem { return (problem, Style(.error)) }
    if let answer = slot.answer, !answer.question.sentences.isEmpty { return nil }
    switch slot.engine {
    case .restarting(let reason): return ("\(reason) It is being started again.", Style(.warning))
    case .loading:
      return ("The engine reads the model of #\(slot.run); you can type meanwhile.", .faint)
    case nil:
      return (
        state.models[slot.run] == nil && !state.models.isEmpty
          ? "Run #\(slot.run) has no model. \(other)" : "Looking for the model of #\(slot.run)…",
        .faint
      )
    case .ready, .resting:
      return (
        "[PER …] is a person, [ORG …] an organisation, [LOC …] a place; ? marks what the run gives "
          + "less than one half.", .faint
      )
    case .failed: return nil
    }
  }

  // MARK: The table

  private mutating func paintProbeTable(
    _ probe: ProbeScreen, _ listing: ProbeScreen.Listing, _ table: ProbeTable,
    in frame: Rect
  ) {
    let rows = listing == .entities ? table.entities : table.words
    let isChosen = listing == probe.listing
    let isFocused = isChosen && probe.pane == .entities
    var footer: [String] = []
    let doubted = rows.count { $0.findings.contains { $0?.isDoubted ?? false } }
    let different = rows.count { $0.differs }
    if different > 0 { footer.append("\(different) differ\(different == 1 ? "s" : "")") }
    if doubted > 0 { footer.append("\(doubted) below 0.50") }
    footer.append("\(rows.count)")
    let inner = paintBlock(
      StyledText(listing == .entities ? "Entities" : "Words", .title),
      footer: StyledText(footer.joined(separator: "  "), .faint), isFocused: isFocused, in: frame
    ).inset(horizontal: 1, vertical: 0)
    guard inner.height > 1, !rows.isEmpty else {
      let hasAnswer = probe.slots.contains { !($0.answer?.question.sentences.isEmpty ?? true) }
      if rows.isEmpty, hasAnswer, !probe.isWaiting {
        buffer.draw(Paragraph("No entity was found.", style: .faint), in: inner)
      }
      return
    }
    let visible = inner.height - 1
    let selected = isChosen ? probe.row : 0
    let first = ListWindow.first(selected: selected, count: rows.count, visible: visible)
    let hasNumbers = rows.contains { $0.sentence > 0 }
    // Where it is narrow, the words go before the bars.
    let barWidth = probe.slots.count == 1 ? 11 : inner.width < 70 ? 0 : 6
    var columns: [Table.Column] = []
    if probe.slots.count > 1 { columns.append(.init("", width: .fixed(2))) }
    if hasNumbers { columns.append(.init("no.", width: .fixed(3), alignment: .right)) }
    columns.append(.init(listing == .entities ? "entity" : "word", width: .fill))
    for index in probe.slots.indices {
      columns.append(
        .init(
          probe.slots.count > 1 ? slotName(probe, index) : listing == .entities ? "type" : "tag",
          width: .fixed(12)))
      if barWidth > 0 { columns.append(.init("", width: .fixed(barWidth))) }
    }
    let shown = rows.dropFirst(first).prefix(visible).map { row in
      var cells: [StyledText] = []
      if probe.slots.count > 1 {
        cells.append(
          StyledText(row.differs ? glyphs == .ascii ? "!=" : "≠" : "", Style(.changed)))
      }
      if hasNumbers { cells.append(StyledText("\(row.sentence + 1)", .faint)) }
      let style = row.findings.compactMap { $0?.type }.first.map {
        Style(EntityText.role(of: $0))
      }
      cells.append(StyledText(row.text, style ?? .text))
      for finding in row.findings {
        cells += probeCells(finding, barWidth: barWidth).prefix(barWidth > 0 ? 2 : 1)
      }
      return cells
    }
    buffer.draw(
      Table(
        columns: columns, rows: Array(shown), selected: isChosen ? selected - first : nil,
        isFocused: isFocused, glyphs: glyphs),
      in: inner)
  }

  /// A label with its probability, and the same as a bar.
  private func probeCells(_ finding: ProbeTable.Finding?, barWidth: Int) -> [StyledText] {
    guard let finding else { return [StyledText("–", .faint), ""] }
    let style = finding.type.map { Style(EntityText.role(of: $0)) } ?? .text
    var text = StyledText(.init(finding.label, style))
    guard let score = finding.score else {
      return [text, StyledText("not read", Style(.warning))]
    }
    if finding.isDoubted { text.spans.append(.init("?", Style(.warning, on: nil, .bold))) }
    let number = Formatting.fixed(Double(score), decimals: 2)
    let space = max(11 - text.width - number.count, 1)
    text.spans.append(.init(String(repeating: " ", count: space)))
    text.spans.append(.init(number, Style(finding.isDoubted ? .warning : .text)))
    var bar = Buffer(width: barWidth, height: 1)
    HorizontalBar(
      fraction: Double(score), style: Style(finding.isDoubted ? .warning : .barFilled),
      glyphs: glyphs
    ).render(in: bar.area, into: &bar)
    return [
      text,
      StyledText(
        (0..<barWidth).map { .init(String(bar[$0, 0].text), bar[$0, 0].style) }),
    ]
  }
}
