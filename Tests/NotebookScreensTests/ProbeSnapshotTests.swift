import LabNotebook
import NotebookScreens
import TerminalUI
import TestSupport
import Testing

/// The probe as text, in the smallest usual terminal and in a large one.
@Suite struct ProbeSnapshotTests {
  static let sizes = [(width: 80, height: 24), (width: 160, height: 48)]

  private func expectScreen(
    _ state: AppState, _ name: String, glyphs: Glyphs = .braille,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let buffer = view(state, width: state.width, height: state.height, glyphs: glyphs)
    try expectGolden(
      buffer.text() + "\n", "\(name)-\(state.width)x\(state.height).txt",
      sourceLocation: sourceLocation)
  }

  private func ask(_ state: inout AppState, _ text: String) -> [ProbeQuestion] {
    Fixture.questions(
      Fixture.script(&state, [.input(.paste(text)), .time(Fixture.date(1))]))
  }

  @Test(arguments: sizes) func `a sentence and its entities`(width: Int, height: Int) throws {
    var state = Fixture.probing(width: width, height: height)
    let asked = ask(&state, "Willem van Oranje werd geboren in Dillenburg.")
    Fixture.script(
      &state,
      [
        Fixture.answer(
          asked[0],
          [
            "Willem": ("PER", 0.95), "van": ("PER", 0.48), "Oranje": ("PER", 0.91),
            "Dillenburg": ("LOC", 0.41),
          ], doubts: ["geboren": 0.35])
      ])
    try expectScreen(state, "probe")
  }

  @Test(arguments: sizes) func `two runs side by side`(width: Int, height: Int) throws {
    var state = Fixture.probing([1, 4], width: width, height: height)
    let asked = ask(&state, "Ada Lovelace went to U.S. Steel.\nBo stayed in Bern.")
    Fixture.script(
      &state,
      [
        Fixture.answer(
          asked[0],
          [
            "Ada": ("PER", 0.95), "Lovelace": ("PER", 0.91), "U.S.": ("ORG", 0.6),
            "Steel": ("ORG", 0.5), "Bern": ("LOC", 0.88),
          ]),
        Fixture.answer(
          asked[1], ["Ada": ("PER", 0.7), "U.S.": ("LOC", 0.45), "Bern": ("LOC", 0.93)],
          doubts: ["Bo": 0.4], seconds: 0.31),
      ])
    Fixture.script(&state, [Fixture.key(.tab)])
    try expectScreen(state, "probe-two")
  }

  @Test(arguments: sizes) func `every script has its place`(width: Int, height: Int) throws {
    var state = Fixture.probing(width: width, height: height)
    let asked = ask(
      &state,
      "दिल्ली भारत की राजधानी है।\n東京は日本の首都です。\nנולד בירושלים\ne\u{301}te\u{301} 👩‍👩‍👧 à Genève")
    Fixture.script(
      &state,
      [
        Fixture.answer(
          asked[0],
          [
            "दिल्ली": ("LOC", 0.9), "भारत": ("LOC", 0.8), "東": ("LOC", 0.9), "京": ("LOC", 0.9),
            "בירושלים": ("LOC", 0.7), "Genève": ("LOC", 0.3),
          ])
      ])
    try expectScreen(state, "probe-scripts")
  }

  @Test func `the words with their probabilities`() throws {
    var state = Fixture.probing()
    let asked = ask(&state, "Ada met Bo \u{1}")
    Fixture.script(
      &state,
      [
        Fixture.answer(
          asked[0], ["Ada": ("PER", 0.95)], doubts: ["Bo": 0.4], unread: ["\u{1}"])
      ])
    Fixture.script(&state, [Fixture.key(.tab)] + Fixture.typed("vj"))
    try expectScreen(state, "probe-words")
  }

  @Test func `the list of runs stands in front`() throws {
    var state = Fixture.probing(typed: "Ada")
    Fixture.script(&state, [Fixture.key(.control("o"))])
    try expectScreen(state, "probe-choose")
  }

  @Test func `without UTF-8 its own cells are ASCII`() {
    for keys in ["", "\tv"] {
      var state = Fixture.probing([1, 4], width: 160, height: 48)
      let asked = ask(&state, "Ada met Bo")
      Fixture.script(
        &state, [Fixture.answer(asked[0], ["Ada": ("PER", 0.3)]), Fixture.answer(asked[1])])
      Fixture.script(&state, keys.map { Fixture.key($0 == "\t" ? .tab : .character($0)) })
      let text = view(state, width: 160, height: 48, glyphs: .ascii).text()
      let strange = Set(text.filter { !$0.isASCII })
      #expect(strange.subtracting(["→", "–", "…", "·", "↑", "↓"]).isEmpty, "found \(strange)")
      #expect(text.contains("[PER? Ada?]!=") || !keys.isEmpty)
    }
  }
}
