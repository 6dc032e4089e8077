package import Experiments
package import LabNotebook
package import NamedEntities
package import RunFolders
package import TerminalUI

/// Some runs compared: which, with which of them the others, and what is looked at.
package struct CompareScreen: Screen {
  /// The parts of the screen that can have the keys.
  package enum Pane: String, CaseIterable, Hashable, Sendable {
    case scores, curves, settings, sentences

    /// Its title.
    package var title: String {
      switch self {
      case .scores: "F1"
      case .curves: "Curves"
      case .settings: "Settings that differ"
      case .sentences: "Sentences"
      }
    }
  }

  /// The most runs that are compared at a time: as many as there are colours for curves.
  package static let largest = 8

  /// The runs, in the order in which they are drawn.
  package var runs: [RunID]
  /// The run that the others are compared with.
  package var control: RunID
  /// The run whose sentences are shown beside the control's.
  package var other: RunID
  package var pane: Pane = .scores
  /// Whether the pane has the whole screen.
  package var isEnlarged = false
  /// What was asked last.
  package var asked: ComparisonQuestion?
  /// The newest answer.
  package var answer: ComparisonAnswer?

  /// The series whose curves are shown; nil: the first that any of the runs has.
  package var series: SeriesKey?
  /// The runs whose curves are not drawn.
  package var hidden: Set<RunID> = []
  package var isLogarithmic = false
  /// The steps shown, when zoomed; nil shows all.
  package var range: ClosedRange<Double>?
  /// The step whose values are read out.
  package var cursor: Double?

  /// The first line of the scores, and of the settings.
  package var scoresOffset = 0
  package var settingsOffset = 0
  /// The first run of the settings beside the control.
  package var settingsColumn = 0
  /// Which language and split the sentences are of, counted among those compared.
  package var test = 0
  /// Which kind of changed sentences is shown; nil shows all.
  package var kind: SentenceChange?
  /// The sentence at the top, counted among those shown.
  package var sentence = 0

  /// A comparison of runs; the one that does not prime is the control, else the first.
  package init(_ records: [RunRecord]) {
    precondition(
      (2...Self.largest).contains(records.count), "A comparison has 2 to \(Self.largest) runs")
    let sorted = records.sorted { $0.id < $1.id }
    let control =
      sorted.first { !$0.isPretraining && $0.experiment[Settings.primingMethod] == .none }
      ?? sorted[0]
    runs = [control.id] + sorted.map(\.id).filter { $0 != control.id }
    self.control = control.id
    other = runs[1]
  }

  /// What would be asked now; nil when runs are gone.
  package func question(about state: RunsState) -> ComparisonQuestion? {
    let records = runs.compactMap(state.record)
    guard records.count == runs.count else { return nil }
    return ComparisonQuestion(runs: records.map(RunStanding.init), control: control)
  }

  /// The answer, when it is about this control; it may be older than the newest results.
  package var comparison: RunComparison? {
    answer?.question.control == control ? answer?.comparison : nil
  }

  /// Whether an answer is on its way.
  package var isWaiting: Bool { answer?.question != asked }

  /// What was compared, in the order of the scores: test first.
  package var tests: [ComparedTest] {
    let tests = comparison?.tests ?? []
    return CorpusFormat.splits.reversed().flatMap { split in tests.filter { $0.split == split } }
  }

  /// The test whose sentences are shown.
  package var currentTest: ComparedTest? {
    let tests = tests
    guard !tests.isEmpty else { return nil }
    return tests[min(max(test, 0), tests.count - 1)]
  }

  /// What the other run has for that test.
  package var currentResult: ComparedResult? {
    guard let comparison, let test = currentTest,
      let index = comparison.runs.firstIndex(where: { $0.id == other })
    else { return nil }
    return test.results[index]
  }

  /// The changed sentences of the chosen kind.
  package var sentences: [ChangedSentence] {
    (currentResult?.changes ?? []).filter { kind == nil || $0.change == kind }
  }

  /// Takes runs away that are gone; whether enough are left to compare.
  mutating func keep(_ known: Set<RunID>) -> Bool {
    guard !runs.allSatisfy(known.contains) else { return true }
    runs.removeAll { !known.contains($0) }
    guard runs.count >= 2 else { return false }
    if !runs.contains(control) { control = runs[0] }
    if !runs.contains(other) || other == control {
      other = runs.first { $0 != control } ?? runs[1]
    }
    return true
  }
}

extension CompareScreen {
  package static let keySections = [KeySection(.compare)]

  package func context(in app: AppState) -> KeyContext { .compare }

  package func run(in app: AppState) -> RunChoice { .run(other) }

  package func add(to interest: inout Interest) { interest.compared += runs }

  package mutating func keep(in app: AppState) -> Bool { keep(Set(app.runs.records.map(\.id))) }

  package mutating func goBack(in app: inout AppState) -> Leaving {
    guard isEnlarged else { return .leaves() }
    isEnlarged = false
    return .stays
  }

  // An answer to what is not asked any more is not shown.
  package static func take(_ message: Message, in app: inout AppState) -> [Effect] {
    guard case .compared(let answer) = message else { return [] }
    app.stack.changeAll(CompareScreen.self) { screen in
      if screen.asked == answer.question { screen.answer = answer }
    }
    return []
  }

  package static func refresh(_ app: inout AppState) -> [Effect] {
    var effects: [Effect] = []
    let runs = app.runs
    app.stack.changeAll(CompareScreen.self) { screen in
      guard let question = screen.question(about: runs), question != screen.asked else { return }
      screen.asked = question
      effects.append(.analyse(.compare(question)))
    }
    return effects
  }
}
