import Experiments
import LabNotebook
import RunFolders
import NotebookScreens
import TerminalUI

/// The golden screens of the probe.
extension GoldenScreen {
  static let probe = [
    GoldenScreen("probe") { width, height in
      asked([1], "Willem van Oranje werd geboren in Dillenburg.", width, height) { questions in
        [
          Fixture.answer(
            questions[0],
            [
              "Willem": ("PER", 0.95), "van": ("PER", 0.48), "Oranje": ("PER", 0.91),
              "Dillenburg": ("LOC", 0.41),
            ], doubts: ["geboren": 0.35])
        ]
      }
    },
    GoldenScreen("probe-two") { width, height in
      var state = asked(
        [1, 4], "Ada Lovelace went to U.S. Steel.\nBo stayed in Bern.", width, height
      ) { questions in
        [
          Fixture.answer(
            questions[0],
            [
              "Ada": ("PER", 0.95), "Lovelace": ("PER", 0.91), "U.S.": ("ORG", 0.6),
              "Steel": ("ORG", 0.5), "Bern": ("LOC", 0.88),
            ]),
          Fixture.answer(
            questions[1], ["Ada": ("PER", 0.7), "U.S.": ("LOC", 0.45), "Bern": ("LOC", 0.93)],
            doubts: ["Bo": 0.4], seconds: 0.31),
        ]
      }
      Fixture.script(&state, keys("\t"))
      return state
    },
    GoldenScreen("probe-languages") { width, height in
      var state = asked([1], "Bo stayed in Bern.", width, height) { _ in [] }
      let questions = Fixture.questions(
        Fixture.script(&state, [Fixture.key(.control("t")), Fixture.key(.up), Fixture.key(.enter)]))
      Fixture.script(
        &state,
        [
          Fixture.answer(questions[0], ["Bo": ("PER", 0.7), "Bern": ("LOC", 0.88)]),
          Fixture.answer(questions[1], ["Bern": ("LOC", 0.93)], doubts: ["Bo": 0.4], seconds: 0.03),
        ])
      return state
    },
    GoldenScreen("probe-scripts") { width, height in
      let text =
        "दिल्ली भारत की राजधानी है।\n東京は日本の首都です。\nנולד בירושלים\n"
        + "e\u{301}te\u{301} 👩‍👩‍👧 à Genève"
      return asked([1], text, width, height) { questions in
        [
          Fixture.answer(
            questions[0],
            [
              "दिल्ली": ("LOC", 0.9), "भारत": ("LOC", 0.8), "東": ("LOC", 0.9), "京": ("LOC", 0.9),
              "בירושלים": ("LOC", 0.7), "Genève": ("LOC", 0.3),
            ])
        ]
      }
    },
    GoldenScreen("probe-words") { width, height in
      var state = asked([1], "Ada met Bo \u{1}", width, height) { questions in
        [
          Fixture.answer(
            questions[0], ["Ada": ("PER", 0.95)], doubts: ["Bo": 0.4], unread: ["\u{1}"])
        ]
      }
      Fixture.script(&state, keys("\tvj"))
      return state
    },
    GoldenScreen("probe-choose") { width, height in
      var state = Fixture.probing(width: width, height: height, typed: "Ada")
      Fixture.script(&state, [Fixture.key(.control("o"))])
      return state
    },
    GoldenScreen("probe-failed") { width, height in
      var state = Fixture.probing(width: width, height: height)
      let reason = "The engine was ended by signal 9 (out of memory?)."
      Fixture.script(&state, [.probeEngine(1, .failed(reason))])
      return state
    },
  ]

  /// A probe of runs with a text, and what their engines answer.
  private static func asked(
    _ runs: [RunID], _ text: String, _ width: Int, _ height: Int,
    answers: ([ProbeQuestion]) -> [Message]
  ) -> AppState {
    var state = Fixture.probing(runs, width: width, height: height)
    let questions = Fixture.questions(
      Fixture.script(&state, [.input(.paste(text)), .time(Fixture.date(1))]))
    Fixture.script(&state, answers(questions))
    return state
  }
}
