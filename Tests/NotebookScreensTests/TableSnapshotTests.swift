import LabNotebook
import NotebookScreens
import TerminalUI
import TestSupport
import Testing

/// The screens with tables as text: runs in groups, comparisons, studies.
@Suite struct TableSnapshotTests {
  static let sizes = [(width: 80, height: 24), (width: 160, height: 48)]

  private func expectScreen(
    _ state: AppState, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let buffer = view(state, width: state.width, height: state.height, glyphs: .braille)
    try expectGolden(
      buffer.text() + "\n", "\(name)-\(state.width)x\(state.height).txt",
      sourceLocation: sourceLocation)
  }

  private func state(_ width: Int, _ height: Int, _ typed: String) -> AppState {
    var state = Fixture.state(width: width, height: height)
    Fixture.script(&state, [.runs(Fixture.studyRuns)])
    for run in 10...13 { Fixture.script(&state, Fixture.finished(RunID(run))) }
    Fixture.script(
      &state, typed.map { Fixture.key($0 == "\r" ? .enter : .character($0)) })
    return state
  }

  @Test(arguments: sizes) func `runs by study, one group closed`(width: Int, height: Int) throws {
    // All by study, the heading opened last; two runs marked.
    var state = state(width, height, "bgjjj  ")
    Fixture.script(&state, [Fixture.key(.end), Fixture.key(.left)])
    Fixture.script(&state, [Fixture.key(.home)])
    try expectScreen(state, "runs-grouped")
  }

  @Test func `the columns are chosen in front of the runs`() throws {
    try expectScreen(state(80, 24, ":columns id name seed f1 tags\rCjj"), "columns")
  }

  @Test func `a filter completes while it is typed`() throws {
    var state = state(80, 24, "/tag:baseline ")
    Fixture.script(&state, [Fixture.key(.tab), Fixture.key(.tab)])
    try expectScreen(state, "runs-filter")
  }

  // MARK: Comparisons

  private func compared(_ width: Int, _ height: Int, _ typed: String) throws -> AppState {
    var state = Fixture.state(width: width, height: height)
    try Fixture.withCompared(devOfSecond: false) { records in
      Fixture.script(&state, [.runs(records)])
      for run in 1...3 { Fixture.script(&state, Fixture.finished(RunID(run))) }
      let asked = Fixture.script(&state, Fixture.typed(":compare 1 2 3") + [Fixture.key(.enter)])
      Fixture.answer(&state, asked)
    }
    Fixture.script(
      &state, typed.map { Fixture.key($0 == "\t" ? .tab : .character($0)) })
    return state
  }

  @Test(arguments: sizes) func `a comparison of three runs`(width: Int, height: Int) throws {
    try expectScreen(try compared(width, height, ""), "compare")
  }

  @Test(arguments: [("\t", "curves"), ("\t\t", "settings"), ("\t\t\t", "sentences")])
  func `a comparison pane by pane`(typed: String, name: String) throws {
    try expectScreen(try compared(80, 24, typed), "compare-\(name)")
  }

  // MARK: Studies

  @Test(arguments: sizes) func `a study half done`(width: Int, height: Int) throws {
    var state = Fixture.state(width: width, height: height)
    try Fixture.withStudy { notebook, path in
      Fixture.script(&state, [.runs(try notebook.runs())])
      let asked = Fixture.script(
        &state, Fixture.typed(":study \(path)") + [Fixture.key(.enter)])
      Fixture.answer(&state, asked, from: notebook)
    }
    Fixture.script(&state, [Fixture.key(.down)])
    try expectScreen(state, "study")
  }

  @Test func `the studies to choose from`() throws {
    var state = state(80, 24, "y")
    let studies = [
      StudyFile(name: "a second one", path: "/book/studies/a-second-one/study.toml"),
      StudyFile(name: "sample study", path: "/primer/sample-data/studies/sample.toml"),
    ]
    Fixture.script(&state, [.studies(studies)])
    try expectScreen(state, "studies")
  }
}
