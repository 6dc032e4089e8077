import Foundation
import LabNotebook
import RunFolders
import TerminalUI

/// Keys of the probe: typing, and actions.
extension AppState {
  /// Gives a key to the text, unless it means something else there.
  mutating func typeIntoProbe(_ key: KeyEvent) -> [Effect] {
    guard case .probe(let probe) = stack.last else { return [] }
    let layout = ProbeLayout(self, probe)
    let width = layout.text.width
    // At the edges of the text the arrows call earlier texts back.
    let row = probe.place(width: width).row
    var key = key
    switch keys.binding(for: key, in: .probe)?.action {
    case .up:
      if row == 0 { return recall(-1) }
      key = KeyEvent(.up)
    case .down:
      if row == probe.rowCount(width: width) - 1 { return recall(1) }
      key = KeyEvent(.down)
    case let action?: return perform(action)
    case nil: break
    }
    // An arrow moves to where it points, also in a line that begins at the right.
    if ordersText, probe.isFromRight, key.key == .left || key.key == .right {
      key.key = key.key == .left ? .right : .left
    }
    changeText { _ = $0.handle(key, width: width, page: max(layout.text.height, 1)) }
    return []
  }

  /// Puts pasted text into the text; its lines are sentences.
  mutating func pasteIntoProbe(_ text: String) {
    changeText { $0.insert(text) }
  }

  /// Changes the text, and lets it be asked about when the typing pauses.
  mutating func changeText(_ change: (inout TextDocument) -> Void) {
    guard case .probe(var probe) = stack.last else { return }
    let before = probe.document
    change(&probe.document)
    if probe.document.lines != before.lines {
      let count = probe.document.lines.reduce(probe.document.lines.count - 1) { $0 + $1.count }
      guard count <= ProbeScreenState.longestText else {
        say(
          .warning,
          "A probe takes \(ProbeScreenState.longestText) characters; this would be \(count). "
            + "primer predict takes any text.")
        return
      }
      probe.due = now.addingTimeInterval(ProbeScreenState.pause)
    }
    probe.scroll = nil
    stack[stack.count - 1] = .probe(probe)
  }

  /// Calls an earlier or a later text back.
  private mutating func recall(_ step: Int) -> [Effect] {
    guard case .probe(var probe) = stack.last else { return [] }
    guard let text = probe.history.move(step, from: probe.document.text) else {
      // There is none: the arrow moves as in any text.
      let width = ProbeLayout(self, probe).text.width
      changeText { $0.moveRows(by: step, width: width) }
      return []
    }
    return show(text, in: &probe)
  }

  /// Puts a text in place of the one that is there, and asks about it at once.
  private mutating func show(_ text: String, in probe: inout ProbeScreenState) -> [Effect] {
    probe.document.replaceAll(with: text)
    probe.document.moveCursor(to: .init(line: .max, column: .max))
    (probe.scroll, probe.row) = (nil, 0)
    let effects = probe.ask(models)
    stack[stack.count - 1] = .probe(probe)
    return effects
  }

  // MARK: Actions

