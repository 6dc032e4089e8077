import Experiments
import LabNotebook
import TerminalUI

/// The settings of a run: the pane of all, and the list of those that can be changed while it runs.
extension RunView {
  /// The live settings with their values now, what else is not the default, and then the rest.
  mutating func paintRunSettings(
    _ run: RunRecord, _ history: RunHistory, _ screen: RunScreen, in area: Rect
  ) {
    let isFocused = screen.pane == .settings
    let key =
      isFocused
      ? state.keys.name(of: .edit, in: .runSettings) : state.keys.name(of: .liveSettings, in: .run)
    let hint = "\(key) changes"
    let inner = paintBlock(
      "Settings", footer: run.isOver ? nil : StyledText(hint, .faint), isFocused: isFocused,
      in: area
    ).inset(horizontal: 1, vertical: 0)
    guard !inner.isEmpty else { return }
    let rows = RunSettingRows(run: run, history: history)
    let lines = settingLines(rows, width: inner.width)
    let selected = isFocused ? screen.settingsCursor : nil
    let last = lines.lastIndex { $0.setting == selected && selected != nil } ?? 0
    let first = min(max(last - inner.height + 2, 0), max(lines.count - inner.height, 0))
    for (row, line) in lines.dropFirst(first).prefix(inner.height).enumerated() {
      let y = inner.y + row
      if let left = line.left {
        buffer.write(left, truncatedTo: inner.width, at: inner.x, y)
      }
      if let right = line.right {
        let width = min(right.width, inner.width)
        buffer.write(right, truncatedTo: width, at: inner.x + inner.width - width, y)
      }
      guard let setting = line.setting, setting == selected else { continue }
      buffer.setBackground(
        .selection, in: Rect(x: inner.x, y: y, width: inner.width, height: 1))
      if line.right != nil { paintTypedSetting(rows.keys[setting], at: y, in: inner) }
    }
  }

  /// A row of the pane: a name, a value, or both where they fit beside each other.
  private struct SettingLine {
    var setting: Int?
    var left: StyledText?
    var right: StyledText?
  }

  // A name is never cut: where it leaves no room, the value stands in a row of its own.
  private func settingLines(_ rows: RunSettingRows, width: Int) -> [SettingLine] {
    var lines: [SettingLine] = []
    for (index, key) in rows.keys.enumerated() {
      let isRest = index >= rows.liveCount + rows.changedCount
      let name = StyledText(key, .faint)
      let former = rows.formerValue(of: key)
      var value = StyledText(
        rows.value(of: key), Style(former != nil ? .changed : isRest ? .faint : .text))
      if let former { value.spans.append(.init(" was \(former)", .faint)) }
      if name.width + 1 + value.width <= width {
        lines.append(SettingLine(setting: index, left: name, right: value))
      } else {
        lines.append(SettingLine(setting: index, left: name))
        lines.append(SettingLine(setting: index, right: shortened(value, to: width - 2)))
      }
      if index == rows.liveCount - 1 || index == rows.liveCount + rows.changedCount - 1 {
        lines.append(SettingLine())
      }
    }
    return lines
  }

  /// A value whose beginning is cut: the ends of paths tell them apart.
  private func shortened(_ value: StyledText, to width: Int) -> StyledText {
    guard value.width > width, let text = value.spans.first else { return value }
    let rest = value.spans.dropFirst().reduce(0) { $0 + TextWidth.width(of: $1.text) }
    var tail = text.text
    while TextWidth.width(of: tail) + 1 + rest > width, !tail.isEmpty { tail.removeFirst() }
    return StyledText([.init("…" + tail, text.style)] + value.spans.dropFirst())
  }

  /// The value that is being typed, in its place, with the old one beside it.
  private mutating func paintTypedSetting(_ key: String, at y: Int, in area: Rect) {
    guard let prompt = state.overlay as? Prompt, let kind = prompt.kind as? LiveSettingPrompt,
      kind.key == key
    else { return }
    let was = StyledText(" was \(kind.old)", .faint)
    let width = min(14, max(area.width - was.width, 6))
    let x = area.x + area.width - width - was.width
    buffer.fill(Rect(x: x - 1, y: y, width: 1, height: 1))
    buffer.draw(
      TextField(prompt.line, isInvalid: prompt.error != nil),
      in: Rect(x: x, y: y, width: width, height: 1))
    buffer.write(was, truncatedTo: was.width, at: x + width, y)
  }

}

/// The list of live settings, in front of the screen.
struct LiveSettingsView: ScreenView {
  var painter: ScreenPainter

  mutating func paint(_ list: LiveSettingList, editing prompt: Prompt?) {
    guard let run = state.runs.record(list.run) else { return }
    let history = state.histories[list.run] ?? RunHistory()
    let descriptors = Settings.live
    let area = frame.body.centered(width: 76, height: descriptors.count + 6)
    buffer.fill(area)
    let inner = paintBlock(
      "Live settings of #\(list.run)", footer: "used from the next step on", isFocused: true,
      in: area)
    let parts = inner.rows([.fill, .fixed(1), .fixed(2)])
    let rows = descriptors.map { descriptor in
      let value =
        history.liveValue(of: descriptor.key, in: run.experiment) ?? descriptor.defaultValue
      let former = history.formerValue(of: descriptor.key).flatMap { $0 == value ? nil : $0 }
      return [
        StyledText(descriptor.key), StyledText(value.description, Style(.inputText)),
        StyledText(former.map { "was \($0)" } ?? "", Style(.changed)),
      ]
    }
    let table = Table(
      columns: [
        .init("Setting", width: .fixed(35)), .init("Value", width: .fixed(14)),
        .init("Before", width: .fill),
      ],
      rows: rows, selected: list.cursor, glyphs: glyphs)
    buffer.draw(table, in: parts[0])
    guard descriptors.indices.contains(list.cursor) else { return }
    let descriptor = descriptors[list.cursor]
    let doc = "\(descriptor.doc) \(SettingText.range(descriptor.kind))"
    buffer.draw(
      Paragraph(doc, style: .faint), in: parts[2].inset(horizontal: 1, vertical: 0))
    if let prompt {
      let y = parts[0].y + 1 + list.cursor
      let field = Rect(x: parts[0].x + 38, y: y, width: 14, height: 1)
        .intersection(parts[0])
      buffer.draw(TextField(prompt.line, isInvalid: prompt.error != nil), in: field)
    }
  }
}
