import Experiments
import LabNotebook
import TerminalUI

/// Searching in the log of an opened run.
extension AppState {
  /// Searches while one types: the newest match is shown.
  mutating func searchLog(of run: RunID, for text: String) {
    for index in stack.indices.reversed() {
      guard case .run(var screen) = stack[index], screen.id == run else { continue }
      screen.logSearch = text
      screen.logMatch = nil
      if text.isEmpty { screen.logOffset = 0 } else { find(-1, in: &screen) }
      stack[index] = .run(screen)
      return
    }
  }

  /// Goes to the next match, upwards or downwards, and round from end to end.
  mutating func find(_ step: Int, in screen: inout RunScreenState) {
    guard !screen.logSearch.isEmpty else {
      let key = keys.name(of: .search, in: .runLog)
      say(.warning, "Nothing is searched yet; \(key) begins a search.")
      return
    }
    guard let history = histories[screen.id] else { return }
    let events = history.events
    let matches = history.events(containing: screen.logSearch)
    guard !matches.isEmpty else {
      screen.logMatch = nil
      return
    }
    let current = screen.logMatch.flatMap { id in events.firstIndex { $0.id == id } }
    let next: Int?
    if let current {
      next = step > 0 ? matches.first { $0 > current } : matches.last { $0 < current }
    } else {
      next = matches.last
    }
    let index = next ?? (step > 0 ? matches[0] : matches[matches.count - 1])
    screen.logMatch = events[index].id
    // The match stands a few rows above the end of what is shown.
    screen.logOffset = max(events.count - 1 - index - 2, 0)
  }
}
