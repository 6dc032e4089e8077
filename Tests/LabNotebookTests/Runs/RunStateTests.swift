import Experiments
import Foundation
import LabNotebook
import NamedEntities
import NotebookSupport
import RunFolders
import Synchronization
import TestSupport
import Testing

@Suite struct RunStateTests {
  @Test func `every way from the queue ends, and only a finished run stays so`() {
    for state in RunState.allCases {
      #expect(!state.next.contains(state))
      #expect(state.isFinal == (state == .finished || state.next.contains(.queued)))
    }
    #expect(RunState.finished.next.isEmpty)
    #expect(RunState.queued.next == [.running, .stopped, .failed])
    #expect(!RunState.stopped.next.contains(.running), "it is queued first")
  }

  @Test func `the first end of a run stands`() throws {
    try withNotebook { notebook in
      let id = try notebook.enqueue(Experiment())
      let recorder = try notebook.recorder(for: id)
      try recorder.record(.stateChanged(.running))
      try recorder.record(.stateChanged(.paused))
      #expect(try notebook.run(id)?.state == .paused)
      try recorder.record(.stateChanged(.running))
      try recorder.finish(state: .failed, error: "first")
      let run = try #require(try notebook.run(id))
      #expect(run.state == .failed && run.error == "first" && run.finished != nil)
      try notebook.noteEnding(of: id, attempt: 1, .interrupted, "seen by a runner")
      #expect(try notebook.run(id)?.error == "first")
    }
  }

  @Test func `a queued run is stopped at once, unless its engine is being started`() throws {
    try withNotebook { notebook in
      let id = try notebook.enqueue(Experiment())
      let claim = try RunLock(folder: notebook.runFolder(id))
      try notebook.request(.stop, for: id)
      #expect(try notebook.run(id)?.state == .queued)
      #expect(try notebook.requests(of: id).map(\.control) == [.stop], "the engine will see it")
      claim.release()
      try notebook.request(.stop, for: id)
      let run = try #require(try notebook.run(id))
      #expect(run.state == .stopped && run.finished != nil)
      try notebook.requeue(id)
      #expect(try notebook.run(id)?.state == .queued)
      #expect(try notebook.requests(of: id).isEmpty, "a stop is not wanted any more")
      #expect(try notebook.attempts(of: id).wanted == 2)
    }
  }

  @Test func `an engine that ended before it said anything ends the attempt, not the next one`()
    throws
  {
    try withNotebook { notebook in
      let id = try notebook.enqueue(Experiment())
      try notebook.noteEnding(of: id, attempt: 1, .failed, "no encoder")
      let run = try #require(try notebook.run(id))
      #expect(run.state == .failed && run.error == "no encoder" && run.finished != nil)
      try notebook.requeue(id)
      #expect(try notebook.run(id)?.state == .queued)
      try notebook.noteEnding(of: id, attempt: 1, .failed, "late")
      let again = try #require(try notebook.run(id))
      #expect(again.state == .queued && again.error == nil)
    }
  }

  @Test func `what is asked of a run waits until it is carried out, in order`() throws {
    try withNotebook { notebook in
      let id = try notebook.enqueue(Experiment())
      let other = try notebook.enqueue(Experiment())
      let recorder = try notebook.recorder(for: id)
      try recorder.record(.stateChanged(.running))
      let asked: [Control] = [
        .pause, .set(key: "priming.outer.learningRate", value: .number(1e-5)), .resume, .stop,
      ]
      for control in asked { try notebook.request(control, for: id) }
      try notebook.request(.pause, for: other)
      let requests = try notebook.requests(of: id)
      #expect(requests.map(\.control) == asked)
      let change = Event.settingChanged(
        key: "k", old: .text("1"), new: .text("2"), step: 3, tick: 4)
      try recorder.answer(requests[1], change)
      #expect(try notebook.requests(of: id).map(\.control) == [.pause, .resume, .stop])
      #expect(try notebook.events(id).last?.event == change)
      #expect(try notebook.requests(of: other).map(\.control) == [.pause])
    }
  }

