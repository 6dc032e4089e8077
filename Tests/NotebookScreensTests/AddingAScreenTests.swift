import Foundation
import LabNotebook
import RunFolders
import TerminalUI
import TestSupport
import Testing

@testable import NotebookScreens

// The screen of the article "Adding a screen", word for word.

extension KeyContext {
  static let waiting = KeyContext("Waiting runs")
}

extension Action {
  static let waiting = Action("waiting")
}

/// The runs that wait, in the order in which they start.
struct WaitingScreen: Screen {
  private var cursor = 0

  // Its place, its keys, and how it is opened

  static let keySections = [KeySection(.waiting)]

  static let keys: [KeyTable.Binding] = [
    bind([c("Q")], .waiting, "Waiting", "List the runs that wait.", .runs),
    bind([.enter], .open, "Open", "Open the run.", .waiting),
  ]

  static func performAnywhere(_ action: Action, in app: inout AppState) -> [Effect]? {
    guard action == .waiting else { return nil }
    app.stack.open(WaitingScreen())
    return []
  }

  // What it does

  func context(in app: AppState) -> KeyContext { .waiting }

  private func runs(_ app: AppState) -> [RunRecord] {
    let places = app.runs.queuePlaces
    return app.runs.records.filter { places[$0.id] != nil }
      .sorted { places[$0.id, default: 0] < places[$1.id, default: 0] }
  }

  func availability(of action: Action, in app: AppState) -> Availability {
    guard action == .open else { return .undecided }
    return Availability(unless: runs(app).isEmpty ? "No run waits." : nil)
  }

  mutating func perform(_ action: Action, in app: inout AppState) -> [Effect] {
    let runs = runs(app)
    switch action {
    case .up: cursor -= 1
    case .down: cursor += 1
    case .open: app.stack.open(RunScreen(runs[min(cursor, runs.count - 1)].id))
    default: break
    }
    cursor = min(max(cursor, 0), max(runs.count - 1, 0))
    return []
  }

  // What it looks like

  func paint(on painter: inout ScreenPainter, in body: Rect) {
    let runs = runs(painter.state)
    painter.paintTitle("Waiting runs", right: StyledText("\(runs.count)", .faint))
    let inner = painter.paintBlock("In order", isFocused: true, in: body)
    painter.buffer.draw(
      Table(
        columns: [.init("#", width: .fixed(5)), .init("Name", width: .fill)],
        rows: runs.map { [StyledText("\($0.id)"), StyledText($0.name)] }, selected: cursor,
        glyphs: painter.glyphs),
      in: inner)
  }
}

/// The article shows a screen that works.
@Suite struct AddingAScreenTests {
  @Test func `the article has the code that is tested here`() throws {
    let source = try String(contentsOfFile: #filePath, encoding: .utf8)
    let begin = try #require(source.range(of: "extension KeyContext {"))
    let end = try #require(source.range(of: "\n/// The article shows"))
    let article = try String(
      contentsOf: packageFolder.appending(
        path: "Sources/NotebookScreens/NotebookScreens.docc/AddingAScreen.md"), encoding: .utf8)
    #expect(article.contains(source[begin.lowerBound..<end.lowerBound]))
  }

  @Test func `its screen is opened, used, drawn and left`() throws {
    var app = Fixture.state()
    Fixture.script(
      &app,
      [
        .runs([
          Fixture.run(1, "done", .finished), Fixture.run(2, "first", .queued),
          Fixture.run(3, "second", .queued),
        ])
      ])
    _ = WaitingScreen.performAnywhere(.waiting, in: &app)
    let picture = view(app, width: 80, height: 24, glyphs: .braille).text()
    #expect(picture.contains("Waiting runs") && picture.contains("first"))
    #expect(!picture.contains("done"), "only what waits")
    _ = app.perform(.down)
    _ = app.perform(.open)
    #expect(app.stack.top(RunScreen.self)?.id == 3)
    _ = app.perform(.back)
    #expect(app.stack.top(WaitingScreen.self) != nil)
    _ = app.perform(.back)
    #expect(app.stack.isEmpty)
  }

  @Test func `its reason is shown where nothing waits`() {
    var app = Fixture.state()
    Fixture.script(&app, [.runs([Fixture.run(1, "done", .finished)])])
    _ = WaitingScreen.performAnywhere(.waiting, in: &app)
    _ = app.perform(.open)
    #expect(app.notice?.text == "No run waits.")
  }
}
