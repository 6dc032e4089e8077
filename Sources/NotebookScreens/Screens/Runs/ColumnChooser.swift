import Experiments
import LabNotebook
package import TerminalUI

/// The list of columns in front of the runs: which are shown, and in which order.
package struct ColumnChooser: Overlay, Hashable {
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

/// Its keys and its look.
extension ColumnChooser {
  package var context: KeyContext { .columns }

  /// Carries an action out; what is chosen is seen at once behind the list.
  package mutating func perform(_ action: Action, in app: inout AppState) -> [Effect] {
    switch action {
    case .up: move(by: -1)
    case .down: move(by: 1)
    case .mark: toggle()
    case .moveEarlier: shift(by: -1)
    case .moveLater: shift(by: 1)
    case .reset:
      app.runs.columns = []
      self = ColumnChooser(app.runs, width: app.runsTableWidth)
      return []
    case .cancel:
      app.overlay = nil
      return [.notebook(.remember(app.runs.columns.map(\.word), key: "runs.columns"))]
    default: return []
    }
    // As long as nothing was changed, the columns keep to the width of the terminal.
    if differs(from: app.runs, width: app.runsTableWidth) { app.runs.columns = columns }
    return []
  }

  package mutating func click(
    _ mouse: MouseEvent, isDouble: Bool, in body: Rect, app: inout AppState
  ) -> Clicked { .row(opens: isDouble ? .mark : nil) }

  package func paint(on painter: inout ScreenPainter) {
    let (state, glyphs) = (painter.state, painter.glyphs)
    let height = min(items.count + 2, painter.frame.body.height)
    let area = painter.frame.body.centered(width: 74, height: height)
    painter.buffer.fill(area)
    func key(_ action: Action) -> String { state.keys.name(of: action, in: .columns) }
    let hints = "\(key(.mark)) shows or hides, \(key(.moveEarlier)) \(key(.moveLater)) move"
    let inner = painter.paintBlock(
      "Columns of the runs", footer: StyledText(hints), isFocused: true, in: area)
    let hidden = RunColumnChoice(chosen: state.runs.columns, width: state.runsTableWidth).hidden
    let rows = items.map { item in
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
    let first = ListWindow.first(selected: cursor, count: items.count, visible: inner.height)
    painter.buffer.draw(
      Table(
        columns: [
          .init("", width: .fixed(3)), .init("", width: .fixed(26)), .init("", width: .fill),
        ],
        rows: rows, selected: cursor, offset: first, showsHeader: false, glyphs: glyphs),
      in: inner)
  }
}