  /// Carries an action of the probe out.
  mutating func performInProbe(_ action: Action) -> [Effect] {
    guard case .probe(var probe) = stack.last else { return [] }
    let page = max(ProbeLayout(self, probe).table.height - 2, 1)
    switch action {
    case .nextPane, .previousPane: probe.pane = probe.pane == .text ? .entities : .text
    case .edit, .open: probe.pane = .text
    case .wordTable:
      probe.listing = probe.listing == .entities ? .words : .entities
      probe.row = 0
    case .chooseRun, .secondRun:
      let place = action == .secondRun ? 1 : 0
      let items = probeItems(place: place)
      let slot = probe.slots.dropFirst(place).first
      overlay = .chooser(
        Chooser(
          .probe(place),
          title: place == 0 ? "Probe a run" : "Beside it, another run, or another language",
          items: items,
          selected: slot.map { slot in slot.language.map { .language($0) } ?? .run(slot.run) }
            ?? items.first { if case .run = $0.value { true } else { false } }?.value))
      return [.analyse(.models)]
    case .chooseLanguage:
      let languages = probe.choices(models)
      overlay = .chooser(
        Chooser(
          .probeLanguage, title: "The language whose tuned module is used",
          items: languages.map { language in
            let runs = Set(probe.slots.map(\.run)).sorted().filter {
              models[$0]?.languages.contains(language) ?? false
            }
            return Chooser.Item(
              .language(language), language,
              detail: runs.map { "#\($0)" }.joined(separator: ", "))
          },
          selected: probe.language(of: probe.slots[0], models).map { .language($0) }))
      return []
    case .recall:
      let texts = probe.history.texts
      let items = texts.indices.reversed().map { index in
        Chooser.Item(.text(index), texts[index].replacing("\n", with: " / "))
      }
      overlay = .chooser(Chooser(.probeText, title: "Texts that were tried", items: items))
      return []
    case .left, .right: return nextLanguage(action == .left ? -1 : 1)
    case .newText:
      let effects = rememberProbe()
      guard case .probe(var probe) = stack.last else { return effects }
      return effects + show("", in: &probe)
    case .askAgain:
      let effects = probe.ask(models, again: true)
      stack[stack.count - 1] = .probe(probe)
      return effects + [.analyse(.models)]
    case .undo, .redo:
      changeText { action == .undo ? $0.undo() : $0.redo() }
      return []
    case .up: probe.row -= 1
    case .down: probe.row += 1
    case .pageUp, .pageDown:
      let step = action == .pageUp ? -1 : 1
      if probe.pane == .text { scrollProbe(step, &probe) } else { probe.row += step * page }
    case .top: probe.row = 0
    case .bottom: probe.row = .max
    default: break
    }
    probe.row = min(max(probe.row, 0), max(probe.table.rowCount - 1, 0))
    stack[stack.count - 1] = .probe(probe)
    return []
  }

  /// Scrolls the text with its entities by half of what is seen of it.
  mutating func scrollProbe(_ pages: Int, _ probe: inout ProbeScreenState) {
    let layout = ProbeLayout(self, probe)
    guard let area = layout.results.first else { return }
    let most =
      probe.slots.indices.map { index in
        ProbeRendering(probe, slot: index, glyphs: .braille, width: area.width).rows.count
      }.max() ?? 0
    let rendering = ProbeRendering(probe, slot: 0, glyphs: .braille, width: area.width)
    let first = rendering.first(visible: area.height, probe)
    let step = max(area.height / 2, 1) * pages
    probe.scroll = min(max(first + step, 0), max(most - area.height, 0))
  }

  private mutating func nextLanguage(_ step: Int) -> [Effect] {
    guard case .probe(let probe) = stack.last else { return [] }
    let all = probe.choices(models)
    guard let current = probe.language(of: probe.slots[0], models),
      let index = all.firstIndex(of: probe.language ?? current), all.count > 1
    else { return [] }
    return use(all[(index + step + all.count) % all.count])
  }

  private mutating func use(_ language: String) -> [Effect] {
    guard case .probe(var probe) = stack.last else { return [] }
    probe.language = language
    let effects = probe.ask(models)
    stack[stack.count - 1] = .probe(probe)
    return effects
  }

  // MARK: Choosing

  /// Runs that have a model, the newest first, but for the one in the other place; before them, in
  /// the second place, the other languages of the first run.
  func probeItems(place: Int) -> [Chooser.Item] {
    guard case .probe(let probe) = stack.last else { return [] }
    let isOfOneRun = probe.isOfOneRun
    let other =
      place == 0 && isOfOneRun
      ? nil : probe.slots.indices.first { $0 != place }.map { probe.slots[$0].run }
    var items: [Chooser.Item] = []
    if place == 1, probe.slots.count > 1 {
      items.append(Chooser.Item(.defaults, "none", detail: "Only what stands first."))
    }
    if place == 1, let model = models[probe.slots[0].run] {
      let first = probe.language(of: probe.slots[0], models)
      items += model.languages.filter { $0 != first }.map { language in
        Chooser.Item(
          .language(language), "\(language), of #\(model.run) too",
          detail: "The same run, as it was tuned for \(language).")
      }
    }
    let known = runs.records.filter { run in
      run.id != other && models[run.id].map { $0.problem == nil } ?? false
    }
    items += known.sorted { $0.id > $1.id }.map { run in
      let languages = models[run.id]?.languages.joined(separator: " ") ?? ""
      let state = run.state == .finished ? "" : "  \(run.state.rawValue)"
      return Chooser.Item(
        .run(run.id), "#\(run.id) \(run.name)",
        detail: "\(run.methodName)  \(languages)  F1 \(Formatting.f1(run.shownF1))\(state)")
    }
    return items
  }

