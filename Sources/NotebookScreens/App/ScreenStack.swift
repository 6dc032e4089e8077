/// The screens that are open on top of the list of runs, the newest last.
package struct ScreenStack: Sendable {
  private struct Entry: Sendable {
    let id: Int
    var screen: any Screen
  }

  private var entries: [Entry] = []
  private var lastID = 0

  /// An empty stack.
  package init() {}

  /// Whether only the list of runs is open.
  package var isEmpty: Bool { entries.isEmpty }

  /// How many screens are open on top of the list.
  package var count: Int { entries.count }

  /// The screens, the newest last.
  package var screens: [any Screen] { entries.map(\.screen) }

  /// The screen that is shown; nil shows the list of runs.
  package var last: (any Screen)? { entries.last?.screen }

  /// The screen that is shown, where it is of a kind.
  package func top<S: Screen>(_ kind: S.Type) -> S? { entries.last?.screen as? S }

  /// The newest screen of a kind.
  package func newest<S: Screen>(_ kind: S.Type) -> S? {
    entries.lazy.reversed().compactMap { $0.screen as? S }.first
  }

  /// Whether a screen of a kind is open.
  package func has<S: Screen>(_ kind: S.Type) -> Bool { newest(kind) != nil }

  // MARK: Going from one to another

  /// Opens a screen on top of the others.
  package mutating func open(_ screen: any Screen) {
    lastID += 1
    entries.append(Entry(id: lastID, screen: screen))
  }

  /// Closes all screens and opens one.
  package mutating func openAlone(_ screen: any Screen) {
    entries = []
    open(screen)
  }

  /// Closes the screen that is shown.
  package mutating func leave() { _ = entries.popLast() }

  /// Closes the screens above the newest of a kind.
  ///
  /// - Returns: Whether there is one; else nothing is closed.
  package mutating func goBack<S: Screen>(to kind: S.Type) -> Bool {
    guard let place = entries.lastIndex(where: { $0.screen is S }) else { return false }
    entries.removeSubrange((place + 1)...)
    return true
  }

  /// Closes all screens.
  package mutating func removeAll() { entries = [] }

  /// Closes the screens of a kind for which a condition holds.
  mutating func close<S: Screen>(_ kind: S.Type, where isWanted: (S) -> Bool = { _ in true }) {
    entries.removeAll { ($0.screen as? S).map(isWanted) ?? false }
  }

  // MARK: Changing them

  /// Changes the screen that is shown, where it is of a kind; nil where it is not.
  @discardableResult
  mutating func changeTop<S: Screen, Result>(
    _ kind: S.Type, _ change: (inout S) -> Result
  ) -> Result? {
    entries.isEmpty ? nil : self.change(at: entries.count - 1, kind, change)
  }

  /// Changes the newest screen of a kind for which a condition holds; nil where there is none.
  @discardableResult
  mutating func changeNewest<S: Screen, Result>(
    _ kind: S.Type, where isWanted: (S) -> Bool = { _ in true }, _ change: (inout S) -> Result
  ) -> Result? {
    let place = entries.lastIndex { ($0.screen as? S).map(isWanted) ?? false }
    return place.flatMap { self.change(at: $0, kind, change) }
  }

  /// Changes every screen of a kind.
  mutating func changeAll<S: Screen>(_ kind: S.Type, _ change: (inout S) -> Void) {
    for place in entries.indices { self.change(at: place, kind, change) }
  }

  /// Puts other screens in the place of those of a kind, where there are others for them.
  mutating func replace<S: Screen>(_ kind: S.Type, with other: (S) -> (any Screen)?) {
    for place in entries.indices {
      if let screen = (entries[place].screen as? S).flatMap(other) {
        entries[place].screen = screen
      }
    }
  }

  @discardableResult
  private mutating func change<S: Screen, Result>(
    at place: Int, _ kind: S.Type, _ change: (inout S) -> Result
  ) -> Result? {
    guard var screen = entries[place].screen as? S else { return nil }
    defer { entries[place].screen = screen }
    return change(&screen)
  }

  /// Lets every screen look at itself; those that do not want to stay are closed.
  mutating func keep(_ staysOpen: (inout any Screen) -> Bool) {
    entries = entries.compactMap { entry in
      var entry = entry
      return staysOpen(&entry.screen) ? entry : nil
    }
  }

  // MARK: Acting

  /// The screen that is shown and its number, for `put`.
  var acting: (id: Int, screen: any Screen)? { entries.last.map { ($0.id, $0.screen) } }

  /// Puts a screen back that has acted, unless it was closed meanwhile.
  mutating func put(_ screen: any Screen, id: Int) {
    guard let place = entries.lastIndex(where: { $0.id == id }) else { return }
    entries[place].screen = screen
  }
}
