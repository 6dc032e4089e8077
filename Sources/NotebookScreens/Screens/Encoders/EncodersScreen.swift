import Experiments
import LabNotebook
import RunFolders
package import TerminalUI

/// The screen of encoders: those that are at hand, and how one covers the languages of a corpus.
package struct EncodersScreen: Screen, Hashable {
  /// The corpus whose words the vocabularies are measured on.
  package var corpus: String
  /// The path of the encoder under the cursor; nil: the first.
  package var cursor: String?
  package var isEnlarged = false
  /// How far the languages are scrolled.
  package var offset = 0
  /// Whether the models in the Hugging Face cache were asked for.
  private var askedCache = false
  /// The encoders that were asked about.
  package var asked: [EncoderPlace] = []
  /// What coverage was asked for last.
  package var askedCoverage: CoverageQuestion?

  package init(corpus: String, cursor: String? = nil) {
    self.corpus = corpus
    self.cursor = cursor
  }

  package static let keySections = [KeySection(.encoders)]

  package func context(in app: AppState) -> KeyContext { .encoders }

  package var surveys: Set<String> { ["cached models", "encoders", "coverage"] }

  package mutating func goBack(in app: inout AppState) -> Leaving {
    guard isEnlarged else { return .leaves() }
    isEnlarged = false
    return .stays
  }

  // MARK: Opening

  package static func performAnywhere(_ action: Action, in app: inout AppState) -> [Effect]? {
    action == .encoders ? open(in: &app) : nil
  }

  /// Opens the list of encoders, the cursor on one.
  static func open(_ path: String? = nil, in app: inout AppState) -> [Effect] {
    var effects: [Effect] = []
    var corpus = Library.sampleCorpus
    var cursor: String?
    if let form = app.stack.top(ExperimentForm.self) {
      corpus = form.text(Settings.dataPath.key)
      cursor = form.text(Settings.encoderPath.key)
    } else if let screen = app.stack.top(CorpusScreen.self) {
      corpus = screen.source.path
    } else if let run = app.currentRun, !run.isPretraining {
      corpus = run.experiment[Settings.dataPath]
      cursor = run.experiment[Settings.encoderPath]
    }
    if let path {
      effects.append(remember(path, in: &app))
      cursor = path
    }
    if path == nil, let used = cursor, AppState.isSample(used, Library.sampleEncoder) {
      cursor = Library.sampleEncoder
    }
    cursor = cursor.map(app.listedEncoder)
    app.stack.open(EncodersScreen(corpus: corpus, cursor: cursor))
    return effects
  }

  fileprivate static func remember(_ path: String, in app: inout AppState) -> Effect {
    app.library.typedEncoders = Library.remembering(path, in: app.library.typedEncoders)
    app.library.encoderPlacesGeneration = -1
    return .notebook(
      .remember(app.library.typedEncoders.map(Library.word), key: "encoders.paths"))
  }

  package static func take(_ message: Message, in app: inout AppState) -> [Effect] {
    switch message {
    case .cachedModels(let names):
      app.library.cachedModels = names
      app.library.encoderPlacesGeneration = -1
    case .encoder(let path, let found):
      app.library.encoders[path] = found
      if found == nil { app.library.absentEncoders.insert(path) }
    case .coverage(let answer): app.library.coverages[answer.question] = answer
    case .remembered(let memory):
      app.library.typedEncoders = (memory["encoders.paths"] ?? []).map(Library.path)
    default: break
    }
    return []
  }

  /// Asks about the encoders that are not known yet, and for the coverage of the one under the
  /// cursor.
  package static func refresh(_ app: inout AppState) -> [Effect] {
    guard app.stack.top(EncodersScreen.self) != nil else { return [] }
    if app.library.encoderPlacesGeneration != app.runs.generation {
      app.library.encoderPlaces = app.encoderPlaces
      app.library.encoderPlacesGeneration = app.runs.generation
    }
    let library = app.library
    return app.stack.changeTop(EncodersScreen.self) { $0.questions(library) } ?? []
  }

  private mutating func questions(_ library: Library) -> [Effect] {
    var effects: [Effect] = []
    if !askedCache {
      askedCache = true
      effects.append(.survey(.cachedModels))
    }
    let unknown = library.encoderPlaces.filter {
      library.encoders[$0.path] == nil && !library.absentEncoders.contains($0.path)
    }
    if !unknown.isEmpty, unknown.contains(where: { !asked.contains($0) }) {
      asked += unknown
      effects.append(.survey(.encoders(unknown)))
    }
    if let place = current(library), case .known(let facts)? = library.encoders[place.path],
      facts.tokenizer != nil
    {
      let question = CoverageQuestion(encoder: place.path, corpus: corpus)
      if askedCoverage != question, library.coverages[question]?.isComplete != true {
        askedCoverage = question
        effects.append(.survey(.coverage(question)))
      }
    }
    return effects
  }

  /// The encoder under the cursor.
  func current(_ library: Library) -> EncoderPlace? {
    let places = library.listedEncoders
    return places.first { $0.path == cursor } ?? places.first
  }

  // MARK: Actions

  package mutating func perform(_ action: Action, in app: inout AppState) -> [Effect] {
    let places = app.library.listedEncoders
    switch action {
    case .up: isEnlarged ? offset -= 1 : move(by: -1, among: places)
    case .down: isEnlarged ? offset += 1 : move(by: 1, among: places)
    case .pageUp: isEnlarged ? offset -= 10 : move(by: -10, among: places)
    case .pageDown: isEnlarged ? offset += 10 : move(by: 10, among: places)
    case .top: isEnlarged ? offset = 0 : move(by: -100_000, among: places)
    case .bottom: isEnlarged ? offset = 10_000 : move(by: 100_000, among: places)
    case .open, .enlarge: isEnlarged.toggle()
    case .addEncoder: app.overlay = Prompt(EncoderPathPrompt())
    case .choose: CorpusScreen.choose(selected: corpus, in: &app)
    case .readAgain:
      for place in places { app.library.encoders[place.path] = nil }
      app.library.absentEncoders = []
      app.library.coverages = app.library.coverages.filter { $0.key.corpus != corpus }
      (askedCache, asked, askedCoverage) = (false, [], nil)
    case .use:
      guard let place = current(app.library) else { return [] }
      return ExperimentForm.fill([(Settings.encoderPath.key, place.path)], in: &app)
    default: break
    }
    let rows = current(app.library).flatMap {
      app.library.coverages[CoverageQuestion(encoder: $0.path, corpus: corpus)]?.rows.count
    }
    offset = min(max(offset, 0), max((rows ?? 0) - 1, 0))
    return []
  }

  private mutating func move(by step: Int, among places: [EncoderPlace]) {
    guard !places.isEmpty else { return }
    let index = places.firstIndex { $0.path == cursor } ?? 0
    let target = min(max(index + step, 0), places.count - 1)
    if target != index || cursor == nil { (cursor, offset) = (places[target].path, 0) }
  }

  package mutating func click(
    _ mouse: MouseEvent, isDouble: Bool, in body: Rect, app: inout AppState
  ) -> Clicked {
    let places = app.library.listedEncoders
    let layout = EncodersLayout(body: body, screen: self, count: places.count)
    let selected = places.firstIndex { $0.path == cursor } ?? 0
    guard let index = layout.rows.row(at: mouse, selected: selected, count: places.count) else {
      return .done()
    }
    (cursor, offset) = (places[index].path, 0)
    return isDouble ? .action(.enlarge) : .done()
  }
}

