import LabNotebook
import RunFolders
import NotebookScreens
import TerminalUI
import Testing

/// Chance that is the same in each run of the tests (a linear congruential generator, MMIX's).
struct SteadyGenerator: RandomNumberGenerator {
  var state: UInt64 = 20_261_122

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 29)
  }
}

/// Whatever is typed, and however small the terminal is, a frame can be drawn.
@Suite struct AnySizeTests {
  static let keys: [Key] =
    "jkhlgGneowfpxdNSs/:?qTy v+-0<>zVce12 3u r*bCBDtaHMKJPLitEWO".map { .character($0) } + [
      .enter, .escape, .tab, .backTab, .up, .down, .left, .right, .pageUp, .pageDown, .home, .end,
      .delete, .backspace, .control("c"), .control("l"), .control("w"),
    ]

  @Test func `no sequence of keys and no size traps`() {
    var generator = SteadyGenerator()
    for _ in 0..<60 {
      var state = Fixture.stateWithRuns()
      if Bool.random(using: &generator) { Fixture.script(&state, Fixture.finished(1)) }
      if Bool.random(using: &generator) { Fixture.script(&state, Fixture.shelves) }
      for _ in 0..<40 {
        let width = Int.random(in: 0...200, using: &generator)
        let height = Int.random(
          in: 0...(Bool.random(using: &generator) ? 30 : 200), using: &generator)
        var messages: [Message] = [.input(.resize(width: width, height: height))]
        let key = Self.keys.randomElement(using: &generator) ?? .enter
        messages.append(Fixture.key(key))
        let x = Int.random(in: 0...200, using: &generator)
        let y = Int.random(in: 0...60, using: &generator)
        let action: MouseEvent.Action =
          [.press, .doubleClick, .scrollUp, .scrollDown].randomElement(using: &generator) ?? .press
        if Int.random(in: 0..<4, using: &generator) == 0 {
          messages.append(.input(.mouse(MouseEvent(action, x: x, y: y))))
        }
        Fixture.script(&state, messages)
        let glyphs = Glyphs.allCases.randomElement(using: &generator) ?? .braille
        let buffer = view(state, width: width, height: height, glyphs: glyphs)
        #expect(buffer.width == width && buffer.height == height)
      }
    }
  }

  @Test func `every screen draws in every small size`() {
    let scripts = [
      "", ":open 1\r", ":open 5\r", ":open 5\re", "n", "nd", "?", ":", "x", "/zz\r", "b", "bgh",
      "C",
      "B", "t", ":compare 1 5\r", ":compare 1 2 3 4 5 6\rz",
      "y", ":study /none.toml\r",
      ":probe 1\r", ":probe 1\rAda 東京", ":probe 1\r\tv", ":probe 1\r\tt",
      "L", "L\r", "L\rz", ":corpora /none\r", "E", "E\r", "W", "Wz",
      "Wn# a **b**\r",
    ]
    for script in scripts {
      var state = Fixture.stateWithRuns()
      Fixture.script(&state, Fixture.finished(1) + Fixture.shelves)
      Fixture.script(
        &state, script.map { Fixture.key($0 == "\r" ? .enter : $0 == "\t" ? .tab : .character($0)) }
      )
      for width in stride(from: 0, through: 84, by: 3) {
        for height in 0...26 {
          #expect(view(state, width: width, height: height, glyphs: .braille).height == height)
        }
      }
    }
  }
}
