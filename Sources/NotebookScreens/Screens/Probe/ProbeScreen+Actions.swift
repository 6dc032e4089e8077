import Experiments
import Foundation
import LabNotebook
import RunFolders
package import TerminalUI

/// Keys of the probe: typing, and actions.
extension ProbeScreen {
  package mutating func type(_ key: KeyEvent, in app: inout AppState) -> [Effect] {
    guard pane == .text else { return [] }
    let layout = ProbeLayout(app, self)
    var key = key
    // An arrow moves to where it points, also in a line that begins at the right.
    if app.ordersText, isFromRight, key.key == .left || key.key == .right {
      key.key = key.key == .left ? .right : .left
    }
    changeText(in: &app) {
      _ = $0.handle(key, width: layout.text.width, page: max(layout.text.height, 1))
    }
    return []
  }

  /// Puts pasted text into the text; its lines are sentences.
  package mutating func paste(_ text: String, in app: inout AppState) -> [Effect]? {
    guard pane == .text else { return nil }
    changeText(in: &app) { $0.insert(text) }
    return []
  }

  /// Changes the text, and lets it be asked about when the typing pauses.
  private mutating func changeText(
    in app: inout AppState, _ change: (inout TextDocument) -> Void
  ) {
    var changed = document
    change(&changed)
    if changed.lines != document.lines {
      let count = changed.lines.reduce(changed.lines.count - 1) { $0 + $1.count }
      guard count <= Self.longestText else {
        app.say(
          .warning,
          "A probe takes \(Self.longestText) characters; this would be \(count). "
            + "primer predict takes any text.")
        return
      }
      due = app.now.addingTimeInterval(Self.pause)
    }
    document = changed
    scroll = nil
  }

  /// Moves the cursor up or down in the text; at its edges calls earlier or later texts back.
  private mutating func moveInText(_ step: Int, in app: inout AppState) -> [Effect] {
    let width = ProbeLayout(app, self).text.width
    let edge = step < 0 ? 0 : rowCount(width: width) - 1
    if place(width: width).row != edge {
      return type(KeyEvent(step < 0 ? .up : .down), in: &app)
    }
    guard let text = history.move(step, from: document.text) else {
      // There is none: the arrow moves as in any text.
      changeText(in: &app) { $0.moveRows(by: step, width: width) }
      return []
    }
    return show(text, in: app)
  }

  /// Puts a text in place of the one that is there, and asks about it at once.
  fileprivate mutating func show(_ text: String, in app: AppState) -> [Effect] {
    document.replaceAll(with: text)
    document.moveCursor(to: .init(line: .max, column: .max))
    (scroll, row) = (nil, 0)
    return ask(app.models)
  }

  // MARK: Actions

  package mutating func perform(_ action: Action, in app: inout AppState) -> [Effect] {
    let page = max(ProbeLayout(app, self).table.height - 2, 1)
    switch action {
    case .nextPane, .previousPane: pane = pane == .text ? .entities : .text
    case .edit, .open: pane = .text
    case .wordTable:
      listing = listing == .entities ? .words : .entities
      row = 0
    case .chooseRun, .secondRun: return chooseRun(place: action == .secondRun ? 1 : 0, in: &app)
    case .chooseLanguage: chooseLanguage(in: &app)
    case .recall:
      let texts = history.texts
      let items = texts.indices.reversed().map { index in
        Chooser.Item(.text(index), texts[index].replacing("\n", with: " / "))
      }
      app.overlay = Chooser(TriedTextChoice(), title: "Texts that were tried", items: items)
    case .left, .right: return nextLanguage(action == .left ? -1 : 1, in: app)
    case .newText:
      let effects = keepText(in: &app)
      return effects + show("", in: app)
    case .askAgain: return ask(app.models, again: true) + [.analyse(.models)]
    case .undo: changeText(in: &app) { $0.undo() }
    case .redo: changeText(in: &app) { $0.redo() }
    case .up, .down:
      let step = action == .up ? -1 : 1
      if pane == .text { return moveInText(step, in: &app) }
      row += step
    case .pageUp, .pageDown:
      let step = action == .pageUp ? -1 : 1
      if pane == .text { scroll(byHalfPages: step, in: app) } else { row += step * page }
    case .top: row = 0
    case .bottom: row = .max
    default: break
    }
    row = min(max(row, 0), max(table.rowCount - 1, 0))
    return []
  }

  /// Scrolls the text with its entities by half of what is seen of it.
  mutating func scroll(byHalfPages pages: Int, in app: AppState) {
    let layout = ProbeLayout(app, self)
    guard let area = layout.results.first else { return }
    let most =
      slots.indices.map { index in
        ProbeRendering(self, slot: index, glyphs: .braille, width: area.width).rows.count
      }.max() ?? 0
    let rendering = ProbeRendering(self, slot: 0, glyphs: .braille, width: area.width)
    let first = rendering.first(visible: area.height, self)
    let step = max(area.height / 2, 1) * pages
    scroll = min(max(first + step, 0), max(most - area.height, 0))
  }

