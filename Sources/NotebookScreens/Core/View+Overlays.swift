import Experiments
import TerminalUI

/// What stands in front of a screen: questions, lines of text, the list of live settings.
extension ScreenPainter {
  mutating func paintOverlay() {
    switch state.overlay {
    case .confirmation(let question):
      buffer.draw(question.dialog(state.keys, glyphs), in: frame.body)
    case .prompt(let prompt):
      if case .liveSetting(let run, let key, _) = prompt.purpose {
        if state.editsSettingsInPlace { return }
        let index = Settings.live.firstIndex { $0.key == key } ?? 0
        paintLiveSettings(LiveSettingsState(run: run, cursor: index), editing: prompt)
      } else {
        paintCandidates(prompt)
      }
    case .liveSettings(let list): paintLiveSettings(list, editing: nil)
    case .columns(let chooser): paintColumns(chooser)
    case .panes(let list): paintPanes(list)
    case .chooser(let chooser): paintChooser(chooser)
    case .grid(let grid): paintGrid(grid)
    case nil: break
    }
  }

  mutating func paintPrompt(_ prompt: Prompt, in area: Rect) {
    let label = label(of: prompt.purpose)
    let used = buffer.write(
      " \(label) ", at: area.x, area.y, style: Style(.accent, on: nil, .bold),
      maximumWidth: max(area.width / 2, area.width - 24))
    var field = area.columns([.fixed(used), .fill])[1]
    let warning = state.notice.flatMap { $0.kind == .warning ? $0.text : nil }
    if let remark = prompt.error ?? warning {
      let width = min(TextWidth.width(of: remark) + 3, area.width / 2)
      field.width -= width
      let text =
        prompt.error == nil
        ? StyledText(" ! \(remark)", Style(.warning)) : StyledText(" ✗ \(remark)", Style(.error))
      buffer.write(text, truncatedTo: width, at: field.right, area.y)
    }
    buffer.draw(TextField(prompt.line, isInvalid: prompt.error != nil), in: field)
  }

  private func label(of purpose: Prompt.Purpose) -> String {
    switch purpose {
    case .command: ":"
    case .filter, .search, .logSearch, .sentenceSearch, .noteSearch, .helpSearch: "/"
    case .corpusPath: "Folder of a corpus:"
    case .encoderPath: "Model directory:"
    case .pageName: "Name of the new note:"
    case .exportPath: "Write the chart to (.svg or .txt):"
    case .note(let run): "Note of #\(run):"
    case .rename(let run): "Name of #\(run):"
    case .tags(let ids): ids.count == 1 ? "Tags of #\(ids[0]):" : "Tags of \(ids.count) runs:"
    case .exportStudy: "Export the table to:"
    case .duplicate(let run): "Queue #\(run) again with seeds:"
    case .savePath: "Save as:"
    case .openPath: "Experiment file:"
    case .liveSetting(_, let key, let old): "\(key), was \(old), new:"
    }
  }

  // The candidates stand just above the line, the one taken highlighted.
  private mutating func paintCandidates(_ prompt: Prompt) {
    let candidates = prompt.candidates
    guard !candidates.isEmpty else { return }
    let help = TypedCommands.helps(state.keys)
    let area = prompt.candidateArea(in: frame.body)
    // Paths are told apart by their ends.
    let limit = state.typedPath == nil ? 32 : max(area.width - 8, 12)
    let shown = candidates.map { text in
      TextWidth.width(of: text) > limit && limit > 32 ? "…" + text.suffix(limit - 1) : text
    }
    let rows = zip(candidates, shown).map { candidate, text in
      [StyledText(text), StyledText(help[candidate] ?? "", .faint)]
    }
    let longest = candidates.map { TextWidth.width(of: $0) }.max() ?? 0
    buffer.fill(area)
    let inner = paintBlock(
      StyledText("\(state.keys.name(of: .complete, in: .prompt)) completes"), in: area)
    let table = Table(
      columns: [.init("", width: .fixed(min(longest, limit))), .init("", width: .fill)], rows: rows,
      selected: prompt.candidate, showsHeader: false, glyphs: glyphs)
    buffer.draw(table, in: inner)
  }
}

extension Confirmation {
  /// The question as it is drawn.
  func dialog(_ keys: KeyMap, _ glyphs: Glyphs) -> Dialog {
    Dialog(
      title: StyledText(title, Style(.warning, on: nil, .bold)), message: [StyledText(text)],
      buttons: [
        "\(keys.name(of: .confirm, in: .confirmation)) Yes",
        "\(keys.name(of: .cancel, in: .confirmation)) No",
      ], selected: 0, glyphs: glyphs)
  }
}

extension Prompt {
  /// Where the candidates stand: just above the line.
  func candidateArea(in body: Rect) -> Rect {
    let height = min(candidates.count + 2, 10, body.height)
    let longest = candidates.map { TextWidth.width(of: $0) }.max() ?? 0
    return Rect(
      x: body.x, y: body.bottom - height, width: min(max(longest + 56, 30), body.width),
      height: height)
  }
}
