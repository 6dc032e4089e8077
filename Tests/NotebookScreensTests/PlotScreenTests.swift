import Experiments
import LabNotebook
import NotebookScreens
import RunFolders
import TerminalUI
import TestSupport
import Testing

extension Fixture {
  /// Eight runs over four learning rates and two seeds, one of them not finished.
  static var sweep: [RunRecord] {
    let scores: [(rate: String, af: [Int], hi: [Int])] = [
      ("1e-4", [40, 44], [30, 34]), ("1e-3", [52, 54], [40, 42]), ("1e-2", [60, 58], [50, 44]),
      ("1e-1", [20], [10]),
    ]
    var id: RunID = 0
    return scores.flatMap { entry in
      (1...2).map { seed in
        id += 1
        let isDone = seed <= entry.af.count
        return run(
          id, "rate \(entry.rate), seed \(seed)", isDone ? .finished : .queued,
          ["tuning.learningRate": entry.rate, "seed": "\(seed)"],
          started: isDone ? -900 : nil, finished: isDone ? -800 : nil,
          results: isDone
            ? [
              evaluation("af", "test", entry.af[seed - 1]),
              evaluation("hi", "test", entry.hi[seed - 1]),
            ] : [])
      }
    }
  }
}

/// F1 against a setting.
@Suite struct PlotScreenTests {
  private let mean = SettingPlot.Measure(split: "test")

  @Test func `runs are grouped by value, ascending, with their mean and range`() {
    let plot = SettingPlot(Fixture.sweep, key: "tuning.learningRate", measure: mean)
    #expect(plot.isNumeric && plot.suitsLogarithm)
    #expect(plot.groups.map(\.number) == [1e-4, 1e-3, 1e-2, 1e-1])
    #expect(plot.unfinished == 1)
    // (40 + 30) / 2 = 35 and (44 + 34) / 2 = 39, the best first.
    #expect(plot.groups[0].runs.map(\.id) == [2, 1])
    #expect(plot.groups[0].runs.map { ($0.f1 * 100).rounded() } == [39, 35])
    #expect(plot.groups.map { (($0.spread?.mean ?? 0) * 1000).rounded() } == [370, 470, 530, 150])
  }

  @Test func `only languages that every run has are averaged`() {
    var runs = Fixture.sweep
    runs[0].results = [Fixture.evaluation("af", "test", 40)]
    let plot = SettingPlot(runs, key: "tuning.learningRate", measure: mean)
    #expect(plot.languages == ["af"])
    #expect(plot.groups[0].runs.map { ($0.f1 * 100).rounded() } == [44, 40])
    let hindi = SettingPlot(
      runs, key: "tuning.learningRate", measure: .init(split: "test", language: "hi"))
    #expect(hindi.groups[0].runs.map(\.id) == [2])
    #expect(hindi.unfinished == 2)
  }

  @Test func `numbers come before choices, and the seed last`() {
    var runs = Fixture.sweep
    runs[3] = Fixture.run(4, "other", .queued, ["tuning.updates": "head"])
    #expect(
      SettingPlot.varying(runs).map(\.key) == ["tuning.learningRate", "tuning.updates", "seed"])
  }

  private func state(_ typed: String) -> AppState {
    var state = Fixture.state(width: 100, height: 30)
    Fixture.script(&state, [.runs(Fixture.sweep)] + GoldenScreen.keys(typed))
    return state
  }

  private func text(_ state: AppState) -> String {
    view(state, width: state.width, height: state.height, glyphs: .braille).text()
  }

  @Test func `the marked runs are plotted, and the best of a value is opened`() {
    var state = state("MV")
    #expect(state.context == .plot)
    #expect(text(state).contains("F1 against tuning.learningRate"))
    Fixture.script(&state, GoldenScreen.keys("ll\r"))
    #expect(state.stack.top(RunScreen.self)?.id == 5, "60 and 50 are better than 58 and 44")
    Fixture.script(&state, [Fixture.key(.escape)] + GoldenScreen.keys("x"))
    #expect(text(state).contains("F1 against seed"))
    Fixture.script(&state, GoldenScreen.keys("v"))
    #expect(text(state).contains("F1 on test, af"))
    Fixture.script(&state, GoldenScreen.keys("s"))
    #expect(state.notice?.text == "Only test was evaluated.")
  }

  @Test func `a setting is named in a command, or refused with a reason`() {
    #expect(state(":plot seed\r").stack.top(PlotScreen.self)?.key == "seed")
    #expect(
      state(":plot priming.steps\r").notice?.text
        == "priming.steps is the same in all these runs.")
    #expect(state(":plot nothing\r").notice?.text == "There is no setting ‘nothing’.")
    var empty = Fixture.state()
    Fixture.script(&empty, [.runs(Array(Fixture.sweep.prefix(1)))] + GoldenScreen.keys("V"))
    #expect(empty.notice?.text == "A plot needs two runs or more.")
  }
}
