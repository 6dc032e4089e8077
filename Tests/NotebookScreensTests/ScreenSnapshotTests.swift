import LabNotebook
import NotebookScreens
import TerminalUI
import TestSupport
import Testing

/// Each screen as text, in the smallest usual terminal and in a large one.
@Suite struct ScreenSnapshotTests {
  static let sizes = [(width: 80, height: 24), (width: 160, height: 48)]

  private func expectScreen(
    _ state: AppState, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let buffer = view(state, width: state.width, height: state.height, glyphs: .braille)
    try expectGolden(
      buffer.text() + "\n", "\(name)-\(state.width)x\(state.height).txt",
      sourceLocation: sourceLocation)
  }

  @Test(arguments: sizes) func `an empty notebook offers the samples`(
    width: Int, height: Int
  ) throws {
    var state = Fixture.state(width: width, height: height)
    let sample = SampleExperiment(
      path: "/primer/sample-data/experiments/sample.toml",
      experiment: Fixture.experiment(["name": "priming for adapters"]),
      summary: "The sample run: about five minutes on two cores.")
    let control = SampleExperiment(
      path: "/primer/sample-data/experiments/no-priming.toml",
      experiment: Fixture.experiment(["name": "no priming", "priming.method": "none"]),
      summary: "The control: the encoder as it is.")
    Fixture.script(&state, [.samples([sample, control]), .runs([])])
    try expectScreen(state, "welcome")
  }

  @Test(arguments: sizes) func `the list of runs`(width: Int, height: Int) throws {
    try expectScreen(Fixture.stateWithRuns(width: width, height: height), "runs")
  }

  @Test(arguments: sizes) func `a run while it is being primed`(width: Int, height: Int) throws {
    var state = Fixture.stateWithRuns(width: width, height: height)
    Fixture.script(&state, Fixture.typed(":open 5") + [Fixture.key(.enter)])
    try expectScreen(state, "run-priming")
  }

  @Test(arguments: sizes) func `a run that is finished`(width: Int, height: Int) throws {
    var state = Fixture.stateWithRuns(width: width, height: height)
    Fixture.script(&state, Fixture.finished(1))
    Fixture.script(&state, Fixture.typed(":open 1") + [Fixture.key(.enter)])
    try expectScreen(state, "run-finished")
  }

  @Test(arguments: sizes) func `the experiment form`(width: Int, height: Int) throws {
    var state = Fixture.stateWithRuns(width: width, height: height)
    Fixture.script(&state, Fixture.typed("n") + Fixture.typed(":set priming.steps 500"))
    Fixture.script(&state, [Fixture.key(.enter)])
    try expectScreen(state, "experiment")
  }

  @Test(arguments: sizes) func `the experiment form with an error`(
    width: Int, height: Int
  ) throws {
    var state = Fixture.stateWithRuns(width: width, height: height)
    Fixture.script(&state, Fixture.typed("n/seed") + [Fixture.key(.enter), Fixture.key(.enter)])
    Fixture.script(&state, [Fixture.key(.backspace)] + Fixture.typed("minus one"))
    try expectScreen(state, "experiment-error")
  }

  @Test(arguments: sizes) func `the help`(width: Int, height: Int) throws {
    var state = Fixture.stateWithRuns(width: width, height: height)
    Fixture.script(&state, Fixture.typed("?"))
    try expectScreen(state, "help")
  }

  @Test func `live settings stand in front of the run`() throws {
    var state = Fixture.stateWithRuns()
    Fixture.script(&state, Fixture.typed(":open 5") + [Fixture.key(.enter)] + Fixture.typed("e"))
    try expectScreen(state, "live-settings")
  }

  @Test func `a terminal too small is told what is needed`() {
    let buffer = view(Fixture.stateWithRuns(), width: 40, height: 12, glyphs: .braille)
    #expect(
      buffer.text().replacing("\n", with: " ").trimmed
        == "Primer needs a terminal of 60 × 16; this one has 40 × 12.")
  }

  @Test func `without UTF-8 every cell is ASCII`() {
    var state = Fixture.stateWithRuns(width: 160, height: 48)
    for keys in ["", ":open 5\r", "q:open 1\r", "q:compare 1 3 5\r", "qb", "bC"] {
      Fixture.script(
        &state,
        keys.map { $0 == "\r" ? Fixture.key(.enter) : Fixture.key(.character($0)) })
      let text = view(state, width: 160, height: 48, glyphs: .ascii).text()
      let strange = Set(text.filter { !$0.isASCII })
      #expect(
        strange.subtracting(["→", "–", "−", "…", "·", "↑", "↓", "±"]).isEmpty, "found \(strange)")
    }
  }
}

extension String {
  fileprivate var trimmed: String {
    split(separator: " ").joined(separator: " ")
  }
}
