package import TerminalUI

extension KeyContext {
  package static let probe = KeyContext("Probe")
  package static let probeEntities = KeyContext("Probe: the entities")
}

extension Action {
  package static let probe = Action("probe")
  package static let chooseRun = Action("choose-run")
  package static let secondRun = Action("second-run")
  package static let chooseLanguage = Action("choose-language")
  package static let newText = Action("new-text")
  package static let recall = Action("recall")
  package static let wordTable = Action("word-table")
  package static let askAgain = Action("ask-again")
}

/// The keys of the probe: while a text is typed, and in the table of what was found.
extension ProbeScreen {
  package static let keys: [KeyTable.Binding] = [
    bind([.tab], .nextPane, "Table", "Give the keys to the table of what was found.", .probe),
    bind([.control("o")], .chooseRun, "Run", "Choose the run that is probed.", .probe),
    bind(
      [.control("t")], .secondRun, "2nd",
      "Put another run, or another language of this one, beside it, or take it away.", .probe),
    bind(
      [.control("g")], .chooseLanguage, "Language", "Choose whose tuned module is used.", .probe),
    bind([.function(1)], .help, "Help", "Show all keys.", .probe),
    bind([.escape], .back, "Back", "Go back; the text is kept among those tried.", .probe),
    bind(
      [.control("x")], .newText, "New", "Keep the text among those tried; begin another.", .probe),
    bind([.control("r")], .recall, "Tried", "Choose among the texts that were tried.", .probe),
    bind([.up], .up, "Up", "Move up; in the first row, call an earlier text back.", .probe),
    bind([.down], .down, "Down", "Move down; in the last row, call a later text back.", .probe),
    bind([.pageUp], .pageUp, "Page up", "Scroll what was found up.", .probe),
    bind([.pageDown], .pageDown, "Page down", "Scroll what was found down.", .probe),
    bind([.function(5)], .askAgain, "Ask again", "Ask again, also an engine that failed.", .probe),
    bind([.function(6)], .undo, "Undo", "Take the last change of the text back.", .probe),
    bind([.function(7)], .redo, "Redo", "Do again what was taken back.", .probe),
    bind([.enter, c("i")], .edit, "Type", "Go back to the text.", .probeEntities),
    bind([c("v")], .wordTable, "Words", "List every word, or the entities again.", .probeEntities),
    bind(
      [c("o"), .control("o")], .chooseRun, "Run", "Choose the run that is probed.", .probeEntities),
    bind(
      [c("t"), .control("t")], .secondRun, "Second",
      "Put another run, or another language of this one, beside it, or take it away.",
      .probeEntities),
    bind(
      [c("L"), .control("g")], .chooseLanguage, "Language",
      "Choose whose tuned module is used; left and right take the next.", .probeEntities),
    bind(
      [c("x"), .control("x")], .newText, "New", "Keep the text among those tried; begin another.",
      .probeEntities),
    bind(
      [c("r"), .control("r")], .recall, "Tried", "Choose among the texts that were tried.",
      .probeEntities),
    bind(
      [c("R"), .function(5)], .askAgain, "Ask again", "Ask again, also an engine that failed.",
      .probeEntities),
    bind([c("u")], .undo, "Undo", "Take the last change of the text back.", .probeEntities),
    bind([c("U")], .redo, "Redo", "Do again what was taken back.", .probeEntities),
  ]

  private static let own: Set<Action> = [
    .chooseRun, .secondRun, .chooseLanguage, .newText, .recall, .wordTable, .askAgain,
  ]

  package func availability(of action: Action, in app: AppState) -> Availability {
    switch action {
    case .chooseLanguage:
      return Availability(
        unless: choices(app.models).count < 2 ? "There is no other tuned language." : nil)
    case .recall:
      return Availability(unless: history.texts.isEmpty ? "No text was tried before." : nil)
    case .newText: return Availability(unless: document.isEmpty ? "There is no text yet." : nil)
    case .undo: return Availability(unless: document.canUndo ? nil : "Nothing was changed yet.")
    case .redo: return Availability(unless: document.canRedo ? nil : "Nothing was taken back.")
    case .probe: return .unavailable("This is the probe.")
    default: return Self.own.contains(action) ? .available : .undecided
    }
  }

  package static func availabilityAnywhere(of action: Action, in app: AppState) -> Availability {
    if action == .probe { return Availability(unless: reasonNotToProbe(app)) }
    guard own.contains(action) else { return .undecided }
    let key = app.keys.name(of: .probe, in: .runs)
    return .unavailable("Open the probe first: \(key) on a finished run, or :probe RUN.")
  }
}
