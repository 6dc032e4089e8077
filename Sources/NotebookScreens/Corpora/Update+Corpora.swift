import Experiments
import LabNotebook
import NamedEntities

/// Actions on a corpus's languages.
extension AppState {
  /// Opens a corpus; without a path that of the run at hand, else the samples.
  mutating func openCorpora(
    _ path: String? = nil, purpose: CorporaScreenState.Purpose = .corpus, marked: [String] = []
  ) -> [Effect] {
    var effects: [Effect] = []
    var chosen = path ?? Library.sampleCorpus
    if let path {
      library.typedCorpora = Library.remembering(path, in: library.typedCorpora)
      effects.append(rememberCorpora())
    } else if case .experiment(let form)? = stack.last {
      chosen = form.text(Settings.dataPath.key)
    } else if let run = currentRun, !run.isPretraining {
      chosen = run.experiment[Settings.dataPath]
    }
    stack.append(.corpora(CorporaScreenState(path: chosen, purpose: purpose, marked: marked)))
    return effects + [.survey(.corpus(path: chosen))]
  }

  /// Takes what is known of a corpus now.
  mutating func take(_ picture: CorpusPicture) {
    library.pictures[picture.path] = picture
  }

  private func rememberCorpora() -> Effect {
    .notebook(.remember(library.typedCorpora.map(Library.word), key: "corpora.paths"))
  }

  /// Carries an action of a corpus out.
  mutating func performInCorpora(_ action: Action, _ screen: inout CorporaScreenState) -> [Effect] {
    let picture = library.pictures[screen.path]
    let languages = picture?.languages ?? []
    let page = max(height - 8, 1)
    switch action {
    case .up: screen.cursor -= 1
    case .down: screen.cursor += 1
    case .pageUp: screen.cursor -= page
    case .pageDown: screen.cursor += page
    case .top: screen.cursor = 0
    case .bottom: screen.cursor = languages.count - 1
    case .mark:
      guard languages.indices.contains(screen.cursor) else { break }
      let language = languages[screen.cursor]
      if let index = screen.marked.firstIndex(of: language) {
        screen.marked.remove(at: index)
      } else {
        screen.marked.append(language)
      }
      screen.cursor += 1
    case .markAll: screen.marked = screen.marked.count == languages.count ? [] : languages
    case .open:
      guard languages.indices.contains(screen.cursor) else { break }
      return openLanguage(languages[screen.cursor], of: screen.path)
    case .choose: chooseCorpus(.corpus, selected: screen.path)
    case .readAgain:
      library.pictures[screen.path] = nil
      return [.survey(.corpus(path: screen.path))]
    case .use: return useCorpus(screen)
    default: break
    }
    screen.cursor = min(max(screen.cursor, 0), max(languages.count - 1, 0))
    return []
  }

  /// Shows the corpora that can be chosen.
  mutating func chooseCorpus(_ purpose: Chooser.Purpose, selected: String) {
    let places = corpusPlaces
    let same = places.first { Library.plain($0.path) == Library.plain(selected) }
    var items = places.map { Chooser.Item(.path($0.path), $0.path, detail: $0.label) }
    items.append(Chooser.Item(.another, "another folder…", detail: "Type its path."))
    overlay = .chooser(
      Chooser(
        purpose, title: "Look at a corpus", items: items,
        selected: .path(same?.path ?? selected)))
  }

  /// Shows another corpus on the screen that is open.
  mutating func takeCorpus(_ path: String, isTyped: Bool = false) -> [Effect] {
    var effects: [Effect] = []
    if isTyped {
      library.typedCorpora = Library.remembering(path, in: library.typedCorpora)
      effects.append(rememberCorpora())
    }
    switch stack.last {
    case .corpora(var screen):
      if screen.path != path { (screen.cursor, screen.marked) = (0, []) }
      screen.path = path
      stack[stack.count - 1] = .corpora(screen)
      return effects + [.survey(.corpus(path: path))]
    case .encoders(var screen):
      screen.corpus = path
      stack[stack.count - 1] = .encoders(screen)
      return effects
    default: return effects
    }
  }

  // MARK: Use

  /// Puts the corpus, or the marked languages, into the form below, or into a new one.
  private mutating func useCorpus(_ screen: CorporaScreenState) -> [Effect] {
    if case .languages(let key) = screen.purpose {
      return fillForm([(key, screen.marked.joined(separator: ", "))])
    }
    return fillForm([(Settings.dataPath.key, screen.path)])
  }

  /// Sets settings of the form that lies below, and goes back to it; without one, opens a form with
  /// the defaults.
  mutating func fillForm(_ values: [(key: String, text: String)]) -> [Effect] {
    let place = stack.lastIndex { if case .experiment = $0 { true } else { false } }
    if let place {
      stack.removeSubrange((place + 1)...)
    } else {
      stack.append(.experiment(ExperimentFormState(Experiment(), origin: "the defaults")))
    }
    guard case .experiment(var form)? = stack.last else { return [] }
    form.search = ""
    form.showsChangedOnly = false
    for (key, text) in values {
      if let error = form.set(key, to: text) {
        say(.error, "\(key): \(error)")
      } else {
        form.cursorKey = key
        say(
          .information,
          "\(key) is \(Formatting.middle(text, columns: 48)); \(keys.name(of: .undo, in: .experiment)) takes it back."
        )
      }
    }
    stack[stack.count - 1] = .experiment(form)
    return checkFiles(form)
  }

  /// Opens what the setting under the form's cursor can be chosen from.
  mutating func browse() -> [Effect] {
    guard case .experiment(let form)? = stack.last, let key = form.current?.key else { return [] }
    switch key {
    case Settings.encoderPath.key: return openEncoders()
    case Settings.startCheckpoint.key: return chooseStart()
    case Settings.primingLanguages.key, Settings.tuningLanguages.key:
      let chosen = form.text(key).split { $0 == "," || $0 == " " }.map(String.init)
      return openCorpora(purpose: .languages(key: key), marked: chosen)
    default: return openCorpora()
    }
  }

  /// What keeps an action of a corpus from being carried out.
  func reasonInCorpora(_ action: Action, _ screen: CorporaScreenState) -> String? {
    guard let picture = library.pictures[screen.path] else {
      return [.open, .mark, .markAll, .use].contains(action) ? "The corpus is being read." : nil
    }
    switch action {
    case .open, .mark, .markAll:
      return picture.languages.isEmpty ? picture.problem ?? "There is no language." : nil
    case .use:
      if let problem = picture.problem { return problem }
      if case .languages = screen.purpose, screen.marked.isEmpty {
        return "Mark the languages with \(keys.name(of: .mark, in: .corpora)) first."
      }
      return nil
    default: return nil
    }
  }
}
