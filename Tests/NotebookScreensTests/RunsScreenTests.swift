import Experiments
import LabNotebook
import RunFolders
import NotebookScreens
import TerminalUI
import TestSupport
import Testing

/// The list of runs: columns, groups, filters, and what an owner does with runs.
@Suite struct RunsScreenTests {
  private func state(width: Int = 160, height: Int = 48) -> AppState {
    var state = Fixture.state(width: width, height: height)
    Fixture.script(&state, [.runs(Fixture.studyRuns)])
    return state
  }

  private func type(_ state: inout AppState, _ text: String) -> [Effect] {
    Fixture.script(&state, text.map { Fixture.key($0 == "\r" ? .enter : .character($0)) })
  }

  private func screen(_ state: AppState, _ glyphs: Glyphs = .braille) -> String {
    view(state, width: state.width, height: state.height, glyphs: glyphs).text()
  }

  // MARK: The queue

  @Test func `what a queued run waits for is said beside the list and on its screen`() {
    var state = state()
    Fixture.script(&state, [.queueWaits([15: .slot(taken: [14]), 16: .turn(2)])])
    _ = type(&state, ":open 15\r")
    #expect(screen(state).contains("waits for a slot (#14 under way)"))
    _ = type(&state, ":open 16\r")
    #expect(screen(state).contains("2nd in the queue"))
    Fixture.script(&state, [Fixture.key(.escape)])
    state.runs.cursor = 15
    #expect(screen(state).contains("waits for a slot (#14 under way)"))
    state.runs.cursor = 16
    #expect(screen(state).contains("2 of 2 in the queue"))
    #expect(!screen(state).contains("waits for"))
  }

  // MARK: Filters

  @Test(arguments: [
    ("tag:base", [10, 11, 14]), ("-tag:baseline study:pay", [12, 13, 15]),
    ("study:\"does it pay\" f1>=51", [12, 13]), ("f1>=51 f1<51.5", [12, 13]),
    ("lang:sw", []), ("lang:hi seed=3", [14, 15]), ("seed:3", [14, 15]),
    ("inner.steps=5 state:queued", [15, 16]), ("priming.method=none", [10, 11, 14]),
    ("tuning.updates=head", [16]), ("id=12", [12]), ("id:#12", [12]), ("id<=11", [10, 11]),
    ("time>300 state:fin", [10, 11, 12, 13]), ("-state:finished", [14, 15, 16, 17]),
    ("note:night", [17]), ("progress<50 state:run", [14]), ("f1<100", [10, 11, 12, 13, 17]),
    ("star:no pay", [10, 11, 12, 13, 14, 15]), ("method:", [10, 11, 12, 13, 14, 15, 16, 17]),
    ("\"seed 3\"", [14, 15]), ("state=queued", [15, 16]),
    ("f1 >= 51 f1 < 51.5", [12, 13]), ("f1 >=51 f1< 51.5", [12, 13]),
    ("id = 12 or id:#14", [12, 14]), ("note:night or state:queued and seed=3", [15, 17]),
    ("not state:finished", [14, 15, 16, 17]), ("not not tag:base", [10, 11, 14]),
    ("not -tag:baseline", [10, 11, 14]), ("tag: baseline", [10, 11, 14]),
    ("id:12 or", [12]), ("or", [10, 11, 12, 13, 14, 15, 16, 17]), ("starred", []),
  ])
  func `a filter leaves the runs that match`(text: String, expected: [RunID]) {
    var state = state()
    state.runs.filter = text
    #expect(state.runs.visible.map(\.id).sorted() == expected)
    #expect(RunFilter(text).problem == nil)
  }

  @Test(arguments: [
    ("metod:maml", "There is no field ‘metod’ (near: method"),
    ("f1>high", "f1 is compared with a number: f1>60."),
    ("tag>3", "tag is not a number; write tag:word."),
    ("steps=5", "There is no field ‘steps’ (near: priming.steps, priming.inner.steps"),
  ])
  func `what a filter cannot mean is said`(text: String, problem: String) {
    #expect(RunFilter(text).problem?.hasPrefix(problem) == true, "\(RunFilter(text))")
    var state = state()
    _ = type(&state, "/\(text)\r")
    #expect(state.context == .prompt, "it is not accepted")
  }

  @Test func `F1 of a language is a field and a column`() {
    var state = Fixture.state(width: 160, height: 48)
    var runs = [Fixture.run(1, "a", .finished), Fixture.run(2, "b", .finished)]
    for (index, f1) in [48, 61].enumerated() {
      runs[index].results = [
        Fixture.evaluation("nl", "test", f1), Fixture.evaluation("hi", "test", 70),
        Fixture.evaluation("nl", "dev", 90),
      ]
    }
    Fixture.script(&state, [.runs(runs)])
    state.runs.filter = "f1:nl>50"
    #expect(state.runs.visible.map(\.id) == [2], "on test, not on dev")
    state.runs.filter = "f1:NL > 40 f1:hi>=70"
    #expect(state.runs.visible.count == 2)
    _ = type(&state, ":columns id f1:nl\r:sort f1:nl\r")
    #expect(state.runs.visible.map(\.id) == [2, 1])
    let text = view(state, width: 160, height: 48, glyphs: .braille).text()
    #expect(text.contains("F1 nl ▼") && text.contains("61.0"))
  }

  @Test func `Tab completes fields, and then what the runs have there`() {
    var state = state()
    _ = type(&state, "/stu")
    Fixture.script(&state, [Fixture.key(.tab)])
    _ = type(&state, "do")
    Fixture.script(&state, [Fixture.key(.tab)])
    #expect(state.runs.filter == "study:\"does it pay\"")
    _ = type(&state, " -tag:")
    Fixture.script(&state, [Fixture.key(.tab)])
    #expect(state.runs.filter == "study:\"does it pay\" -tag:baseline")
    _ = type(&state, "\r")
    #expect(state.runs.visible.map(\.id).sorted() == [12, 13, 15])
  }

