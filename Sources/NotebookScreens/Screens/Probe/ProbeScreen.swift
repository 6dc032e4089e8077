package import Experiments
package import Foundation
import LabNotebook
import NamedEntities
package import RunFolders
package import TerminalUI

/// A text, and what one or two runs find in it.
package struct ProbeScreen: Screen {
  /// The parts of the screen that can have the keys.
  package enum Pane: Hashable, Sendable { case text, entities }

  /// What the table below lists.
  package enum Listing: Hashable, Sendable { case entities, words }

  /// A run that is probed, and what is known of it.
  package struct Slot: Sendable {
    package let run: RunID
    /// The language of its own, beside another of the same run; nil: that of the screen.
    package var language: String?
    /// How its engine is; nil before it was wanted.
    package var engine: ProbeEngineState?
    /// Since when it is so.
    package var engineSince: Date?
    /// The number of the newest question.
    package var asked = 0
    /// The newest answer.
    package var answer: ProbeAnswer?

    package init(_ run: RunID, language: String? = nil) {
      self.run = run
      self.language = language
    }

    /// Whether a newer answer is on its way.
    package var isWaiting: Bool {
      guard asked > 0 else { return false }
      guard let answer, answer.question.number == asked else { return true }
      return !answer.isComplete && answer.problem == nil
    }
  }

  /// The most runs that are probed at a time.
  package static let largest = 2
  /// How long typing has to pause before the text is asked about, in seconds.
  package static let pause: TimeInterval = 0.2
  /// The longest text, in characters.
  package static let longestText = 10_000

  package var document = TextDocument()
  package var slots: [Slot]
  /// The language that was chosen; nil: the first that the first run has.
  package var language: String?
  package var pane: Pane = .text
  package var listing: Listing = .entities
  /// The row of the table.
  package var row = 0
  /// The first row of the text with its entities, where it was scrolled; nil follows the cursor.
  package var scroll: Int?
  /// When the text as it stands is asked about; nil when it was.
  package var due: Date?
  /// The number of the newest question.
  package var number = 0
  package var history: ProbeHistory

  /// A probe of runs.
  package init(_ runs: [RunID], history: ProbeHistory = ProbeHistory()) {
    precondition((1...Self.largest).contains(runs.count), "A probe has one run or two")
    slots = runs.map { Slot($0) }
    self.history = history
  }

  /// Whether what is shown is not what the text as it stands would get.
  package var isWaiting: Bool { due != nil || slots.contains { $0.isWaiting } }

  /// The sentence that the cursor is in, counted among those with words.
  var currentSentence: Int {
    let before = document.lines.prefix(document.cursor.line)
    return ProbeSentence.sentences(of: Array(before)).count
  }

  /// The languages of the runs, those of the first before others.
  package func languages(_ models: [RunID: RunModel]) -> [String] {
    slots.flatMap { models[$0.run]?.languages ?? [] }.reduce(into: []) {
      if !$0.contains($1) { $0.append($1) }
    }
  }

  /// Whether two languages of one run stand side by side.
  package var isOfOneRun: Bool { slots.count > 1 && slots.allSatisfy { $0.run == slots[0].run } }

  /// The languages that the first run, or both, can be asked in: not that beside it.
  package func choices(_ models: [RunID: RunModel]) -> [String] {
    let beside = isOfOneRun ? slots[1].language : nil
    return languages(models).filter { $0 != beside }
  }

  /// The language that was chosen for a run, whether it has it or not.
  package func chosenLanguage(of slot: Slot) -> String? { slot.language ?? language }

  /// The language whose module answers for a run: the chosen one, where the run has it.
  package func language(of slot: Slot, _ models: [RunID: RunModel]) -> String? {
    guard let own = models[slot.run]?.languages, let first = own.first else { return nil }
    let wanted = chosenLanguage(of: slot) ?? models[slots[0].run]?.languages.first
    return wanted.flatMap { own.contains($0) ? $0 : nil } ?? first
  }
}

extension ProbeScreen {
  package static let keySections = [KeySection(.probe, .text), KeySection(.probeEntities)]

  package func context(in app: AppState) -> KeyContext { pane == .text ? .probe : .probeEntities }

  package func run(in app: AppState) -> RunChoice { .run(slots[0].run) }

  package var nextMoment: Date? { due }

  package var awaitsAnswer: Bool { isWaiting }

  package mutating func keep(in app: AppState) -> Bool {
    slots.allSatisfy { app.runs.record($0.run) != nil }
  }

  package mutating func goBack(in app: inout AppState) -> Leaving {
    .leaves(keepText(in: &app))
  }

  package static func take(_ message: Message, in app: inout AppState) -> [Effect] {
    switch message {
    case .time(let now):
      let models = app.models
      return app.stack.changeTop(ProbeScreen.self) { probe in
        guard let due = probe.due, due <= now else { return [] }
        return probe.ask(models)
      } ?? []
    case .models(let found): return take(found, in: &app)
    case .probeEngine(let run, let engine): take(engine, of: run, in: &app)
    case .probed(let answer): take(answer, in: &app)
    default: break
    }
    return []
  }
}
