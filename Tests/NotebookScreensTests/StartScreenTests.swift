import RunFolders
import Experiments
import Foundation
import LabNotebook
import NotebookScreens
import RunFolders
import TerminalUI
import Testing

/// Forking from a checkpoint, chosen on screen or typed.
@Suite struct StartScreenTests {
  private func form(_ state: AppState) -> ExperimentForm? {
    if let form = state.stack.top(ExperimentForm.self) { return form }
    return nil
  }

  private func screen(_ state: AppState) -> String {
    view(state, width: state.width, height: state.height, glyphs: .braille).text()
  }

  private func atFirstRun(width: Int = 100) -> AppState {
    var state = Fixture.stateWithRuns(width: width, height: 24)
    Fixture.script(&state, Fixture.typed(":open 1") + [Fixture.key(.enter)])
    return state
  }

  @Test func `F lists what the run has left, and opens the form that begins there`() throws {
    let points = Fixture.startPoints
    var state = atFirstRun()
    #expect(Fixture.script(&state, Fixture.typed("F")) == [.notebook(.findStartPoints(1))])
    #expect(screen(state).contains("no point"), "what is there at once is shown at once")
    Fixture.script(&state, [.startPoints(points)])
    let shown = screen(state)
    #expect(shown.contains("Begin with the weights of #1"))
    #expect(shown.contains("priming/150"))
    #expect(shown.contains("best dev F1 48.1"))
    Fixture.script(&state, Fixture.typed("best") + [Fixture.key(.enter)])
    let form = try #require(self.form(state))
    #expect(form.text("start.checkpoint") == "1/priming/150")
    #expect(form.text("priming.outer.learningRate") == "0.005", "as it was there")
    #expect(
      Set(form.differences.map(\.key)) == ["start.checkpoint", "priming.outer.learningRate"])
    #expect(form.cursorKey == "start.checkpoint")
  }

  @Test func `a tuned point goes on with its adapter and head`() throws {
    let points = Fixture.startPoints
    var state = atFirstRun()
    Fixture.script(
      &state,
      Fixture.typed("F") + [.startPoints(points)] + Fixture.typed("on hi")
        + [Fixture.key(.enter)])
    #expect(form(state)?.text("start.checkpoint") == "1/tuned/hi")
    #expect(form(state)?.text("tuning.start") == "primed")
  }

  @Test func `in the form F takes a point of any run over, as one change`() throws {
    let points = Fixture.startPoints
    var state = Fixture.stateWithRuns(width: 100, height: 24)
    Fixture.script(&state, Fixture.typed("nF"))
    #expect(screen(state).contains("Begin with the weights of"))
    #expect(!screen(state).contains("#6"), "a queued run has left nothing")
    #expect(
      Fixture.script(&state, Fixture.typed("seed 3") + [Fixture.key(.enter)])
        == [.notebook(.findStartPoints(1))])
    let effects = Fixture.script(
      &state, [.startPoints(points)] + Fixture.typed("/150") + [Fixture.key(.enter)])
    let planned = try #require(form(state)?.experiment)
    #expect(planned[Settings.startCheckpoint] == "1/priming/150")
    #expect(effects == [.notebook(.checkFiles(planned, near: nil))], "whether it fits is asked")
    Fixture.script(&state, Fixture.typed("u"))
    #expect(form(state)?.text("start.checkpoint") == "")
  }

  @Test func `what does not fit is told beside its setting`() throws {
    var state = Fixture.stateWithRuns(width: 120, height: 30)
    Fixture.script(
      &state, Fixture.typed("n:set start.checkpoint 1/primed") + [Fixture.key(.enter)])
    let planned = try #require(form(state)?.experiment)
    let error = ExperimentError(
      key: "start.checkpoint", problem: "run #1 has no point ‘1/primed’",
      expected: "one of 1/priming/150")
    Fixture.script(&state, [.filesChecked(planned, [error])])
    let line = screen(state).split(separator: "\n").first { $0.contains("checkpoint  ") }
    #expect(line?.contains("✗ run #1 has no point") == true, "\(line ?? "")")
  }

  @Test func `Tab completes runs, and behind the slash their points`() throws {
    let points = Fixture.startPoints
    var state = Fixture.stateWithRuns(width: 100, height: 24)
    func prompt(_ state: AppState) -> Prompt? {
      if let prompt = state.overlay as? Prompt { return prompt }
      return nil
    }
    Fixture.script(&state, Fixture.typed(":fork 1"))
    #expect(prompt(state)?.candidates == [":fork 1/"].map { String($0.dropFirst()) })
    #expect(Fixture.script(&state, Fixture.typed("/")) == [.notebook(.findStartPoints(1))])
    Fixture.script(&state, [.startPoints(points)])
    #expect(
      prompt(state)?.candidates
        == [
          "fork 1/primed", "fork 1/priming/150", "fork 1/tuned/hi", "fork 1/tuned/af",
          "fork 1/best",
        ])
    Fixture.script(&state, Fixture.typed("priming") + [Fixture.key(.tab), Fixture.key(.enter)])
    #expect(form(state)?.text("start.checkpoint") == "1/priming/150")
    // The field of the form completes alike.
    Fixture.script(&state, [Fixture.key(.enter)])
    #expect(form(state)?.edit?.key == "start.checkpoint")
    for _ in 0..<20 { Fixture.script(&state, [Fixture.key(.backspace)]) }
    Fixture.script(&state, Fixture.typed("1/pr") + [Fixture.key(.tab)])
    #expect(form(state)?.edit?.line.text == "1/primed")
    Fixture.script(&state, [Fixture.key(.tab)])
    #expect(form(state)?.edit?.line.text == "1/priming/150")
  }

  @Test func `a run that began with another's weights says so in the list and on its screen`() {
    var state = Fixture.state(width: 120, height: 40)
    let fork = Fixture.run(
      7, "from the best", .finished, ["start.checkpoint": "1/priming/150"], started: -100,
      finished: -10, progress: Fixture.ended, results: Fixture.results)
    Fixture.script(&state, [.runs(Fixture.runs + [fork])])
    #expect(screen(state).contains("from priming step 150 of #1"))
    Fixture.script(&state, Fixture.typed(":open 7") + [Fixture.key(.enter)])
    #expect(screen(state).contains("from priming step 150 of #1"))
  }

  @Test func `a run without a checkpoint of its own says why it cannot be begun from`() {
    var state = Fixture.stateWithRuns()
    Fixture.script(&state, Fixture.typed(":open 6") + [Fixture.key(.enter)])
    #expect(Fixture.script(&state, Fixture.typed("F")).isEmpty)
    #expect(state.notice?.text == "Run #6 has not begun; it has no checkpoint yet.")
  }
}
