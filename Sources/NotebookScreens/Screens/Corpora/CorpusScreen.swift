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

  package var source: CorpusSource
  package var purpose = Purpose.corpus
  /// The language under the cursor, from 0.
  package var cursor = 0
  package var marked: [String] = []

  package init(source: CorpusSource, purpose: Purpose = .corpus, marked: [String] = []) {
    self.source = source
    self.purpose = purpose
    self.marked = marked
  }

  package static let keySections = [KeySection(.corpora)]

  package func context(in app: AppState) -> KeyContext { .corpora }

  package var surveys: Set<String> { [Survey.corpus(source).subject] }

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
    var chosen = CorpusSource(path: path ?? Library.sampleCorpus)
    if let path {
      effects.append(remember(path, in: &app))
    } else if let form = app.stack.top(ExperimentForm.self) {
      chosen = CorpusSource(of: form.experiment)
    } else if let run = app.currentRun, !run.isPretraining {
      chosen = CorpusSource(of: run.experiment)
    }
    app.stack.open(CorpusScreen(source: chosen, purpose: purpose, marked: marked))
    return effects + [.survey(.corpus(chosen))]
  }

  private static func remember(_ path: String, in app: inout AppState) -> Effect {
    app.library.typedCorpora = Library.remembering(path, in: app.library.typedCorpora)
    return .notebook(
      .remember(app.library.typedCorpora.map(Library.word), key: "corpora.paths"))
  }

  package static func take(_ message: Message, in app: inout AppState) -> [Effect] {
    switch message {
    case .corpus(let picture): app.library.pictures[picture.source] = picture
    case .remembered(let memory):
      app.library.typedCorpora = (memory["corpora.paths"] ?? []).map(Library.path)
    default: break
    }
    return []
  }

  // MARK: Actions

  package mutating func perform(_ action: Action, in app: inout AppState) -> [Effect] {
    let languages = app.library.pictures[source]?.languages ?? []
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
      return SentencesScreen.open(languages[cursor], of: source, in: &app)
    case .choose: Self.choose(selected: source.path, in: &app)
    case .readAgain:
      app.library.pictures[source] = nil
      return [.survey(.corpus(source))]
    case .use:
      if case .languages(let key) = purpose {
        return ExperimentForm.fill([(key, marked.joined(separator: ", "))], in: &app)
      }
      return ExperimentForm.fill([(Settings.dataPath.key, source.path)], in: &app)
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
    let shown = app.stack.changeTop(CorpusScreen.self) { screen in
      if screen.source.path != path {
        (screen.cursor, screen.marked, screen.source) = (0, [], CorpusSource(path: path))
      }
      return screen.source
    }
    if let shown { return effects + [.survey(.corpus(shown))] }
    app.stack.changeTop(EncodersScreen.self) { $0.corpus = path }
    return effects
  }

  // MARK: The mouse

  package mutating func click(
    _ mouse: MouseEvent, isDouble: Bool, in body: Rect, app: inout AppState
  ) -> Clicked {
    guard let picture = app.library.pictures[source] else { return .done() }
    let count = picture.languages.count
    let layout = CorporaLayout(
      body: body, languageCount: count, problemCount: CorpusView.unread(of: picture).count)
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
