import Experiments
import Foundation
import LabNotebook
import NotebookSupport
import RunFolders
import RunQueue
import Synchronization
import TestSupport
import Testing

/// A runner that is asked to end, as by SIGTERM; the test plays the engine's part in the book.
@Suite struct RunnerEndingTests {
  private final class Requests: Sendable {
    let count = Atomic<Int>(0)
    let lines = Mutex<[String]>([])

    func ask() { count.add(1, ordering: .relaxed) }
  }

  /// Starts a runner on a queue of two, and calls `body` once its engine has begun with the first.
  private func withRunnerAtWork(
    _ body: (Notebook, RunStandIn, Requests, DispatchSemaphore) throws -> Void
  ) throws {
    try withNotebook { notebook in
      let engine = try script(
        """
        touch "$2/begun"
        while [ -d "$2" ] && [ ! -e "$2/over" ]; do sleep 0.02; done
        """, in: notebook)
      for _ in 1...2 { _ = try notebook.enqueue(Experiment()) }
      let requests = Requests()
      let ended = DispatchSemaphore(value: 0)
      DispatchQueue.global().async {
        do {
          try Runner(
            notebook: notebook, stays: true, engine: engine, moves: false,
            endRequests: { requests.count.load(ordering: .relaxed) },
            tell: { line in requests.lines.withLock { $0.append(line) } }
          ).runUntilEmpty()
        } catch {
          Issue.record(error)
        }
        ended.signal()
      }
      try wait { exists(notebook.runFolder(1) + "/begun") }
      let recorder = try RunStandIn(notebook, 1, locks: false)
      try recorder.record(.stateChanged(.running))
      try body(notebook, recorder, requests, ended)
    }
  }

  private func end(_ run: RunID, _ notebook: Notebook) {
    _ = FileManager.default.createFile(
      atPath: notebook.runFolder(run) + "/over", contents: nil)
  }

  @Test func `the engine is asked to stop, and the run is the first that the next runner takes`()
    throws
  {
    try withRunnerAtWork { notebook, recorder, requests, ended in
      requests.ask()
      try wait { try notebook.requests(of: 1).map(\.control) == [.stop] }
      try recorder.finish(state: .stopped, error: nil)
      end(1, notebook)
      try ended.waitForSignal()
      #expect(try notebook.queue().map(\.id) == [1, 2])
      #expect(try notebook.requests(of: 1).isEmpty)
      #expect(!exists(notebook.runFolder(2) + "/begun"), "no other run was begun")
      #expect(!Runner.isAlive(notebookFolder: notebook.folder))
      #expect(
        requests.lines.withLock { $0 } == [
          "Run #1 “untitled” started", "Asked to end: run #1 is to stop with a checkpoint",
          "Run #1 is at the head of the queue: the next runner resumes it",
        ])
    }
  }

  @Test func `a paused run is paused again when it goes on`() throws {
    try withRunnerAtWork { notebook, recorder, requests, ended in
      try recorder.record(.stateChanged(.paused))
      requests.ask()
      try wait { try !notebook.requests(of: 1).isEmpty }
      try recorder.finish(state: .stopped, error: nil)
      end(1, notebook)
      try ended.waitForSignal()
      #expect(try notebook.run(1)?.state == .queued)
      #expect(try notebook.requests(of: 1).map(\.control) == [.pause])
    }
  }

  @Test func `a run that ends by itself meanwhile stays as it ended`() throws {
    try withRunnerAtWork { notebook, recorder, requests, ended in
      requests.ask()
      try wait { try !notebook.requests(of: 1).isEmpty }
      try recorder.finish(state: .finished, error: nil)
      end(1, notebook)
      try ended.waitForSignal()
      #expect(try notebook.runs().map(\.state) == [.finished, .queued])
    }
  }

  @Test func `asked twice it leaves the engine alone, and a later runner waits for it`() throws {
    try withRunnerAtWork { notebook, recorder, requests, ended in
      requests.ask()
      requests.ask()
      try ended.waitForSignal()
      #expect(try notebook.run(1)?.state == .running)
      try recorder.finish(state: .stopped, error: nil)
      end(1, notebook)
      #expect(try notebook.runs().map(\.state) == [.stopped, .queued])
    }
  }

  @Test func `without a run it ends at once`() throws {
    try withNotebook { notebook in
      let engine = try script("exit 1", in: notebook)
      _ = try notebook.enqueue(Experiment())
      try Runner(
        notebook: notebook, stays: true, engine: engine, moves: false, endRequests: { 1 }
      ).runUntilEmpty()
      #expect(try notebook.run(1)?.state == .queued)
    }
  }
}
