import Experiments
import LabNotebook
package import TerminalUI

/// The list of runs, which is always the first screen; in an empty notebook, the page that offers the
/// sample experiments.
///
/// What it remembers is in `AppState.runs`: all screens ask that for runs.
package struct RunsScreen: Screen {
  package init() {}

  package static let keySections = [
    KeySection(.runs), KeySection(.welcome), KeySection(.columns, .front),
  ]

  package func context(in app: AppState) -> KeyContext {
    app.runs.isEmptyNotebook ? .welcome : .runs
  }

  package mutating func goBack(in app: inout AppState) -> Leaving {
    if !app.runs.filter.isEmpty {
      app.runs.filter = ""
      return .stays
    }
    if app.runs.shelf == .bin {
      app.runs.shelf = .current
      return .stays
    }
    return .leaves()
  }

  // MARK: Actions

  package mutating func perform(_ action: Action, in app: inout AppState) -> [Effect] {
    if app.runs.isEmptyNotebook, let effects = Self.performInWelcome(action, in: &app) {
      return effects
    }
    if let effects = Self.performOnRuns(action, in: &app) { return effects }
    switch action {
    case .up: app.runs.move(by: -1)
    case .down: app.runs.move(by: 1)
    case .pageUp: app.runs.move(by: -max(app.height - 6, 1))
    case .pageDown: app.runs.move(by: max(app.height - 6, 1))
    case .top: app.runs.move(by: .min)
    case .bottom: app.runs.move(by: .max)
    case .left: app.runs.collapse()
    case .right: app.runs.expand()
    case .nextPane: app.runs.moveToHeading(1)
    case .previousPane: app.runs.moveToHeading(-1)
    case .open: Self.openUnderCursor(in: &app)
    case .mark: app.runs.toggleMark()
    case .markAll: app.runs.toggleAllMarks()
    case .filter: app.overlay = Prompt(FilterPrompt(), text: app.runs.filter)
    case .sort: return Self.sortByNext(in: &app)
    case .reverseSort:
      app.runs.isDescending.toggle()
      return [Self.rememberSort(app)]
    case .group:
      let all = RunGrouping.allCases
      let next = all.firstIndex(of: app.runs.grouping).map { ($0 + 1) % all.count } ?? 0
      return Self.group(by: all[next], in: &app)
    case .columns: app.overlay = ColumnChooser(app.runs, width: app.runsTableWidth)
    case .compare: app.stack.open(CompareScreen(app.runs.toCompare))
    case .study: return StudyListScreen.open(in: &app)
    case .showArchived:
      app.runs.shelf = app.runs.shelf == .archived ? .current : .archived
    case .showBin: app.runs.shelf = app.runs.shelf == .bin ? .current : .bin
    default: break
    }
    return []
  }

  private static func openUnderCursor(in app: inout AppState) {
    if let group = app.runs.groupUnderCursor {
      app.runs.collapsed.formSymmetricDifference([group.name])
    } else if let run = app.runs.underCursor {
      app.runs.cursor = run.id
      app.stack.open(RunScreen(run.id))
    }
  }

  private static func performInWelcome(_ action: Action, in app: inout AppState) -> [Effect]? {
    guard !app.samples.isEmpty else { return nil }
    let last = app.samples.count - 1
    switch action {
    case .up: app.runs.sampleCursor = max(app.runs.sampleCursor - 1, 0)
    case .down: app.runs.sampleCursor = min(app.runs.sampleCursor + 1, last)
    case .top: app.runs.sampleCursor = 0
    case .bottom: app.runs.sampleCursor = last
    case .startSample, .open:
      let sample = app.samples[min(app.runs.sampleCursor, last)]
      app.say(.information, "Starting \(sample.experiment[Settings.name])…")
      return [.notebook(.enqueue(sample.experiment, near: sample.path))]
    case .editSample:
      let sample = app.samples[min(app.runs.sampleCursor, last)]
      return ExperimentForm.open(
        ExperimentForm(sample.experiment, origin: sample.path, path: sample.path), in: &app)
    default: return nil
    }
    return []
  }

  // MARK: Order, groups and columns, which are remembered

  /// Sorts by a column; what is shown of it comes first that one looks for.
  static func sort(by column: RunColumn, in app: inout AppState) -> [Effect] {
    app.runs.order = column
    app.runs.isDescending = column.beginsDescending
    return [rememberSort(app)]
  }

  private static func sortByNext(in app: inout AppState) -> [Effect] {
    let shown = RunColumnChoice(chosen: app.runs.columns, width: app.runsTableWidth).shown
      .filter(\.sorts)
    guard !shown.isEmpty else { return [] }
    let next = shown.firstIndex(of: app.runs.order).map { ($0 + 1) % shown.count } ?? 0
    return sort(by: shown[next], in: &app)
  }

  /// Divides the list.
  static func group(by grouping: RunGrouping, in app: inout AppState) -> [Effect] {
    let current = app.runs.underCursor?.id ?? app.runs.groupUnderCursor?.runs.first?.id
    app.runs.grouping = grouping
    app.runs.collapsed = []
    if let current { app.runs.cursor = current }
    return [.notebook(.remember([grouping.rawValue], key: "runs.group"))]
  }

  private static func rememberSort(_ app: AppState) -> Effect {
    let direction = app.runs.isDescending ? "descending" : "ascending"
    return .notebook(.remember([app.runs.order.word, direction], key: "runs.sort"))
  }

  package static func take(_ message: Message, in app: inout AppState) -> [Effect] {
    switch message {
    case .remembered(let memory): app.runs.take(memory)
    case .queueWaits(let waits): app.runs.queueWaits = waits
    default: break
    }
    return []
  }

  // MARK: The mouse

  package mutating func click(
    _ mouse: MouseEvent, isDouble: Bool, in body: Rect, app: inout AppState
  ) -> Clicked {
    if app.runs.isEmptyNotebook { return .row(opens: isDouble ? .startSample : nil) }
    let layout = RunsLayout(body: body, rowCount: app.runs.rows.count)
    if mouse.y == layout.rows.y - 1 { return Self.clickHeader(mouse.x, layout, in: &app) }
    guard layout.rows.contains(x: mouse.x, y: mouse.y) else { return .done() }
    // The first click of the two has chosen the row, which may stand elsewhere now.
    if isDouble { return .action(.open) }
    let row = layout.rows.row(
      at: mouse, selected: app.runs.selected, count: app.runs.rows.count)
    if let row { app.runs.select(row: row) }
    return .done()
  }

  // A click on a column's title sorts by it, another one turns the order round.
  private static func clickHeader(
    _ x: Int, _ layout: RunsLayout, in app: inout AppState
  ) -> Clicked {
    let choice = RunColumnChoice(chosen: app.runs.columns, width: layout.tableWidth)
    let area = Rect(x: layout.rows.x + 1, y: 0, width: layout.tableWidth, height: 1)
    let parts = area.columns(choice.constraints, spacing: 2)
    guard let index = parts.firstIndex(where: { $0.contains(x: x, y: 0) }),
      choice.shown[index].sorts
    else { return .done() }
    return choice.shown[index] == app.runs.order
      ? .action(.reverseSort) : .done(sort(by: choice.shown[index], in: &app))
  }
}

