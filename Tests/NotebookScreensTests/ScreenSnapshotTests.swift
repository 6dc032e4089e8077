import NotebookScreens
import TerminalUI
import TestSupport
import Testing

/// Each screen as text and with its looks in every theme, in the smallest usual terminal and in a
/// large one.
@Suite struct ScreenSnapshotTests {
  static let sizes = [(width: 80, height: 24), (width: 160, height: 48)]

  @Test(arguments: GoldenScreen.all, sizes)
  func `a screen has the cells of its golden files`(
    screen: GoldenScreen, size: (width: Int, height: Int)
  ) throws {
    try expectScreen(try screen.make(size.width, size.height), screen.name)
  }

  @Test func `there is a golden screen of every place where keys mean something`() throws {
    let shown = try GoldenScreen.all.map { try $0.make(80, 24).context }
    let missing = KeyContext.all.filter { !shown.contains($0) }.map(\.name)
    #expect(missing.isEmpty, "add a GoldenScreen for each of \(missing)")
  }

  @Test func `a terminal too small is told what is needed`() {
    let small = view(Fixture.stateWithRuns(), width: 40, height: 12, glyphs: .braille)
    #expect(
      small.text().replacing("\n", with: " ").trimmed
        == "Primer needs a terminal of 60 × 16; this one has 40 × 12. Make it larger, or its "
        + "letters smaller. Nothing is lost; runs keep running. Keys wait until then, but for Ctrl-C "
        + "twice, which quits.")
    for (width, height) in [(59, 24), (80, 15), (40, 3), (20, 1)] {
      let words = view(Fixture.stateWithRuns(), width: width, height: height, glyphs: .braille)
        .text().split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(words.contains("60 × 16"), "\(width) × \(height): \(words)")
      #expect(words.contains("\(width) × \(height)"), "\(words)")
    }
  }

  @Test func `what cannot be seen is not steered, but quit and suspended`() {
    var state = Fixture.stateWithRuns()
    let selected = state.runs.cursor
    Fixture.script(&state, [.input(.resize(width: 59, height: 24))])
    let keys = GoldenScreen.keys("jdnqx\r") + [Fixture.key(.escape)]
    #expect(Fixture.script(&state, keys + [.input(.paste("dy"))]).isEmpty)
    #expect(state.stack.isEmpty && state.overlay == nil && state.runs.cursor == selected)
    #expect(Fixture.script(&state, [Fixture.key(.control("z"))]) == [.suspend])
    Fixture.script(&state, [Fixture.key(.control("c"))])
    let text = view(state, width: 59, height: 24, glyphs: .braille).text()
    #expect(text.contains("Press Ctrl-C again to quit."))
    #expect(Fixture.script(&state, [Fixture.key(.control("c"))]) == [.quit])
    Fixture.script(&state, [.input(.resize(width: 60, height: 16))] + GoldenScreen.keys("j"))
    #expect(state.runs.cursor != selected, "with room, keys do what they did")
  }

  @Test func `without UTF-8 every cell is ASCII`() {
    var state = Fixture.stateWithRuns(width: 160, height: 48)
    for keys in ["", ":open 5\r", "q:open 1\r", "q:compare 1 3 5\r", "qb", "bC"] {
      Fixture.script(&state, GoldenScreen.keys(keys))
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
