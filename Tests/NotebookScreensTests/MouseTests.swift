import Experiments
import Foundation
import LabNotebook
import RunFolders
import NotebookScreens
import TerminalUI
import Testing

/// The mouse chooses, scrolls, zooms and presses keys, on every screen and in front of it.
@Suite struct MouseTests {
  private func mouse(
    _ action: MouseEvent.Action, _ x: Int, _ y: Int, button: MouseEvent.Button = .left
  ) -> Message {
    .input(.mouse(MouseEvent(action, button: button, x: x, y: y)))
  }

  private func picture(_ state: AppState) -> Buffer {
    view(state, width: state.width, height: state.height, glyphs: .braille)
  }

  /// The cell where a text is drawn.
  private func place(
    _ text: String, in state: AppState, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> (x: Int, y: Int) {
    let buffer = picture(state)
    for y in 0..<buffer.height {
      guard let range = buffer.row(y).range(of: text) else { continue }
      return (buffer.row(y).distance(from: buffer.row(y).startIndex, to: range.lowerBound), y)
    }
    return try #require(nil, "no ‘\(text)’ in\n\(buffer.text())", sourceLocation: sourceLocation)
  }

  private func click(_ text: String, _ state: inout AppState, double: Bool = false) throws
    -> [Effect]
  {
    let (x, y) = try place(text, in: state)
    var effects = Fixture.script(&state, [mouse(.press, x, y), mouse(.release, x, y)])
    if double { effects += Fixture.script(&state, [mouse(.doubleClick, x, y)]) }
    return effects
  }

  @Test func `a click on the key bar presses the key`() throws {
    var state = Fixture.stateWithRuns()
    _ = try click("? ", &state)
    #expect(state.context == .help)
    _ = try click(" q ", &state)
    #expect(state.context == .runs)
    // What cannot be used says why, as its key does.
    Fixture.script(&state, Fixture.typed(":open 1") + [Fixture.key(.enter)])
    _ = try click(" x ", &state)
    #expect(state.notice?.text.contains("finished") == true)
  }

  @Test func `two clicks open the run that the first one chose, also in a long list`() {
    var state = Fixture.state()
    Fixture.script(
      &state, [.runs((1...100).map { Fixture.run(RunID($0), "run \($0)", .finished) })])
    let rows = picture(state)
    guard let number = rows.row(8).split(separator: " ").first(where: { Int($0) != nil }) else {
      Issue.record("no run at row 8:\n\(rows.text())")
      return
    }
    Fixture.script(&state, [mouse(.press, 12, 8)])
    #expect(state.runs.cursor.map(String.init) == String(number))
    Fixture.script(&state, [mouse(.doubleClick, 12, 8)])
    guard let screen = state.stack.top(RunScreen.self) else {
      Issue.record("nothing was opened")
      return
    }
    #expect(String(screen.id) == String(number))
  }

  @Test func `a question is answered on its buttons`() throws {
    var state = Fixture.stateWithRuns()
    Fixture.script(&state, Fixture.typed(":open 5") + [Fixture.key(.enter)] + Fixture.typed("x"))
    var other = state
    #expect(try click("n No", &other).isEmpty && other.overlay == nil)
    #expect(try click("y Yes", &state) == [.notebook(.control(.stop, 5))])
    #expect(state.overlay == nil)
  }

  @Test func `a click chooses in a list in front, two take it, one beside it closes it`() throws {
    var state = Fixture.stateWithRuns()
    Fixture.script(&state, [.samples(FormTests.samples)] + Fixture.typed("nD"))
    guard let chooser = state.overlay as? Chooser else {
      Issue.record("no list")
      return
    }
    let label = String(chooser.items[3].label.prefix(24))
    var other = state
    _ = try click(label, &state)
    guard let moved = state.overlay as? Chooser else {
      Issue.record("the list is gone")
      return
    }
    #expect(moved.current == chooser.items[3])
    _ = try click(label, &other, double: true)
    #expect(other.overlay == nil)
    // Words of the list that are no row do nothing; beside the list is out of it.
    _ = try click("of \(chooser.items.count)", &state)
    #expect(state.overlay != nil)
    Fixture.script(&state, [mouse(.press, 1, 12)])
    #expect(state.overlay == nil)
  }

  @Test func `columns and panes are shown and hidden by two clicks`() throws {
    var state = Fixture.stateWithRuns()
    Fixture.script(&state, Fixture.typed("C"))
    let before = state.runs.columns
    _ = try click("Method      ", &state, double: true)
    #expect(state.runs.columns != before)
    #expect(try place("[ ]  Method", in: state).x > 0)
    state = Fixture.stateWithRuns()
    Fixture.script(&state, Fixture.typed(":open 5") + [Fixture.key(.enter)] + Fixture.typed("m"))
    _ = try click("✓  Log", &state, double: true)
    #expect(try place("·  Log", in: state).x > 0)
  }

  @Test func `the wheel moves in what stands in front, and a click completes a command`() throws {
    var state = Fixture.stateWithRuns()
    Fixture.script(&state, Fixture.typed("C") + [mouse(.scrollDown, 40, 12, button: .none)])
    guard let list = state.overlay as? ColumnChooser else {
      Issue.record("no list")
      return
    }
    #expect(list.cursor == 1)
    Fixture.script(&state, [Fixture.key(.escape)] + Fixture.typed(":the"))
    _ = try click("theme ", &state)
    guard let prompt = state.overlay as? Prompt else {
      Issue.record("no line")
      return
    }
    #expect(prompt.line.text == "theme")
  }

  @Test func `studies and samples are chosen by a click and opened by two`() throws {
    var state = Fixture.stateWithRuns()
    Fixture.script(&state, Fixture.typed("y"))
    let studies = ["a", "b", "c"].map { StudyFile(name: "study \($0)", path: "/\($0)/study.toml") }
    Fixture.script(&state, [.studies(studies)])
    _ = try click("study c", &state, double: true)
    guard let screen = state.stack.top(StudyScreen.self) else {
      Issue.record("no study")
      return
    }
    #expect(screen.path == "/c/study.toml")
    var empty = Fixture.state()
    Fixture.script(&empty, [.samples(FormTests.samples), .runs([])])
    let second = String(FormTests.samples[1].path.split(separator: "/").last ?? "")
    let effects = try click(second, &empty, double: true)
    #expect(empty.runs.sampleCursor == 1)
    #expect(!effects.isEmpty)
  }

  @Test func `the wheel zooms compared curves where the mouse is, and scrolls settings`() throws {
    var state = Fixture.state(width: 160, height: 48)
    Fixture.script(&state, [.runs(Fixture.runs)])
    for run in [RunID(1), 5] { Fixture.script(&state, Fixture.finished(run)) }
    Fixture.script(&state, Fixture.typed(":compare 1 5") + [Fixture.key(.enter)])
    let (x, y) = try place("Loss in priming", in: state)
    Fixture.script(&state, [mouse(.press, x + 20, y + 5), mouse(.scrollUp, x + 20, y + 5)])
    guard let screen = state.stack.top(CompareScreen.self) else {
      Issue.record("no comparison")
      return
    }
    let range = try #require(screen.range)
    let cursor = try #require(screen.cursor)
    #expect(screen.pane == .curves && range.contains(cursor) && range != 1...300)
  }

  @Test func `no click on any screen or in front of it traps`() {
    let scripts = [
      "", ":open 5\r", ":open 5\re", ":open 5\rm", ":open 5\rx", "n", "nP", "nS", "?", ":", "C",
      "y", ":compare 1 5\r",
    ]
    for script in scripts {
      var state = Fixture.stateWithRuns()
      Fixture.script(&state, [.samples(FormTests.samples)])
      Fixture.script(&state, script.map { Fixture.key($0 == "\r" ? .enter : .character($0)) })
      for y in stride(from: 0, to: 24, by: 3) {
        for x in stride(from: 0, to: 80, by: 7) {
          for action in [MouseEvent.Action.press, .doubleClick, .scrollUp, .scrollDown, .drag] {
            var copy = state
            Fixture.script(&copy, [mouse(action, x, y)])
            #expect(copy.width == 80)
          }
        }
      }
    }
  }
}
