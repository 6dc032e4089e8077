import Experiments
import LabNotebook
import TerminalUI

/// The mouse: a click selects, a double click opens, the wheel scrolls.
extension AppState {
  mutating func handle(_ mouse: MouseEvent) -> [Effect] {
    guard width >= Self.minimumWidth, height >= Self.minimumHeight else { return [] }
    let frame = ScreenFrame(width: width, height: height)
    if let effects = clickKeyBar(mouse, in: frame.keys) { return effects }
    guard overlay == nil else { return handleInFront(mouse, in: frame) }
    switch mouse.action {
    case .scrollUp, .scrollDown: return wheel(mouse, in: frame)
    case .press, .doubleClick:
      guard mouse.button == .left, frame.body.contains(x: mouse.x, y: mouse.y) else { return [] }
      let isDouble = mouse.action == .doubleClick
      switch stack.last {
      case nil where runs.isEmptyNotebook:
        return clickList(mouse, in: frame.body, opens: isDouble ? .startSample : nil)
      case nil: return clickRuns(mouse, isDouble: isDouble, in: frame.body)
      case .experiment: return clickForm(mouse, isDouble: isDouble, in: frame.body)
      case .study(let screen):
        return clickStudy(mouse, screen, isDouble: isDouble, in: frame.body)
      case .studies: return clickList(mouse, in: frame.body, opens: isDouble ? .open : nil)
      case .corpora(let screen):
        return clickCorpora(mouse, screen, isDouble: isDouble, in: frame.body)
      case .encoders(let screen):
        return clickEncoders(mouse, screen, isDouble: isDouble, in: frame.body)
      case .sentences(let screen):
        clickSentences(mouse, screen, isDouble: isDouble, in: frame.body)
      case .notes(let screen):
        return clickNotes(mouse, screen, isDouble: isDouble, in: frame.body)
      case .note(let editor): clickNote(mouse, editor, in: frame.body)
      case .compare(let screen): clickComparison(mouse, screen, isDouble: isDouble, in: frame.body)
      case .run(let screen): clickRun(mouse, screen, isDouble: isDouble, in: frame.body)
      case .probe(let screen): clickProbe(mouse, screen, in: frame.body)
      case .help: break
      }
      return []
    case .drag, .release:
      if case .run(let screen) = stack.last { dragRun(mouse, screen, in: frame.body) }
      return []
    }
  }

  private mutating func wheel(_ mouse: MouseEvent, in frame: ScreenFrame) -> [Effect] {
    let isUp = mouse.action == .scrollUp
    if case .run(let screen) = stack.last { return wheelRun(mouse, screen, in: frame.body) }
    if case .compare(let screen) = stack.last {
      return wheelComparison(mouse, screen, in: frame.body)
    }
    if case .probe(let screen) = stack.last {
      wheelProbe(mouse, screen, in: frame.body)
      return []
    }
    if case .note(var editor) = stack.last {
      let area = NoteEditorLayout(body: frame.body, showsPreview: editor.showsPreview).area
      editor.document.moveRows(by: isUp ? -3 : 3, width: max(area.width, 1))
      stack[stack.count - 1] = .note(editor)
      return []
    }
    var effects: [Effect] = []
    for _ in 0..<3 { effects += perform(isUp ? .up : .down) }
    return effects
  }

  private mutating func clickRuns(
    _ mouse: MouseEvent, isDouble: Bool, in body: Rect
  ) -> [Effect] {
    let layout = RunsLayout(body: body, rowCount: runs.rows.count)
    if mouse.y == layout.rows.y - 1 { return clickHeader(mouse.x, layout) }
    let rows = layout.rows
    guard rows.contains(x: mouse.x, y: mouse.y) else { return [] }
    // The first click of the two has chosen the row, which may stand elsewhere now.
    if isDouble { return perform(.open) }
    let first = ListWindow.first(
      selected: runs.selected, count: runs.rows.count, visible: rows.height)
    let index = first + mouse.y - rows.y
    guard runs.rows.indices.contains(index) else { return [] }
    runs.select(row: index)
    return []
  }

  // A click on a column's title sorts by it, another one turns the order round.
  private mutating func clickHeader(_ x: Int, _ layout: RunsLayout) -> [Effect] {
    let choice = RunColumnChoice(chosen: runs.columns, width: layout.tableWidth)
    let area = Rect(x: layout.rows.x + 1, y: 0, width: layout.tableWidth, height: 1)
    let parts = area.columns(choice.constraints, spacing: 2)
    guard let index = parts.firstIndex(where: { $0.contains(x: x, y: 0) }),
      choice.shown[index].sorts
    else { return [] }
    return choice.shown[index] == runs.order
      ? perform(.reverseSort) : sort(by: choice.shown[index])
  }

  private mutating func clickStudy(
    _ mouse: MouseEvent, _ screen: StudyScreenState, isDouble: Bool, in body: Rect
  ) -> [Effect] {
    guard let results = screen.picture?.results else { return [] }
    let layout = StudyLayout(
      body: body, rowCount: results.rows.count, budgetCount: results.budgets.count)
    var screen = screen
    if isDouble { return perform(.open) }
    if layout.rows.contains(x: mouse.x, y: mouse.y) {
      let rows = layout.rows
      let first = ListWindow.first(
        selected: screen.row, count: results.rows.count, visible: rows.height)
      let row = first + mouse.y - rows.y
      guard results.rows.indices.contains(row) else { return [] }
      screen.pane = .table
      (screen.row, screen.cell) = (row, 0)
      let columns = StudyColumns(results, width: rows.width - 2, cursor: screen.column)
      let x = mouse.x - rows.x - 1 - columns.scoreStart
      let place = x / (StudyColumns.scoreWidth + 1)
      if x >= 0, columns.shown.indices.contains(place) { screen.column = columns.shown[place] }
    } else if layout.cell.contains(x: mouse.x, y: mouse.y) {
      screen.pane = .runs
    }
    stack[stack.count - 1] = .study(screen)
    return []
  }

  private mutating func clickForm(
    _ mouse: MouseEvent, isDouble: Bool, in body: Rect
  ) -> [Effect] {
    guard case .experiment(var form) = stack.last, form.edit == nil else { return [] }
    let area = FormLayout(body: body).rows
    guard area.contains(x: mouse.x, y: mouse.y) else { return [] }
    if isDouble { return perform(.edit) }
    let rows = form.rows
    let current = form.current?.key
    let selected = rows.firstIndex { $0 == current.map(ExperimentFormState.Row.setting) } ?? 0
    let first = ListWindow.first(selected: selected, count: rows.count, visible: area.height)
    let index = first + mouse.y - area.y
    guard rows.indices.contains(index), case .setting(let key) = rows[index] else { return [] }
    form.cursorKey = key
    stack[stack.count - 1] = .experiment(form)
    return []
  }
}
