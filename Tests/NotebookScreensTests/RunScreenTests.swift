import Experiments
import LabNotebook
import RunFolders
import NotebookSupport
import NotebookScreens
import TerminalUI
import Testing

/// Scripts of keys on an opened run: what they do to its charts, its log and its settings.
@Suite struct RunScreenTests {
  private func opened(_ width: Int = 160, _ height: Int = 48) -> AppState {
    var state = Fixture.stateWithRuns(width: width, height: height)
    Fixture.script(&state, Fixture.typed(":open 5") + [Fixture.key(.enter)])
    return state
  }

  private func screen(_ state: AppState) -> RunScreen? {
    if let screen = state.stack.top(RunScreen.self) { return screen }
    return nil
  }

  private func text(_ state: AppState) -> String {
    view(state, width: state.width, height: state.height, glyphs: .braille).text()
  }

  // MARK: Charts

  @Test func `s goes through the ways of smoothing, and is remembered`() {
    var state = opened()
    #expect(state.arrangement.smoothing == .automatic)
    #expect(text(state).contains("EMA 0.875"))
    let effects = Fixture.script(&state, Fixture.typed("s"))
    #expect(effects == [.notebook(.remember(["off"], key: "run.smoothing"))])
    #expect(!text(state).contains("EMA"))
    #expect(state.histories[5]?.series["outer/loss"]?.smoothed.isEmpty == true)
    Fixture.script(&state, Fixture.typed(":smooth 0.95") + [Fixture.key(.enter)])
    #expect(text(state).contains("EMA 0.95"))
    Fixture.script(&state, Fixture.typed(":smooth 2") + [Fixture.key(.enter)])
    #expect(state.notice?.kind == .error)
    #expect(state.arrangement.smoothing == .weight(0.95))
  }

  @Test func `the inner loss is smoothed by its mean over a task, not by its saw-tooth`() {
    let state = opened()
    guard let history = state.histories[5], let means = history.series[RunHistory.innerMean] else {
      Issue.record("no inner losses")
      return
    }
    #expect(means.count == 135, "one for each outer step")
    // Within a task the fixture's loss falls by 0.48 of its level; the average does not follow it.
    let last = Array(means.smoothed.suffix(20))
    #expect(zip(last, last.dropFirst()).allSatisfy { $0 > $1 }, "it falls at every step")
  }

  @Test func `a counts steps, epochs and wall time, and shows all of it again`() {
    var state = opened()
    Fixture.script(&state, Fixture.typed("++"))
    #expect(screen(state)?.chart.range != nil)
    Fixture.script(&state, Fixture.typed("a"))
    #expect(screen(state)?.chart.range == nil)
    #expect(state.notice?.text.contains("has none, and keeps steps") == true)
    #expect(text(state).contains("outer step"))
    Fixture.script(&state, Fixture.typed("a"))
    #expect(text(state).contains("wall time"))
    // 135 steps of 0.8 s: ticks at 30 seconds.
    #expect(text(state).contains("1m30s"))
    Fixture.script(&state, Fixture.typed(":x-axis epoch") + [Fixture.key(.enter)])
    #expect(state.arrangement.axis == .epoch)
    Fixture.script(&state, Fixture.typed(":x-axis sideways") + [Fixture.key(.enter)])
    #expect(state.notice?.text == "There is no x axis sideways; there are step, epoch and time.")
  }

  @Test func `tuning is counted in its own epochs`() throws {
    var state = Fixture.stateWithRuns(width: 160, height: 48)
    Fixture.script(&state, Fixture.finished(1))
    Fixture.script(&state, Fixture.typed(":open 1") + [Fixture.key(.enter)])
    Fixture.script(&state, Fixture.typed(":x-axis epoch") + [Fixture.key(.enter)])
    let record = try #require(state.runs.record(1))
    let history = try #require(state.histories[1])
    let catalog = CurveCatalog(run: record, history: history, axis: .epoch)
    // 70 steps and 10 epochs: the last step is the end of the tenth.
    #expect(catalog.extent(of: .tuning, hidden: []) == 1.0 / 7...10)
    #expect(catalog.axis(of: .loss) == .step)
  }

