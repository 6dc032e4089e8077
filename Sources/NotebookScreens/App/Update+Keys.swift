import TerminalUI

/// Keys, pasted text and actions: what `update` does when one arrives.
extension AppState {
  /// Does what a key means where the keys are going now.
  mutating func press(_ key: KeyEvent) -> [Effect] {
    let isQuit = key.key == .control("c")
    if !isQuit { quitRequested = nil }
    if notice != nil, !isQuit { notice = nil }
    if isQuit { return pressedQuit() }
    if key.key == .control("l") { return [.redraw] }
    guard isUsable else { return key.key == .control("z") ? [.suspend] : [] }
    if let binding = keys.binding(for: key, in: context) {
      // Who presses Esc once too often does not want to leave the program.
      if binding.action == .back, key.key == .escape, overlay == nil { return goBack(quits: false) }
      return perform(binding.action)
    }
    return overlay == nil
      ? act { $0.type(key, in: &$1) } : actInFront { $0.type(key, in: &$1) }
  }

  /// Puts pasted text where one is typing: all of it into a text, its first line into a line.
  ///
  /// Elsewhere it does nothing, and says so: what is pasted is no keys.
  mutating func paste(_ text: String) -> [Effect] {
    let taken =
      overlay == nil
      ? act { $0.paste(text, in: &$1) } : actInFront { $0.paste(text, in: &$1) }
    if let taken { return taken }
    if text.contains(where: { !$0.isWhitespace }) {
      say(.information, "Nothing takes pasted text here.")
    }
    return []
  }

  /// The first line of a pasted text that says something; says that there are more, where there are.
  mutating func firstLine(of text: String) -> String? {
    let lines = text.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
    if lines.count > 1 { say(.warning, "Took the first of \(lines.count) pasted lines.") }
    return lines.first.map(String.init)
  }

  /// Carries an action out, or says why it cannot be.
  ///
  /// - Parameter isTyped: Whether it was typed as a command (`:checkpoint`), which may be one of
  ///   another screen.
  mutating func perform(_ action: Action, isTyped: Bool = false) -> [Effect] {
    if let reason = reasonUnusable(action) {
      say(.warning, reason)
      act { screen, _ in screen.refused(action) }
      return []
    }
    if overlay != nil { return actInFront { $0.perform(action, in: &$1) } }
    if let effects = performAnywhere(action) { return effects }
    if isTyped, let place = placeElsewhere(of: action) {
      say(.warning, "This works only in: \(place).")
      return []
    }
    return act { $0.perform(action, in: &$1) }
  }

  /// Where an action belongs that the current screen does not have.
  private func placeElsewhere(of action: Action) -> String? {
    let places = KeyTable.all.filter { $0.action == action }.reduce(into: Set<KeyContext>()) {
      $0.formUnion($1.contexts)
    }
    guard !places.isEmpty, !places.contains(context),
      places.isDisjoint(with: type(of: screen).keySections.map(\.context))
    else { return nil }
    return KeyContext.all.first(where: places.contains)?.name
  }

  /// The reason in words why an action cannot be carried out now; nil when it can.
  package func reasonUnusable(_ action: Action) -> String? {
    if overlay != nil { return nil }
    switch screen.availability(of: action, in: self) {
    case .available: return nil
    case .unavailable(let reason): return reason
    case .undecided: break
    }
    if action == .theme { return themes.count < 2 ? "There is no other theme." : nil }
    for kind in Screens.all {
      switch kind.availabilityAnywhere(of: action, in: self) {
      case .available: return nil
      case .unavailable(let reason): return reason
      case .undecided: continue
      }
    }
    return nil
  }

  // MARK: Acting

  /// Lets the screen that is shown do something to itself and to the app.
  mutating func act<Result>(_ body: (inout any Screen, inout AppState) -> Result) -> Result {
    guard let (id, shown) = stack.acting else {
      var runs: any Screen = RunsScreen()
      return body(&runs, &self)
    }
    var screen = shown
    let result = body(&screen, &self)
    stack.put(screen, id: id)
    return result
  }

  /// Lets what stands in front do something to itself and to the app.
  mutating func actInFront<Result>(
    _ body: (inout any Overlay, inout AppState) -> Result
  ) -> Result {
    guard var front = overlay else { preconditionFailure("Something stands in front") }
    let changes = overlayChanges
    let result = body(&front, &self)
    // It may have closed itself, or put something else in its place.
    if overlayChanges == changes { overlay = front }
    return result
  }

  // MARK: What can be done on every screen

  private mutating func performAnywhere(_ action: Action) -> [Effect]? {
    switch action {
    case .command:
      overlay = Prompt(CommandPrompt())
      return []
    case .theme:
      let index = themes.firstIndex(of: theme).map { ($0 + 1) % themes.count } ?? 0
      return themes.isEmpty ? [] : [.useTheme(themes[index])]
    case .redraw: return [.redraw]
    case .suspend: return [.suspend]
    case .quit: return quit()
    case .back: return goBack()
    default:
      for kind in Screens.all {
        if let effects = kind.performAnywhere(action, in: &self) { return effects }
      }
      return nil
    }
  }

  private mutating func pressedQuit() -> [Effect] {
    if quitRequested != nil { return quit() }
    quitRequested = now
    say(.warning, "Press Ctrl-C again to quit. \(whatKeepsGoing)")
    return []
  }

  private mutating func quit() -> [Effect] {
    var effects: [Effect] = []
    for kind in Screens.all { effects += kind.end(&self) }
    return effects + [.quit]
  }

  private mutating func goBack(quits: Bool = true) -> [Effect] {
    switch act({ $0.goBack(in: &$1) }) {
    case .stays: return []
    case .leaves(let effects):
      if stack.isEmpty, !quits {
        say(.information, "\(keys.name(of: .back, in: context)) quits. \(whatKeepsGoing)")
        return effects
      }
      if stack.isEmpty { return effects + [.quit] }
      stack.leave()
      return effects
    }
  }
}
