import Experiments
package import TerminalUI

extension ExperimentForm {
  package func paint(on painter: inout ScreenPainter, in body: Rect) {
    painter.draw(ExperimentFormView.init) { $0.paint(self, in: body) }
  }
}

/// The experiment form.
struct ExperimentFormView: ScreenView {
  var painter: ScreenPainter

  mutating func paint(_ form: ExperimentForm, in body: Rect) {
    let changes = form.differences.count
    // Where there is little room, what is wrong is more important than where it came from.
    let isRoomy = body.width >= 100 || form.problems.isEmpty && form.warnings.isEmpty
    var right = isRoomy ? StyledText(.init("from \(form.origin)  ", .faint)) : StyledText("")
    if !form.problems.isEmpty {
      let count = form.problems.count
      right.spans.append(
        .init("\(cross) \(count) problem\(count == 1 ? "" : "s")  ", Style(.error)))
    }
    if !form.warnings.isEmpty {
      let count = form.warnings.count
      right.spans.append(
        .init("! \(count) warning\(count == 1 ? "" : "s")  ", Style(.warning)))
    }
    if form.reference != form.opened {
      right.spans.append(.init("against \(form.reference.name)  ", Style(.accent)))
    }
    right.spans.append(
      .init(
        changes == 0 ? "nothing changed" : "\(changes) changed",
        Style(changes == 0 ? .faint : .changed)))
    paintTitle(
      StyledText(.init("Experiment  ", .title), .init(form.experiment[Settings.name])), right: right
    )
    let layout = FormLayout(body: body)
    paintSettings(form, in: layout)
    paintDoc(form, in: layout.doc)
    if !layout.side.isEmpty { paintSide(form, in: layout.side) }
  }

  private var cross: String { glyphs == .ascii ? "x" : "✗" }

  // MARK: The settings

