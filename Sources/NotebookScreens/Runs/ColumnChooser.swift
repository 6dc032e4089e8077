import Experiments
import LabNotebook
import TerminalUI

/// The list of columns in front of the runs: which are shown, and in which order.
package struct ColumnChooser: Hashable, Sendable {
  /// A column that can be shown.
  package struct Item: Hashable, Sendable {
    package var column: RunColumn
    package var isShown: Bool
  }

  package var cursor = 0
  package private(set) var items: [Item] = []

  /// Those shown now first, then the others; of the settings those in which runs differ.
  package init(_ runs: RunsState, width: Int) {
    let shown = Self.current(runs, width: width)
    let settings = Settings.all.map(\.key).filter { key in
      key != Settings.name.key && Set(runs.records.map { $0.experiment[key: key] }).count > 1
    }
    let others = RunColumn.plain + settings.map(RunColumn.setting)
    items =
      shown.map { Item(column: $0, isShown: true) }
      + others.filter { !shown.contains($0) }.map { Item(column: $0, isShown: false) }
  }

  private static func current(_ runs: RunsState, width: Int) -> [RunColumn] {
    runs.columns.isEmpty ? RunColumnChoice(chosen: [], width: width).shown : runs.columns
  }

  /// Whether it says something else than what is shown now.
  func differs(from runs: RunsState, width: Int) -> Bool {
    columns != Self.current(runs, width: width)
  }

  /// The columns that are shown, in order.
  package var columns: [RunColumn] { items.filter(\.isShown).map(\.column) }

  mutating func move(by count: Int) {
    cursor = min(max(cursor + count, 0), items.count - 1)
  }

  /// Shows the column under the cursor or hides it; the last one stays.
  mutating func toggle() {
    guard items.indices.contains(cursor) else { return }
    if items[cursor].isShown, columns.count == 1 { return }
    items[cursor].isShown.toggle()
  }

  /// Moves the column under the cursor to an earlier or a later place.
  mutating func shift(by count: Int) {
    let target = cursor + count
    guard items.indices.contains(target), items.indices.contains(cursor) else { return }
    items.swapAt(cursor, target)
    cursor = target
  }
}

extension AppState {
  /// Actions on the list of columns; what is chosen is seen at once behind it.
  mutating func perform(_ action: Action, in list: ColumnChooser) -> [Effect] {
    var list = list
    switch action {
    case .up: list.move(by: -1)
    case .down: list.move(by: 1)
    case .mark: list.toggle()
    case .moveEarlier: list.shift(by: -1)
    case .moveLater: list.shift(by: 1)
    case .reset:
      runs.columns = []
      list = ColumnChooser(runs, width: runsTableWidth)
      overlay = .columns(list)
      return []
    case .cancel:
      overlay = nil
      return [.notebook(.remember(runs.columns.map(\.word), key: "runs.columns"))]
    default: return []
    }
    overlay = .columns(list)
    // As long as nothing was changed, the columns keep to the width of the terminal.
    if list.differs(from: runs, width: runsTableWidth) {
      runs.columns = list.columns
    }
    return []
  }
}

extension ScreenPainter {
  mutating func paintColumns(_ list: ColumnChooser) {
    let height = min(list.items.count + 2, frame.body.height)
    let area = frame.body.centered(width: 74, height: height)
    buffer.fill(area)
    let inner = paintBlock(
      "Columns of the runs", footer: StyledText(columnHints), isFocused: true, in: area)
    let hidden = RunColumnChoice(chosen: state.runs.columns, width: state.runsTableWidth).hidden
    let rows = list.items.map { item in
      let isCut = hidden.contains(item.column)
      let box = item.isShown ? (glyphs == .ascii ? "[x]" : "[✓]") : "[ ]"
      let name: String =
        if case .setting(let key) = item.column { key } else { item.column.title }
      return [
        StyledText(box, Style(item.isShown ? .success : .faint)),
        StyledText(name, Style(item.isShown ? .text : .faint)),
        isCut
          ? StyledText("no room for it", Style(.warning)) : StyledText(item.column.help, .faint),
      ]
    }
    let first = ListWindow.first(
      selected: list.cursor, count: list.items.count, visible: inner.height)
    buffer.draw(
      Table(
        columns: [
          .init("", width: .fixed(3)), .init("", width: .fixed(26)), .init("", width: .fill),
        ],
        rows: rows, selected: list.cursor, offset: first, showsHeader: false, glyphs: glyphs),
      in: inner)
  }

  private var columnHints: String {
    func key(_ action: Action) -> String { state.keys.name(of: action, in: .columns) }
    return "\(key(.mark)) shows or hides, \(key(.moveEarlier)) \(key(.moveLater)) move"
  }
}
