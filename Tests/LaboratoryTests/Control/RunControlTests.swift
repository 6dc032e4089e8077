import Experiments
import Foundation
import RunFolders
import Tensors
import TestSupport
import Testing

@testable import Laboratory

/// What is asked of a run between two steps.
@Suite struct RunControlTests {
  /// A context whose requests come from a list, one look at a time, and what it told.
  private final class Told {
    var events: [Event] = []
    var looks: [[Control]]
    var carriedOut: [Control] = []

    init(_ looks: [[Control]]) { self.looks = looks }

    func context(
      _ changes: [String: String] = [:], store: CheckpointStore? = nil,
      resuming plan: ResumePlan = .beginning
    ) throws -> RunContext {
      var experiment = Experiment()
      for (key, value) in changes { try experiment.set(key, to: value) }
      return try RunContext(
        experiment,
        book: RunBook(
          record: { [self] in events.append($0) },
          requests: { [self] in
            looks.isEmpty
              ? [] : looks.removeFirst().map { ControlRequest(id: "0", control: $0) }
          },
          carriedOut: { [self] request, event in
            carriedOut.append(request.control)
            if let event { events.append(event) }
          }), store: store, resuming: plan)
    }

    var withoutProgress: [Event] {
      events.filter { if case .progress = $0 { false } else { true } }
    }
  }

  @Test func `a run that is paused looks again until it is to go on, and obeys meanwhile`() throws {
    let told = Told([
      [.pause, .set(key: "priming.steps", value: .integer(7))], [], [.checkpoint, .resume], [.stop],
    ])
    let context = try told.context()
    try context.betweenSteps(step: 4)
    #expect(
      told.withoutProgress == [
        .stateChanged(.paused),
        .settingChanged(
          key: "priming.steps", old: .integer(300), new: .integer(7), step: 4, tick: 1),
        .stateChanged(.running),
      ])
    #expect(context.live[Settings.primingSteps] == 7)
    #expect(told.looks == [[.stop]], "what comes later is not looked at")
    #expect(throws: RunStopped.self) { try context.betweenSteps(step: 4) }
  }

  @Test func `what is asked after it goes on is obeyed in the same look`() throws {
    let told = Told([[.pause], [.resume, .stop, .set(key: "priming.steps", value: .integer(7))]])
    let context = try told.context()
    #expect(throws: RunStopped.self) { try context.betweenSteps(step: 0) }
    #expect(told.carriedOut == [.pause, .resume, .stop], "and nothing after the stop")
  }

  @Test func `a setting that is not live, or no value of it, is refused and said`() throws {
    let told = Told([
      [.set(key: "seed", value: .integer(9)), .set(key: "priming.steps", value: .text("many"))]
    ])
    let context = try told.context()
    try context.betweenSteps(step: 0)
    let warnings = told.events.compactMap { event -> String? in
      if case .log(.warning, let text) = event { text } else { nil }
    }
    #expect(warnings.count == 2)
    #expect(warnings[0].contains("seed cannot be changed while a run is under way"))
    #expect(warnings[1].contains("priming.steps"))
    #expect(context.live[Settings.primingSteps] == 300 && context.plan[Settings.seed] == 1)
  }

  @Test func `a checkpoint is written when it is asked for or due, and before a stop`() throws {
    try withTemporaryFolder { folder in
      let store = CheckpointStore(runFolder: folder.path)
      let told = Told([[], [.checkpoint], [], [.stop]])
      let context = try told.context(["checkpoint.every": "1000"], store: store)
      var made: [Int] = []
      func look(_ step: Int) throws {
        try context.betweenSteps(step: step) {
          made.append(step)
          return Checkpoint(state: try context.state(at: .priming(step: step)))
        }
      }
      try look(0)
      try look(1)
      try look(2)
      #expect(throws: RunStopped.self) { try look(3) }
      #expect(made == [1, 3])
      // A run that goes on from it looks at that moment again.
      #expect(try store.numbers().map { try store.read($0).state.tick } == [1, 3])
      #expect(
        told.events.compactMap { event -> String? in
          if case .checkpoint(let step, let path) = event {
            "\(step) \(path.suffix(6))"
          } else {
            nil
          }
        } == ["1 000001", "3 000002"])
    }
  }

  @Test func `where none can be made, the newest is told to who asks for one`() throws {
    try withTemporaryFolder { folder in
      let store = CheckpointStore(runFolder: folder.path)
      let told = Told([[.checkpoint], []])
      let context = try told.context(store: store)
      try store.write(Checkpoint(state: try context.state(at: .priming(step: 2))))
      try context.betweenSteps(step: 5)
      try context.betweenSteps(step: 6)
      #expect(told.withoutProgress == [.checkpoint(step: 5, path: store.path(1))])
    }
  }

  @Test func `a change after the checkpoint is repeated at its look, and told as then`() throws {
    let first = Told([[], [], [.set(key: "priming.steps", value: .integer(8))]])
    let context = try first.context()
    try context.betweenSteps(step: 0)
    let checkpoint = Checkpoint(state: try context.state(at: .priming(step: 1)))
    try context.betweenSteps(step: 1)
    try context.betweenSteps(step: 2)
    let again = Told([])
    let resumed = try again.context(
      resuming: ResumePlan(from: checkpoint, takenBack: first.events))
    try resumed.betweenSteps(step: 1)
    #expect(resumed.live[Settings.primingSteps] == 300)
    try resumed.betweenSteps(step: 2)
    #expect(resumed.live[Settings.primingSteps] == 8)
    #expect(again.withoutProgress == first.withoutProgress)
  }
}

