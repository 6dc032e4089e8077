import Experiments
import LabNotebook
import RunFolders
import NotebookScreens
import TerminalUI

/// The screens, and what stands in front of them, of which there are golden files.
///
/// Whatever is listed here is compared in the smallest usual terminal and in a large one, in every
/// theme at every depth of colour, and drawn by real terminals.
struct GoldenScreen: Sendable, CustomStringConvertible {
  /// The golden files' name.
  let name: String
  /// The state that is drawn, in a terminal of a width and a height.
  let make: @Sendable (_ width: Int, _ height: Int) throws -> AppState

  init(_ name: String, _ make: @escaping @Sendable (Int, Int) throws -> AppState) {
    self.name = name
    self.make = make
  }

  var description: String { name }

  static let all = runs + run + form + tables + probe + shelves

  /// Six runs, and what is typed then: `\r` is Enter, `\t` Tab.
  static func withRuns(
    _ typed: String, _ messages: [Message] = []
  ) -> @Sendable (Int, Int) throws -> AppState {
    { width, height in
      var state = Fixture.stateWithRuns(width: width, height: height)
      Fixture.script(&state, messages + keys(typed))
      return state
    }
  }

  /// Key presses: `\r` is Enter, `\t` Tab.
  static func keys(_ typed: String) -> [Message] {
    typed.map { Fixture.key($0 == "\r" ? .enter : $0 == "\t" ? .tab : .character($0)) }
  }

  // MARK: The list of runs

  private static let runs = [
    GoldenScreen("welcome") { width, height in
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
      return state
    },
    GoldenScreen("runs", withRuns("")),
    GoldenScreen("runs-grouped") { width, height in
      // All by study, the heading opened last; two runs marked.
      var state = withStudies(width, height, "bgjjj  ")
      Fixture.script(&state, [Fixture.key(.end), Fixture.key(.left), Fixture.key(.home)])
      return state
    },
    GoldenScreen("runs-filter") { width, height in
      var state = withStudies(width, height, "/tag:baseline ")
      Fixture.script(&state, [Fixture.key(.tab), Fixture.key(.tab)])
      return state
    },
    GoldenScreen("columns") { width, height in
      withStudies(width, height, ":columns id name seed f1 tags\rCjj")
    },
    GoldenScreen("stopping", withRuns("x")),
    GoldenScreen("help", withRuns("?")),
    GoldenScreen("commands", withRuns(":s")),
    GoldenScreen("refusal", withRuns("jjjjp")),
  ]

  private static func withStudies(_ width: Int, _ height: Int, _ typed: String) -> AppState {
    var state = Fixture.state(width: width, height: height)
    Fixture.script(&state, [.runs(Fixture.studyRuns)])
    for run in 10...13 { Fixture.script(&state, Fixture.finished(RunID(run))) }
    Fixture.script(&state, keys(typed))
    return state
  }

  // MARK: A run

  private static let run = [
    GoldenScreen("run-priming", withRuns(":open 5\r")),
    GoldenScreen("run-finished", withRuns(":open 1\r", Fixture.finished(1))),
    GoldenScreen(
      "curves-languages",
      withRuns(":open 5\rvvvvz", Fixture.measurementsByLanguage(of: 5, outerSteps: 135))),
    GoldenScreen("run-log", pane(.runLog)), GoldenScreen("run-settings", pane(.runSettings)),
    GoldenScreen("panes", withRuns(":open 5\rm")),
    GoldenScreen("live-settings", withRuns(":open 5\re")),
  ]

  /// The running run with the keys in a pane.
  private static func pane(_ context: KeyContext) -> @Sendable (Int, Int) throws -> AppState {
    { width, height in
      var state = try withRuns(":open 5\r")(width, height)
      for _ in 0..<20 where state.context != context { Fixture.script(&state, keys("\t")) }
      return state
    }
  }

  // MARK: The form

