package import TerminalUI

extension KeyContext {
  package static let corpora = KeyContext("Corpora")
  package static let sentences = KeyContext("A language of a corpus")
}

extension Action {
  package static let corpora = Action("corpora")
}

/// The keys of a corpus.
extension CorpusScreen {
  package static let keys: [KeyTable.Binding] = [
    bind([.enter], .open, "Open", "Show the language: counts, lengths, sentences.", .corpora),
    bind(
      [c("o")], .choose, "Corpus", "Choose another corpus: the samples, those of runs, any path.",
      .corpora),
    bind(
      [c("e")], .use, "Use", "Use the corpus, or the marked languages, in the experiment form.",
      .corpora),
    bind([c(" ")], .mark, "Mark", "Mark the language, and move down.", .corpora),
    bind([c("M")], .markAll, "Mark all", "Mark all languages, or take all marks away.", .corpora),
    bind([c("E")], .encoders, "Encoders", "Look which encoders cover its languages.", .corpora),
    bind([c("r")], .readAgain, "Reread", "Read the corpus again.", .corpora),
  ]

  package func availability(of action: Action, in app: AppState) -> Availability {
    guard Self.keys.contains(where: { $0.action == action }) else { return .undecided }
    guard let picture = app.library.pictures[source] else {
      return Availability(
        unless: [.open, .mark, .markAll, .use].contains(action)
          ? "The corpus is being read." : nil)
    }
    switch action {
    case .open, .mark, .markAll:
      return Availability(
        unless: picture.languages.isEmpty ? picture.problem ?? "There is no language." : nil)
    case .use:
      if let problem = picture.problem { return .unavailable(problem) }
      if case .languages = purpose, marked.isEmpty {
        let key = app.keys.name(of: .mark, in: .corpora)
        return .unavailable("Mark the languages with \(key) first.")
      }
      return .available
    default: return .available
    }
  }

  package static func availabilityAnywhere(of action: Action, in app: AppState) -> Availability {
    [.use, .choose, .readAgain].contains(action)
      ? .unavailable("Open the corpora (:corpora) or the encoders first.") : .undecided
  }

  package static let commands: [TypedCommand] = [
    TypedCommand(
      "corpora", "PATH", "Look at the corpus of a folder.", path: { $0 },
      words: { words, app in
        guard words.count == 2 else { return [] }
        return app.corpusPlaces.map(\.path).filter { !$0.contains(" ") }
          + app.pathCompletions(of: words[1], foldersOnly: true)
      }
    ) { open(AppState.folder($0), in: &$1) }
  ]
}

/// The keys of a language.
extension SentencesScreen {
  package static let keys: [KeyTable.Binding] = [
    bind([c("v")], .split, "Split", "Show the next split of the language.", .sentences),
    bind(
      [c("/")], .search, "Search",
      "Show only sentences with these words; type:PER, words>40 and words<5 narrow further.",
      .sentences),
    bind(
      [c("z"), .enter], .enlarge, "Enlarge", "Give the whole screen to the pane, or take it back.",
      .sentences),
    bind([c("e")], .use, "Use", "Use the corpus in the experiment form.", .sentences),
  ]

  package func availability(of action: Action, in app: AppState) -> Availability {
    switch action {
    case .search:
      guard let answer else { return .unavailable("The sentences are being read.") }
      return Availability(unless: answer.problem)
    case .split:
      let count = app.library.pictures[source]?.entries(of: language).count ?? 0
      return Availability(unless: count < 2 ? "\(language) has \(split) only." : nil)
    default: return Self.keys.contains { $0.action == action } ? .available : .undecided
    }
  }
}
