package import Experiments
import Foundation
import LabNotebook
import RunFolders
import TerminalUI

extension AppState {
  /// The runs whose engines are to be there now, each once.
  package var probedRuns: [RunID] {
    let runs = stack.screens.flatMap { ($0 as? ProbeScreen)?.slots.map(\.run) ?? [] }
    return runs.reduce(into: []) { probed, run in
      let hasModel = models[run].map { $0.problem == nil && !$0.languages.isEmpty } ?? false
      if hasModel, !probed.contains(run) { probed.append(run) }
    }
  }
}

/// Opening the probe, what it hears of engines, and when it asks.
extension ProbeScreen {
  package static func performAnywhere(_ action: Action, in app: inout AppState) -> [Effect]? {
    action == .probe ? open(runsToProbe(app), in: &app) : nil
  }

  /// The runs that a probe would be of, on the screen that is shown.
  private static func runsToProbe(_ app: AppState) -> [RunRecord] {
    if app.stack.isEmpty {
      let chosen = app.runs.chosen
      if chosen.count == largest { return chosen.sorted { $0.id < $1.id } }
      return app.runs.underCursor.map { [$0] } ?? []
    }
    if let compared = app.stack.top(CompareScreen.self) {
      return [compared.control, compared.other].compactMap(app.runs.record)
    }
    return app.currentRun.map { [$0] } ?? []
  }

  /// Why they cannot be probed; nil when they can.
  static func reasonNotToProbe(_ app: AppState) -> String? {
    if app.stack.top(ProbeScreen.self) != nil { return "This is the probe." }
    let chosen = runsToProbe(app)
    if chosen.isEmpty {
      return app.stack.isEmpty && app.runs.groupUnderCursor != nil
        ? "This is a group; move to one of its runs, or mark two." : "There is no run here."
    }
    return chosen.lazy.compactMap(reasonNotToProbe).first
  }

  private static func reasonNotToProbe(_ run: RunRecord) -> String? {
    if run.isPretraining {
      return "Run #\(run.id) made an encoder from text; only a run that tunes finds entities."
    }
    if run.state.isFinal { return nil }
    return "Run #\(run.id) is \(run.state.rawValue); its model is there when it has finished."
  }

  /// Opens a probe of runs, or of one run in two languages.
  private static func open(
    _ chosen: [RunRecord], languages: [String] = [], in app: inout AppState
  ) -> [Effect] {
    if let reason = chosen.lazy.compactMap(reasonNotToProbe).first {
      app.say(.warning, reason)
      return []
    }
    var screen = ProbeScreen(chosen.map(\.id), history: ProbeHistory(app.memory))
    if languages.count > 1 {
      screen.slots = [.init(chosen[0].id), .init(chosen[0].id, language: languages[1])]
    }
    // There is one probe at a time: another takes over its text, and the engines that it goes on with.
    if let old = app.stack.newest(ProbeScreen.self) {
      (screen.document, screen.language, screen.history) = (old.document, old.language, old.history)
      for place in screen.slots.indices {
        let same = old.slots.first { $0.run == screen.slots[place].run }
        screen.slots[place].engine = same?.engine
        screen.slots[place].engineSince = same?.engineSince
      }
      screen.number = old.number
      app.stack.close(ProbeScreen.self)
    }
    if let first = languages.first { screen.language = first }
    app.stack.open(screen)
    return [.analyse(.models)]
  }

  package static let commands: [TypedCommand] = [
    TypedCommand(
      "probe", "RUN [RUN] [LANGUAGE…]",
      "Type a sentence and see what a run, two, or two languages of one find in it.",
      words: { words, app in
        guard (2...4).contains(words.count) else { return [] }
        let languages = RunID(words[1]).flatMap(app.runs.record).map {
          $0.experiment[Settings.tuningLanguages]
        }
        let runs = app.runs.visible.filter { $0.state.isFinal }.map { String($0.id) }
        return ((words.count < 4 ? runs : []) + (words.count > 2 ? languages ?? [] : []))
          .filter { !words.dropLast().contains($0) }
      }
    ) { open($0, in: &$1) }
  ]