extension AppState {
  /// The columns of cells that the table of runs has.
  var runsTableWidth: Int {
    RunsLayout(body: frame.body, rowCount: runs.rows.count).tableWidth
  }
}

extension RunsState {
  /// Takes what earlier sessions kept; what is not understood of it is left as it is.
  mutating func take(_ memory: ScreenMemory) {
    if let words = memory["runs.columns"] { columns = RunColumn.distinct(words) }
    if let words = memory["runs.sort"], let first = words.first,
      let column = RunColumn(word: first), column.sorts
    {
      order = column
      isDescending = words.count > 1 ? words[1] == "descending" : column.beginsDescending
    }
    if let word = memory["runs.group"]?.first, let grouping = RunGrouping(rawValue: word) {
      self.grouping = grouping
    }
  }

  /// The runs that a comparison would be of: the marked ones, with the one under the cursor where
  /// only one is marked.
  var toCompare: [RunRecord] {
    guard marked.count == 1, let run = underCursor, !marked.contains(run.id) else {
      return chosen
    }
    return chosen + [run]
  }

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

extension RunColumn {
  /// The columns of words, each once; words that name none are left out.
  static func distinct(_ words: [String]) -> [RunColumn] {
    words.compactMap(RunColumn.init(word:)).reduce(into: []) {
      if !$0.contains($1) { $0.append($1) }
    }
  }
}
