import Experiments
import Foundation
import LabNotebook
import NamedEntities
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

  @Test func `the notebook refuses a state that cannot follow`() throws {
    try withNotebook { notebook in
      let id = try notebook.enqueue(Experiment())
      let recorder = try notebook.recorder(for: id)
      expectNotebookError(.other, "queued and cannot become paused") {
        try recorder.record(.stateChanged(.paused))
      }
      try recorder.record(.stateChanged(.running))
      try recorder.record(.stateChanged(.paused))
      try recorder.record(.stateChanged(.running))
      try recorder.finish(state: .failed, error: "first")
      try recorder.finish(state: .finished, error: nil)
      let run = try #require(try notebook.run(id))
      #expect(run.state == .failed && run.error == "first", "the first end stands")
    }
  }

  @Test func `a queued run is stopped at once, and its engine may not begin`() throws {
    try withNotebook { notebook in
      let id = try notebook.enqueue(Experiment())
      let recorder = try notebook.recorder(for: id)
      try notebook.request(.stop, for: id)
      #expect(try notebook.run(id)?.state == .stopped)
      #expect(try notebook.requests(of: id).isEmpty)
      expectNotebookError(.other, "stopped and cannot become running") {
        try recorder.record(.stateChanged(.running))
      }
    }
  }

  @Test func `what is asked of a run waits until it is carried out, in order`() throws {
    try withNotebook { notebook in
      let id = try notebook.enqueue(Experiment())
      let other = try notebook.enqueue(Experiment())
      try notebook.recorder(for: id).record(.stateChanged(.running))
      let asked: [Control] = [
        .pause, .set(key: "priming.outer.learningRate", value: .number(1e-5)), .resume, .stop,
      ]
      for control in asked { try notebook.request(control, for: id) }
      try notebook.request(.pause, for: other)
      let requests = try notebook.requests(of: id)
      #expect(requests.map(\.control) == asked)
      #expect(try notebook.requests(of: id, after: requests[1].id) == Array(requests[2...]))
      let recorder = try notebook.recorder(for: id)
      let change = Event.settingChanged(
        key: "k", old: .text("1"), new: .text("2"), step: 3, tick: 4)
      try recorder.carriedOut(requests[1], change)
      try recorder.flush()
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
      expectNotebookError(.other, "#1 is queued") { try notebook.requeue(id) }
      let recorder = try notebook.recorder(for: id)
      try recorder.record(.stateChanged(.running))
      try recorder.record(.evaluation(result("hi", "dev", right: 5)))
      try recorder.finish(state: .failed, error: "why")
      let last = try #require(try notebook.metrics(id, series: "f1/hi/dev").last)
      #expect(try notebook.run(id)?.results.count == 1)
      try notebook.requeue(id, anew: true)
      let run = try #require(try notebook.run(id))
      #expect(run.state == .queued && run.error == nil && run.results.isEmpty)
      #expect(run.started == nil && run.finished == nil)
      #expect(run.rewinds == 1)
      #expect(try notebook.seriesNames(id).isEmpty)
      #expect(try notebook.events(id).map(\.event) == [.stateChanged(.queued)])
      let again = try notebook.recorder(for: id)
      try again.record(.stateChanged(.running))
      try again.record(.evaluation(result("hi", "dev", right: 6)))
      try again.finish(state: .finished, error: nil)
      let points = try notebook.metrics(id, series: "f1/hi/dev", after: last.rowID)
      #expect(points.map(\.value) == [0.6], "numbers of points are not given twice")
      #expect(try notebook.run(id)?.results.map(\.scores.micro.f1) == [0.6])
      expectNotebookError(.other, "#1 is finished") { try notebook.requeue(id) }
    }
  }

  @Test func `a run under way whose engine is gone is interrupted, and no other`() throws {
    try withNotebook { notebook in
      let ids = try (0..<4).map { _ in try notebook.enqueue(Experiment()) }
      for id in ids[1...] { try notebook.recorder(for: id).record(.stateChanged(.running)) }
      try notebook.recorder(for: ids[3]).record(.stateChanged(.paused))
      let lock = try RunLock(folder: notebook.runFolder(ids[1]))
      #expect(try notebook.markInterrupted() == [ids[2], ids[3]])
      #expect(try notebook.markInterrupted().isEmpty)
      lock.release()
      #expect(try notebook.markInterrupted() == [ids[1]])
      let states = try notebook.runs().map(\.state)
      #expect(states == [.queued, .interrupted, .interrupted, .interrupted])
      #expect(try notebook.run(ids[1])?.finished != nil)
    }
  }

  @Test func `an engine that was thought dead may still tell how it ended`() throws {
    try withNotebook { notebook in
      let id = try notebook.enqueue(Experiment())
      let recorder = try notebook.recorder(for: id)
      try recorder.record(.stateChanged(.running))
      #expect(try notebook.markInterrupted() == [id])
      try recorder.finish(state: .finished, error: nil)
      #expect(try notebook.run(id)?.state == .finished)
    }
  }

  @Test func `an engine's lock is one engine's, until it is given back`() throws {
    try withNotebook { notebook in
      let folder = notebook.runFolder(1)
      #expect(!RunLock.isHeld(folder: folder))
      let lock = try RunLock(folder: folder)
      #expect(RunLock.isHeld(folder: folder))
      #expect(RunLock.isHeld(folder: folder), "asking does not take it")
      expectError(ProcessError.self, "Another engine works on \(folder)") {
        _ = try RunLock(folder: folder)
      }
      lock.release()
      #expect(!RunLock.isHeld(folder: folder))
      try RunLock(folder: folder).release()
    }
  }
}