  private mutating func nextLanguage(_ step: Int, in app: AppState) -> [Effect] {
    let all = choices(app.models)
    guard let current = language(of: slots[0], app.models),
      let index = all.firstIndex(of: language ?? current), all.count > 1
    else { return [] }
    language = all[(index + step + all.count) % all.count]
    return ask(app.models)
  }

  // MARK: Choosing

  private func chooseRun(place: Int, in app: inout AppState) -> [Effect] {
    let items = items(place: place, in: app)
    let slot = slots.dropFirst(place).first
    app.overlay = Chooser(
      ProbedRunChoice(place: place),
      title: place == 0 ? "Probe a run" : "Beside it, another run, or another language",
      items: items,
      selected: slot.map { slot in slot.language.map { .language($0) } ?? .run(slot.run) }
        ?? items.first { if case .run = $0.value { true } else { false } }?.value)
    return [.analyse(.models)]
  }

  private func chooseLanguage(in app: inout AppState) {
    let models = app.models
    app.overlay = Chooser(
      ProbeLanguageChoice(), title: "The language whose tuned module is used",
      items: choices(models).map { language in
        let runs = Set(slots.map(\.run)).sorted().filter {
          models[$0]?.languages.contains(language) ?? false
        }
        return Chooser.Item(
          .language(language), language, detail: runs.map { "#\($0)" }.joined(separator: ", "))
      },
      selected: language(of: slots[0], models).map { .language($0) })
  }

  /// Runs that have a model, the newest first, but for the one in the other place; before them, in
  /// the second place, the other languages of the first run.
  func items(place: Int, in app: AppState) -> [Chooser.Item] {
    let other =
      place == 0 && isOfOneRun
      ? nil : slots.indices.first { $0 != place }.map { slots[$0].run }
    var items: [Chooser.Item] = []
    if place == 1, slots.count > 1 {
      items.append(Chooser.Item(.defaults, "none", detail: "Only what stands first."))
    }
    if place == 1, let model = app.models[slots[0].run] {
      let first = language(of: slots[0], app.models)
      items += model.languages.filter { $0 != first }.map { language in
        Chooser.Item(
          .language(language), "\(language), of #\(model.run) too",
          detail: "The same run, as it was tuned for \(language).")
      }
    }
    let known = app.runs.records.filter { run in
      run.id != other && app.models[run.id].map { $0.problem == nil } ?? false
    }
    items += known.sorted { $0.id > $1.id }.map { run in
      let languages = app.models[run.id]?.languages.joined(separator: " ") ?? ""
      let state = run.state == .finished ? "" : "  \(run.state.rawValue)"
      return Chooser.Item(
        .run(run.id), "#\(run.id) \(run.name)",
        detail: "\(run.methodName)  \(languages)  F1 \(Formatting.f1(run.shownF1))\(state)")
    }
    return items
  }
}

/// A run for a place of the probe, or another language of the first.
struct ProbedRunChoice: ChooserKind {
  let place: Int

  func take(_ value: Chooser.Value, in app: inout AppState) -> [Effect] {
    let models = app.models
    return app.stack.changeTop(ProbeScreen.self) { $0.take(value, place: place, models) } ?? []
  }
}

/// The language whose tuned module answers.
struct ProbeLanguageChoice: ChooserKind {
  func take(_ value: Chooser.Value, in app: inout AppState) -> [Effect] {
    guard case .language(let language) = value else { return [] }
    let models = app.models
    return app.stack.changeTop(ProbeScreen.self) { probe in
      probe.language = language
      return probe.ask(models)
    } ?? []
  }
}

/// A text that was tried.
struct TriedTextChoice: ChooserKind {
  func take(_ value: Chooser.Value, in app: inout AppState) -> [Effect] {
    guard case .text(let index) = value else { return [] }
    let shared = app
    return app.stack.changeTop(ProbeScreen.self) { probe in
      guard let text = probe.history.take(index, from: probe.document.text) else { return [] }
      return probe.show(text, in: shared)
    } ?? []
  }
}

extension ProbeScreen {
  /// Takes the run or the language that was chosen for a place.
  fileprivate mutating func take(
    _ value: Chooser.Value, place: Int, _ models: [RunID: RunModel]
  ) -> [Effect] {
    switch value {
    case .run(let run) where place == 0 && isOfOneRun:
      // Two languages stay two languages, where the run has them.
      let second = slots[1].language
      slots = [.init(run)]
      let first = language(of: slots[0], models)
      if let second, second != first, models[run]?.languages.contains(second) ?? false {
        slots.append(.init(run, language: second))
      }
    case .run(let run): put(.init(run), at: place)
    case .language(let chosen):
      // It stays when the first run's language is chosen again.
      language = language(of: slots[0], models)
      put(.init(slots[0].run, language: chosen), at: place)
    case .defaults where slots.count > 1: slots.removeLast()
    default: return []
    }
    return ask(models)
  }
}

extension ProbeScreen {
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