  /// Takes the run that was chosen for a place.
  mutating func takeProbed(_ value: Chooser.Value, place: Int) -> [Effect] {
    guard case .probe(var probe) = stack.last else { return [] }
    switch value {
    case .run(let run) where place == 0 && probe.isOfOneRun:
      // Two languages stay two languages, where the run has them.
      let language = probe.slots[1].language
      probe.slots = [.init(run)]
      let first = probe.language(of: probe.slots[0], models)
      if let language, language != first, models[run]?.languages.contains(language) ?? false {
        probe.slots.append(.init(run, language: language))
      }
    case .run(let run): probe.put(.init(run), at: place)
    case .language(let language):
      // It stays when the first run's language is chosen again.
      probe.language = probe.language(of: probe.slots[0], models)
      probe.put(.init(probe.slots[0].run, language: language), at: place)
    case .defaults where probe.slots.count > 1: probe.slots.removeLast()
    default: return []
    }
    let effects = probe.ask(models)
    stack[stack.count - 1] = .probe(probe)
    return effects
  }

  /// Takes the language that was chosen.
  mutating func takeProbeLanguage(_ value: Chooser.Value) -> [Effect] {
    guard case .language(let language) = value else { return [] }
    return use(language)
  }

  /// Takes the text that was called back.
  mutating func takeProbeText(_ value: Chooser.Value) -> [Effect] {
    guard case .probe(var probe) = stack.last, case .text(let index) = value,
      let text = probe.history.take(index, from: probe.document.text)
    else { return [] }
    return show(text, in: &probe)
  }

  /// Why an action of the probe cannot be carried out.
  func reasonInProbe(_ action: Action) -> String? {
    guard case .probe(let probe) = stack.last else {
      let key = keys.name(of: .probe, in: .runs)
      return "Open the probe first: \(key) on a finished run, or :probe RUN."
    }
    switch action {
    case .chooseLanguage:
      return probe.choices(models).count < 2 ? "There is no other tuned language." : nil
    case .recall: return probe.history.texts.isEmpty ? "No text was tried before." : nil
    case .newText: return probe.document.isEmpty ? "There is no text yet." : nil
    case .undo: return probe.document.canUndo ? nil : "Nothing was changed yet."
    case .redo: return probe.document.canRedo ? nil : "Nothing was taken back."
    default: return nil
    }
  }
}

extension ProbeScreenState {
  /// Puts a run in a place, unless it is there; one that is there in the other keeps its engine.
  fileprivate mutating func put(_ slot: Slot, at place: Int) {
    var slot = slot
    if let same = slots.first(where: { $0.run == slot.run }) {
      if slots.indices.contains(place), slots[place].run == slot.run,
        slots[place].language == slot.language
      {
        return
      }
      (slot.engine, slot.engineSince) = (same.engine, same.engineSince)
    }
    slots.removeSubrange(min(place, slots.count)..<min(place + 1, slots.count))
    slots.insert(slot, at: place)
  }

  /// Where the cursor is when the text is wrapped.
  func place(width: Int) -> (row: Int, column: Int) {
    TextLayout(document.lines, width: width).place(of: document.cursor)
  }

  /// Whether the line of the cursor begins at the right.
  fileprivate var isFromRight: Bool {
    VisualOrder.direction(of: document.lines[document.cursor.line]) == .rightToLeft
  }

  /// How many rows the text takes.
  func rowCount(width: Int) -> Int { TextLayout(document.lines, width: width).rows.count }
}