  @Test func `brackets go from event to event, and say what happened`() {
    var state = opened()
    Fixture.script(&state, Fixture.typed("]"))
    #expect(screen(state)?.chart.cursor == 60)
    #expect(text(state).contains("◆ priming.inner.learningRate 0.03 → 0.02"))
    Fixture.script(&state, Fixture.typed("]"))
    #expect(screen(state)?.chart.cursor == 70)
    #expect(text(state).contains("▲ hi dev F1 26.0"))
    Fixture.script(&state, Fixture.typed("]"))
    #expect(state.notice?.text == "No event further on is marked on this chart.")
    Fixture.script(&state, Fixture.typed("["))
    #expect(screen(state)?.chart.cursor == 60)
  }

  @Test func `the cursor reads every series where it stands`() {
    var state = opened()
    Fixture.script(&state, Fixture.typed("g"))
    let legend = text(state).split(separator: "\n")[2]
    // The first inner loss, at a fifth of a step: 2.2 · 1.4; the first outer loss is 2.2.
    #expect(legend.contains("outer step 0.2"))
    #expect(legend.contains("2 inner 3.08"))
    Fixture.script(&state, Fixture.typed("G"))
    #expect(text(state).contains("outer step 135"))
  }

  @Test func `each chart has its own curves, zoom and cursor`() {
    var state = opened()
    for _ in 0..<5 { Fixture.script(&state, [Fixture.key(.tab)]) }
    #expect(screen(state)?.pane == .secondChart)
    Fixture.script(&state, Fixture.typed("v+"))
    #expect(screen(state)?[chart: .secondChart].chosen != nil)
    #expect(screen(state)?[chart: .secondChart].range != nil)
    #expect(screen(state)?[chart: .chart] == ChartState())
  }

  @Test func `no two charts show the same curves unless told to`() throws {
    let state = opened()
    let record = try #require(state.runs.record(5))
    let history = try #require(state.histories[5])
    let sets = CurveCatalog(run: record, history: history)
      .sets(for: RunScreen(5), among: RunPane.allCases)
    #expect(Set(sets.values).count == sets.count)
    #expect(sets[.inner] == .inner && sets[.scoreCurves] == .f1 && sets[.chart] == .loss)
  }

  @Test func `the chart is written as a picture or as text`() {
    var state = opened()
    Fixture.script(&state, Fixture.typed("w"))
    guard let prompt = state.overlay as? Prompt else {
      Issue.record("no prompt")
      return
    }
    #expect(prompt.line.text == "run-5-loss.svg")
    guard
      case .notebook(.export(let svg, let path, let overwrites))? =
        Fixture.script(&state, [Fixture.key(.enter)]).first
    else {
      Issue.record("nothing is written")
      return
    }
    #expect(path == "run-5-loss.svg" && !overwrites)
    #expect(svg.hasPrefix("<svg ") && svg.contains("#5 priming for adapters: Loss in priming"))
    let effects = Fixture.script(
      &state, Fixture.typed(":export-chart! loss.txt") + [Fixture.key(.enter)])
    guard case .notebook(.export(let plain, "loss.txt", true))? = effects.first else {
      Issue.record("nothing is written")
      return
    }
    #expect(plain.hasPrefix("#5 priming for adapters: Loss in priming\n\n─── 1 outer 0.1893"))
  }

  @Test func `the wheel zooms where the mouse is`() {
    var state = opened()
    Fixture.script(&state, [.input(.mouse(MouseEvent(.scrollUp, x: 60, y: 10)))])
    guard let range = screen(state)?.chart.range else {
      Issue.record("not zoomed")
      return
    }
    #expect(range.lowerBound > 20 && range.upperBound > 120, "the right part stays")
    Fixture.script(
      &state,
      [
        .input(.mouse(MouseEvent(.press, x: 30, y: 10))),
        .input(.mouse(MouseEvent(.drag, x: 40, y: 10))),
      ])
    #expect((screen(state)?.chart.range?.lowerBound ?? 99) < range.lowerBound, "dragged right")
  }

