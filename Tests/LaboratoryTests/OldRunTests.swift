import Experiments
import Foundation
import ModelFiles
import RunFolders
import TestSupport
import Testing

@testable import Laboratory

/// Runs that a program of notebook format 4 began, and this one goes on with.
@Suite struct OldRunTests {
  private struct Crash: Error {}

  @Test func `a run goes on from an old checkpoint, in its old journal, to the same numbers`()
    throws
  {
    let world = try TinyWorld()
    defer { world.remove() }
    let experiment = try world.experiment([
      "checkpoint.every": "0", "priming.metaBatchSize": "2", "evaluation.every": "1",
    ])
    let through = try ResumableRun(world, "through", experiment)
    try through.attempt { _ in }
    let run = try ResumableRun(world, "old", experiment)
    #expect(throws: Crash.self) {
      try run.attempt { event in
        if case .outerStep(3, _, _, _, _) = event { throw Crash() }
      }
    }
    try run.requeue(losing: false)
    try makeOld(run, experiment)
    try run.attempt { _ in }
    #expect(try run.state == .finished)
    let (found, expected) = (try run.contents(), try through.contents())
    #expect(found.problemCount == 0)
    #expect(try numbers(found) == numbers(expected))
    // What the old program measured has no task; what this one did has.
    let inner = found.seriesPoints.filter { $0.key.series == .innerLoss }
    #expect(Set(inner.filter { $0.task == nil }.map(\.step)) == [1, 2])
    #expect(Set(inner.filter { $0.task != nil }.map(\.step)) == [3, 4])
    for file in ["primed/model.safetensors", "tuned/cc.safetensors", "predictions/cc.test.conll"] {
      #expect(
        FileManager.default.contentsEqual(
          atPath: "\(run.folder.path)/\(file)", andPath: "\(through.folder.path)/\(file)"),
        "\(file)")
    }
  }

  /// The values of the series that the first version has, in their order.
  private func numbers(_ change: JournalChange) throws -> [String: [String]] {
    var numbers: [String: [String]] = [:]
    for point in change.seriesPoints where Self.isOld(point.key.series) {
      let name = Self.oldName(point.key)
      numbers[name, default: []].append(
        "\(point.step) \(point.innerStep ?? 0) \(NumberText.text(point.value))")
    }
    return numbers
  }

  private static func isOld(_ series: Series) -> Bool {
    ![.taskLoss, .lossBeforeAdaptation, .lossAfterAdaptation].contains(series)
  }

  private static func oldName(_ key: SeriesKey) -> String {
    key.series == .innerLoss ? "inner/loss" : key.name
  }

  /// Makes journal and checkpoints of a run such as the old program wrote.
  private func makeOld(_ run: ResumableRun, _ experiment: Experiment) throws {
    let change = try run.contents()
    let innerSteps = experiment[Settings.innerSteps]
    var lines: [(begin: Int, line: JournalLine)] = []
    var (points, events, results): ([Int], [Int], [Int]) = ([], [], [])
    for (index, point) in change.seriesPoints.enumerated() where Self.isOld(point.key.series) {
      points.append(change.points[index].begin)
      let step =
        point.innerStep.map { (point.step - 1) * innerSteps + $0 } ?? point.step
      lines.append(
        (
          change.points[index].begin,
          .numberedPoint(
            id: Int64(points.count), name: Self.oldName(point.key), step: step,
            value: point.value, time: point.time)
        ))
    }
    for event in change.events {
      events.append(event.begin)
      lines.append(
        (
          event.begin, .numberedEvent(id: Int64(events.count), time: event.time, event.event)
        ))
    }
    for result in change.results {
      results.append(result.begin)
      lines.append((result.begin, .numberedResult(id: Int64(results.count), result.result)))
    }
    var text = LineBuffer()
    try JournalLine.header(
      version: 1,
      .init(created: 1_764_000_000, experiment: experiment.resolvedToml(), name: "old")
    ).write(to: &text)
    for line in lines.sorted(by: { $0.begin < $1.begin }) { try line.line.write(to: &text) }
    try Data(text.bytes).write(to: URL(filePath: run.folder.journal))
    let store = CheckpointStore(runFolder: run.folder.path)
    #expect(store.numbers().count >= 2)
    for number in store.numbers() {
      var state = try store.read(number).state
      guard case .offset(let offset, _) = state.mark else {
        Issue.record("a mark of the second version was expected")
        return
      }
      func last(_ begins: [Int]) -> Int64 { Int64(begins.count { $0 < offset }) }
      state.mark = .rows(RowMark(metric: last(points), event: last(events), result: last(results)))
      state.format = 2
      try CheckpointState.data(of: state).write(
        to: URL(filePath: store.path(number) + "/state.json"))
    }
  }
}
