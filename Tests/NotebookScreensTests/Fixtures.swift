import Experiments
import Foundation
import LabNotebook
import RunFolders
import NotebookSupport
import NamedEntities
import NotebookScreens
import TerminalUI

/// Hand-written runs, so that every number on a golden screen can be traced to this file.
enum Fixture {
  /// 22 November 2026, 14:00 in Greenwich.
  static let noon = Date(timeIntervalSince1970: 1_795_356_000)

  static func date(_ seconds: Double) -> Date { noon.addingTimeInterval(seconds) }

  static func experiment(_ changes: [String: String] = [:]) -> Experiment {
    var experiment = Experiment()
    for (key, value) in changes.sorted(by: { $0.key < $1.key }) {
      do {
        try experiment.set(key, to: value)
      } catch {
        preconditionFailure("A fixture sets a setting that is not accepted: \(key) = \(value)")
      }
    }
    return experiment
  }

  /// Scores with so many right of so many predicted and so many to be found.
  static func scores(_ correct: Int, predicted: Int, gold: Int) -> EntityScores {
    let hits = (0..<correct).map { EntitySpan(type: "PER", words: $0..<$0 + 1) }
    let extra = (correct..<predicted).map { EntitySpan(type: "LOC", words: $0..<$0 + 1) }
    let missed = (correct..<gold).map { EntitySpan(type: "ORG", words: $0..<$0 + 1) }
    return EntityScores(gold: [hits + missed], predicted: [hits + extra])
  }

  /// An evaluation whose F1 is `correct` percent: as many predicted as there are to be found.
  static func evaluation(
    _ language: String, _ split: String, _ correct: Int, phase: RunPhase = .tuning, step: Int = 70
  ) -> EvaluationResult {
    EvaluationResult(
      language: language, split: split, phase: phase, step: step,
      scores: scores(correct, predicted: 100, gold: 100), sentenceCount: 200, cutSentenceCount: 0,
      seconds: 1.5)
  }

  static func run(
    _ id: RunID, _ name: String, _ state: RunState, _ changes: [String: String] = [:],
    started: Double? = nil, finished: Double? = nil, progress: RunProgress? = nil,
    results: [EvaluationResult] = [], error: String? = nil, note: String = "",
    starred: Bool = false, tags: [String] = [], study: String = ""
  ) -> RunRecord {
    var record = RunRecord(
      id: id, name: name, state: state, experiment: experiment(changes), created: noon,
      started: started.map(date), finished: finished.map(date), heartbeat: nil,
      processID: started == nil ? nil : 4711, host: started == nil ? nil : "lab", error: error,
      progress: progress, results: results, folder: "/notebook/runs/\(id)", note: note,
      starred: starred, archived: false)
    record.position = Double(id)
    record.tags = tags
    record.study = study
    return record
  }

  /// In the middle of priming: step 135 of 300, third inner step of the task "de".
  static var priming: RunProgress {
    var progress = RunProgress(phase: .priming)
    progress.language = "de"
    (progress.step, progress.stepCount) = (135, 300)
    (progress.task, progress.taskCount) = (1, 1)
    (progress.innerStep, progress.innerStepCount) = (3, 5)
    progress.fraction = 0.4
    progress.secondsElapsed = 118
    progress.secondsLeft = 177
    progress.sentencesPerSecond = 131.4
    progress.residentBytes = 812_000_000
    return progress
  }

  static var ended: RunProgress {
    var progress = RunProgress(phase: .evaluation)
    progress.fraction = 1
    progress.secondsElapsed = 312
    progress.residentBytes = 790_000_000
    return progress
  }

  static let results = [
    evaluation("af", "dev", 58), evaluation("af", "test", 55),
    evaluation("hi", "dev", 44), evaluation("hi", "test", 41),
  ]

