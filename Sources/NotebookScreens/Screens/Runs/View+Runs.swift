import LabNotebook
import RunFolders
package import TerminalUI

/// Where the parts of the list of runs stand.
struct RunsLayout {
  /// The frame around the table, and what it encloses.
  let table: Rect
  /// The preview of the run under the cursor; empty where there is no room.
  let preview: Rect
  let previewIsBeside: Bool
  private let rowCount: Int

  /// The columns from which on the preview stands beside the table.
  private static let widthForBeside = 126
  private static let previewHeight = 11

  init(body: Rect, rowCount: Int) {
    self.rowCount = rowCount
    if body.width >= Self.widthForBeside {
      let side = min(max(body.width / 3, 44), 76)
      let parts = body.columns([.fill, .fixed(side)])
      (table, preview, previewIsBeside) = (parts[0], parts[1], true)
      return
    }
    previewIsBeside = false
    // The table has at least half of the rows, and more when it has more to show.
    let wanted = max(rowCount + 3, 6)
    guard body.height - 8 >= Self.previewHeight - 1 else {
      (table, preview) = (body, Rect(x: 0, y: 0, width: 0, height: 0))
      return
    }
    let largest = max(body.height - wanted, Self.previewHeight)
    let parts = body.rows([.fill, .fixed(min(largest, max(body.height / 2, Self.previewHeight)))])
    (table, preview) = (parts[0], parts[1])
  }

  /// The cells of a row that hold its columns: the table's own margins and its scroll bar left out.
  var tableWidth: Int {
    table.width - 4 - (rowCount > rows.height ? 1 : 0)
  }

  /// The rows of the table that hold runs.
  var rows: Rect {
    let inner = table.inset(by: 1)
    return Rect(x: inner.x, y: inner.y + 1, width: inner.width, height: inner.height - 1)
  }
}

extension RunsScreen {
  package func paint(on painter: inout ScreenPainter, in body: Rect) {
    if painter.state.runs.isEmptyNotebook {
      painter.draw(WelcomeView.init) { $0.paint(in: body) }
    } else {
      painter.draw(RunsView.init) { $0.paint(in: body) }
    }
  }
}

/// The list of runs.
struct RunsView: ScreenView {
  var painter: ScreenPainter

  mutating func paint(in body: Rect) {
    guard state.runs.isLoaded else {
      paintTitle("Runs", right: "")
      buffer.draw(Paragraph("Reading the notebook…", style: .faint), in: body.inset(by: 2))
      return
    }
    let runs = state.runs
    paintTitle(runs.shelf == .bin ? "The bin" : "Runs", right: runsSummary)
    let layout = RunsLayout(body: body, rowCount: runs.rows.count)
    let choice = RunColumnChoice(chosen: runs.columns, width: layout.tableWidth)
    let selected = runs.selected
    let inner = paintBlock(
      runsHeading, footer: runsFooter(choice), isFocused: true, in: layout.table)
    guard !runs.rows.isEmpty else {
      buffer.draw(Paragraph(whyNothingIsListed, style: .faint), in: inner.inset(by: 1))
      return
    }
    paintTable(runs.rows, choice, selected: selected, in: inner)
    guard !layout.preview.isEmpty else { return }
    if let run = runs.underCursor {
      paintPreview(run, in: layout.preview, isTall: layout.previewIsBeside)
    } else if let group = runs.groupUnderCursor {
      paintGroup(group, in: layout.preview)
    }
  }

  private var runsHeading: StyledText {
    var spans = [StyledText.Span(state.runs.shelf == .bin ? "The bin" : "Runs", .title)]
    if state.runs.shelf == .archived { spans.append(.init(" and the archive", .faint)) }
    if state.runs.grouping != .none {
      spans.append(.init(" by \(state.runs.grouping.rawValue)", .faint))
    }
    if !state.runs.filter.isEmpty {
      spans.append(.init(" matching “\(state.runs.filter)”", Style(.accent)))
    }
    return StyledText(spans)
  }

  private func runsFooter(_ choice: RunColumnChoice) -> StyledText? {
    let visible = state.runs.visible
    guard !visible.isEmpty else { return nil }
    var text = "\(visible.count) run\(visible.count == 1 ? "" : "s")"
    if let place = state.runs.placeOfCursor { text = "\(place) of \(visible.count)" }
    guard !choice.hidden.isEmpty else { return StyledText(text) }
    let names = choice.hidden.map(\.title).joined(separator: ", ")
    return StyledText(.init("no room for \(names)  ", Style(.warning)), .init(text))
  }

  private var whyNothingIsListed: String {
    if !state.runs.filter.isEmpty {
      return "No run matches the filter. \(state.keys.name(of: .back, in: .runs)) takes it away."
    }
    func key(_ action: Action) -> String { state.keys.name(of: action, in: .runs) }
    switch state.runs.shelf {
    case .bin: return "The bin is empty. \(key(.showBin)) goes back to the runs."
    default:
      return "All runs are archived or in the bin: \(key(.showArchived)) shows the archive, "
        + "\(key(.showBin)) the bin."
    }
  }

  private var runsSummary: StyledText {
    let counts = state.runs.counts
    var spans = [StyledText.Span("\(counts.all) run\(counts.all == 1 ? "" : "s")", .faint)]
    for kind in [RunState.running, .paused, .queued, .failed, .interrupted] {
      let count = counts[kind]
      guard count > 0 else { continue }
      spans.append(.init("  \(kind.mark(glyphs)) \(count) \(kind.rawValue)", Style(kind.role)))
    }
    if !state.runs.marked.isEmpty {
      spans.append(.init("  \(state.runs.marked.count) marked", Style(.accent)))
    }
    return StyledText(spans)
  }
}
