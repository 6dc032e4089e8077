import Experiments
import Foundation
import LabNotebook
import RunFolders
import NotebookSupport
import NotebookScreens
import Testing

@Suite struct RunHistoryTests {
  private func point(_ step: Int, _ value: Double, second: Double = 0) -> MetricPoint {
    MetricPoint(
      place: Int64(step), step: step, value: value, time: Date(timeIntervalSince1970: second))
  }

  /// A point of an inner step, by its number in a run of so many inner steps a task.
  private func inner(_ number: Int, _ value: Double, of steps: Int) -> MetricPoint {
    var loss = point((number - 1) / steps + 1, value)
    loss.innerStep = (number - 1) % steps + 1
    return loss
  }

  private func event(_ id: Int64, second: Double, _ event: Event) -> LoggedEvent {
    LoggedEvent(id: id, time: Date(timeIntervalSince1970: second), event: event)
  }

  /// Two outer steps of two tasks with three inner steps each, as the engine records them.
  private func twoTasks() -> RunHistory {
    let experiment = Fixture.experiment([
      "priming.inner.steps": "3", "priming.metaBatchSize": "2",
    ])
    let numbers = [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6]
    let losses: [Double] = [9, 6, 3, 7, 4, 1, 5, 4, 3, 3, 2, 1]
    var history = RunHistory()
    history.take(
      zip(numbers, losses).map { inner($0, $1, of: 3) }, of: "inner/loss", experiment: experiment)
    return history
  }

  @Test func `the tasks of a meta-batch stand one after the other`() {
    let history = twoTasks()
    #expect(history.series["inner/loss"]?.steps == Array(1...12))
    #expect(history.series["inner/loss"]?.values == [9, 6, 3, 7, 4, 1, 5, 4, 3, 3, 2, 1])
  }

  @Test func `tasks that are known stand in their places, whatever comes first`() {
    let experiment = Fixture.experiment([
      "priming.inner.steps": "2", "priming.metaBatchSize": "2",
    ])
    var history = RunHistory()
    let points = [(1, 1, 4.0), (1, 2, 3.0), (2, 1, 8.0), (2, 2, 7.0)].map { task, step, loss in
      var point = inner(step, loss, of: 2)
      point.task = task
      return point
    }
    history.take(points, of: "inner/loss", experiment: experiment)
    #expect(history.series["inner/loss"]?.steps == [1, 2, 3, 4])
    #expect(history.series["inner/loss"]?.values == [4, 3, 8, 7])
    #expect(history.series[RunHistory.innerMean]?.values == [5.5])
  }

  @Test func `the mean of an outer step is that of all its inner losses`() {
    // (9 + 6 + 3 + 7 + 4 + 1) / 6 = 5 and (5 + 4 + 3 + 3 + 2 + 1) / 6 = 3
    let means = twoTasks().series[RunHistory.innerMean]
    #expect(means?.steps == [1, 2])
    #expect(means?.values == [5, 3])
  }

  @Test func `the course within a task is the mean over tasks of each inner step`() {
    let history = twoTasks()
    // The last two tasks: (5 + 3) / 2, (4 + 2) / 2, (3 + 1) / 2; the first: 9 and 7 and so on.
    #expect(
      history.innerProfile(tasks: 2, newest: true)
        == InnerProfile(losses: [4, 3, 2], taskCount: 2))
    #expect(
      history.innerProfile(tasks: 2, newest: false)
        == InnerProfile(losses: [8, 5, 2], taskCount: 2))
    #expect(history.innerProfile(tasks: 99, newest: true)?.taskCount == 4)
    #expect(RunHistory().innerProfile(tasks: 2, newest: true) == nil)
  }

  @Test func `a loss that diverged within a task is seen in its course`() {
    var history = RunHistory()
    let experiment = Fixture.experiment(["priming.inner.steps": "2"])
    history.take(
      [inner(1, 1, of: 2), inner(2, .nan, of: 2)], of: "inner/loss", experiment: experiment)
    let losses = history.innerProfile(tasks: 1, newest: true)?.losses
    #expect(losses?[0] == 1)
    #expect(losses?[1].isNaN == true)
    #expect(history.series[RunHistory.innerMean]?.values.first?.isNaN == true)
  }

  @Test func `what arrives in pieces is what arrives at once`() {
    let experiment = Fixture.experiment([
      "priming.inner.steps": "3", "priming.metaBatchSize": "2",
    ])
    let numbers = [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6]
    let points = numbers.enumerated().map { inner($1, Double($0), of: 3) }
    var whole = RunHistory()
    whole.take(points, of: "inner/loss", experiment: experiment)
    for cut in 1..<points.count {
      var pieces = RunHistory()
      pieces.take(Array(points[..<cut]), of: "inner/loss", experiment: experiment)
      pieces.take(Array(points[cut...]), of: "inner/loss", experiment: experiment)
      #expect(pieces.series == whole.series)
    }
  }

  @Test func `a pause is a rest of known length`() {
    var history = RunHistory()
    history.take([
      event(1, second: 0, .started(processID: 1, host: "lab", threads: 1, engine: "")),
      event(2, second: 1, .phase(.priming, language: nil)),
      event(3, second: 60, .stateChanged(.paused)),
      event(4, second: 180, .stateChanged(.running)),
    ])
    #expect(history.timeline.idle == [60...180])
    #expect(history.timeline.moments.map(\.text) == ["paused for 2 m 00 s"])
    #expect(history.timeline.moments.first?.phase == .priming)
  }

  @Test func `a run that died rests until it goes on`() {
    var history = RunHistory()
    history.take([
      event(1, second: 0, .stateChanged(.running)),
      event(2, second: 100, .stateChanged(.interrupted)),
      event(3, second: 500, .stateChanged(.queued)),
      event(4, second: 600, .stateChanged(.running)),
      event(5, second: 601, .resumed(place: "priming step 40", step: 40)),
    ])
    #expect(history.timeline.idle == [100...600])
    #expect(history.timeline.moments.map(\.text) == ["resumed at priming step 40"])
  }

  @Test func `an evaluation on the way does not end priming`() {
    var history = RunHistory()
    history.take([
      event(1, second: 0, .phase(.priming, language: nil)),
      event(2, second: 1, .phase(.evaluation, language: "hi")),
      event(
        3, second: 2,
        .settingChanged(key: "priming.steps", old: .integer(300), new: .integer(200), step: 50)),
    ])
    #expect(history.timeline.moments.first?.phase == .priming)
    #expect(history.timeline.moments.first?.label == "steps 200")
  }

  @Test func `the value before the last change is known`() {
    var history = RunHistory()
    let key = "priming.inner.learningRate"
    history.take([
      event(
        1, second: 0, .settingChanged(key: key, old: .number(0.03), new: .number(0.02), step: 1)),
      event(
        2, second: 1, .settingChanged(key: key, old: .number(0.02), new: .number(0.01), step: 2)),
    ])
    #expect(history.liveValue(of: key, in: Experiment()) == .number(0.01))
    #expect(history.formerValue(of: key) == .number(0.02))
    #expect(history.formerValue(of: "priming.steps") == nil)
  }

  @Test func `the log is searched whatever the case`() {
    var history = RunHistory()
    history.take([
      event(1, second: 0, .log(.info, "Reads the corpus")),
      event(2, second: 1, .log(.warning, "3 sentences were cut")),
      event(3, second: 2, .log(.info, "corpus read")),
    ])
    #expect(history.events(containing: "CORPUS") == [0, 2])
    #expect(history.events(containing: "cut") == [1])
    #expect(history.events(containing: "") == [])
  }
}
