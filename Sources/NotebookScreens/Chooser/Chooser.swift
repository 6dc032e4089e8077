package import Experiments
package import TerminalUI

/// A list in front of the screen, of which one is chosen; what is typed narrows it.
package struct Chooser: Hashable, Sendable {
  /// What the choice is for.
  package enum Purpose: Hashable, Sendable {
    /// The settings that the form takes over.
    case preset
    /// What the form is compared with.
    case reference
    /// A run of the probe, in the first place or the second.
    case probe(Int)
    case probeLanguage
    /// A text that was tried.
    case probeText
    /// The corpus that is shown.
    case corpus
    /// The corpus that vocabularies are measured on.
    case coverageCorpus
    /// The run from whose point another begins, and the point; for the form, or to open it.
    case startRun
    case startPoint(RunID, opensForm: Bool)
  }

  /// What is chosen.
  package enum Value: Hashable, Sendable {
    case opened
    case defaults
    case sample(path: String)
    case run(RunID)
    case language(String)
    /// One of several texts.
    case text(Int)
    case path(String)
    /// A point of a run.
    case point(StartPoint)
    /// A path that is typed.
    case another
  }

  /// One of the list.
  package struct Item: Hashable, Sendable {
    package var value: Value
    package var label: String
    /// A few words behind the label.
    package var detail: String

    package init(_ value: Value, _ label: String, detail: String = "") {
      self.value = value
      self.label = label
      self.detail = detail
    }
  }

  package var purpose: Purpose
  package var title: String
  package var items: [Item]
  /// What was typed to narrow the list.
  package var line = TextInput()
  package var cursor = 0

  package init(_ purpose: Purpose, title: String, items: [Item], selected: Value? = nil) {
    self.purpose = purpose
    self.title = title
    self.items = items
    cursor = items.firstIndex { $0.value == selected } ?? 0
  }

  /// The items that have every word typed.
  package var shown: [Item] {
    let words = line.text.lowercased().split(separator: " ")
    return items.filter { item in
      let text = "\(item.label) \(item.detail)".lowercased()
      return words.allSatisfy { text.contains($0) }
    }
  }

  /// The item under the cursor; nil where none matches.
  package var current: Item? {
    let shown = shown
    return shown.isEmpty ? nil : shown[min(cursor, shown.count - 1)]
  }

  /// Moves the cursor, and stops at both ends.
  package mutating func move(by rows: Int) {
    let last = max(shown.count - 1, 0)
    cursor = min(max(min(cursor, last) + rows, 0), last)
  }
}

extension AppState {
  /// Carries out an action of the list.
  mutating func perform(_ action: Action, in chooser: Chooser) -> [Effect] {
    var chooser = chooser
    switch action {
    case .up: chooser.move(by: -1)
    case .down: chooser.move(by: 1)
    case .pageUp: chooser.move(by: -8)
    case .pageDown: chooser.move(by: 8)
    case .cancel:
      overlay = nil
      return []
    case .confirm:
      guard let item = chooser.current else { return [] }
      overlay = nil
      return choose(item.value, for: chooser.purpose)
    default: break
    }
    overlay = .chooser(chooser)
    return []
  }

  private mutating func choose(_ value: Chooser.Value, for purpose: Chooser.Purpose) -> [Effect] {
    switch purpose {
    case .preset: return takePreset(value)
    case .reference: return takeReference(value)
    case .probe(let place): return takeProbed(value, place: place)
    case .probeLanguage: return takeProbeLanguage(value)
    case .probeText: return takeProbeText(value)
    case .startRun, .startPoint: return takeStart(value, for: purpose)
    case .corpus, .coverageCorpus:
      switch value {
      case .path(let path): return takeCorpus(path)
      case .another: overlay = .prompt(Prompt(.corpusPath))
      default: break
      }
      return []
    }
  }
}

/// The list.
extension ScreenPainter {
  mutating func paintChooser(_ chooser: Chooser) {
    let body = frame.body
    let shown = chooser.shown
    let area = body.centered(
      width: min(max(body.width * 2 / 3, 64), 100),
      height: min(chooser.items.count + 5, body.height))
    buffer.fill(area)
    let inner = paintBlock(
      StyledText(chooser.title, .title),
      footer: StyledText("\(shown.count) of \(chooser.items.count)", .faint), isFocused: true,
      in: area
    ).inset(horizontal: 1, vertical: 0)
    let parts = inner.rows([.fixed(1), .fill, .fixed(1)])
    buffer.draw(TextField(chooser.line, placeholder: "type to narrow the list"), in: parts[0])
    guard let current = chooser.current else {
      buffer.draw(Paragraph("Nothing matches.", style: .faint), in: parts[1])
      return
    }
    let longest = chooser.items.map { TextWidth.width(of: $0.label) }.max() ?? 0
    buffer.draw(
      Table(
        columns: [
          .init("", width: .fixed(min(longest, parts[1].width * 3 / 5))), .init("", width: .fill),
        ],
        rows: shown.map { [StyledText($0.label), StyledText($0.detail, .faint)] },
        selected: min(chooser.cursor, shown.count - 1), showsHeader: false, glyphs: glyphs),
      in: parts[1])
    buffer.write(
      StyledText(current.detail, Style(.help)), truncatedTo: parts[2].width, at: parts[2].x,
      parts[2].y)
  }
}