  // MARK: Log, settings, checkpoint

  @Test func `the log is searched while one types, and n and N go on`() {
    var state = opened()
    Fixture.script(&state, Fixture.typed("/priming"))
    #expect(screen(state)?.logMatch == 3, "the newest line with the word in it")
    Fixture.script(&state, [Fixture.key(.enter)])
    #expect(state.context == .runLog)
    Fixture.script(&state, Fixture.typed("N"))
    #expect(screen(state)?.logMatch == 2)
    Fixture.script(&state, Fixture.typed("N"))
    #expect(screen(state)?.logMatch == 3, "round from the first to the last")
    Fixture.script(&state, Fixture.typed("n"))
    #expect(screen(state)?.logMatch == 2)
    #expect(text(state).contains("“priming” 1 of 2"))
    Fixture.script(&state, Fixture.typed("/zebra") + [Fixture.key(.enter)])
    #expect(screen(state)?.logSearch == "primingzebra", "what was searched can be changed")
    #expect(text(state).contains("no match"))
    Fixture.script(&state, [Fixture.key(.escape)])
    #expect(screen(state)?.logSearch == "", "Esc ends the search first")
    #expect(screen(state) != nil)
  }

  @Test func `Esc in the search puts the old one back`() {
    var state = opened()
    Fixture.script(&state, Fixture.typed("/hi") + [Fixture.key(.enter)])
    Fixture.script(&state, Fixture.typed("/xx") + [Fixture.key(.escape)])
    #expect(screen(state)?.logSearch == "hi")
  }

  @Test func `a live setting is changed in its pane, with the old value beside it`() {
    var state = opened()
    Fixture.script(&state, Fixture.typed("e"))
    #expect(state.context == .runSettings)
    let index = Settings.live.firstIndex { $0.key == "priming.inner.learningRate" } ?? 0
    Fixture.script(&state, Array(repeating: Fixture.key(.down), count: index))
    Fixture.script(&state, [Fixture.key(.enter), Fixture.key(.control("u"))])
    Fixture.script(&state, Fixture.typed("0.01"))
    #expect(text(state).contains("0.01"))
    #expect(text(state).contains("was 0.02"))
    let effects = Fixture.script(&state, [Fixture.key(.enter)])
    #expect(
      effects == [
        .notebook(.control(.set(key: "priming.inner.learningRate", value: .number(0.01)), 5))
      ])
    #expect(state.context == .runSettings, "the keys stay in the pane")
  }

  @Test func `a setting that is not live says so`() {
    var state = opened()
    Fixture.script(&state, Fixture.typed("eG") + [Fixture.key(.enter)])
    #expect(state.overlay == nil)
    #expect(state.notice?.text.contains("cannot change while a run runs") == true)
  }

  @Test func `no name of a setting is cut in the settings' pane`() throws {
    var state = opened()
    let record = try #require(state.runs.record(5))
    let form = ExperimentForm(record.experiment, origin: "")
    Fixture.script(&state, Fixture.typed("e"))
    for _ in 0..<8 { Fixture.script(&state, [Fixture.key(.tab)]) }
    Fixture.script(&state, Fixture.typed("ez"))
    var seen = ""
    for _ in 0..<form.descriptors.count {
      seen += text(state)
      Fixture.script(&state, [Fixture.key(.down)])
    }
    for descriptor in form.descriptors where descriptor.key != "name" {
      #expect(seen.contains(" \(descriptor.key) "), "\(descriptor.key)")
    }
  }

  @Test func `c asks the engine for a checkpoint, and says why not`() {
    var state = opened()
    #expect(Fixture.script(&state, Fixture.typed("c")) == [.notebook(.control(.checkpoint, 5))])
    Fixture.script(&state, Fixture.typed(":open 1") + [Fixture.key(.enter)])
    #expect(Fixture.script(&state, Fixture.typed("c")).isEmpty)
    #expect(state.notice?.text == "Run #1 is finished: too late to write a checkpoint.")
  }
}
