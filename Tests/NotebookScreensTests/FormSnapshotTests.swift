import LabNotebook
import NotebookScreens
import TerminalUI
import TestSupport
import Testing

/// The form and what stands in front of it, as text.
@Suite struct FormSnapshotTests {
  static let sizes = ScreenSnapshotTests.sizes

  private func expectScreen(
    _ state: AppState, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let buffer = view(state, width: state.width, height: state.height, glyphs: .braille)
    try expectGolden(
      buffer.text() + "\n", "\(name)-\(state.width)x\(state.height).txt",
      sourceLocation: sourceLocation)
  }

  private func opened(_ width: Int, _ height: Int) -> AppState {
    var state = Fixture.stateWithRuns(width: width, height: height)
    Fixture.script(&state, [.samples(FormTests.samples)] + Fixture.typed("n"))
    return state
  }

  @Test(arguments: sizes) func `settings that do not go together`(width: Int, height: Int) throws {
    var state = opened(width, height)
    for change in ["priming.method reptile", "priming.order second"] {
      Fixture.script(&state, Fixture.typed(":set \(change)") + [Fixture.key(.enter)])
    }
    try expectScreen(state, "form-rules")
  }

  @Test(arguments: sizes) func `the presets`(width: Int, height: Int) throws {
    var state = opened(width, height)
    Fixture.script(&state, Fixture.typed("P"))
    try expectScreen(state, "form-presets")
  }

  @Test(arguments: sizes) func `against an earlier run`(width: Int, height: Int) throws {
    var state = opened(width, height)
    Fixture.script(&state, Fixture.typed("D#2 ") + [Fixture.key(.enter)] + Fixture.typed("d"))
    try expectScreen(state, "form-against")
  }

  @Test(arguments: sizes) func `a study being planned`(width: Int, height: Int) throws {
    var state = opened(width, height)
    Fixture.script(
      &state,
      Fixture.typed(":set priming.inner.learningRate 0.1") + [Fixture.key(.enter)]
        + Fixture.typed("S") + [Fixture.key(.control("u"))]
        + Fixture.typed("0.01, 0.03, 0.1") + [Fixture.key(.tab), Fixture.key(.control("u"))]
        + Fixture.typed("1..3"))
    try expectScreen(state, "form-study")
  }
}
