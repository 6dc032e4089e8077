import Experiments
import NamedEntities

/// Actions on a language of a corpus.
extension AppState {
  /// Opens a language: its training sentences, or whatever split it has.
  mutating func openLanguage(_ language: String, of path: String) -> [Effect] {
    let entries = library.pictures[path]?.entries(of: language) ?? []
    let split = entries.first?.part.split ?? "train"
    let screen = SentencesScreenState(path: path, language: language, split: split)
    stack.append(.sentences(screen))
    return [.survey(.sentences(screen.question))]
  }

  /// Takes sentences, if they are still asked for.
  mutating func take(_ answer: SentencesAnswer) {
    changeSentences { screen in
      guard screen.question == answer.question else { return }
      screen.answer = answer
      screen.cursor = min(screen.cursor, max(screen.count - 1, 0))
    }
  }

  /// Takes what a search found, if it is still asked for.
  mutating func take(_ answer: SearchAnswer) {
    changeSentences { screen in
      guard screen.question == answer.question, screen.search == answer.text else { return }
      // The cursor stays on its sentence where that is among them.
      let before = screen.isSearching ? nil : screen.place(screen.cursor)
      screen.found = answer
      screen.cursor = before.flatMap { answer.matches.firstIndex(of: $0) } ?? 0
    }
  }

  private mutating func changeSentences(_ change: (inout SentencesScreenState) -> Void) {
    for index in stack.indices {
      guard case .sentences(var screen) = stack[index] else { continue }
      change(&screen)
      stack[index] = .sentences(screen)
    }
  }

  /// Changes what is searched for in the sentences that are shown.
  mutating func searchSentences(for text: String) -> [Effect] {
    guard case .sentences(var screen) = stack.last, screen.search != text else { return [] }
    if screen.search.isEmpty || text.isEmpty { screen.cursor = 0 }
    screen.search = text
    stack[stack.count - 1] = .sentences(screen)
    return text.isEmpty ? [] : [.survey(.search(screen.question, text: text))]
  }

  /// Carries an action of a language out.
  mutating func performInSentences(
    _ action: Action, _ screen: inout SentencesScreenState
  ) -> [Effect] {
    let page = max((height - 12) / 2, 1)
    switch action {
    case .nextPane, .previousPane:
      screen.pane = screen.pane == .sentences ? .counts : .sentences
    case .enlarge: screen.isEnlarged.toggle()
    case .up: screen.move(by: -1)
    case .down: screen.move(by: 1)
    case .pageUp: screen.move(by: -page)
    case .pageDown: screen.move(by: page)
    case .top: screen.move(by: -10_000_000)
    case .bottom: screen.move(by: 10_000_000)
    case .left: return moveLanguage(&screen, by: -1)
    case .right: return moveLanguage(&screen, by: 1)
    case .split:
      let splits = (library.pictures[screen.path]?.entries(of: screen.language) ?? [])
        .map(\.part.split)
      guard let index = splits.firstIndex(of: screen.split) else { return [] }
      screen.split = splits[(index + 1) % splits.count]
      return ask(&screen)
    case .search: overlay = .prompt(Prompt(.sentenceSearch, text: screen.search))
    case .use: return fillForm([(Settings.dataPath.key, screen.path)])
    default: break
    }
    return []
  }

  private func moveLanguage(_ screen: inout SentencesScreenState, by step: Int) -> [Effect] {
    let languages = library.pictures[screen.path]?.languages ?? []
    guard let index = languages.firstIndex(of: screen.language),
      languages.indices.contains(index + step)
    else { return [] }
    screen.language = languages[index + step]
    let splits = (library.pictures[screen.path]?.entries(of: screen.language) ?? [])
      .map(\.part.split)
    if !splits.contains(screen.split) { screen.split = splits.first ?? screen.split }
    return ask(&screen)
  }

  private func ask(_ screen: inout SentencesScreenState) -> [Effect] {
    (screen.answer, screen.found, screen.cursor, screen.offset) = (nil, nil, 0, 0)
    var effects: [Effect] = [.survey(.sentences(screen.question))]
    if !screen.search.isEmpty {
      effects.append(.survey(.search(screen.question, text: screen.search)))
    }
    return effects
  }

  /// What keeps an action of a language from being carried out.
  func reasonInSentences(_ action: Action, _ screen: SentencesScreenState) -> String? {
    switch action {
    case .search:
      guard let answer = screen.answer else { return "The sentences are being read." }
      return answer.problem
    case .split:
      let count = library.pictures[screen.path]?.entries(of: screen.language).count ?? 0
      return count < 2 ? "\(screen.language) has \(screen.split) only." : nil
    default: return nil
    }
  }
}

extension SentencesScreenState {
  /// Lists all sentences again, the cursor on the one that it was on.
  mutating func clearSearch() {
    let place = place(cursor)
    search = ""
    cursor = place ?? 0
  }

  mutating func move(by count: Int) {
    switch pane {
    case .sentences: cursor = min(max(cursor + count, 0), max(self.count - 1, 0))
    case .counts: offset = min(max(offset + count, 0), 200)
    }
  }
}
