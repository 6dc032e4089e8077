import Experiments
import NamedEntities
package import TerminalUI

/// A language of a corpus, opened: its counts and its sentences.
package struct SentencesScreen: Screen {
  /// The parts of the screen that can have the keys.
  package enum Pane: Hashable, Sendable { case sentences, counts }

  package let source: CorpusSource
  package var language: String
  package var split: String
  package var pane = Pane.sentences
  package var isEnlarged = false
  /// The place of the cursor among the sentences that are listed.
  package var cursor = 0
  /// How far the counts are scrolled.
  package var offset = 0
  package var search = ""
  package var answer: SentencesAnswer?
  /// What the search found; nil before it has.
  package var found: SearchAnswer?

  package init(source: CorpusSource, language: String, split: String) {
    self.source = source
    self.language = language
    self.split = split
  }

  package var question: SentencesQuestion {
    SentencesQuestion(source: source, language: language, split: split)
  }

  /// Whether the search's own matches are known.
  package var isSearching: Bool {
    !search.isEmpty && (found?.text != search || found?.question != question)
  }

  /// How many sentences are listed.
  package var count: Int {
    if !search.isEmpty { return isSearching ? 0 : found?.matches.count ?? 0 }
    return answer?.sentences.count ?? 0
  }

  /// The place in the file of the n-th that is listed.
  package func place(_ index: Int) -> Int? {
    guard index >= 0, index < count else { return nil }
    guard !search.isEmpty else { return index }
    return found?.matches[index]
  }

  // MARK: The screen

  package static let keySections = [KeySection(.sentences)]

  package func context(in app: AppState) -> KeyContext { .sentences }

  package var surveys: Set<String> {
    [Survey.corpus(source).subject, "sentences", "search"]
  }

  package mutating func goBack(in app: inout AppState) -> Leaving {
    if isEnlarged {
      isEnlarged = false
      return .stays
    }
    guard !search.isEmpty else { return .leaves() }
    // All sentences are listed again, the cursor on the one that it was on.
    let place = place(cursor)
    search = ""
    cursor = place ?? 0
    return .stays
  }

  /// Opens a language: its training sentences, or whatever split it has.
  static func open(_ language: String, of source: CorpusSource, in app: inout AppState) -> [Effect]
  {
    let entries = app.library.pictures[source]?.entries(of: language) ?? []
    let split = entries.first?.part.split ?? "train"
    let screen = SentencesScreen(source: source, language: language, split: split)
    app.stack.open(screen)
    return [.survey(.sentences(screen.question))]
  }

  // What is not asked for any more is not shown.
  package static func take(_ message: Message, in app: inout AppState) -> [Effect] {
    switch message {
    case .sentences(let answer):
      app.stack.changeAll(SentencesScreen.self) { screen in
        guard screen.question == answer.question else { return }
        screen.answer = answer
        screen.cursor = min(screen.cursor, max(screen.count - 1, 0))
      }
    case .sentencesFound(let answer):
      app.stack.changeAll(SentencesScreen.self) { screen in
        guard screen.question == answer.question, screen.search == answer.text else { return }
        // The cursor stays on its sentence where that is among them.
        let before = screen.isSearching ? nil : screen.place(screen.cursor)
        screen.found = answer
        screen.cursor = before.flatMap { answer.matches.firstIndex(of: $0) } ?? 0
      }
    default: break
    }
    return []
  }

  // MARK: Actions

  package mutating func perform(_ action: Action, in app: inout AppState) -> [Effect] {
    let page = max((app.height - 12) / 2, 1)
    switch action {
    case .nextPane, .previousPane: pane = pane == .sentences ? .counts : .sentences
    case .enlarge: isEnlarged.toggle()
    case .up: move(by: -1)
    case .down: move(by: 1)
    case .pageUp: move(by: -page)
    case .pageDown: move(by: page)
    case .top: move(by: -10_000_000)
    case .bottom: move(by: 10_000_000)
    case .left: return moveLanguage(by: -1, in: app)
    case .right: return moveLanguage(by: 1, in: app)
    case .split:
      let splits = (app.library.pictures[source]?.entries(of: language) ?? []).map(\.part.split)
      guard let index = splits.firstIndex(of: split) else { return [] }
      split = splits[(index + 1) % splits.count]
      return ask()
    case .search: app.overlay = Prompt(SentenceSearchPrompt(), text: search)
    case .use: return ExperimentForm.fill([(Settings.dataPath.key, source.path)], in: &app)
    default: break
    }
    return []
  }

  private mutating func move(by step: Int) {
    switch pane {
    case .sentences: cursor = min(max(cursor + step, 0), max(count - 1, 0))
    case .counts: offset = min(max(offset + step, 0), 200)
    }
  }

  private mutating func moveLanguage(by step: Int, in app: AppState) -> [Effect] {
    let picture = app.library.pictures[source]
    let languages = picture?.languages ?? []
    guard let index = languages.firstIndex(of: language), languages.indices.contains(index + step)
    else { return [] }
    language = languages[index + step]
    let splits = (picture?.entries(of: language) ?? []).map(\.part.split)
    if !splits.contains(split) { split = splits.first ?? split }
    return ask()
  }

  private mutating func ask() -> [Effect] {
    (answer, found, cursor, offset) = (nil, nil, 0, 0)
    var effects: [Effect] = [.survey(.sentences(question))]
    if !search.isEmpty { effects.append(.survey(.search(question, text: search))) }
    return effects
  }

  package mutating func click(
    _ mouse: MouseEvent, isDouble: Bool, in body: Rect, app: inout AppState
  ) -> Clicked {
    let layout = SentencesLayout(body: body, screen: self)
    if layout.sentences.contains(x: mouse.x, y: mouse.y) {
      pane = .sentences
    } else if layout.counts.contains(x: mouse.x, y: mouse.y) {
      pane = .counts
    } else {
      return .done()
    }
    if isDouble { isEnlarged.toggle() }
    return .done()
  }
}

/// The search among sentences, which acts while it is typed.
struct SentenceSearchPrompt: SearchPrompt {
  func preview(_ text: String, in app: inout AppState) -> [Effect] {
    app.stack.changeTop(SentencesScreen.self) { screen in
      guard screen.search != text else { return [] }
      if screen.search.isEmpty || text.isEmpty { screen.cursor = 0 }
      screen.search = text
      return text.isEmpty ? [] : [.survey(.search(screen.question, text: text))]
    } ?? []
  }
}
