import Experiments
import LabNotebook
import RunFolders

/// Actions on the encoders at hand.
extension AppState {
  /// Opens the list of encoders, the cursor on one.
  mutating func openEncoders(_ path: String? = nil) -> [Effect] {
    var effects: [Effect] = []
    var corpus = Library.sampleCorpus
    var cursor: String?
    if case .experiment(let form)? = stack.last {
      corpus = form.text(Settings.dataPath.key)
      cursor = form.text(Settings.encoderPath.key)
    } else if case .corpora(let screen)? = stack.last {
      corpus = screen.path
    } else if let run = currentRun, !run.isPretraining {
      corpus = run.experiment[Settings.dataPath]
      cursor = run.experiment[Settings.encoderPath]
    }
    if let path {
      effects.append(remember(encoder: path))
      cursor = path
    }
    if path == nil, let used = cursor, Self.isSample(used, Library.sampleEncoder) {
      cursor = Library.sampleEncoder
    }
    cursor = cursor.map(listedEncoder)
    stack.append(.encoders(EncodersScreenState(corpus: corpus, cursor: cursor)))
    return effects
  }

  private mutating func remember(encoder path: String) -> Effect {
    library.typedEncoders = Library.remembering(path, in: library.typedEncoders)
    library.encoderPlacesGeneration = -1
    return .notebook(.remember(library.typedEncoders.map(Library.word), key: "encoders.paths"))
  }

  /// The encoders that are listed: those at hand, without what turned out not to be there.
  ///
  /// They follow the runs as long as their screen is open.
  package var listedEncoders: [EncoderPlace] {
    library.encoderPlaces.filter { !library.absentEncoders.contains($0.path) }
  }

  /// A path as the list spells it, where it is listed.
  private func listedEncoder(_ path: String) -> String {
    encoderPlaces.first { Library.plain($0.path) == Library.plain(path) }?.path ?? path
  }

  /// The encoder under the cursor.
  func current(of screen: EncodersScreenState) -> EncoderPlace? {
    let places = listedEncoders
    return places.first { $0.path == screen.cursor } ?? places.first
  }

  /// Asks about the encoders that are not known yet, and for the coverage of the one under the
  /// cursor.
  mutating func refreshEncoders() -> [Effect] {
    guard case .encoders(var screen)? = stack.last else { return [] }
    var effects: [Effect] = []
    if library.encoderPlacesGeneration != runs.generation {
      library.encoderPlaces = encoderPlaces
      library.encoderPlacesGeneration = runs.generation
    }
    let unknown = library.encoderPlaces.filter {
      library.encoders[$0.path] == nil && !library.absentEncoders.contains($0.path)
    }
    if !unknown.isEmpty, unknown.contains(where: { !screen.asked.contains($0) }) {
      screen.asked += unknown
      effects.append(.survey(.encoders(unknown)))
    }
    if let place = current(of: screen), case .known(let facts)? = library.encoders[place.path],
      facts.tokenizer != nil
    {
      let question = CoverageQuestion(encoder: place.path, corpus: screen.corpus)
      if screen.askedCoverage != question, library.coverages[question]?.isComplete != true {
        screen.askedCoverage = question
        effects.append(.survey(.coverage(question)))
      }
    }
    stack[stack.count - 1] = .encoders(screen)
    return effects
  }

  /// Takes what is known of an encoder now; nil: it is not there.
  mutating func take(_ state: EncoderState?, ofEncoder path: String) {
    library.encoders[path] = state
    if state == nil { library.absentEncoders.insert(path) }
  }

  /// Carries an action of the encoders out.
  mutating func performInEncoders(
    _ action: Action, _ screen: inout EncodersScreenState
  ) -> [Effect] {
    let places = listedEncoders
    let index = places.firstIndex { $0.path == screen.cursor } ?? 0
    func move(_ step: Int) {
      guard !places.isEmpty else { return }
      let target = min(max(index + step, 0), places.count - 1)
      if target != index || screen.cursor == nil {
        (screen.cursor, screen.offset) = (places[target].path, 0)
      }
    }
    switch action {
    case .up: screen.isEnlarged ? screen.offset -= 1 : move(-1)
    case .down: screen.isEnlarged ? screen.offset += 1 : move(1)
    case .pageUp: screen.isEnlarged ? screen.offset -= 10 : move(-10)
    case .pageDown: screen.isEnlarged ? screen.offset += 10 : move(10)
    case .top: screen.isEnlarged ? screen.offset = 0 : move(-100_000)
    case .bottom: screen.isEnlarged ? screen.offset = 10_000 : move(100_000)
    case .open, .enlarge: screen.isEnlarged.toggle()
    case .addEncoder: overlay = .prompt(Prompt(.encoderPath))
    case .choose: chooseCorpus(.coverageCorpus, selected: screen.corpus)
    case .readAgain:
      for place in places { library.encoders[place.path] = nil }
      library.absentEncoders = []
      library.coverages = library.coverages.filter { $0.key.corpus != screen.corpus }
      (screen.asked, screen.askedCoverage) = ([], nil)
    case .use:
      guard let place = current(of: screen) else { return [] }
      return fillForm([(Settings.encoderPath.key, place.path)])
    default: break
    }
    let rows = current(of: screen).flatMap {
      library.coverages[CoverageQuestion(encoder: $0.path, corpus: screen.corpus)]?.rows.count
    }
    screen.offset = min(max(screen.offset, 0), max((rows ?? 0) - 1, 0))
    return []
  }

  /// Adds an encoder that was typed, and puts the cursor on it.
  mutating func takeEncoder(_ path: String) -> [Effect] {
    guard case .encoders(var screen)? = stack.last else { return [] }
    let effect = remember(encoder: path)
    (screen.cursor, screen.offset) = (listedEncoder(path), 0)
    stack[stack.count - 1] = .encoders(screen)
    return [effect]
  }

  /// What keeps an action of the encoders from being carried out.
  func reasonInEncoders(_ action: Action, _ screen: EncodersScreenState) -> String? {
    switch action {
    case .use:
      guard let place = current(of: screen) else { return "There is no encoder." }
      switch library.encoders[place.path] {
      case .failed(let problem): return problem
      case .known(let facts): return facts.problems.first
      case .waiting, nil: return nil
      }
    default: return nil
    }
  }
}