/// What is behind a run that goes on.
@Suite struct ResumePlanTests {
  private func plan(_ place: RunPlace, hasTensors: Bool = false) -> ResumePlan {
    ResumePlan(
      from: Checkpoint(
        state: Checkpoint.State(place: place, mark: .beginning),
        tensors: hasTensors ? ["parameter/w": .zeros([1])] : [:]))
  }

  private func words(_ phase: ResumePlan.Phase) -> String {
    switch phase {
    case .all: "all"
    case .rest: "rest"
    case .none: "none"
    }
  }

  private func words(_ plan: ResumePlan) -> String {
    let languages = (0..<3).map { index -> String in
      switch plan.language(index) {
      case .tuning(let phase): words(phase)
      case .evaluation(let split): "split \(split)"
      case .none: "none"
      }
    }
    return ([words(plan.priming)] + languages).joined(separator: ", ")
  }

  @Test func `each place leaves what comes after it`() {
    #expect(words(.beginning) == "all, all, all, all")
    #expect(words(plan(.priming(step: 3), hasTensors: true)) == "rest, all, all, all")
    #expect(words(plan(.primingEvaluation(step: 3), hasTensors: true)) == "rest, all, all, all")
    #expect(words(plan(.tuning(language: 0, step: 0))) == "none, all, all, all")
    #expect(words(plan(.tuning(language: 1, step: 5), hasTensors: true)) == "none, none, rest, all")
    #expect(words(plan(.evaluation(language: 1, split: 1))) == "none, none, split 1, all")
    #expect(words(plan(.tuning(language: 3, step: 0))) == "none, none, none, none")
  }
}

/// Progress on a clock that only moves when it is told to.
@Suite struct ProgressMeterTests {
  @Test func `done and left follow the work, and a pause does not count`() throws {
    var time = 100.0
    var newest: RunProgress?
    let meter = ProgressMeter(
      book: RunBook(record: { if case .progress(let picture) = $0 { newest = picture } }),
      now: { time })
    meter.plan(work: 40)
    meter.plan(work: 99)  // the plan that a run began with stays
    try meter.begin(.priming)
    #expect(newest?.fraction == 0 && newest?.secondsLeft == nil)
    for _ in 0..<2 {
      time += 5
      try meter.done(work: 5, sentences: 50)
    }
    #expect(newest?.fraction == 0.25)
    #expect(newest?.secondsElapsed == 10)
    #expect(newest?.secondsLeft == 30)  // 10 seconds for a quarter
    #expect(newest?.sentencesPerSecond == 10)  // 50 in the 5 seconds between the two
    meter.standingStill { time += 1000 }
    time += 5
    try meter.done(work: 10, sentences: 50)
    #expect(newest?.fraction == 0.5)
    #expect(newest?.secondsLeft == 15)
    #expect(newest?.sentencesPerSecond == nil, "throughput is measured anew")
    var state = Checkpoint.State(place: .priming(step: 1), mark: .beginning)
    meter.write(to: &state)
    #expect((state.work, state.plannedWork, state.seconds) == (20, 40, 15))
    let resumed = ProgressMeter(
      book: RunBook(record: { if case .progress(let picture) = $0 { newest = picture } }),
      resuming: state, now: { time })
    try resumed.begin(.tuning, language: "hi")
    #expect(newest?.fraction == 0.5 && newest?.secondsElapsed == 15 && newest?.language == "hi")
  }
}
