import Experiments
import LabNotebook
import NotebookSupport
import RunFolders
import NotebookScreens
import TerminalUI
import Testing

/// Scripts of messages: what is typed, and what comes of it.
@Suite struct UpdateTests {
  private func form(_ state: AppState) -> ExperimentForm? {
    if let form = state.stack.top(ExperimentForm.self) { return form }
    return nil
  }

  private func run(_ state: AppState) -> RunScreen? {
    if let run = state.stack.top(RunScreen.self) { return run }
    return nil
  }

  @Test func `Enter on an empty notebook starts the sample`() {
    var state = Fixture.state()
    let experiment = Fixture.experiment(["name": "sample"])
    Fixture.script(
      &state,
      [
        .samples([SampleExperiment(path: "s.toml", experiment: experiment, summary: "")]),
        .runs([]),
      ])
    #expect(state.context == .welcome)
    #expect(
      Fixture.script(&state, [Fixture.key(.enter)]) == [
        .notebook(.enqueue(experiment, near: "s.toml"))
      ])
    Fixture.script(&state, [.queued(1, name: "sample")])
    #expect(run(state)?.id == 1)
  }

  @Test func `without a sample the reason is said`() {
    var state = Fixture.state()
    Fixture.script(&state, [.runs([])])
    #expect(Fixture.script(&state, [Fixture.key(.enter)]).isEmpty)
    #expect(state.notice?.kind == .warning)
  }

  @Test func `the cursor stays on its run when the order changes`() {
    var state = Fixture.stateWithRuns()
    Fixture.script(&state, Fixture.typed("jj"))
    let chosen = state.runs.cursor
    #expect(chosen == 4)
    Fixture.script(&state, Fixture.typed("sS"))
    #expect(state.runs.cursor == chosen)
    #expect(state.runs.order == .name)
  }

  @Test func `g and G go to both ends, and no further`() {
    var state = Fixture.stateWithRuns()
    Fixture.script(&state, Fixture.typed("Gj"))
    #expect(state.runs.cursor == 1)
    Fixture.script(&state, Fixture.typed("gk"))
    #expect(state.runs.cursor == 6)
  }

  @Test(arguments: [
    ("priming", 5), ("state:fail", 1), ("method:maml", 4), ("f1>40", 1), ("f1>60", 0),
    ("language:hi seed=3", 1), ("#5", 1), ("star:yes", 1), ("nothing like it", 0),
  ])
  func `the filter leaves what matches`(text: String, count: Int) {
    var state = Fixture.stateWithRuns()
    Fixture.script(&state, Fixture.typed("/" + text) + [Fixture.key(.enter)])
    #expect(state.runs.visible.count == count)
    Fixture.script(&state, [Fixture.key(.escape)])
    #expect(state.runs.visible.count == 6)
  }

  @Test func `Esc in the filter puts the old one back`() {
    var state = Fixture.stateWithRuns()
    Fixture.script(&state, Fixture.typed("/maml") + [Fixture.key(.enter)])
    Fixture.script(&state, Fixture.typed("/xyz") + [Fixture.key(.escape)])
    #expect(state.runs.filter == "maml")
  }

  @Test func `a running run is not deleted`() {
    var state = Fixture.stateWithRuns()
    Fixture.script(&state, Fixture.typed("jd"))
    #expect(state.overlay == nil)
    #expect(state.notice?.text == "Run #5 is running; stop it first.")
  }

  @Test func `pausing asks the engine, and resuming too`() {
    var state = Fixture.stateWithRuns()
    #expect(
      Fixture.script(&state, Fixture.typed(":open 5\n") + [Fixture.key(.enter)]).isEmpty)
    #expect(Fixture.script(&state, Fixture.typed("p")) == [.notebook(.control(.pause, 5))])
    var runs = Fixture.runs
    runs[4].state = .paused
    Fixture.script(&state, [.runs(runs)])
    #expect(Fixture.script(&state, Fixture.typed("p")) == [.notebook(.control(.resume, 5))])
  }

  @Test func `only a run that ended early can go on or start from zero, the latter asks first`() {
    var state = Fixture.stateWithRuns()
    Fixture.script(&state, Fixture.typed("GR"))
    #expect(state.notice?.text == "Run #1 is finished; fork it instead (f).")
    #expect(
      Fixture.script(&state, Fixture.typed("kR")) == [.notebook(.requeue(2, anew: false))])
    #expect(
      Fixture.script(&state, Fixture.typed("Ay")) == [.notebook(.requeue(2, anew: true))])
  }

  @Test func `stopping asks first`() {
    var state = Fixture.stateWithRuns()
    Fixture.script(&state, Fixture.typed("jx"))
    #expect(state.context == .confirmation)
    #expect(
      Fixture.script(&state, [Fixture.key(.enter)]) == [.notebook(.control(.stop, 5))])
    #expect(state.overlay == nil)
  }

  @Test func `a live setting is checked before it is sent`() {
    var state = Fixture.stateWithRuns()
    Fixture.script(&state, Fixture.typed(":open 5") + [Fixture.key(.enter)] + Fixture.typed("e"))
    #expect(state.context == .liveSettings)
    let position = Settings.live.firstIndex { $0.key == "priming.inner.learningRate" }
    let down = Array(repeating: Fixture.key(.down), count: position ?? 0)
    Fixture.script(&state, down + [Fixture.key(.enter), Fixture.key(.control("u"))])
    Fixture.script(&state, Fixture.typed("fast"))
    #expect(Fixture.script(&state, [Fixture.key(.enter)]).isEmpty, "a word is not a number")
    Fixture.script(&state, [Fixture.key(.control("u"))] + Fixture.typed("0.01"))
    #expect(
      Fixture.script(&state, [Fixture.key(.enter)])
        == [.notebook(.control(.set(key: "priming.inner.learningRate", value: .number(0.01)), 5))])
    #expect(state.context == .liveSettings)
  }

  @Test func `the form checks while one types`() {
    var state = Fixture.stateWithRuns()
    Fixture.script(&state, Fixture.typed("n:set seed 7") + [Fixture.key(.enter)])
    #expect(form(state)?.text("seed") == "7")
    Fixture.script(&state, [Fixture.key(.enter)] + Fixture.typed("x"))
    #expect(form(state)?.edit?.error != nil)
    Fixture.script(&state, [Fixture.key(.enter)])
    #expect(form(state)?.edit != nil, "a bad value is not accepted")
    Fixture.script(&state, [Fixture.key(.backspace)])
    #expect(form(state)?.edit?.error == nil)
    Fixture.script(&state, Fixture.typed("1") + [Fixture.key(.enter)])
    #expect(form(state)?.text("seed") == "71")
    Fixture.script(&state, Fixture.typed("uu"))
    #expect(form(state)?.text("seed") == "1")
    #expect(form(state)?.isChanged == false)
  }

  @Test func `choices go round with left and right`() {
    var state = Fixture.stateWithRuns()
    Fixture.script(&state, Fixture.typed("n:set priming.order second") + [Fixture.key(.enter)])
    #expect(form(state)?.cursorKey == "priming.order")
    Fixture.script(&state, [Fixture.key(.right)])
    #expect(form(state)?.text("priming.order") == "first")
    Fixture.script(&state, [Fixture.key(.left)])
    #expect(form(state)?.text("priming.order") == "second")
  }

  @Test func `a form starts the experiment as it stands`() {
    var state = Fixture.stateWithRuns()
    Fixture.script(&state, Fixture.typed("n:set name quick") + [Fixture.key(.enter)])
    let expected = Fixture.experiment(["name": "quick"])
    #expect(
      Fixture.script(&state, Fixture.typed("s")) == [.notebook(.enqueue(expected, near: nil))])
  }

  @Test func `leaving a changed form asks first`() {
    var state = Fixture.stateWithRuns()
    Fixture.script(&state, Fixture.typed("n:set name quick") + [Fixture.key(.enter)])
    Fixture.script(&state, Fixture.typed("q"))
    #expect(state.context == .confirmation)
    Fixture.script(&state, Fixture.typed("n"))
    #expect(form(state) != nil)
    Fixture.script(&state, Fixture.typed("qy"))
    #expect(form(state) == nil)
  }

  @Test func `a fork starts from the run's settings`() {
    var state = Fixture.stateWithRuns()
    Fixture.script(&state, Fixture.typed(":open 2") + [Fixture.key(.enter)] + Fixture.typed("f"))
    #expect(form(state)?.text("priming.method") == "multitask")
    #expect(form(state)?.origin == "run #2")
  }

  @Test func `zooming stays within what was measured`() {
    var state = Fixture.stateWithRuns()
    Fixture.script(&state, Fixture.typed(":open 5") + [Fixture.key(.enter)] + Fixture.typed("++"))
    guard let range = run(state)?.chart.range else {
      Issue.record("not zoomed")
      return
    }
    #expect(range.upperBound - range.lowerBound < 40)
    Fixture.script(&state, Fixture.typed("<<<<<<<<<<<<"))
    #expect(run(state)?.chart.range?.lowerBound == 1, "the first outer step")
    Fixture.script(&state, Fixture.typed("----"))
    #expect(run(state)?.chart.range == nil)
    Fixture.script(&state, Fixture.typed("1"))
    #expect(run(state)?.chart.hidden == ["outer/loss"])
  }

  @Test func `Ctrl-C quits when pressed twice, and only then`() {
    var state = Fixture.stateWithRuns()
    #expect(Fixture.script(&state, [Fixture.key(.control("c"))]).isEmpty)
    #expect(state.notice?.text.contains("keep running") == true)
    #expect(
      Fixture.script(&state, [.time(Fixture.date(5)), Fixture.key(.control("c"))]).isEmpty,
      "five seconds later it is the first time again")
    #expect(Fixture.script(&state, [Fixture.key(.control("c"))]) == [.quit])
  }

  @Test func `q goes back, and quits on the first screen`() {
    var state = Fixture.stateWithRuns()
    Fixture.script(&state, [Fixture.key(.enter)])
    #expect(Fixture.script(&state, Fixture.typed("q")).isEmpty)
    #expect(state.stack.isEmpty)
    #expect(Fixture.script(&state, Fixture.typed("q")) == [.quit])
  }

  @Test func `the theme goes round, and by name`() {
    var state = Fixture.stateWithRuns()
    #expect(Fixture.script(&state, Fixture.typed("T")) == [.useTheme("light")])
    #expect(
      Fixture.script(&state, Fixture.typed(":theme dark") + [Fixture.key(.enter)])
        == [.useTheme("dark")])
    Fixture.script(&state, Fixture.typed(":theme pink") + [Fixture.key(.enter)])
    #expect(state.notice?.kind == .error)
  }

  @Test func `a click selects, a double click opens`() {
    var state = Fixture.stateWithRuns()
    Fixture.script(&state, [.input(.mouse(MouseEvent(.press, x: 10, y: 4)))])
    #expect(state.runs.cursor == 5, "title, frame and header stand above the first row")
    Fixture.script(&state, [.input(.mouse(MouseEvent(.doubleClick, x: 10, y: 4)))])
    #expect(run(state)?.id == 5)
  }

  @Test func `a run that was deleted elsewhere closes its screen`() {
    var state = Fixture.stateWithRuns()
    Fixture.script(&state, Fixture.typed(":open 5") + [Fixture.key(.enter)])
    Fixture.script(&state, [.runs(Fixture.runs.filter { $0.id != 5 })])
    #expect(state.stack.isEmpty)
    #expect(state.histories[5] == nil)
  }

  @Test func `an unknown command names those near it`() {
    var state = Fixture.stateWithRuns()
    Fixture.script(&state, Fixture.typed(":thema") + [Fixture.key(.enter)])
    #expect(state.notice?.text == "There is no command :thema (near: theme).")
  }

  @Test func `pasted lines are text where one types, and no keys elsewhere`() {
    var state = Fixture.stateWithRuns()
    let before = state.runs.cursor
    #expect(Fixture.script(&state, [.input(.paste("q\nj\ndy"))]).isEmpty)
    #expect(state.stack.isEmpty && state.overlay == nil && state.runs.cursor == before)
    #expect(state.notice?.text == "Nothing takes pasted text here.")
    Fixture.script(&state, [Fixture.key(.character(":")), .input(.paste("\ntheme light\nquit\n"))])
    guard let prompt = state.overlay as? Prompt else {
      Issue.record("The line is not typed any more")
      return
    }
    #expect(prompt.line.text == "theme light")
    let text = view(state, width: state.width, height: state.height, glyphs: .braille).text()
    #expect(text.contains("! Took the first of 2 pasted lines."))
  }
}
