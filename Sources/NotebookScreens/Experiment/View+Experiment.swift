import LabNotebook
import TerminalUI

/// The experiment form.
extension ScreenPainter {
  mutating func paintForm(_ form: ExperimentFormState, in body: Rect) {
    let changes = form.experiment.differences(from: form.base).count
    let right = changes == 0 ? "nothing changed" : "\(changes) changed"
    paintTitle(
      StyledText(.init("Experiment  ", .title), .init(form.text("name"))),
      right: StyledText(
        .init("from \(form.origin)  ", .faint),
        .init(right, Style(changes == 0 ? .faint : .changed))))
    let layout = FormLayout(body: body)
    paintSettings(form, in: layout)
    paintDoc(form, in: layout.doc)
    if !layout.side.isEmpty { paintSide(form, in: layout.side) }
  }

  // MARK: The settings

  private mutating func paintSettings(_ form: ExperimentFormState, in layout: FormLayout) {
    let rows = form.rows
    let current = form.current?.key
    let selected = rows.firstIndex { $0 == current.map(ExperimentFormState.Row.setting) } ?? 0
    var title = StyledText("Settings", .title)
    if !form.search.isEmpty {
      title.spans.append(.init(" matching “\(form.search)”", Style(.accent)))
    }
    if form.showsChangedOnly { title.spans.append(.init(" that differ", Style(.accent))) }
    let count = form.descriptors.count
    let inner = paintBlock(
      title, footer: StyledText("\(count) setting\(count == 1 ? "" : "s")", .faint),
      isFocused: true, in: layout.settings)
    guard !rows.isEmpty else {
      buffer.draw(
        Paragraph("No setting matches. Esc shows them all.", style: .faint), in: inner.inset(by: 1))
      return
    }
    let first = ListWindow.first(selected: selected, count: rows.count, visible: inner.height)
    for (line, row) in rows.dropFirst(first).prefix(inner.height).enumerated() {
      let part = Rect(x: inner.x, y: inner.y + line, width: inner.width, height: 1)
      switch row {
      case .group(let name):
        let shown = name.isEmpty ? "general" : name
        let used = buffer.write(
          " \(shown) ", at: part.x, part.y, style: Style(.header), maximumWidth: part.width)
        let rest = Rect(x: part.x + used, y: part.y, width: part.width - used - 1, height: 1)
        buffer.fill(rest, with: glyphs == .ascii ? "-" : "─", style: Style(.border))
      case .setting(let key): paintSetting(key, form, isSelected: key == current, in: part)
      }
    }
  }

  private mutating func paintSetting(
    _ key: String, _ form: ExperimentFormState, isSelected: Bool, in area: Rect
  ) {
    guard let descriptor = Settings.descriptor(key) else { return }
    let columns = area.columns(
      [.fixed(3), .fixed(20), .fixed(min(30, area.width / 3)), .fill], spacing: 1)
    let isEdited = form.edit?.key == key
    let differs = form.differs(key)
    let isSet = form.isSet(descriptor)
    let mark =
      differs ? (glyphs == .ascii ? "*" : "●") : isSet ? (glyphs == .ascii ? "-" : "·") : " "
    buffer.write(" \(mark)", at: columns[0].x, area.y, style: Style(.changed))
    let name = key.split(separator: ".").last.map(String.init) ?? key
    buffer.write(StyledText(name), truncatedTo: columns[1].width, at: columns[1].x, area.y)
    let problem = form.problem.flatMap { $0.key == key ? $0.text : nil }
    let error = isEdited ? form.edit?.error : problem
    if isEdited, let edit = form.edit {
      buffer.draw(TextField(edit.line, isInvalid: edit.error != nil), in: columns[2])
    } else {
      let value = form.text(key)
      let shown = value.isEmpty ? "empty" : value
      let role: Role = error != nil ? .error : value.isEmpty ? .faint : isSet ? .changed : .text
      var text = StyledText(shown, Style(role))
      if isSelected, isChoice(descriptor.kind) {
        text = StyledText(.init("◂ ", .faint), .init(shown, Style(role)), .init(" ▸", .faint))
        if glyphs == .ascii { text = StyledText("< \(shown) >", Style(role)) }
      }
      buffer.write(text, truncatedTo: columns[2].width, at: columns[2].x, area.y)
    }
    let hint: StyledText =
      if let error {
        StyledText("\(glyphs == .ascii ? "x" : "✗") \(error)", Style(.error))
      } else if isSet {
        StyledText("default \(SettingText.text(descriptor.defaultValue))", .faint)
      } else {
        StyledText(SettingText.range(descriptor.kind), .faint)
      }
    buffer.write(hint, truncatedTo: columns[3].width, at: columns[3].x, area.y)
    if isSelected, !isEdited { buffer.setBackground(.selection, in: area) }
  }

  private func isChoice(_ kind: SettingKind) -> Bool {
    switch kind {
    case .choice, .bool: true
    default: false
    }
  }

  // MARK: About the setting under the cursor

  private mutating func paintDoc(_ form: ExperimentFormState, in area: Rect) {
    guard let descriptor = form.current else { return }
    let inner = paintBlock(StyledText(descriptor.key, .title), in: area)
      .inset(horizontal: 1, vertical: 0)
    let lines = inner.rows([.fixed(1), .fixed(1), .fill])
    buffer.write(
      StyledText(descriptor.doc, Style(.help)), truncatedTo: inner.width, at: inner.x, lines[0].y)
    var facts = [SettingText.range(descriptor.kind)]
    facts.append("default \(SettingText.text(descriptor.defaultValue))")
    if let unit = descriptor.unit { facts.append(unit) }
    if descriptor.isLive { facts.append("can change while it runs") }
    if form.differs(descriptor.key) {
      facts.append("was \(form.base[key: descriptor.key].map(SettingText.text) ?? "")")
    }
    buffer.write(
      StyledText(facts.joined(separator: "  "), .faint), truncatedTo: inner.width, at: inner.x,
      lines[1].y)
    if let error = form.edit?.error ?? form.problem?.text {
      buffer.draw(
        Paragraph("\(glyphs == .ascii ? "x" : "✗") \(error)", style: Style(.error)), in: lines[2])
    }
  }

  // MARK: What changed

  private mutating func paintSide(_ form: ExperimentFormState, in area: Rect) {
    let differences = form.experiment.differences(from: form.base)
    let height = min(max(differences.count, 1) + 2, area.height / 2)
    let parts = area.rows([.fixed(height), .fill])
    let inner = paintBlock(
      StyledText(.init("Changed", .title), .init(" since \(form.origin)", .faint)), in: parts[0]
    ).inset(horizontal: 1, vertical: 0)
    if differences.isEmpty {
      buffer.write("Nothing yet.", at: inner.x, inner.y, style: .faint, maximumWidth: inner.width)
    }
    for (row, difference) in differences.prefix(inner.height).enumerated() {
      let old = form.base[key: difference.key].map(SettingText.text) ?? ""
      let line = StyledText(
        .init("\(difference.key)  ", .text), .init(old, .faint),
        .init(glyphs == .ascii ? " -> " : " → ", .faint),
        .init(form.text(difference.key), Style(.changed)))
      buffer.write(line, truncatedTo: inner.width, at: inner.x, inner.y + row)
    }
    let file = paintBlock("As a file", in: parts[1]).inset(horizontal: 1, vertical: 0)
    buffer.draw(Paragraph(form.experiment.toml(), style: .faint, wraps: false), in: file)
  }
}
