import Experiments
import LabNotebook
import NamedEntities
package import TerminalUI

/// The screen of a corpus: its languages.
package struct CorpusScreen: Screen, Hashable {
  /// What a choice on it is for.
  package enum Purpose: Hashable, Sendable {
    /// The corpus of an experiment.
    case corpus
    /// The languages of a setting of the form.
    case languages(key: String)
  }

  /// The folder, or folders joined by colons, as it was named.
  package var path: String
  package var purpose = Purpose.corpus
  /// The language under the cursor, from 0.
  package var cursor = 0
  package var marked: [String] = []

  package init(path: String, purpose: Purpose = .corpus, marked: [String] = []) {
    self.path = path
    self.purpose = purpose
    self.marked = marked
  }

  package static let keySections = [KeySection(.corpora)]

  package func context(in app: AppState) -> KeyContext { .corpora }

  package var surveys: Set<String> { [Survey.corpus(path: path).subject] }

  // MARK: Opening

  package static func performAnywhere(_ action: Action, in app: inout AppState) -> [Effect]? {
    action == .corpora ? open(in: &app) : nil
  }

  /// Opens a corpus; without a path that of the run at hand, else the samples.
  static func open(
    _ path: String? = nil, purpose: Purpose = .corpus, marked: [String] = [],
    in app: inout AppState
  ) -> [Effect] {
    var effects: [Effect] = []
    var chosen = path ?? Library.sampleCorpus
    if let path {
      effects.append(remember(path, in: &app))
    } else if let form = app.stack.top(ExperimentForm.self) {
      chosen = form.text(Settings.dataPath.key)
    } else if let run = app.currentRun, !run.isPretraining {
      chosen = run.experiment[Settings.dataPath]
    }
    app.stack.open(CorpusScreen(path: chosen, purpose: purpose, marked: marked))
    return effects + [.survey(.corpus(path: chosen))]
  }

  private static func remember(_ path: String, in app: inout AppState) -> Effect {
    app.library.typedCorpora = Library.remembering(path, in: app.library.typedCorpora)
    return .notebook(
      .remember(app.library.typedCorpora.map(Library.word), key: "corpora.paths"))
  }

  package static func take(_ message: Message, in app: inout AppState) -> [Effect] {
    switch message {
    case .corpus(let picture): app.library.pictures[picture.path] = picture
    case .remembered(let memory):
      app.library.typedCorpora = (memory["corpora.paths"] ?? []).map(Library.path)
    default: break
    }
    return []
  }

  // MARK: Actions

  package mutating func perform(_ action: Action, in app: inout AppState) -> [Effect] {
    let languages = app.library.pictures[path]?.languages ?? []
    let page = max(app.height - 8, 1)
    switch action {
    case .up: cursor -= 1
    case .down: cursor += 1
    case .pageUp: cursor -= page
    case .pageDown: cursor += page
    case .top: cursor = 0
    case .bottom: cursor = languages.count - 1
    case .mark:
      guard languages.indices.contains(cursor) else { break }
      let language = languages[cursor]
      if let index = marked.firstIndex(of: language) {
        marked.remove(at: index)
      } else {
        marked.append(language)
      }
      cursor += 1
    case .markAll: marked = marked.count == languages.count ? [] : languages
    case .open:
      guard languages.indices.contains(cursor) else { break }
      return SentencesScreen.open(languages[cursor], of: path, in: &app)
    case .choose: Self.choose(selected: path, in: &app)
    case .readAgain:
      app.library.pictures[path] = nil
      return [.survey(.corpus(path: path))]
    case .use:
      if case .languages(let key) = purpose {
        return ExperimentForm.fill([(key, marked.joined(separator: ", "))], in: &app)
      }
      return ExperimentForm.fill([(Settings.dataPath.key, path)], in: &app)
    default: break
    }
    cursor = min(max(cursor, 0), max(languages.count - 1, 0))
    return []
  }

  /// Shows the corpora that can be chosen.
  static func choose(selected: String, in app: inout AppState) {
    let places = app.corpusPlaces
    let same = places.first { Library.plain($0.path) == Library.plain(selected) }
    var items = places.map { Chooser.Item(.path($0.path), $0.path, detail: $0.label) }
    items.append(Chooser.Item(.another, "another folder…", detail: "Type its path."))
    app.overlay = Chooser(
      CorpusChoice(), title: "Look at a corpus", items: items,
      selected: .path(same?.path ?? selected))
  }

  /// Shows another corpus on the screen that is open.
  static func show(_ path: String, isTyped: Bool = false, in app: inout AppState) -> [Effect] {
    let effects = isTyped ? [remember(path, in: &app)] : []
    let isShown: Void? = app.stack.changeTop(CorpusScreen.self) { screen in
      if screen.path != path { (screen.cursor, screen.marked) = (0, []) }
      screen.path = path
    }
    if isShown != nil { return effects + [.survey(.corpus(path: path))] }
    app.stack.changeTop(EncodersScreen.self) { $0.corpus = path }
    return effects
  }

  // MARK: The mouse

  package mutating func click(
    _ mouse: MouseEvent, isDouble: Bool, in body: Rect, app: inout AppState
  ) -> Clicked {
    guard let picture = app.library.pictures[path] else { return .done() }
    let count = picture.languages.count
    let layout = CorporaLayout(
      body: body, languageCount: count, problemCount: CorpusView.complaints(of: picture).count)
    guard let index = layout.rows.row(at: mouse, selected: cursor, count: count) else {
      return .done()
    }
    cursor = index
    return isDouble ? .action(.open) : .done()
  }
}

/// The corpus that is shown, or whose words vocabularies are measured on.
struct CorpusChoice: ChooserKind {
  func take(_ value: Chooser.Value, in app: inout AppState) -> [Effect] {
    switch value {
    case .path(let path): return CorpusScreen.show(path, in: &app)
    case .another: app.overlay = Prompt(CorpusPathPrompt())
    default: break
    }
    return []
  }
}

/// The folder of a corpus.
struct CorpusPathPrompt: PromptKind {
  let label = "Folder of a corpus:"
  let offersWhileTyping = true

  func path(in text: String) -> String? { text }

  func candidates(for text: String, in app: AppState) -> [String] {
    app.pathCompletions(of: text, foldersOnly: true)
  }

  func accept(_ text: String, original: String, in app: inout AppState) -> [Effect] {
    text.isEmpty ? [] : CorpusScreen.show(AppState.folder(text), isTyped: true, in: &app)
  }
}