  /// Six runs, one in each state that matters, the newest running.
  static var runs: [RunRecord] {
    [
      run(
        1, "priming for adapters, seed 3", .finished, ["seed": "3"], started: -4000,
        finished: -3700, progress: ended, results: results),
      run(
        2, "multi-task priming", .failed, ["priming.method": "multitask"], started: -3600,
        finished: -3590, error: "panx/xx: there is no such language; expected one of af, de, hi"),
      run(
        3, "priming with one inner step", .stopped, ["priming.inner.steps": "1"],
        started: -3000, finished: -2900),
      run(4, "no priming", .interrupted, ["priming.method": "none"], started: -2500),
      run(
        5, "priming for adapters", .running, [:], started: -120, progress: priming,
        starred: true),
      run(6, "head only", .queued, ["tuning.updates": "head"]),
    ]
  }

  /// A study of two methods with three seeds each: one run is under way, two wait, one was put away.
  static var studyRuns: [RunRecord] {
    func finished(_ id: RunID, _ method: String, _ seed: Int, _ af: Int, _ hi: Int) -> RunRecord {
      run(
        id, "does it pay: \(method), adapter, seed \(seed)", .finished,
        ["seed": "\(seed)", "priming.method": method == "none" ? "none" : "maml"],
        started: -4000 + Double(id) * 100, finished: -3700 + Double(id) * 100, progress: ended,
        results: [evaluation("af", "test", af), evaluation("hi", "test", hi)],
        tags: method == "none" ? ["baseline"] : [], study: "does it pay")
    }
    var away = run(
      9, "a first try", .failed, ["tuning.languages": "sw"], started: -9000, finished: -8990,
      error: "panx/sw: there is no such language", tags: ["try"])
    away.archived = true
    return [
      finished(10, "none", 1, 50, 40), finished(11, "none", 2, 52, 38),
      finished(12, "priming", 1, 58, 44), finished(13, "priming", 2, 60, 42),
      run(
        14, "does it pay: none, adapter, seed 3", .running,
        ["seed": "3", "priming.method": "none"], started: -60, progress: priming,
        tags: ["baseline"], study: "does it pay"),
      run(
        15, "does it pay: priming, adapter, seed 3", .queued, ["seed": "3"], study: "does it pay"),
      run(16, "head only", .queued, ["tuning.updates": "head"]),
      run(
        17, "dev only", .stopped, started: -500, finished: -400,
        results: [evaluation("af", "dev", 31)], note: "stopped for the night"),
      away,
    ]
  }

  static let size = (width: 80, height: 24)

  /// A state before the notebook was read.
  static func state(width: Int = 80, height: Int = 24) -> AppState {
    AppState(
      width: width, height: height, now: noon, notebookFolder: "/home/ada/.local/share/primer",
      theme: "dark")
  }

  /// A state with the six runs and what run 5 measured so far.
  static func stateWithRuns(width: Int = 80, height: Int = 24) -> AppState {
    var state = state(width: width, height: height)
    script(&state, [.themes(["dark", "light"]), .runs(runs)])
    script(&state, measurements(of: 5, outerSteps: 135))
    return state
  }

  /// Sends messages one after the other, and gathers the effects.
  @discardableResult
  static func script(_ state: inout AppState, _ messages: [Message]) -> [Effect] {
    messages.flatMap { update(&state, $0) }
  }

  /// Losses that fall from 2.2 with the square root of the step, five inner steps to an outer one,
  /// and two evaluations while priming.
  static func measurements(of run: RunID, outerSteps: Int) -> [Message] {
    var outer: [MetricPoint] = []
    var inner: [MetricPoint] = []
    for step in 1...outerSteps {
      let level = 2.2 / Double(step).squareRoot()
      outer.append(point(step, level + (step % 7 == 0 ? 0.08 : 0)))
      for innerStep in 0..<5 {
        var loss = point(step, level * (1.4 - 0.12 * Double(innerStep)), at: step)
        loss.innerStep = innerStep + 1
        inner.append(loss)
      }
    }
    let norms = (1...outerSteps).map { point($0, 0.5 + 1 / Double($0)) }
    let rates = (1...outerSteps).map { point($0, 2e-5 * (1 - Double($0) / 300)) }
    return [
      .metrics(run, series: "outer/loss", outer), .metrics(run, series: "inner/loss", inner),
      .metrics(run, series: "outer/gradientNorm", norms),
      .metrics(run, series: "outer/learningRate", rates),
      .evaluations(
        run,
        [
          evaluation("hi", "dev", 21, phase: .priming, step: 50),
          evaluation("af", "dev", 34, phase: .priming, step: 50),
          evaluation("hi", "dev", 26, phase: .priming, step: 100),
          evaluation("af", "dev", 33, phase: .priming, step: 100),
        ]),
      .events(run, events),
    ]
  }