  private mutating func paintSettings(_ form: ExperimentForm, in layout: FormLayout) {
    let rows = form.rows
    let current = form.current?.key
    let selected = rows.firstIndex { $0 == current.map(ExperimentForm.Row.setting) } ?? 0
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
        Paragraph(
          "No setting matches. \(state.keys.name(of: .back, in: .experiment)) shows them all.",
          style: .faint), in: inner.inset(by: 1))
      return
    }
    let changed = Dictionary(uniqueKeysWithValues: form.differences.map { ($0.key, $0) })
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
      case .setting(let key):
        paintSetting(key, form, change: changed[key], isSelected: key == current, in: part)
      }
    }
  }

  private mutating func paintSetting(
    _ key: String, _ form: ExperimentForm, change: SettingDifference?, isSelected: Bool,
    in area: Rect
  ) {
    guard let descriptor = Settings.descriptor(key) else { return }
    let columns = area.columns(
      [.fixed(3), .fixed(20), .fixed(min(30, area.width / 3)), .fill], spacing: 1)
    let isEdited = form.edit?.key == key
    let isSet = form.isSet(descriptor)
    let mark =
      change != nil ? (glyphs == .ascii ? "*" : "●") : isSet ? (glyphs == .ascii ? "-" : "·") : " "
    buffer.write(" \(mark)", at: columns[0].x, area.y, style: Style(.changed))
    let reason = form.experiment.reasonForNoEffect(of: key)
    buffer.write(
      StyledText(descriptor.name, reason == nil ? .text : .faint), truncatedTo: columns[1].width,
      at: columns[1].x, area.y)
    let problem = problem(of: key, form, isEdited: isEdited)
    if isEdited, let edit = form.edit {
      buffer.draw(TextField(edit.line, isInvalid: edit.error != nil), in: columns[2])
    } else {
      let value = form.text(key)
      let shown = value.isEmpty ? "empty" : value
      let isDim = reason != nil || value.isEmpty
      let role = problem?.role ?? (isDim ? .faint : isSet ? .changed : .text)
      var text = StyledText(shown, Style(role))
      if isSelected, isChoice(descriptor.kind) {
        text = StyledText(.init("◂ ", .faint), .init(shown, Style(role)), .init(" ▸", .faint))
        if glyphs == .ascii { text = StyledText("< \(shown) >", Style(role)) }
      }
      buffer.write(text, truncatedTo: columns[2].width, at: columns[2].x, area.y)
    }
    let hint: StyledText =
      if let problem {
        StyledText(problem.text, Style(problem.role))
      } else if let reason {
        StyledText("no effect: \(reason)", .faint)
      } else if let change {
        StyledText("was \(Self.spelled(change.old))", .faint)
      } else if isSet {
        StyledText("default \(Self.spelled(descriptor.defaultValue))", .faint)
      } else if key == Settings.startCheckpoint.key {
        StyledText("\(state.keys.name(of: .forkFrom, in: .experiment)) chooses", .faint)
      } else {
        StyledText(SettingText.range(descriptor.kind), .faint)
      }
    buffer.write(hint, truncatedTo: columns[3].width, at: columns[3].x, area.y)
    if isSelected, !isEdited { buffer.setBackground(.selection, in: area) }
  }

  /// What is wrong with a setting, or with the text that is typed for it, behind its mark.
  private func problem(
    of key: String, _ form: ExperimentForm, isEdited: Bool
  ) -> (text: String, role: Role)? {
    if isEdited { return form.edit?.error.map { ("\(cross) \($0)", .error) } }
    return form.problem(of: key).map(shown)
  }

  private func shown(_ problem: ExperimentForm.Problem) -> (text: String, role: Role) {
    problem.severity == .warning
      ? ("! \(problem.text)", .warning) : ("\(cross) \(problem.text)", .error)
  }

  private static func spelled(_ value: SettingValue) -> String {
    let text = SettingText.text(value)
    return text.isEmpty ? "empty" : text
  }

  private func isChoice(_ kind: SettingKind) -> Bool {
    switch kind {
    case .choice, .bool: true
    default: false
    }
  }

  // MARK: About the setting under the cursor

  private mutating func paintDoc(_ form: ExperimentForm, in area: Rect) {
    guard let descriptor = form.current else { return }
    let inner = paintBlock(StyledText(descriptor.key, .title), in: area)
      .inset(horizontal: 1, vertical: 0)
    var facts = [SettingText.range(descriptor.kind)]
    facts.append("default \(Self.spelled(descriptor.defaultValue))")
    if let unit = descriptor.unit { facts.append(unit) }
    if descriptor.isLive { facts.append("can change while it runs") }
    if form.differs(descriptor.key) {
      let old = form.reference.experiment[key: descriptor.key].map(Self.spelled) ?? ""
      facts.append("\(form.reference == form.opened ? "was" : form.reference.name + " has") \(old)")
    }
    var lines = [
      StyledText(descriptor.doc, Style(.help)),
      StyledText(facts.joined(separator: "  "), .faint),
    ]
    // What is wrong here comes first, else last the first thing that is wrong anywhere.
    let own =
      form.edit?.error.map { ("\(cross) \($0)", Role.error) }
      ?? form.problem(of: descriptor.key).map(shown)
    if let (text, role) = own {
      lines.insert(StyledText(text, Style(role)), at: 0)
    } else if let (text, role) = (form.problems.first ?? form.warnings.first).map(shown) {
      lines.append(StyledText(text, Style(role)))
    }
    if let reason = form.experiment.reasonForNoEffect(of: descriptor.key) {
      lines.insert(StyledText("Has no effect: \(reason).", Style(.warning)), at: 0)
    }
    if let tags = form.tags, ExperimentForm.decidesTags(descriptor.key) {
      lines += Self.lines(of: tags)
    }
    buffer.draw(Paragraph(lines), in: inner)
  }

  /// The tags that a run would have, and what to know before it.
  private static func lines(of tags: TagsAnswer) -> [StyledText] {
    if let problem = tags.problem { return [StyledText(problem, Style(.error))] }
    return [
      StyledText(
        .init("\(tags.labels.count) tags  ", .faint), .init(tags.labels.joined(separator: " ")))
    ] + tags.warnings.map { StyledText($0, Style(.warning)) }
  }

  // MARK: What changed

  private mutating func paintSide(_ form: ExperimentForm, in area: Rect) {
    let differences = form.differences
    let height = min(max(differences.count, 1) + 2, area.height / 2)
    let parts = area.rows([.fixed(height), .fill])
    let title =
      form.reference == form.opened
      ? StyledText(.init("Changed", .title), .init(" since \(form.origin)", .faint))
      : StyledText(.init("Different", .title), .init(" from \(form.reference.name)", .faint))
    let inner = paintBlock(title, in: parts[0]).inset(horizontal: 1, vertical: 0)
    if differences.isEmpty {
      buffer.write("Nothing yet.", at: inner.x, inner.y, style: .faint, maximumWidth: inner.width)
    }
    for (row, difference) in differences.prefix(inner.height).enumerated() {
      if row == inner.height - 1, differences.count > inner.height {
        let hidden = differences.count - row
        let key = state.keys.name(of: .changedOnly, in: .experiment)
        buffer.write(
          StyledText("and \(hidden) more (\(key) shows them)", .faint), truncatedTo: inner.width,
          at: inner.x, inner.y + row)
        break
      }
      let line = StyledText(
        .init("\(difference.key)  ", .text), .init(Self.spelled(difference.old), .faint),
        .init(glyphs == .ascii ? " -> " : " → ", .faint),
        .init(Self.spelled(difference.new), Style(.changed)))
      buffer.write(line, truncatedTo: inner.width, at: inner.x, inner.y + row)
    }
    let file = paintBlock("As a file", in: parts[1]).inset(horizontal: 1, vertical: 0)
    buffer.draw(Paragraph(form.experiment.toml(), style: .faint, wraps: false), in: file)
  }
}
