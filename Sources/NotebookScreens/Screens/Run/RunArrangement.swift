/// How the run screen is arranged: the same for every run, and remembered.
package struct RunArrangement: Hashable, Sendable {
  /// What the x axis of the curves is.
  package enum Axis: String, CaseIterable, Hashable, Sendable {
    case step, epoch, time

    /// The next one.
    var next: Axis {
      let all = Self.allCases
      return all[((all.firstIndex(of: self) ?? 0) + 1) % all.count]
    }
  }

  /// All panes, those that are given room first at the beginning.
  package var order = RunPane.allCases
  package var hidden: Set<RunPane> = []
  package var smoothing = Smoothing.automatic
  package var axis = Axis.step

  /// The arrangement of somebody who has changed nothing.
  package init() {}

  /// What is remembered; words that mean nothing are left out, panes that are missing come last.
  package init(_ memory: ScreenMemory) {
    let named = (memory["run.panes"] ?? []).compactMap(RunPane.init)
    var order: [RunPane] = []
    for pane in named + RunPane.allCases where !order.contains(pane) { order.append(pane) }
    self.order = order
    let away = Set((memory["run.hidden"] ?? []).compactMap(RunPane.init))
    hidden = away.count < RunPane.allCases.count ? away : []
    smoothing = memory["run.smoothing"]?.first.flatMap { Smoothing($0) } ?? .automatic
    axis = memory["run.axis"]?.first.flatMap(Axis.init) ?? .step
  }

  /// What is to be remembered, by key.
  package var words: [(key: String, words: [String])] {
    [
      ("run.panes", order.map(\.rawValue)),
      ("run.hidden", order.filter(hidden.contains).map(\.rawValue)),
      ("run.smoothing", [smoothing.text]), ("run.axis", [axis.rawValue]),
    ]
  }

  /// The panes that are not hidden.
  package var shown: [RunPane] { order.filter { !hidden.contains($0) } }

  /// Shows or hides a pane; the last one stays.
  package mutating func toggle(_ pane: RunPane) {
    if hidden.remove(pane) == nil, shown.count > 1 { hidden.insert(pane) }
  }

  /// Moves a pane so many places, among those that are shown or not alike.
  package mutating func move(_ pane: RunPane, by places: Int) {
    guard let index = order.firstIndex(of: pane) else { return }
    let target = min(max(index + places, 0), order.count - 1)
    order.remove(at: index)
    order.insert(pane, at: target)
  }

  /// Moves a pane past its neighbour among those that are shown.
  package mutating func moveAmongShown(_ pane: RunPane, by step: Int) {
    let shown = shown
    guard let index = shown.firstIndex(of: pane), shown.indices.contains(index + step),
      let from = order.firstIndex(of: pane), let to = order.firstIndex(of: shown[index + step])
    else { return }
    order.swapAt(from, to)
  }
}

extension AppState {
  /// How the run screen is arranged.
  package var arrangement: RunArrangement { RunArrangement(memory) }

  /// Changes the arrangement, and has what changed remembered.
  mutating func rearrange(_ change: (inout RunArrangement) -> Void) -> [Effect] {
    let old = arrangement
    var new = old
    change(&new)
    var effects: [Effect] = []
    for (before, (key, words)) in zip(old.words, new.words) where before.words != words {
      memory[key] = words
      effects.append(.notebook(.remember(words, key: key)))
    }
    return effects
  }
}