  private static let form = [
    GoldenScreen("experiment", withRuns("n:set priming.steps 500\r")),
    GoldenScreen("experiment-error") { width, height in
      var state = Fixture.stateWithRuns(width: width, height: height)
      Fixture.script(&state, keys("n/seed\r\r") + [Fixture.key(.backspace)] + keys("minus one"))
      return state
    },
    GoldenScreen(
      "form-rules", opened(":set priming.method reptile\r:set priming.order second\r")),
    GoldenScreen("form-presets", opened("P")),
    GoldenScreen(
      "fork-from", withRuns(":open 1\rF", Fixture.finished(1) + [.startPoints(Fixture.startPoints)])
    ),
    GoldenScreen("form-against", opened("D#2 \rd")),
    GoldenScreen("form-study") { width, height in
      var state = try opened(":set priming.inner.learningRate 0.1\rS")(width, height)
      Fixture.script(
        &state,
        [Fixture.key(.control("u"))] + keys("0.01, 0.03, 0.1\t") + [Fixture.key(.control("u"))]
          + keys("1..3"))
      return state
    },
  ]

  private static func opened(_ typed: String) -> @Sendable (Int, Int) throws -> AppState {
    withRuns("n" + typed, [.samples(FormTests.samples)])
  }

  // MARK: Corpora, encoders, notes

  private static let shelves = [
    GoldenScreen("corpora", shelf(":corpora sample-data/panx\r")),
    GoldenScreen("corpus-language", shelf(":corpora sample-data/panx\r", "\r", Fixture.shelves)),
    GoldenScreen("corpus-choice", shelf(":corpora sample-data/panx\r", "o")),
    GoldenScreen("encoders", shelf("E")), GoldenScreen("notes", shelf("W", "G")),
    GoldenScreen("note", shelf("W", "G\rNew: ")),
  ]

  /// What is typed, before and after corpora, encoders and notes were read.
  private static func shelf(
    _ before: String, _ after: String = "", _ messages: [Message] = []
  ) -> @Sendable (Int, Int) throws -> AppState {
    { width, height in
      var state = Fixture.stateWithRuns(width: width, height: height)
      var runs = Fixture.runs
      runs[0].note = Fixture.note
      Fixture.script(&state, [.runs(runs)] + keys(before) + Fixture.shelves + keys(after))
      Fixture.script(&state, messages)
      return state
    }
  }

  // MARK: Comparisons and studies

  private static let tables =
    [("", ""), ("-curves", "\t"), ("-settings", "\t\t"), ("-sentences", "\t\t\t")].map {
      name, typed in
      GoldenScreen("compare\(name)") { width, height in
        var state = Fixture.state(width: width, height: height)
        try Fixture.withCompared(devOfSecond: false) { records in
          Fixture.script(&state, [.runs(records)])
          for run in 1...3 { Fixture.script(&state, Fixture.finished(RunID(run))) }
          Fixture.answer(&state, Fixture.script(&state, keys(":compare 1 2 3\r")))
        }
        Fixture.script(&state, keys(typed))
        return state
      }
    } + [
      GoldenScreen("study") { width, height in
        var state = Fixture.state(width: width, height: height)
        try Fixture.withStudy { notebook, path in
          Fixture.script(&state, [.runs(try notebook.runs())])
          Fixture.answer(&state, Fixture.script(&state, keys(":study \(path)\r")), from: notebook)
        }
        Fixture.script(&state, [Fixture.key(.down)])
        return state
      },
      GoldenScreen("plot") { width, height in
        var state = Fixture.state(width: width, height: height)
        Fixture.script(&state, [.runs(Fixture.sweep)] + keys("V") + [Fixture.key(.right)])
        return state
      },
      GoldenScreen("plot-choice") { width, height in
        var state = Fixture.state(width: width, height: height)
        Fixture.script(&state, [.runs(Fixture.studyRuns)] + keys("V"))
        return state
      },
      GoldenScreen("studies") { width, height in
        var state = withStudies(width, height, "y")
        let studies = [
          StudyFile(name: "a second one", path: "/book/studies/a-second-one/study.toml"),
          StudyFile(name: "sample study", path: "/primer/sample-data/studies/sample.toml"),
        ]
        Fixture.script(&state, [.studies(studies)])
        return state
      },
    ]
}
