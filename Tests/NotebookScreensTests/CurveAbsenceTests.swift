import LabNotebook
import RunFolders
import NotebookSupport
import NotebookScreens
import TerminalUI
import Testing

/// A chart without curves says what is true of its run.
@Suite struct CurveAbsenceTests {
  private func catalog(_ changes: [String: String], _ state: RunState = .running) -> CurveCatalog {
    CurveCatalog(run: Fixture.run(1, "a run", state, changes), history: RunHistory())
  }

  @Test(arguments: [
    (RunCurves.loss, ["priming.method": "none"], "this run has no priming"),
    (.inner, ["priming.method": "none"], "this run has no priming"),
    (.inner, ["priming.method": "multitask"], "multitask has no inner steps"),
    (.inner, ["priming.inner.steps": "0"], "maml has no inner steps"),
    (.f1, ["evaluation.every": "0"], "not measured: evaluation.every is 0"),
    (.tuning, ["tuning.epochs": "0"], "tuning.epochs is 0"),
    (.tuning, ["kind": "pretraining"], "this run makes an encoder from text"),
    (.pretraining, [:], "this run makes no encoder from text"),
    (.loss, [:], "no values yet"), (.pretraining, ["kind": "pretraining"], "no values yet"),
  ])
  func `what a run never measures is not waited for`(
    set: RunCurves, changes: [String: String], text: String
  ) {
    #expect(catalog(changes).absence(of: set, hidden: []) == text)
  }

  @Test func `a run that is over has nothing to come`() {
    #expect(catalog([:], .failed).absence(of: .loss, hidden: []) == "nothing was measured")
  }

  @Test func `no chart of a run without priming waits for it, at any time`() {
    for (width, height) in [(80, 24), (200, 60)] {
      var state = Fixture.state(width: width, height: height)
      let changes = ["priming.method": "none", "tuning.epochs": "10"]
      let run = Fixture.run(4, "no priming", .running, changes, started: -10)
      Fixture.script(
        &state, [.runs([run])] + Fixture.typed(":open 4") + [Fixture.key(.enter)])
      func screen() -> String {
        view(state, width: width, height: height, glyphs: .braille).text()
      }
      #expect(!screen().contains("Loss in priming"), "\(screen())")
      let steps = (1...70).map { Fixture.point($0, 1 / Double($0)) }
      Fixture.script(
        &state,
        ["loss", "gradientNorm", "learningRate"].map {
          .metrics(4, series: "tuning/hi/\($0)", steps)
        })
      #expect(!screen().contains("no values yet"), "\(screen())")
    }
  }

  @Test func `hidden curves are said to be hidden`() {
    var state = Fixture.stateWithRuns(width: 100, height: 30)
    Fixture.script(&state, Fixture.typed(":open 5") + [Fixture.key(.enter)])
    Fixture.script(&state, Fixture.typed("123"))
    let screen = view(state, width: 100, height: 30, glyphs: .braille).text()
    #expect(screen.contains("all curves are hidden"), "\(screen)")
  }
}
