import Experiments
import Foundation
import LabNotebook
import RunFolders
import NotebookSupport
import NamedEntities
import NotebookScreens
import TerminalUI
import Testing

extension Buffer {
  /// The characters of its cells that would steer a terminal.
  var steeringScalars: [Unicode.Scalar] {
    (0..<height).flatMap { y in
      (0..<width).flatMap { x in self[x, y].text.unicodeScalars.filter(Self.steers) }
    }
  }

  private static func steers(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F...0x9F, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}

/// Texts of files and of people on every screen: none of them steers the terminal.
@Suite struct ControlCharacterTests {
  private static let hostile =
    "x\u{1B}[31m\u{1B}]0;evil\u{7}\u{9B}2J\u{202E}\u{2066}\r\n\u{8}\u{7F}\u{2028}e\u{301}\u{202E}y"

  private static func run(_ id: RunID, _ state: RunState) -> RunRecord {
    var progress = Fixture.priming
    (progress.language, progress.split) = (hostile, hostile)
    var record = Fixture.run(
      id, hostile, state, started: -100, finished: state.isFinal ? -10 : nil, progress: progress,
      results: [
        Fixture.evaluation(hostile, "test", 50), Fixture.evaluation("hi", hostile, 40),
        Fixture.evaluation("hi", "dev", 30),
      ], error: state == .failed ? hostile : nil, note: hostile, tags: [hostile, "good"],
      study: hostile)
    record.host = hostile
    return record
  }

  private static func state(width: Int, height: Int) -> AppState {
    var state = Fixture.state(width: width, height: height)
    state.notebookFolder = "/home/\(hostile)"
    let events: [Event] = [
      .started(processID: 1, host: hostile, threads: 2, engine: hostile),
      .phase(.tuning, language: hostile),
      .settingChanged(key: hostile, old: .text(hostile), new: .text(hostile), step: 2),
      .checkpoint(step: 3, path: hostile), .log(.error, hostile), .log(.info, hostile),
      .resumed(place: hostile, step: 3), .evaluation(Fixture.evaluation(hostile, "dev", 3)),
    ]
    let points = (1...40).map { Fixture.point($0, 1 / Double($0)) }
    var messages: [Message] = [
      .themes([hostile, "dark"]),
      .samples([
        SampleExperiment(path: hostile, experiment: Fixture.experiment(), summary: hostile)
      ]),
      .runs([run(1, .finished), run(2, .failed), run(3, .running), run(4, .queued)]),
    ]
    for id in RunID(1)...3 {
      messages += [
        .metrics(id, series: "outer/loss", points),
        .metrics(id, series: SeriesKey(name: hostile), points),
        .metrics(id, series: "tuning/\(hostile)/loss", points),
        .evaluations(
          id,
          [
            Fixture.evaluation(hostile, "dev", 20, phase: .priming, step: 10),
            Fixture.evaluation(hostile, "test", 20),
          ]),
        .events(
          id,
          events.enumerated().map {
            LoggedEvent(id: Int64($0 + 1), time: Fixture.date(Double($0)), event: $1)
          }),
      ]
    }
    Fixture.script(&state, messages)
    return state
  }

  private static let scripts = [
    "", "j", "g", "gg", "c", "o", "/x\r", "t", "N", "R", ":open 1\r", ":open 1\rv", ":open 1\rvv",
    ":open 1\r\t", ":open 1\r\t\t", ":open 2\r", ":open 3\r", ":open 3\re", ":open 3\rl", "n", "nd",
    "?", ":", ":compare 1 2\r", ":compare 1 2\r\t", ":compare 1 2 3\rz", "C", "B", "x", "d", "y",
    ":theme x\r", "\u{1B}", "s", "P", "p", "a", "T",
  ]

  @Test(arguments: [(80, 24), (60, 16), (200, 60)])
  func `no screen has a character that steers the terminal`(width: Int, height: Int) {
    for script in Self.scripts {
      var state = Self.state(width: width, height: height)
      for key in script {
        let message =
          switch key {
          case "\r": Fixture.key(.enter)
          case "\t": Fixture.key(.tab)
          case "\u{1B}": Fixture.key(.escape)
          default: Fixture.key(.character(key))
          }
        Fixture.script(&state, [message])
        for glyphs in [Glyphs.braille, .ascii] {
          let buffer = view(state, width: width, height: height, glyphs: glyphs)
          #expect(buffer.steeringScalars.isEmpty, "\(script) \(buffer.steeringScalars)")
        }
      }
    }
  }

  @Test(arguments: [
    Message.failed(hostile), .succeeded(hostile), .queued(7, name: hostile),
    .experimentLoaded(Fixture.experiment(), path: hostile), .input(.paste(hostile)),
    .filesChecked(
      Fixture.experiment(),
      [ExperimentError(key: hostile, problem: hostile, expected: hostile)]),
  ])
  func `no message has one either, whatever it tells`(message: Message) {
    for script in ["", "n", ":", ":open 1\r", "/"] {
      var state = Self.state(width: 100, height: 30)
      Fixture.script(
        &state, script.map { Fixture.key($0 == "\r" ? .enter : .character($0)) } + [message])
      let buffer = view(state, width: 100, height: 30, glyphs: .braille)
      #expect(buffer.steeringScalars.isEmpty, "\(script) \(buffer.steeringScalars)")
    }
  }

  @Test func `nor has the probe, whatever is typed, found and said by its engine`() throws {
    var state = Fixture.probing([1, 4], width: 100, height: 30)
    let effects = Fixture.script(
      &state, [.input(.paste("Ada \(Self.hostile) Bo")), .time(Fixture.date(1))])
    let question = try #require(Fixture.questions(effects).first)
    var found: [String: (type: String, score: Float)] = [:]
    for word in question.sentences.flatMap(\.words) { found[String(word)] = (Self.hostile, 0.9) }
    Fixture.script(&state, [Fixture.answer(question, found)])
    for message in [
      Message.time(Fixture.date(2)), Fixture.key(.tab), .probeEngine(1, .restarting(Self.hostile)),
      .probeEngine(1, .failed(Self.hostile)), Fixture.key(.function(1)),
    ] {
      Fixture.script(&state, [message])
      let buffer = view(state, width: 100, height: 30, glyphs: .braille)
      #expect(buffer.steeringScalars.isEmpty, "\(message) \(buffer.steeringScalars)")
    }
  }
}