  // MARK: Order, groups, columns

  @Test func `a group tells the mean of its runs and how it spreads`() {
    var state = state()
    #expect(
      type(&state, "b") == [.notebook(.remember(["study"], key: "runs.group"))])
    guard case .heading(let study)? = state.runs.rows.first(where: { $0.run == nil }) else {
      Issue.record("there is no heading")
      return
    }
    #expect(study.name == "does it pay")
    // 45, 45, 51, 51: mean 48, deviation √12.
    expectClose([study.f1?.mean ?? 0, study.f1?.deviation ?? 0], [0.48, 0.12.squareRoot() / 10])
    #expect(screen(state).contains("48.0 ± 3.5 of 4"))
    let last = state.runs.rows.compactMap { row -> RunGroup? in
      if case .heading(let group) = row { return group }
      return nil
    }.last
    #expect(last?.name == "", "those of no study come last")
    #expect(last?.f1 == Spread([0.31]), "one number has no deviation")
    _ = type(&state, "b")
    let maml = state.runs.rows.compactMap { row -> RunGroup? in
      if case .heading(let group) = row, group.name == "maml" { return group }
      return nil
    }.first
    #expect(maml?.isMixed == true && maml?.f1 == nil, "af on dev is not af and hi on test")
  }

  @Test func `groups open and close, and the cursor stays among what is seen`() {
    var state = state()
    _ = type(&state, "bg")
    #expect(state.runs.groupUnderCursor?.name == "does it pay")
    #expect(state.runs.rows.count == 10)
    _ = type(&state, "\r")
    #expect(state.runs.rows.count == 4, "six runs are not shown")
    #expect(type(&state, "f").isEmpty)
    #expect(state.notice?.text == "This is a group; move to one of its runs.")
    Fixture.script(&state, [Fixture.key(.right), Fixture.key(.down), Fixture.key(.left)])
    #expect(state.runs.groupUnderCursor?.name == "does it pay")
    #expect(state.runs.collapsed == ["does it pay"])
    _ = type(&state, " ")
    #expect(state.runs.marked == [10, 11, 12, 13, 14, 15], "a heading marks its runs")
    Fixture.script(&state, [Fixture.key(.tab), Fixture.key(.backTab)])
    #expect(state.runs.groupUnderCursor?.name == "does it pay")
  }

  @Test func `the best so far is marked among those that were judged on the same`() {
    let state = state()
    #expect(state.runs.best == [12, 13], "17 is alone on dev, so it is the best of nothing")
    #expect(screen(state).contains("51.0 ◆"))
    #expect(screen(state, .ascii).contains("51.0 ^"))
    #expect(screen(state).contains("31.0 d"), "measured on dev, and said so")
  }

  @Test func `columns are chosen, moved and remembered`() {
    var state = state()
    _ = type(&state, "C")
    #expect(state.context == .columns)
    // The number, second, moves to the front; Languages goes.
    _ = type(&state, "jKjjjj ")
    let effects = Fixture.script(&state, [Fixture.key(.escape)])
    let words = ["id", "state", "name", "method", "f1", "time", "loss"]
    #expect(effects == [.notebook(.remember(words, key: "runs.columns"))])
    #expect(state.runs.columns.map(\.word) == words)
    _ = type(&state, "Cr")
    #expect(state.runs.columns.isEmpty, "r: what suits the width")
  }

  @Test func `columns that find no room are named`() {
    var state = state(width: 80, height: 24)
    let effects = type(&state, ":columns name study tags priming.inner.learningRate f1 note\r")
    #expect(effects.count == 1)
    let text = screen(state)
    #expect(text.contains("no room for Note"), "\(text)")
    #expect(text.contains("inner.learningRate"))
    _ = type(&state, ":columns name colour\r")
    #expect(state.notice?.text.hasPrefix("There is no column colour; there are state, id") == true)
  }

  @Test func `what was remembered is taken, and rubbish of it is not`() {
    var state = state()
    let text = """
      runs.columns = f1 name nonsense f1 priming.steps
      runs.sort = f1 descending
      runs.group = colour
      """
    Fixture.script(&state, [.remembered(ScreenMemory(text: text))])
    #expect(state.runs.columns == [.f1, .name, .setting("priming.steps")])
    #expect(state.runs.order == .f1 && state.runs.isDescending)
    #expect(state.runs.grouping == .none)
    Fixture.script(&state, [.remembered(ScreenMemory(text: "runs.sort = loss ascending"))])
    #expect(state.runs.order == .f1, "nothing is sorted by a curve")
  }

  @Test func `any setting sorts the runs, and a click on a title too`() {
    var state = state()
    #expect(
      type(&state, ":sort seed\r")
        == [.notebook(.remember(["seed", "ascending"], key: "runs.sort"))])
    #expect(state.runs.visible.last.map { $0.experiment[Settings.seed] } == 3)
    Fixture.script(&state, [.input(.mouse(MouseEvent(.press, x: 3, y: 2)))])
    #expect(state.runs.order == .state)
    #expect(state.runs.visible.first?.id == 14, "what runs comes first")
    #expect(state.runs.visible.filter { $0.state == .queued }.map(\.id) == [15, 16])
    Fixture.script(&state, [.input(.mouse(MouseEvent(.press, x: 3, y: 2)))])
    #expect(state.runs.visible.last?.id == 14)
  }
}
