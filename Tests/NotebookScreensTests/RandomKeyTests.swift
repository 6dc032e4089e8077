import Foundation
import LabNotebook
import NotebookScreens
import RunFolders
import TerminalUI
import TestSupport
import Testing

/// Random keys, actions and clicks on the real `update`: nothing may trap, and each state can be drawn.
///
/// `PRIMER_RANDOM_KEYS` sets how many keys are pressed (20,000 otherwise), `PRIMER_RANDOM_SEED` the
/// first seed. A walk is made again from its seed alone; when a walk traps, the seed and the keys
/// pressed so far are written to standard error before the process ends.
@Suite struct RandomKeyTests {
  /// The walk that is going on, for the handler of a trap: bytes that are there before it.
  private enum Trail {
    static let capacity = 64 * 1024
    nonisolated(unsafe) static let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    nonisolated(unsafe) static var count = 0

    static func begin(_ text: String) {
      count = 0
      add(text)
    }

    static func add(_ text: String) {
      for byte in text.utf8 where count < capacity {
        bytes[count] = byte
        count += 1
      }
    }

    static func install() {
      for number in [SIGILL, SIGTRAP, SIGSEGV] {
        signal(number) { number in
          _ = write(STDERR_FILENO, Trail.bytes, Trail.count)
          _ = write(STDERR_FILENO, "\n", 1)
          signal(number, SIG_DFL)
          raise(number)
        }
      }
    }
  }

  private static let keysOfAWalk = 250

  private static func number(_ variable: String) -> Int? {
    ProcessInfo.processInfo.environment[variable].flatMap(Int.init)
  }

  /// All keys of all tables, and some that are only typed.
  private static let keys: [KeyEvent] = {
    let bound = Set(KeyMap.standard.all.flatMap(\.keys))
      .subtracting([KeyEvent(.control("c")), KeyEvent(.control("z"))])
    let typed = "abc 1.9é".map { KeyEvent(.character($0)) } + [KeyEvent(.backspace)]
    return bound.sorted { $0.description < $1.description } + typed
  }()

  /// What walks begin from: runs, an empty notebook, corpora, encoders, notes, probes, a comparison.
  private static func starts() -> [AppState] {
    var runs = Fixture.stateWithRuns()
    Fixture.script(&runs, Fixture.shelves)
    var list = runs
    Fixture.script(&list, [.runs(Fixture.studyRuns)])
    func opened(_ command: String, in state: AppState) -> AppState {
      var state = state
      Fixture.script(&state, Fixture.typed(":\(command)") + [Fixture.key(.enter)])
      return state
    }
    let commands = [
      "open 5", "corpora", "encoders", "notes", "new", "study", "compare 1 5", "help", "note",
    ]
    return [runs, list, Fixture.state(), Fixture.probing([1, 4], typed: "Jan in Delhi")]
      + commands.map { opened($0, in: runs) }
  }

  @Test func `no sequence of keys traps, in whatever screen they are pressed`() throws {
    let total = Self.number("PRIMER_RANDOM_KEYS") ?? 20_000
    let first = UInt64(Self.number("PRIMER_RANDOM_SEED") ?? 1)
    var starts = Self.starts()
    // A study with a cell that has no run yet, its intervals known.
    try Fixture.withStudy { notebook, path in
      var state = Fixture.state()
      Fixture.script(&state, [.runs(try notebook.runs())])
      let effects = Fixture.script(
        &state, Fixture.typed(":study \(path)") + [Fixture.key(.enter)])
      Fixture.answer(&state, effects, from: notebook)
      starts.append(state)
    }
    Trail.install()
    var pressed = 0
    var seed = first
    while pressed < total {
      try walk(seed, from: starts[Int(seed % UInt64(starts.count))])
      pressed += Self.keysOfAWalk
      seed += 1
    }
    #expect(pressed >= total)
  }

  private func walk(_ seed: UInt64, from start: AppState) throws {
    var chance = FuzzChance(seed: seed)
    var state = start
    Trail.begin("Random keys, seed \(seed):")
    for _ in 0..<Self.keysOfAWalk {
      var message = Message.input(.none)
      switch Int.random(in: 0..<40, using: &chance) {
      case 0:
        let (x, y) = (
          Int.random(in: 0..<state.width, using: &chance),
          Int.random(in: 0..<state.height, using: &chance)
        )
        let isDouble = Bool.random(using: &chance)
        Trail.add(" \(isDouble ? "double click" : "click") \(x),\(y)")
        message = .input(
          .mouse(MouseEvent(isDouble ? .doubleClick : .press, button: .left, x: x, y: y)))
      case 1:
        let actions = Action.all
        let action = actions[Int.random(in: 0..<actions.count, using: &chance)]
        Trail.add(" :\(action.name)")
        for part in Fixture.typed(":\(action.name)") { _ = update(&state, part) }
        message = Fixture.key(.enter)
      default:
        let key = Self.keys[Int.random(in: 0..<Self.keys.count, using: &chance)]
        Trail.add(" \(key)")
        message = .input(.key(key))
      }
      _ = update(&state, message)
    }
    let picture = view(state, width: state.width, height: state.height, glyphs: .braille)
    #expect(picture.steeringScalars.isEmpty, "seed \(seed)")
  }

  @Test func `a cell of a study without a run says why it cannot be probed`() throws {
    try Fixture.withStudy { notebook, path in
      var state = Fixture.state()
      Fixture.script(&state, [.runs(try notebook.runs())])
      let effects = Fixture.script(
        &state, Fixture.typed(":study \(path)") + [Fixture.key(.enter)])
      Fixture.answer(&state, effects, from: notebook)
      let keys = [Key.character("G"), .enter, .character("G"), .character("P")]
      Fixture.script(&state, keys.map(Fixture.key))
      #expect(state.notice?.text == "There is no run here.")
      #expect(state.overlay == nil)
    }
  }
}
