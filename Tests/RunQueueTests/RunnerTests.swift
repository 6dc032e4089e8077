import Processes
import Experiments
import Foundation
import LabNotebook
import NotebookSupport
import RunFolders
import RunQueue
import TestSupport
import Testing

/// The engine's part is played by shell scripts; its arguments are
/// `work FOLDER --lock-descriptor 3`, so `$2` is the run's folder; descriptor 3 is its lock.
@Suite struct RunnerTests {
  private func run(_ notebook: Notebook, engine: String) throws {
    try Runner(notebook: notebook, engine: engine, patience: 0, moves: false).runUntilEmpty()
  }

  @Test func `the queue is taken in order, and a failed run does not hold up the next`() throws {
    try withNotebook { notebook in
      let engine = try script(
        """
        echo "$1 ${2##*/} $3 $4 $PRIMER_ENGINE_ENVIRONMENT $OMP_NUM_THREADS" >> "$2/../../calls"
        echo "Error: no encoder at all" >&2
        exit 3
        """, in: notebook)
      for threads in 1...3 {
        var asked = Experiment()
        try asked.set("threads", to: String(threads))
        _ = try notebook.enqueue(asked)
      }
      try notebook.request(.stop, for: 2)
      try run(notebook, engine: engine)
      let calls = try String(contentsOfFile: notebook.folder + "/calls", encoding: .utf8)
      // No more threads than processors.
      let most = min(3, ProcessInfo.processInfo.activeProcessorCount)
      #expect(
        calls == """
          work 1 --lock-descriptor 3 1 1
          work 3 --lock-descriptor 3 1 \(most)

          """)
      #expect(try notebook.runs().map(\.state) == [.failed, .stopped, .failed])
      let log = notebook.runFolder(1) + "/engine.log"
      #expect(
        try notebook.run(1)?.error
          == "The engine ended with status 3. Error: no encoder at all Its log is \(log).")
    }
  }

  @Test func `while the disk is full no engine is started, and no run fails`() throws {
    try withTemporaryFolder { folder in
      guard let disk = try SmallDisk(at: folder.path + "/book", bytes: 24 << 20) else { return }
      defer { disk.remove() }
      let notebook = try Notebook.open(folder: folder.path + "/book")
      let engine = try script("echo begun >> \(folder.path)/begun", in: notebook)
      let id = try notebook.enqueue(Experiment())
      disk.fill()
      let ended = DispatchSemaphore(value: 0)
      Thread.detachNewThread {
        try? Runner(notebook: notebook, engine: engine, patience: 0, moves: false).runUntilEmpty()
        ended.signal()
      }
      #expect(ended.wait(timeout: .now() + 2) == .timedOut)
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/begun"))
      #expect(try RunFolder(notebook.runFolder(id)).status().state == .queued)
      disk.makeRoom()
      try ended.waitForSignal()
      let begun = try String(contentsOfFile: folder.path + "/begun", encoding: .utf8)
      #expect(begun == "begun\n")
    }
  }

  @Test func `an engine that is killed is named by its signal`() throws {
    try withNotebook { notebook in
      let engine = try script("kill -9 $$", in: notebook)
      let id = try notebook.enqueue(Experiment())
      try run(notebook, engine: engine)
      let error = try #require(try notebook.run(id)?.error)
      #expect(error.hasPrefix("The engine was killed by signal 9 (Killed)."))
      #expect(try notebook.run(id)?.state == .interrupted, "it did not fail by itself")
    }
  }

  @Test func `an error of an earlier attempt is not told again`() throws {
    try withNotebook { notebook in
      let id = try notebook.enqueue(Experiment())
      try run(notebook, engine: try script("echo 'Error: the first'; exit 1", in: notebook))
      try notebook.requeue(id)
      try run(notebook, engine: try script("echo another thing; exit 1", in: notebook))
      let error = try #require(try notebook.run(id)?.error)
      #expect(error.contains("another thing") && !error.contains("the first"), "\(error)")
    }
  }

  @Test func `an engine that cannot be started fails the run in words`() throws {
    try withNotebook { notebook in
      let id = try notebook.enqueue(Experiment())
      try run(notebook, engine: notebook.folder + "/none")
      let run = try #require(try notebook.run(id))
      #expect(run.state == .failed)
      #expect(run.error == "\(notebook.folder)/none cannot be started: No such file or directory")
    }
  }

  @Test func `a run that its engine finished stays finished`() throws {
    try withNotebook { notebook in
      // This test plays the engine's part in the book while the script is the process.
      let engine = try script(
        """
        touch "$2/begun"
        while [ -d "$2" ] && [ ! -e "$2/over" ]; do sleep 0.02; done
        """, in: notebook)
      let id = try notebook.enqueue(Experiment())
      let ended = runInBackground(notebook, engine: engine)
      let folder = notebook.runFolder(id)
      try wait { exists(folder + "/begun") }
      #expect(RunLock.isHeld(folder: folder), "the script has the claim")
      let recorder = try RunStandIn(notebook, id, locks: false)
      try recorder.record(.stateChanged(.running))
      #expect(Runner.isAlive(notebookFolder: notebook.folder))
      expectError(ProcessError.self, "Another runner works on") {
        _ = try Runner(notebook: notebook, engine: engine, moves: false)
      }
      try recorder.finish(state: .finished, error: nil)
      _ = FileManager.default.createFile(atPath: folder + "/over", contents: nil)
      try ended.waitForSignal()
      #expect(try notebook.run(id)?.state == .finished)
      #expect(!Runner.isAlive(notebookFolder: notebook.folder))
    }
  }

  @Test func `a new runner waits for the engine that a killed one left behind`() throws {
    try withNotebook { notebook in
      let engine = try script("touch \"$2/../../began-${2##*/}\"; exit 1", in: notebook)
      let left = try notebook.enqueue(Experiment())
      let next = try notebook.enqueue(Experiment())
      let lost = try notebook.recorder(for: left)
      try lost.record(.stateChanged(.running))
      let ended = runInBackground(notebook, engine: engine)
      try wait { Runner.isAlive(notebookFolder: notebook.folder) }
      Thread.sleep(forTimeInterval: 0.5)
      #expect(!exists("\(notebook.folder)/began-\(next)"))
      lost.die()
      try ended.waitForSignal()
      #expect(exists("\(notebook.folder)/began-\(next)"))
      #expect(!exists("\(notebook.folder)/began-\(left)"))
      #expect(try notebook.runs().map(\.state) == [.interrupted, .failed])
    }
  }

  @Test func `a runner is started when there is none, and only then`() throws {
    try withNotebook { notebook in
      // Holds the lock as a runner does, and notes that it was started.
      let program = try script(
        """
        echo "$1 $2 $3" >> "$3/started"
        exec flock "$3/runner.lock" sh -c 'while [ -d "$0" ] && [ ! -e "$0/over" ]; do sleep 0.02; done' "$3"
        """, in: notebook, name: "primer")
      try Runner.startIfNeeded(notebook: notebook, program: program)
      #expect(Runner.isAlive(notebookFolder: notebook.folder))
      try Runner.startIfNeeded(notebook: notebook, program: program)
      let started = try String(contentsOfFile: notebook.folder + "/started", encoding: .utf8)
      #expect(started == "runner --notebook \(notebook.folder)\n")
      _ = FileManager.default.createFile(atPath: notebook.folder + "/over", contents: nil)
      try wait { !Runner.isAlive(notebookFolder: notebook.folder) }
    }
  }

  @Test func `a runner that cannot start says why`() throws {
    try withNotebook { notebook in
      let program = try script("echo 'Error: broken'; exit 1", in: notebook, name: "primer")
      expectError(ProcessError.self, "ended at once: Error: broken", "runner.log") {
        try Runner.startIfNeeded(notebook: notebook, program: program)
      }
    }
  }

  @Test func `an engine that loads has the claim already: no second one is started`() throws {
    try withNotebook { notebook in
      // Loads for ever, and says nothing.
      let engine = try script(
        """
        echo "$$" >> "$2/engines"
        while [ -d "$2" ] && [ ! -e "$2/over" ]; do sleep 0.02; done
        exit 1
        """, in: notebook)
      let id = try notebook.enqueue(Experiment())
      let folder = notebook.runFolder(id)
      // A runner that is killed while its engine loads leaves the engine behind with its claim.
      let claim = try RunLock(folder: folder)
      let left = try ChildProcess(engine, ["work", folder])
      try wait { exists(folder + "/engines") }
      let ended = runInBackground(notebook, engine: engine)
      Thread.sleep(forTimeInterval: 0.7)
      let engines = try String(contentsOfFile: folder + "/engines", encoding: .utf8)
      #expect(engines.split(separator: "\n").count == 1)
      #expect(try notebook.run(id)?.state == .queued, "nobody said that it ended")
      _ = FileManager.default.createFile(atPath: folder + "/over", contents: nil)
      try left.finish()
      claim.release()
      try ended.waitForSignal()
      // Then the run is its own, and fails as its engine does.
      let all = try String(contentsOfFile: folder + "/engines", encoding: .utf8)
      #expect(all.split(separator: "\n").count == 2)
      #expect(try notebook.run(id)?.state == .failed)
    }
  }

  @Test func `an ending is not written over a run whose engine is another's by then`() throws {
    try withNotebook { notebook in
      // The engine ends, and a process that it left behind has the run's lock and works on.
      let engine = try script(
        """
        (while [ -d "$2" ] && [ ! -e "$2/over" ]; do sleep 0.02; done) &
        touch "$2/begun"; exit 7
        """, in: notebook)
      let id = try notebook.enqueue(Experiment())
      let folder = notebook.runFolder(id)
      let ended = runInBackground(notebook, engine: engine)
      try wait { exists(folder + "/begun") }
      let other = try RunStandIn(notebook, id, locks: false)
      try other.record(.stateChanged(.running))
      try other.record(outerLoss)
      try other.finish(state: .finished, error: nil)
      try "".write(toFile: folder + "/over", atomically: false, encoding: .utf8)
      try ended.waitForSignal()
      #expect(try notebook.run(id)?.state == .finished)
      #expect(try notebook.run(id)?.error == nil)
    }
  }

  /// Has a runner work until the queue is empty; what is returned is signalled when it has ended.
  private func runInBackground(_ notebook: Notebook, engine: String) -> DispatchSemaphore {
    let ended = DispatchSemaphore(value: 0)
    DispatchQueue.global().async {
      do {
        try Runner(notebook: notebook, engine: engine, patience: 0, moves: false).runUntilEmpty()
      } catch {
        Issue.record(error)
      }
      ended.signal()
    }
    return ended
  }

  private var outerLoss: Event {
    .outerStep(step: 1, tasks: [], loss: 1, gradientNorm: 1, learningRate: 1)
  }

  @Test func `runs that wait without a runner are told, and none is missed`() throws {
    try withNotebook { notebook in
      #expect(try Runner.abandonedRuns(of: notebook).isEmpty)
      for _ in 1...3 { _ = try notebook.enqueue(Experiment()) }
      try notebook.putIntoBin([2])
      #expect(try Runner.abandonedRuns(of: notebook) == [1, 3])
      let runner = try Runner(notebook: notebook, engine: "/bin/false", moves: false)
      #expect(try Runner.abandonedRuns(of: notebook).isEmpty)
      withExtendedLifetime(runner) {}
    }
  }

  @Test func `the runner takes the runs in the queue's order`() throws {
    try withNotebook { notebook in
      for _ in 1...4 { _ = try notebook.enqueue(Experiment()) }
      let engine = try script("echo ${2##*/} >> \"$2/../../calls\"; exit 1", in: notebook)
      try notebook.move(4, to: .first)
      try notebook.move(1, to: .last)
      try notebook.request(.stop, for: 2)
      try run(notebook, engine: engine)
      let calls = try String(contentsOfFile: notebook.folder + "/calls", encoding: .utf8)
      #expect(calls == "4\n3\n1\n")
    }
  }

  @Test func `a run that asks to be started again is interrupted, not failed`() throws {
    try withNotebook { notebook in
      let id = try notebook.enqueue(Experiment())
      try run(notebook, engine: try script("exit 75", in: notebook))
      #expect(try notebook.run(id)?.state == .interrupted)
    }
  }

  @Test func `a runner waits while the index is locked`() throws {
    try withTemporaryFolder { folder in
      let notebook = try Notebook.open(folder: folder.path, patience: 0.05)
      let engine = try script("exit 1", in: notebook)
      let id = try notebook.enqueue(Experiment())
      let ended = DispatchSemaphore(value: 0)
      try notebook.keepingLocked {
        DispatchQueue.global().async {
          do {
            try Runner(notebook: notebook, engine: engine, patience: 0, moves: false)
              .runUntilEmpty()
          } catch {
            Issue.record(error)
          }
          ended.signal()
        }
        #expect(ended.wait(timeout: .now() + 0.7) == .timedOut)
      }
      try ended.waitForSignal()
      try notebook.refresh()
      #expect(try notebook.run(id)?.state == .failed)
    }
  }
}
