import Experiments
import Foundation
import LabNotebook
import Synchronization
import NotebookSupport
import RunFolders
import TestSupport
import Testing

/// A clock that somebody sets while runs are under way.
@Suite struct ClockTests {
  /// The time of day and the steady time, both as the test says.
  private final class Clocks: Sendable {
    let times = Mutex((now: 1_700_000_000.0, steady: 50.0))

    var clock: NotebookClock {
      NotebookClock(
        now: { self.times.withLock { $0.now } }, steady: { self.times.withLock { $0.steady } })
    }

    /// Lets time pass.
    func pass(_ seconds: Double) {
      times.withLock { $0 = ($0.now + seconds, $0.steady + seconds) }
    }

    /// Sets the time of day forward, or back.
    func jump(_ seconds: Double) { times.withLock { $0.now += seconds } }
  }

  private func withClocks(_ body: (Notebook, Clocks) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let clocks = Clocks()
      try body(try Notebook.open(folder: folder.path, clock: clocks.clock), clocks)
    }
  }

  @Test func `what a run measured is in order with rising times, whatever the clock does`() throws {
    try withClocks { notebook, clocks in
      let id = try notebook.enqueue(Experiment())
      let recorder = try notebook.recorder(for: id)
      try recorder.record(.stateChanged(.running))
      for (step, jump) in [0, -86_400, 3600, 0, -7_000_000, 1e9].enumerated() {
        clocks.jump(jump)
        clocks.pass(10)
        try recorder.record(outerStep(step + 1, 1))
        try recorder.record(.log(.info, "\(step)"))
      }
      try recorder.flush()
      let points = try notebook.metrics(id, series: "outer/loss")
      #expect(points.map(\.step) == [1, 2, 3, 4, 5, 6])
      // Ten seconds passed between any two.
      let times = points.map(\.time.timeIntervalSince1970)
      #expect(times == (1...6).map { 1_700_000_000 + 10 * Double($0) })
      #expect(try notebook.secondsPerOuterStep(of: id) == 10)
    }
  }

  @Test func `the queue and the newest run do not depend on the clock`() throws {
    try withClocks { notebook, clocks in
      for jump in [0.0, -5e8, 4e8, -1e6] {
        clocks.jump(jump)
        _ = try notebook.enqueue(Experiment())
      }
      #expect(try notebook.queue().map(\.id) == [1, 2, 3, 4])
      #expect(try notebook.run(.last).id == 4)
    }
  }

  @Test func `a clock that is set back while a run goes on takes no time from it`() throws {
    try withClocks { notebook, clocks in
      let id = try notebook.enqueue(Experiment())
      let recorder = try notebook.recorder(for: id)
      try recorder.record(.stateChanged(.running))
      try recorder.record(.started(processID: 1, host: "h", threads: 1, engine: "e"))
      try recorder.record(.phase(.priming, language: nil))
      clocks.pass(30)
      clocks.jump(-100_000)
      try recorder.finish(state: .finished, error: nil)
      let run = try #require(try notebook.run(id))
      #expect(run.secondsTaken == 30)
      #expect(try notebook.primingSeconds(of: id) == 30)
    }
  }

  @Test func `how long a run took is what its engine measured, whatever the clock showed`() throws {
    try withClocks { notebook, clocks in
      let id = try notebook.enqueue(Experiment())
      let recorder = try notebook.recorder(for: id)
      var progress = RunProgress(phase: .priming)
      progress.secondsElapsed = 30
      try recorder.record(.progress(progress))
      clocks.jump(-100_000)
      try recorder.finish(state: .finished, error: nil)
      #expect(try notebook.run(id)?.secondsTaken == 30)
    }
  }

  @Test func `an engine is alive while it holds its lock, whatever the clock shows`() throws {
    try withClocks { notebook, clocks in
      let id = try notebook.enqueue(Experiment())
      let recorder = try notebook.recorder(for: id)
      try recorder.record(.stateChanged(.running))
      clocks.jump(1e8)
      clocks.pass(100_000)
      try notebook.refresh(.open)
      #expect(try notebook.run(id)?.state == .running)
      recorder.die()
      #expect(try notebook.run(id)?.state == .interrupted)
    }
  }
}
