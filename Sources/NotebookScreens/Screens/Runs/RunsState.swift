package import Experiments
package import LabNotebook
package import RunFolders

/// The list of runs: what is in it, in which order, and where the cursor stands.
///
/// Its rows follow from the rest and are put in order when that changes, not when they are drawn.
package struct RunsState: Sendable {
  /// Which of the runs are listed.
  package enum Shelf: Hashable, Sendable {
    /// Those in use.
    case current
    /// Those and the archived ones.
    case archived
    /// Those in the bin.
    case bin
  }

  /// All runs, as the notebook gave them.
  package var records: [RunRecord] = [] {
    didSet {
      if records.lazy.map(\.id).elementsEqual(oldValue.lazy.map(\.id)) {
        if take(changesFrom: oldValue) { return }
      } else {
        places = Dictionary(
          records.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
      }
      generation += 1
      survey()
      sort()
    }
  }
  /// How often the runs changed.
  package private(set) var generation = 0
  /// Whether the notebook was read at all: before that the list is not empty but unknown.
  package var isLoaded = false
  package var order: RunColumn = .id { didSet { if order != oldValue { sort() } } }
  /// Whether the largest comes first; the newest run, at the start.
  package var isDescending = true { didSet { if isDescending != oldValue { sort() } } }
  /// The text of the filter as it was typed.
  package var filter = "" { didSet { if filter != oldValue { arrange() } } }
  package var shelf: Shelf = .current {
    didSet {
      sort()
      // A marked run that is no longer listed must not be changed: in the bin, it would be deleted.
      marked.formIntersection(sorted.map { records[$0].id })
    }
  }
  package var grouping: RunGrouping = .none { didSet { if grouping != oldValue { arrange() } } }
  /// The groups of which only the heading is shown.
  package var collapsed: Set<String> = [] { didSet { if collapsed != oldValue { arrange() } } }
  /// The columns that were chosen, in their order; none: those that suit the width.
  package var columns: [RunColumn] = []
  /// The run under the cursor; kept by number, so that it stays when the order changes.
  package var cursor: RunID? { didSet { if cursor != nil { cursorGroup = nil } } }
  /// The group whose heading is under the cursor.
  package var cursorGroup: String?
  package var marked: Set<RunID> = []
  /// What can be taken back, the newest last.
  package var past: [UndoStep] = []
  /// The sample under the cursor of the empty notebook's page.
  package var sampleCursor = 0

  /// The rows of the list, headings among them.
  package private(set) var rows: [RunRow] = []
  /// The runs that match the filter, in order, those in collapsed groups too.
  package private(set) var visible: [RunRecord] = []
  /// The runs with the highest mean F1 of all that were judged on the same.
  package private(set) var best: Set<RunID> = []
  /// The place of each waiting run in the queue, from 1.
  package private(set) var queuePlaces: [RunID: Int] = [:]
  /// What keeps each waiting run from starting; nothing of one that starts next.
  package var queueWaits: [RunID: QueueWait] = [:]

  /// How many runs are in use, and how many of them are in each state.
  package private(set) var counts = RunCounts([])

  /// Where each run stands in `records`.
  private var places: [RunID: Int] = [:]
  /// The runs of the shelf in their order, as places in `records`: what a filter chooses from.
  private var sorted: [Int] = []
  /// Where each run stands in `rows`.
  private var rowPlaces: [RunID: Int] = [:]

  package init() {}

  /// Whether this is a notebook without a run.
  package var isEmptyNotebook: Bool { isLoaded && records.isEmpty }

  /// The row under the cursor; the first where the cursor's own is not shown.
  package var selected: Int {
    if let cursorGroup {
      let place = rows.firstIndex {
        if case .heading(let group) = $0 { return group.name == cursorGroup }
        return false
      }
      if let place { return place }
    }
    return cursor.flatMap { rowPlaces[$0] } ?? 0
  }

  /// How many of the visible runs there are up to the one under the cursor; nil on a heading.
  package var placeOfCursor: Int? {
    guard let run = underCursor else { return nil }
    if grouping == .none { return rowPlaces[run.id].map { $0 + 1 } }
    return visible.firstIndex { $0.id == run.id }.map { $0 + 1 }
  }

  /// The run under the cursor; nil on a heading.
  package var underCursor: RunRecord? {
    let selected = selected
    return rows.indices.contains(selected) ? rows[selected].run : nil
  }

  /// The group whose heading is under the cursor.
  package var groupUnderCursor: RunGroup? {
    let selected = selected
    guard rows.indices.contains(selected), case .heading(let group) = rows[selected] else {
      return nil
    }
    return group
  }

  /// The run of this number.
  package func record(_ id: RunID) -> RunRecord? { places[id].map { records[$0] } }

  /// The runs that have rows when so many rows are visible.
  package func shown(rows count: Int) -> [RunID] {
    let first = ListWindow.first(selected: selected, count: rows.count, visible: count)
    return rows.dropFirst(first).prefix(max(count, 1)).compactMap { $0.run?.id }
  }

  /// Moves the cursor by so many rows, and stops at both ends.
  package mutating func move(by count: Int) {
    guard !rows.isEmpty else { return }
    let (sum, overflows) = selected.addingReportingOverflow(count)
    let target = overflows ? (count < 0 ? 0 : rows.count - 1) : sum
    select(row: min(max(target, 0), rows.count - 1))
  }

  /// Puts the cursor on a row.
  package mutating func select(row: Int) {
    guard rows.indices.contains(row) else { return }
    switch rows[row] {
    case .run(let run): cursor = run.id
    case .heading(let group):
      cursor = nil
      cursorGroup = group.name
    }
  }

  /// The runs an action is about: the marked ones, else those of the group or the run under the
  /// cursor.
  package var chosen: [RunRecord] {
    let chosen = marked.compactMap { places[$0] }.sorted().map { records[$0] }
    if !chosen.isEmpty { return chosen }
    return groupUnderCursor?.runs ?? [underCursor].compactMap(\.self)
  }

  /// Puts the runs of the shelf in order, and those that match into rows.
  private mutating func sort() {
    let (shelf, order, isDescending) = (shelf, order, isDescending)
    var listed: [(key: RunSortKey, id: RunID, place: Int)] = []
    for (place, run) in records.enumerated() {
      let isListed =
        switch shelf {
        case .current: run.deleted == nil && !run.archived
        case .archived: run.deleted == nil
        case .bin: run.deleted != nil
        }
      if isListed { listed.append((order.key(of: run), run.id, place)) }
    }
    listed.sort { first, second in
      if let ascending = first.key.precedes(second.key) { return ascending != isDescending }
      return first.id > second.id
    }
    sorted = listed.map(\.place)
    arrange()
  }

  /// Puts those that match into rows.
  private mutating func arrange() {
    let filter = RunFilter(filter)
    var matching: [RunRecord] = []
    for index in sorted where filter.matches(records[index]) { matching.append(records[index]) }
    arrangeRows(matching)
    findRows()
  }

  /// What is known of all runs, whichever are listed.
  private mutating func survey() {
    let current = records.filter { $0.deleted == nil && !$0.archived }
    best = Self.best(of: current)
    counts = RunCounts(current)
    let queue = records.filter { $0.state == .queued && $0.deleted == nil }
      .sorted { ($0.position, $0.id) < ($1.position, $1.id) }
    queuePlaces = Dictionary(
      uniqueKeysWithValues: queue.enumerated().map { ($1.id, $0 + 1) })
  }

  /// Puts what is now known of a run into its row, if it has one.
  mutating func replace(_ run: RunRecord) {
    guard let place = rowPlaces[run.id] else { return }
    rows[place] = .run(run)
    visible[place] = run
  }

  private mutating func findRows() {
    rowPlaces = Dictionary(minimumCapacity: rows.count)
    for (place, row) in rows.enumerated() {
      if let run = row.run { rowPlaces[run.id] = place }
    }
  }

  // Groups stand in the order of their first run; those that belong to none come last.
  private mutating func arrangeRows(_ sorted: [RunRecord]) {
    guard grouping != .none else {
      visible = sorted
      rows = sorted.map(RunRow.run)
      return
    }
    var names: [String] = []
    var members: [String: [RunRecord]] = [:]
    for run in sorted {
      let name = grouping.name(of: run)
      if members[name] == nil { names.append(name) }
      members[name, default: []].append(run)
    }
    names = names.filter { !$0.isEmpty } + names.filter(\.isEmpty)
    rows = []
    visible = []
    for name in names {
      let group = RunGroup(
        name: name, runs: members[name] ?? [], isCollapsed: collapsed.contains(name))
      rows.append(.heading(group))
      visible += group.runs
      if !group.isCollapsed { rows += group.runs.map(RunRow.run) }
    }
  }

  private static func best(of runs: [RunRecord]) -> Set<RunID> {
    var highest: [String: (f1: Double, runs: [RunID], count: Int)] = [:]
    for run in runs {
      let scores = run.scores
      guard let f1 = scores.shown else { continue }
      var known = highest[scores.judgedOn] ?? (f1, [], 0)
      known.count += 1
      if f1 > known.f1 { (known.f1, known.runs) = (f1, []) }
      if f1 == known.f1 { known.runs.append(run.id) }
      highest[scores.judgedOn] = known
    }
    return Set(highest.values.filter { $0.count > 1 }.flatMap(\.runs))
  }
}

/// How many runs there are, and how many in each state.
package struct RunCounts: Hashable, Sendable {
  /// All of them.
  package let all: Int
  private let byState: [RunState: Int]

  init(_ runs: [RunRecord]) {
    all = runs.count
    byState = runs.reduce(into: [:]) { $0[$1.state, default: 0] += 1 }
  }

  /// How many are in a state.
  package subscript(state: RunState) -> Int { byState[state] ?? 0 }
}

/// Something an owner did that can be taken back.
package struct UndoStep: Hashable, Sendable {
  /// What was done, in words: "deleting #3".
  package var text: String
  /// What takes it back.
  package var requests: [NotebookRequest]
}
