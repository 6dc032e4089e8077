import NotebookScreens
import NotebookSession
import TerminalUI
import Testing

/// The laws behind the feel of the screens; how fast they are, `primer feel` measures.
@Suite struct FeelTests {
  @Test(arguments: [1, 3, 20, 49, 50, 60])
  func `no second has more than twenty frames, whenever they are wanted`(milliseconds: Int) {
    var limiter = FrameLimiter()
    var drawn: [Int] = []
    // Ten seconds of wanting a frame so often, with pauses in which frames are saved up.
    for time in stride(from: 0, to: 10_000, by: milliseconds) where time % 3000 < 2000 {
      if limiter.mayDraw(at: Double(time) / 1000) { drawn.append(time) }
    }
    for start in drawn {
      #expect(drawn.count { $0 >= start && $0 < start + 1000 } <= 20, "from \(start) ms on")
    }
    #expect(drawn.count > 80, "and nearly as many are drawn")
  }

  @Test func `a key after a pause is drawn at once, and the next ones too`() {
    var limiter = FrameLimiter()
    var now = 0.0
    while now < 2 {
      _ = limiter.mayDraw(at: now)
      now += 0.001
    }
    let afterPause = (0..<4).map { limiter.mayDraw(at: 3 + Double($0) / 1000) }
    #expect(afterPause == [true, true, true, true])
    let next = (0..<63).map { limiter.mayDraw(at: 3.004 + Double($0) / 1000) }
    #expect(next.contains(true), "and then none waits longer than a sixteenth of a second")
  }

  @Test func `a key is drawn at once, also while news comes all the time`() {
    var limiter = FrameLimiter()
    var waits: [Int] = []
    var drawnNews = 0
    var pressed: Int?
    for time in 0..<10_000 {
      // Eight keys a second, each wanting its frame until it has one, and news every ten.
      if time % 125 == 60 { pressed = time }
      if let key = pressed, limiter.mayDraw(at: Double(time) / 1000) {
        waits.append(time - key)
        pressed = nil
      } else if time % 10 == 0, limiter.mayDraw(at: Double(time) / 1000, answersKey: false) {
        drawnNews += 1
      }
    }
    #expect(waits.count == 80 && waits.allSatisfy { $0 == 0 }, "\(waits)")
    #expect(drawnNews > 60, "and the news is shown meanwhile")
  }

  @Test(arguments: GoldenScreen.all)
  func `a key that means nothing changes no cell`(screen: GoldenScreen) throws {
    var state = try screen.make(80, 24)
    // Any key takes a notice away, so that has happened before.
    let free = Key.function(9)
    Fixture.script(&state, [Fixture.key(free)])
    let before = view(state, width: 80, height: 24, glyphs: .braille)
    let effects = Fixture.script(
      &state, [Fixture.key(free), .input(.none), .input(.mouse(MouseEvent(.release, x: 1, y: 1)))])
    #expect(effects.isEmpty)
    #expect(view(state, width: 80, height: 24, glyphs: .braille) == before)
  }

  @Test(arguments: GoldenScreen.all)
  func `what is drawn follows from the state alone`(screen: GoldenScreen) throws {
    let state = try screen.make(160, 48)
    let first = view(state, width: 160, height: 48, glyphs: .braille)
    #expect(view(state, width: 160, height: 48, glyphs: .braille) == first)
  }
}
