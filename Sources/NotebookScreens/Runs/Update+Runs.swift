import Experiments
import LabNotebook

/// Actions on the list of runs, and on the page of an empty notebook.
extension AppState {
  /// Carries an action of the first screen out.
  mutating func performInRuns(_ action: Action) -> [Effect] {
    if runs.isEmptyNotebook, let effects = performInWelcome(action) { return effects }
    if let effects = performAsOwner(action) { return effects }
    switch action {
    case .up: runs.move(by: -1)
    case .down: runs.move(by: 1)
    case .pageUp: runs.move(by: -max(height - 6, 1))
    case .pageDown: runs.move(by: max(height - 6, 1))
    case .top: runs.move(by: .min)
    case .bottom: runs.move(by: .max)
    case .left: runs.collapse()
    case .right: runs.expand()
    case .nextPane: runs.moveToHeading(1)
    case .previousPane: runs.moveToHeading(-1)
    case .open: openUnderCursor()
    case .mark: runs.toggleMark()
    case .markAll: runs.toggleAllMarks()
    case .filter: overlay = .prompt(Prompt(.filter, text: runs.filter))
    case .sort: return sortByNext()
    case .reverseSort:
      runs.isDescending.toggle()
      return [rememberSort]
    case .group: return groupByNext()
    case .columns: overlay = .columns(ColumnChooser(runs, width: runsTableWidth))
    case .compare: openComparison()
    case .study: return openStudies()
    case .showArchived: runs.shelf = runs.shelf == .archived ? .current : .archived
    case .showBin: runs.shelf = runs.shelf == .bin ? .current : .bin
    default: break
    }
    return []
  }

  private mutating func openUnderCursor() {
    if let group = runs.groupUnderCursor {
      runs.collapsed.formSymmetricDifference([group.name])
    } else if let run = runs.underCursor {
      runs.cursor = run.id
      stack.append(.run(RunScreenState(run.id)))
    }
  }

  // MARK: Order, groups and columns, which are remembered

  /// Sorts by a column; what is shown of it comes first that one looks for.
  mutating func sort(by column: RunColumn) -> [Effect] {
    runs.order = column
    runs.isDescending = column.beginsDescending
    return [rememberSort]
  }

  private mutating func sortByNext() -> [Effect] {
    let shown = RunColumnChoice(chosen: runs.columns, width: runsTableWidth).shown.filter(\.sorts)
    guard !shown.isEmpty else { return [] }
    let next = shown.firstIndex(of: runs.order).map { ($0 + 1) % shown.count } ?? 0
    return sort(by: shown[next])
  }

  private mutating func groupByNext() -> [Effect] {
    let all = RunGrouping.allCases
    let next = all.firstIndex(of: runs.grouping).map { ($0 + 1) % all.count } ?? 0
    return group(by: all[next])
  }

  /// Divides the list.
  mutating func group(by grouping: RunGrouping) -> [Effect] {
    let current = runs.underCursor?.id ?? runs.groupUnderCursor?.runs.first?.id
    runs.grouping = grouping
    runs.collapsed = []
    if let current { runs.cursor = current }
    return [.notebook(.remember([grouping.rawValue], key: "runs.group"))]
  }

  private var rememberSort: Effect {
    let direction = runs.isDescending ? "descending" : "ascending"
    return .notebook(.remember([runs.order.word, direction], key: "runs.sort"))
  }

  /// The columns of cells that the table of runs has.
  var runsTableWidth: Int {
    let body = ScreenFrame(width: width, height: height).body
    return RunsLayout(body: body, rowCount: runs.rows.count).tableWidth
  }

  /// Takes what earlier sessions kept; what is not understood of it is left as it is.
  mutating func take(_ memory: ScreenMemory) {
    self.memory = memory
    if let words = memory["runs.columns"] {
      runs.columns = words.compactMap(RunColumn.init(word:)).reduce(into: []) {
        if !$0.contains($1) { $0.append($1) }
      }
    }
    if let words = memory["runs.sort"], let first = words.first,
      let column = RunColumn(word: first),
      column.sorts
    {
      runs.order = column
      runs.isDescending = words.count > 1 ? words[1] == "descending" : column.beginsDescending
    }
    if let word = memory["runs.group"]?.first, let grouping = RunGrouping(rawValue: word) {
      runs.grouping = grouping
    }
  }

  // MARK: An empty notebook

  private mutating func performInWelcome(_ action: Action) -> [Effect]? {
    guard !samples.isEmpty else { return nil }
    let last = samples.count - 1
    switch action {
    case .up: runs.sampleCursor = max(runs.sampleCursor - 1, 0)
    case .down: runs.sampleCursor = min(runs.sampleCursor + 1, last)
    case .top: runs.sampleCursor = 0
    case .bottom: runs.sampleCursor = last
    case .startSample, .open:
      let sample = samples[min(runs.sampleCursor, last)]
      say(.information, "Starting \(sample.experiment[Settings.name])…")
      return [.notebook(.enqueue(sample.experiment, near: sample.path))]
    case .editSample:
      let sample = samples[min(runs.sampleCursor, last)]
      return open(ExperimentFormState(sample.experiment, origin: sample.path, path: sample.path))
    default: return nil
    }
    return []
  }
}

extension RunsState {
  /// Marks the run under the cursor, or those of its group, or takes the marks away; moves down.
  mutating func toggleMark() {
    let under = Set((groupUnderCursor?.runs ?? [underCursor].compactMap(\.self)).map(\.id))
    if under.isSubset(of: marked) { marked.subtract(under) } else { marked.formUnion(under) }
    move(by: 1)
  }

  /// Marks all runs that are listed; when they are, takes every mark away.
  mutating func toggleAllMarks() {
    let listed = Set(visible.map(\.id))
    marked = listed.isSubset(of: marked) ? [] : marked.union(listed)
  }

  /// Shows only the heading of the group that the cursor is in.
  mutating func collapse() {
    guard grouping != .none else { return }
    let name = groupUnderCursor?.name ?? underCursor.map(grouping.name(of:))
    guard let name else { return }
    collapsed.insert(name)
    cursor = nil
    cursorGroup = name
  }

  /// Shows the runs of the group whose heading is under the cursor.
  mutating func expand() {
    guard let group = groupUnderCursor else { return }
    collapsed.remove(group.name)
  }

  /// Moves to the next or the previous heading.
  mutating func moveToHeading(_ step: Int) {
    let headings = rows.indices.filter { rows[$0].run == nil }
    let selected = selected
    let target =
      step > 0 ? headings.first { $0 > selected } : headings.last { $0 < selected }
    if let target { select(row: target) }
  }
}