extension Library {
  /// The encoders that are listed: those at hand, without what turned out not to be there.
  ///
  /// They follow the runs as long as their screen is open.
  package var listedEncoders: [EncoderPlace] {
    encoderPlaces.filter { !absentEncoders.contains($0.path) }
  }
}

extension AppState {
  /// A path as the list of encoders spells it, where it is listed.
  fileprivate func listedEncoder(_ path: String) -> String {
    encoderPlaces.first { Library.plain($0.path) == Library.plain(path) }?.path ?? path
  }
}

/// A model directory that is to be listed too.
struct EncoderPathPrompt: PromptKind {
  let label = "Model directory:"
  let offersWhileTyping = true

  func path(in text: String) -> String? { text }

  func candidates(for text: String, in app: AppState) -> [String] {
    app.pathCompletions(of: text, foldersOnly: true)
  }

  /// Adds the encoder, and puts the cursor on it.
  func accept(_ text: String, original: String, in app: inout AppState) -> [Effect] {
    guard !text.isEmpty, app.stack.top(EncodersScreen.self) != nil else { return [] }
    let path = AppState.folder(text)
    let effect = EncodersScreen.remember(path, in: &app)
    let listed = app.listedEncoder(path)
    app.stack.changeTop(EncodersScreen.self) { ($0.cursor, $0.offset) = (listed, 0) }
    return [effect]
  }
}