  @Test func `nothing is asked of a run that has ended, nor what cannot change`() throws {
    try withNotebook { notebook in
      let id = try notebook.enqueue(Experiment())
      let refused: [(String, SettingValue, String)] = [
        ("priming.stpes", .integer(3), "did you mean priming.steps?"),
        ("priming.steps", .text("many"), "expected a whole number"),
        ("priming.inner.steps", .integer(3), "cannot change while a run is under way"),
      ]
      for (key, value, text) in refused {
        expectError(ExperimentError.self, text) {
          try notebook.request(.set(key: key, value: value), for: id)
        }
      }
      try notebook.request(.stop, for: id)
      expectNotebookError(.other, "#\(id) is stopped") { try notebook.request(.pause, for: id) }
      try notebook.request(.stop, for: id)
      #expect(try notebook.requests(of: id).isEmpty, "it has stopped")
      try notebook.request(.set(key: "priming.steps", value: .integer(7)), for: id)
      try notebook.requeue(id)
      #expect(try notebook.requests(of: id).count == 1, "it is used when the run goes on")
      expectNotebookError(.noSuchRun) { try notebook.request(.pause, for: 99) }
    }
  }

  @Test func `a run that ended early begins anew, without what it had seen`() throws {
    try withNotebook { notebook in
      let id = try notebook.enqueue(Experiment())
      try notebook.requeue(id)
      #expect(try notebook.attempts(of: id).wanted == 1, "it waits already")
      let recorder = try notebook.recorder(for: id)
      try recorder.record(.stateChanged(.running))
      try recorder.record(.evaluation(result("hi", "dev", right: 5)))
      try recorder.finish(state: .failed, error: "why")
      let f1 = SeriesKey(.f1(split: "dev"), language: "hi")
      let last = try #require(try notebook.metrics(id, series: f1).last)
      let before = try #require(try notebook.run(id))
      #expect(before.results.count == 1)
      try notebook.requeue(id, anew: true)
      let run = try #require(try notebook.run(id))
      #expect(run.state == .queued && run.error == nil && run.scores.all.isEmpty)
      #expect(run.started == nil && run.finished == nil)
      let again = try notebook.recorder(for: id)
      try again.record(.stateChanged(.running))
      #expect(try #require(try notebook.run(id)).rewinds > before.rewinds)
      #expect(try notebook.series(of: id).isEmpty)
      #expect(
        try notebook.events(id).allSatisfy { $0.id > last.place }, "the log begins again too")
      try again.record(.evaluation(result("hi", "dev", right: 6)))
      try again.finish(state: .finished, error: nil)
      #expect(try notebook.metrics(id, series: f1, after: last.place).map(\.value) == [0.6])
      #expect(try notebook.run(id)?.results.map(\.scores.micro.f1) == [0.6])
      expectNotebookError(.other, "#1 is finished") { try notebook.requeue(id) }
    }
  }

  @Test func `a run under way whose engine is gone is interrupted, and no other`() throws {
    try withNotebook { notebook in
      let ids = try (0..<4).map { _ in try notebook.enqueue(Experiment()) }
      let engines = try ids[1...].map { try notebook.recorder(for: $0) }
      for engine in engines { try engine.record(.stateChanged(.running)) }
      try engines[2].record(.stateChanged(.paused))
      func states() throws -> [RunState] {
        let other = try Notebook.open(folder: notebook.folder)
        defer { try? other.close() }
        return try other.runs().map(\.state)
      }
      #expect(try states() == [.queued, .running, .running, .paused])
      engines[1].die()
      engines[2].die()
      #expect(try states() == [.queued, .running, .interrupted, .interrupted])
      engines[0].die()
      #expect(try states() == [.queued, .interrupted, .interrupted, .interrupted])
      #expect(try notebook.run(ids[1])?.finished != nil)
      try notebook.requeue(ids[1])
      #expect(try notebook.run(ids[1])?.state == .queued)
    }
  }

  @Test func `a run is resumed although a runner notes its ending at that moment`() throws {
    try withNotebook { notebook in
      let folder = notebook.folder
      let runs = try (0..<12).map { _ in
        let run = try notebook.enqueue(Experiment())
        let engine = try RunStandIn(notebook, run)
        try engine.record(.stateChanged(.running))
        try engine.finish(state: .stopped, error: nil)
        return run
      }
      let current = Mutex<RunID?>(runs[0])
      let ended = DispatchSemaphore(value: 0)
      Thread.detachNewThread {
        // As a runner does: first the claim, then the notebook.
        let other = try? Notebook.open(folder: folder)
        while let run = current.withLock({ $0 }) {
          if let claim = try? RunLock(folder: folder + "/runs/\(run)") {
            usleep(1_000)
            try? other?.noteEnding(of: run, attempt: 1, .failed, "late")
            claim.release()
          }
          usleep(2_000)
        }
        ended.signal()
      }
      for run in runs {
        current.withLock { $0 = run }
        usleep(3_000)
        try notebook.requeue(run)
        #expect(try notebook.run(run)?.state == .queued)
      }
      current.withLock { $0 = nil }
      try ended.waitForSignal()
    }
  }
}
