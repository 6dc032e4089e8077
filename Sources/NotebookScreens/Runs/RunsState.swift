package import LabNotebook

/// The list of runs: what is in it, in which order, and where the cursor stands.
package struct RunsState: Sendable {
  /// All runs, as the notebook gave them.
  package var records: [RunRecord] = []
  /// Whether the notebook was read at all: before that the list is not empty but unknown.
  package var isLoaded = false
  package var order: RunOrder = .id
  /// Whether the largest comes first; the newest run, at the start.
  package var isDescending = true
  /// The text of the filter as it was typed.
  package var filter = ""
  /// The run under the cursor; kept by number, so that it stays when the order changes.
  package var cursor: RunID?
  package var marked: Set<RunID> = []
  /// The sample under the cursor of the empty notebook's page.
  package var sampleCursor = 0

  package init() {}

  /// Whether this is a notebook without a run.
  package var isEmptyNotebook: Bool { isLoaded && records.isEmpty }

  /// The runs that match the filter, in order; archived ones left out.
  package var visible: [RunRecord] {
    let filter = RunFilter(filter)
    let matching = records.filter { !$0.archived && filter.matches($0) }
    return matching.sorted { first, second in
      let ascending = order.compare(first, second)
      if let ascending { return isDescending ? !ascending : ascending }
      return first.id > second.id
    }
  }

  /// The run under the cursor, if it is visible; otherwise the first.
  package var underCursor: RunRecord? {
    let visible = visible
    return visible.first { $0.id == cursor } ?? visible.first
  }

  /// The run of this number.
  package func record(_ id: RunID) -> RunRecord? { records.first { $0.id == id } }

  /// The runs that have rows when so many rows are visible.
  package func shown(rows: Int) -> [RunID] {
    let visible = visible
    let selected = visible.firstIndex { $0.id == cursor } ?? 0
    let first = ListWindow.first(selected: selected, count: visible.count, visible: rows)
    return visible.dropFirst(first).prefix(max(rows, 1)).map(\.id)
  }

  /// Moves the cursor by so many rows, and stops at both ends.
  package mutating func move(by rows: Int) {
    let visible = visible
    guard !visible.isEmpty else { return }
    let current = visible.firstIndex { $0.id == cursor } ?? 0
    let (sum, overflows) = current.addingReportingOverflow(rows)
    let target = overflows ? (rows < 0 ? 0 : visible.count - 1) : sum
    cursor = visible[min(max(target, 0), visible.count - 1)].id
  }

  /// The runs an action is about: the marked ones, or the one under the cursor.
  package var chosen: [RunRecord] {
    let chosen = records.filter { marked.contains($0.id) }
    return chosen.isEmpty ? [underCursor].compactMap(\.self) : chosen
  }
}

/// What the list of runs can be sorted by.
package enum RunOrder: String, CaseIterable, Hashable, Sendable {
  case id, state, name, method, f1, progress, time

  /// The title of its column.
  package var title: String {
    switch self {
    case .id: "#"
    case .state: "State"
    case .name: "Name"
    case .method: "Method"
    case .f1: "F1"
    case .progress: "Done"
    case .time: "Time"
    }
  }

  /// Whether the first comes before the second; nil when they are equal.
  package func compare(_ first: RunRecord, _ second: RunRecord) -> Bool? {
    switch self {
    case .id: compared(first.id, second.id)
    case .state: compared(first.state.rank, second.state.rank)
    case .name: compared(first.name.lowercased(), second.name.lowercased())
    case .method: compared(first.methodName, second.methodName)
    case .f1: compared(first.shownF1 ?? -1, second.shownF1 ?? -1)
    case .progress: compared(first.fraction, second.fraction)
    case .time: compared(first.progress?.secondsElapsed ?? 0, second.progress?.secondsElapsed ?? 0)
    }
  }

  private func compared<Value: Comparable>(_ first: Value, _ second: Value) -> Bool? {
    first == second ? nil : first < second
  }
}