  /// The same of two languages in turn, of which the second is learned twice as fast.
  static func measurementsByLanguage(of run: RunID, outerSteps: Int) -> [Message] {
    var inner: [MetricPoint] = []
    var outer: [String: [MetricPoint]] = [:]
    var after: [String: [MetricPoint]] = [:]
    for step in 1...outerSteps {
      let language = step % 2 == 1 ? "en" : "de"
      let fall = language == "en" ? 0.12 : 0.24
      let level = 2.2 / Double(step).squareRoot()
      for innerStep in 0..<5 {
        var loss = point(step, level * (1.4 - fall * Double(innerStep)), at: step)
        loss.innerStep = innerStep + 1
        loss.language = language
        inner.append(loss)
      }
      outer[language, default: []].append(point(step, level))
      after[language, default: []].append(point(step, level * (1.4 - fall * 4)))
    }
    return [.metrics(run, series: "inner/loss", inner)]
      + ["de", "en"].flatMap { language -> [Message] in
        [
          .metrics(run, series: SeriesKey(.taskLoss, language: language), outer[language] ?? []),
          .metrics(
            run, series: SeriesKey(.lossAfterAdaptation, language: language),
            after[language] ?? []),
        ]
      }
  }

  static let events: [LoggedEvent] = [
    LoggedEvent(
      id: 1, time: date(-120),
      event: .started(processID: 4711, host: "lab", threads: 2, engine: "libtorch 1.13.1")),
    LoggedEvent(id: 2, time: date(-119), event: .phase(.priming, language: nil)),
    LoggedEvent(
      id: 3, time: date(-70),
      event: .settingChanged(
        key: "priming.inner.learningRate", old: .number(0.03), new: .number(0.02), step: 60)),
    LoggedEvent(
      id: 4, time: date(-30), event: .evaluation(evaluation("hi", "dev", 26, phase: .priming))),
    LoggedEvent(
      id: 5, time: date(-10), event: .log(.warning, "3 sentences were cut at 64 subwords")),
  ]

  /// What a finished run measured: 300 outer steps, and the tuning of two languages.
  static func finished(_ run: RunID) -> [Message] {
    var messages = measurements(of: run, outerSteps: 300)
    for (index, (language, start)) in [("hi", 2.1), ("af", 1.8)].enumerated() {
      let loss = (1...70).map { step in
        point(step, start * 20 / Double(step + 19), at: 300 + index * 80 + step)
      }
      messages.append(.metrics(run, series: "tuning/\(language)/loss", loss))
    }
    messages.append(
      .evaluations(
        run,
        [
          evaluation("hi", "dev", 26, phase: .priming, step: 100),
          evaluation("af", "dev", 33, phase: .priming, step: 100),
        ] + results))
    return messages
  }

  /// A point recorded so many seconds after the run began as it has steps, or as `second` says.
  static func point(_ step: Int, _ value: Double, at second: Int? = nil) -> MetricPoint {
    MetricPoint(
      place: Int64(step), step: step, value: value,
      time: date(-120 + 0.8 * Double(second ?? step)))
  }

  /// Key presses, one for each character.
  static func typed(_ text: String) -> [Message] {
    text.map { .input(.key(KeyEvent(.character($0)))) }
  }

  static func key(_ key: Key) -> Message { .input(.key(KeyEvent(key))) }
}
