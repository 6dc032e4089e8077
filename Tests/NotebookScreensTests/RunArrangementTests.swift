import LabNotebook
import TerminalUI
import Testing

@testable import NotebookScreens

/// The panes of the run screen: hidden, moved, remembered.
@Suite struct RunArrangementTests {
  private func opened(_ width: Int = 80, _ height: Int = 24) -> AppState {
    var state = Fixture.stateWithRuns(width: width, height: height)
    Fixture.script(&state, Fixture.typed(":open 5") + [Fixture.key(.enter)])
    return state
  }

  private func pane(_ state: AppState) -> RunPane? {
    if let screen = state.stack.top(RunScreen.self) { return screen.pane }
    return nil
  }

  private func text(_ state: AppState) -> String {
    view(state, width: state.width, height: state.height, glyphs: .braille).text()
  }

  @Test func `what is remembered is read back`() {
    var arrangement = RunArrangement()
    arrangement.toggle(.types)
    arrangement.move(.log, by: -4)
    arrangement.smoothing = .weight(0.95)
    arrangement.axis = .time
    var memory = ScreenMemory()
    for (key, words) in arrangement.words { memory[key] = words }
    #expect(RunArrangement(ScreenMemory(text: memory.text)) == arrangement)
    #expect(arrangement.order.first == .log)
  }

  @Test(arguments: [
    "run.panes = nonsense chart chart", "run.smoothing = much", "run.axis = sideways",
    "run.hidden = chart progress f1 measured log chart-2 settings f1-curves inner types",
    "run.panes =", "run.hidden = \u{1}",
  ])
  func `rubbish leaves every pane in its place`(line: String) {
    #expect(RunArrangement(ScreenMemory(text: line)) == RunArrangement())
  }

  @Test func `hiding a pane gives its room away, and is remembered`() {
    var state = opened()
    let effects = Fixture.script(&state, [Fixture.key(.tab)] + Fixture.typed("H"))
    #expect(effects == [.notebook(.remember(["progress"], key: "run.hidden"))])
    #expect(!text(state).contains("─ Progress"))
    #expect(pane(state) == .chart)
    // Another session starts from the file.
    var later = opened()
    Fixture.script(&later, [.remembered(state.memory)])
    #expect(!text(later).contains("─ Progress"))
  }

  @Test func `the last pane stays`() {
    var state = opened()
    for _ in 0..<20 { Fixture.script(&state, Fixture.typed("H")) }
    #expect(state.arrangement.shown.count == 1)
    #expect(state.notice?.text.contains("last pane stays") == true)
  }

  @Test func `the list shows, hides, moves and resets`() {
    var state = opened()
    Fixture.script(&state, Fixture.typed("m"))
    #expect(state.context == .panes)
    Fixture.script(&state, Fixture.typed("j "))
    #expect(state.arrangement.hidden == [.progress])
    Fixture.script(&state, Fixture.typed("jK"))
    #expect(Array(state.arrangement.order.prefix(3)) == [.chart, .scores, .progress])
    Fixture.script(&state, Fixture.typed("r"))
    #expect(state.arrangement == RunArrangement())
    Fixture.script(&state, Fixture.typed("q"))
    #expect(state.context == .run)
  }

  @Test func `a pane moves past its neighbours that are shown`() {
    var state = opened()
    Fixture.script(&state, [Fixture.key(.tab)] + Fixture.typed("H}}"))
    #expect(Array(state.arrangement.shown.prefix(3)) == [.scores, .measured, .chart])
    Fixture.script(&state, Fixture.typed("{"))
    #expect(Array(state.arrangement.shown.prefix(2)) == [.scores, .chart])
  }

  @Test func `in a small terminal a pane without room is seen when it has the keys`() {
    var state = opened()
    #expect(!text(state).contains("F1 by entity type"))
    for _ in 0..<9 { Fixture.script(&state, [Fixture.key(.tab)]) }
    #expect(pane(state) == .types)
    #expect(text(state).contains("F1 by entity type"))
    #expect(!text(state).contains("while priming, at step"), "it has the place of the scores")
    Fixture.script(&state, [Fixture.key(.tab)])
    #expect(pane(state) == .chart)
  }

  @Test func `every pane can be enlarged`() {
    for pane in RunPane.allCases {
      var state = opened(120, 40)
      for _ in 0..<(RunPane.allCases.firstIndex(of: pane) ?? 0) {
        Fixture.script(&state, [Fixture.key(.tab)])
      }
      Fixture.script(&state, Fixture.typed("z"))
      let rows = text(state).split(separator: "\n", omittingEmptySubsequences: false)
      #expect(rows[1].hasPrefix("╭") && rows[1].hasSuffix("╮"))
      #expect(rows[1].filter { $0 == "╭" }.count == 1, "\(pane) has the whole width")
    }
  }

  @Test(arguments: [(60, 16), (80, 24), (100, 40), (120, 60), (149, 80), (160, 48), (250, 70)])
  func `panes never overlap, whatever is hidden`(width: Int, height: Int) {
    let body = Rect(x: 0, y: 1, width: width, height: height - 3)
    for hidden in 0..<1024 {
      var arrangement = RunArrangement()
      arrangement.hidden = Set(
        RunPane.allCases.enumerated().filter { hidden >> $0.offset & 1 == 1 }.map(\.element))
      if arrangement.shown.isEmpty { continue }
      var screen = RunScreen(1)
      screen.pane = arrangement.shown[0]
      let layout = RunLayout(
        body: body, screen: screen, arrangement: arrangement, scoreRows: 12)
      #expect(!layout.panes.isEmpty)
      for (index, pane) in layout.panes.enumerated() {
        let area = layout[pane]
        #expect(area.intersection(body) == area)
        for other in layout.panes[(index + 1)...] {
          #expect(area.intersection(layout[other]).isEmpty, "\(pane) and \(other)")
        }
      }
    }
  }
}