  /// Opens a probe of the runs that a command names, and of the languages that follow them.
  private static func open(_ argument: String, in app: inout AppState) -> [Effect] {
    var chosen: [RunRecord] = []
    var languages: [String] = []
    for word in argument.split(whereSeparator: { $0 == " " || $0 == "," }) {
      let number = word.hasPrefix("#") ? word.dropFirst() : word
      if !chosen.isEmpty, number.contains(where: { !$0.isNumber }) {
        if !languages.contains(String(word)) { languages.append(String(word)) }
        continue
      }
      guard let run = RunID(number).flatMap(app.runs.record) else {
        app.say(.error, "There is no run #\(number).")
        return []
      }
      if !chosen.contains(where: { $0.id == run.id }) { chosen.append(run) }
    }
    guard (1...largest).contains(chosen.count),
      languages.count <= (chosen.count == 1 ? largest : 1)
    else {
      app.say(.error, "A probe has one run, or two side by side, or two languages of one.")
      return []
    }
    for run in chosen {
      guard let known = app.models[run.id]?.languages, !known.isEmpty else { continue }
      if let strange = languages.first(where: { !known.contains($0) }) {
        app.say(
          .error,
          "Run #\(run.id) is not tuned for \(strange), but for \(known.joined(separator: ", ")).")
        return []
      }
    }
    return open(chosen, languages: languages, in: &app)
  }

  // MARK: Engines and answers

  static func take(_ found: [RunModel], in app: inout AppState) -> [Effect] {
    app.models = Dictionary(found.map { ($0.run, $0) }) { $1 }
    if var chooser = app.overlay as? Chooser, let kind = chooser.kind as? ProbedRunChoice,
      let probe = app.stack.top(ProbeScreen.self)
    {
      chooser.items = probe.items(place: kind.place, in: app)
      app.overlay = chooser
    }
    let models = app.models
    // Slots that were waiting for their languages ask now.
    return app.stack.changeNewest(ProbeScreen.self) { probe in
      probe.slots.contains { $0.asked == 0 } ? probe.ask(models) : []
    } ?? []
  }

  static func take(_ engine: ProbeEngineState, of run: RunID, in app: inout AppState) {
    if case .failed(let reason) = engine { app.say(.error, reason) }
    if case .restarting(let reason) = engine {
      app.say(.warning, "\(reason) It is being started again.")
    }
    let now = app.now
    app.stack.changeNewest(ProbeScreen.self) { probe in
      for index in probe.slots.indices where probe.slots[index].run == run {
        probe.slots[index].engine = engine
        probe.slots[index].engineSince = now
      }
    }
  }

  /// Takes an answer, unless a newer one is there or it is about what is not shown any more.
  static func take(_ answer: ProbeAnswer, in app: inout AppState) {
    let models = app.models
    app.stack.changeNewest(ProbeScreen.self) { probe in
      for index in probe.slots.indices where probe.slots[index].run == answer.question.run {
        let slot = probe.slots[index]
        guard answer.question.number >= slot.answer?.question.number ?? 0,
          answer.question.number <= slot.asked,
          answer.question.language == probe.language(of: slot, models)
        else { continue }
        probe.slots[index].answer = answer
      }
      probe.row = min(probe.row, max(probe.table.rowCount - 1, 0))
    }
  }

  package static func end(_ app: inout AppState) -> [Effect] {
    guard var probe = app.stack.newest(ProbeScreen.self) else { return [] }
    let effects = probe.keepText(in: &app)
    app.stack.changeNewest(ProbeScreen.self) { $0.history = probe.history }
    return effects
  }

  /// Adds the text to those that were tried, and has them remembered where that is new.
  mutating func keepText(in app: inout AppState) -> [Effect] {
    let before = history.words
    history.add(document.text)
    guard history.words != before else { return [] }
    app.memory[ProbeHistory.key] = history.words
    return [.notebook(.remember(history.words, key: ProbeHistory.key))]
  }
}

extension ProbeScreen {
  /// Asks every run about the text as it stands.
  mutating func ask(_ models: [RunID: RunModel], again: Bool = false) -> [Effect] {
    due = nil
    number += 1
    let sentences = ProbeSentence.sentences(of: document.lines)
    var effects: [Effect] = []
    for index in slots.indices {
      guard models[slots[index].run]?.problem == nil,
        let language = language(of: slots[index], models)
      else { continue }
      let question = ProbeQuestion(
        number: number, run: slots[index].run, language: language, sentences: sentences,
        first: currentSentence, triesAgain: again)
      slots[index].asked = number
      if sentences.isEmpty, !again {
        // Nothing is found in nothing, and no engine needs to say so.
        slots[index].answer = ProbeAnswer(
          question: question, sentences: [], seconds: 0, engineSeconds: 0, residentBytes: 0)
      } else {
        effects.append(.probe(question))
      }
    }
    return effects
  }
}
