package import Experiments
package import Foundation
import LabNotebook
import RunFolders
import TerminalUI

/// Opening the probe, what it hears of engines, and when it asks.
extension AppState {
  /// The runs whose engines are to be there now, each once.
  package var probedRuns: [RunID] {
    let runs = stack.flatMap { screen -> [RunID] in
      guard case .probe(let probe) = screen else { return [] }
      return probe.slots.map(\.run)
    }
    return runs.reduce(into: []) { probed, run in
      let hasModel = models[run].map { $0.problem == nil && !$0.languages.isEmpty } ?? false
      if hasModel, !probed.contains(run) { probed.append(run) }
    }
  }

  /// The next moment at which something happens without a key; the time is to be told then.
  package var nextMoment: Date? {
    guard case .probe(let probe) = stack.last else { return nil }
    return probe.due
  }

  /// Whether an answer is on its way, which is to be shown as soon as it is there.
  package var awaitsAnswer: Bool {
    guard case .probe(let probe) = stack.last else { return false }
    return probe.isWaiting
  }

  /// Changes the newest probe.
  mutating func changeProbe(_ change: (inout ProbeScreenState) -> Void) {
    for index in stack.indices.reversed() {
      guard case .probe(var probe) = stack[index] else { continue }
      change(&probe)
      stack[index] = .probe(probe)
      return
    }
  }

  // MARK: Opening

  /// The runs that a probe would be of, on the screen that is shown.
  var runsToProbe: [RunRecord] {
    switch stack.last {
    case nil:
      let marked = runs.chosen
      if marked.count == ProbeScreenState.largest { return marked.sorted { $0.id < $1.id } }
      return runs.underCursor.map { [$0] } ?? []
    case .compare(let screen): return [screen.control, screen.other].compactMap(runs.record)
    default: return currentRun.map { [$0] } ?? []
    }
  }

  /// Why they cannot be probed; nil when they can.
  var reasonNotToProbe: String? {
    if case .probe = stack.last { return "This is the probe." }
    let chosen = runsToProbe
    if chosen.isEmpty {
      return stack.isEmpty && runs.groupUnderCursor != nil
        ? "This is a group; move to one of its runs, or mark two." : "There is no run here."
    }
    return chosen.lazy.compactMap(Self.reasonNotToProbe).first
  }

  private static func reasonNotToProbe(_ run: RunRecord) -> String? {
    if run.isPretraining {
      return "Run #\(run.id) made an encoder from text; only a run that tunes finds entities."
    }
    if run.state.isFinal { return nil }
    return "Run #\(run.id) is \(run.state.rawValue); its model is there when it has finished."
  }

  /// Opens a probe of runs, or of one run in two languages.
  mutating func openProbe(_ chosen: [RunRecord], languages: [String] = []) -> [Effect] {
    if let reason = chosen.lazy.compactMap(Self.reasonNotToProbe).first {
      say(.warning, reason)
      return []
    }
    var screen = ProbeScreenState(chosen.map(\.id), history: ProbeHistory(memory))
    if languages.count > 1 {
      screen.slots = [.init(chosen[0].id), .init(chosen[0].id, language: languages[1])]
    }
    // There is one probe at a time: another takes over its text, and the engines that it goes on with.
    for index in stack.indices.reversed() {
      guard case .probe(let old) = stack[index] else { continue }
      (screen.document, screen.language, screen.history) = (old.document, old.language, old.history)
      for place in screen.slots.indices {
        let same = old.slots.first { $0.run == screen.slots[place].run }
        screen.slots[place].engine = same?.engine
        screen.slots[place].engineSince = same?.engineSince
      }
      screen.number = old.number
      stack.remove(at: index)
    }
    if let first = languages.first { screen.language = first }
    stack.append(.probe(screen))
    return [.analyse(.models)]
  }

  /// Opens a probe of the runs that a command names, and of the languages that follow them.
  mutating func openProbe(_ argument: String) -> [Effect] {
    var chosen: [RunRecord] = []
    var languages: [String] = []
    for word in argument.split(whereSeparator: { $0 == " " || $0 == "," }) {
      let number = word.hasPrefix("#") ? word.dropFirst() : word
      if !chosen.isEmpty, number.contains(where: { !$0.isNumber }) {
        if !languages.contains(String(word)) { languages.append(String(word)) }
        continue
      }
      guard let run = RunID(number).flatMap(runs.record) else {
        say(.error, "There is no run #\(number).")
        return []
      }
      if !chosen.contains(where: { $0.id == run.id }) { chosen.append(run) }
    }
    guard (1...ProbeScreenState.largest).contains(chosen.count),
      languages.count <= (chosen.count == 1 ? ProbeScreenState.largest : 1)
    else {
      say(.error, "A probe has one run, or two side by side, or two languages of one.")
      return []
    }
    for run in chosen {
      guard let known = models[run.id]?.languages, !known.isEmpty else { continue }
      if let strange = languages.first(where: { !known.contains($0) }) {
        say(
          .error,
          "Run #\(run.id) is not tuned for \(strange), but for \(known.joined(separator: ", ")).")
        return []
      }
    }
    return openProbe(chosen, languages: languages)
  }

  // MARK: Engines and answers

  mutating func take(_ found: [RunModel]) -> [Effect] {
    models = Dictionary(found.map { ($0.run, $0) }) { $1 }
    if case .chooser(var chooser) = overlay, case .probe(let place) = chooser.purpose {
      chooser.items = probeItems(place: place)
      overlay = .chooser(chooser)
    }
    var effects: [Effect] = []
    let models = models
    changeProbe { probe in
      // Slots that were waiting for their languages ask now.
      let unasked = probe.slots.contains { $0.asked == 0 }
      if unasked { effects = probe.ask(models) }
    }
    return effects
  }

  mutating func take(_ engine: ProbeEngineState, of run: RunID) {
    let now = now
    if case .failed(let reason) = engine { say(.error, reason) }
    if case .restarting(let reason) = engine {
      say(.warning, "\(reason) It is being started again.")
    }
    changeProbe { probe in
      for index in probe.slots.indices where probe.slots[index].run == run {
        probe.slots[index].engine = engine
        probe.slots[index].engineSince = now
      }
    }
  }

  /// Takes an answer, unless a newer one is there or it is about what is not shown any more.
  mutating func take(_ answer: ProbeAnswer) {
    let models = models
    changeProbe { probe in
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

  /// Asks about a text whose typing has paused long enough.
  mutating func askIfDue() -> [Effect] {
    guard case .probe(var probe) = stack.last, let due = probe.due, due <= now else { return [] }
    let effects = probe.ask(models)
    stack[stack.count - 1] = .probe(probe)
    return effects
  }

  /// What keeps the probe's text for another time, when it is left.
  mutating func rememberProbe() -> [Effect] {
    guard
      case .probe(let probe)? = stack.last(where: { if case .probe = $0 { true } else { false } })
    else { return [] }
    var history = probe.history
    history.add(probe.document.text)
    changeProbe { $0.history = history }
    guard history.words != probe.history.words else { return [] }
    memory[ProbeHistory.key] = history.words
    return [.notebook(.remember(history.words, key: ProbeHistory.key))]
  }
}

extension ProbeScreenState {
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
