import Experiments
import Foundation
import LabNotebook
import TestSupport
import Testing

/// The engine's part is played by shell scripts; its arguments are
/// `execute --notebook DIR --run ID`, so `$3` is the notebook and `$5` the run.
@Suite struct RunnerTests {
  private func run(_ notebook: Notebook, engine: String) throws {
    try Runner(notebook: notebook, engine: engine, patience: 0, moves: false).runUntilEmpty()
  }

  @Test func `the queue is taken in order, and a failed run does not hold up the next`() throws {
    try withNotebook { notebook in
      let engine = try script(
        """
        echo "$1 $2 $4 $5 $PRIMER_ENGINE_ENVIRONMENT $OMP_NUM_THREADS" >> "$3/calls"
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
      #expect(
        calls == """
          execute --notebook --run 1 1 1
          execute --notebook --run 3 1 3

          """)
      #expect(try notebook.runs().map(\.state) == [.failed, .stopped, .failed])
      let log = notebook.runFolder(1) + "/engine.log"
      #expect(
        try notebook.run(1)?.error
          == "The engine ended with status 3. Error: no encoder at all Its log is \(log).")
    }
  }

  @Test func `an engine that is killed is named by its signal`() throws {
    try withNotebook { notebook in
      let engine = try script("kill -9 $$", in: notebook)
      let id = try notebook.enqueue(Experiment())
      try run(notebook, engine: engine)
      let error = try #require(try notebook.run(id)?.error)
      #expect(error.hasPrefix("The engine was killed by signal 9 (Killed)."))
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
        touch "$3/runs/$5/begun"
        while [ -d "$3" ] && [ ! -e "$3/runs/$5/over" ]; do sleep 0.02; done
        """, in: notebook)
      let id = try notebook.enqueue(Experiment())
      let ended = DispatchSemaphore(value: 0)
      DispatchQueue.global().async {
        do {
          try Runner(notebook: notebook, engine: engine, patience: 0, moves: false)
            .runUntilEmpty()
        } catch {
          Issue.record(error)
        }
        ended.signal()
      }
      let folder = notebook.runFolder(id)
      try wait { exists(folder + "/begun") }
      let lock = try RunLock(folder: folder)
      let recorder = try notebook.recorder(for: id)
      try recorder.record(.stateChanged(.running))
      #expect(Runner.isAlive(notebookFolder: notebook.folder))
      expectError(ProcessError.self, "Another runner works on") {
        _ = try Runner(notebook: notebook, engine: engine, moves: false)
      }
      try recorder.finish(state: .finished, error: nil)
      lock.release()
      _ = FileManager.default.createFile(atPath: folder + "/over", contents: nil)
      ended.wait()
      #expect(try notebook.run(id)?.state == .finished)
      #expect(!Runner.isAlive(notebookFolder: notebook.folder))
    }
  }

  @Test func `a new runner waits for the engine that a killed one left behind`() throws {
    try withNotebook { notebook in
      let engine = try script("touch \"$3/began-$5\"; exit 1", in: notebook)
      let left = try notebook.enqueue(Experiment())
      let next = try notebook.enqueue(Experiment())
      let lock = try RunLock(folder: notebook.runFolder(left))
      try notebook.recorder(for: left).record(.stateChanged(.running))
      let ended = DispatchSemaphore(value: 0)
      DispatchQueue.global().async {
        do {
          try Runner(notebook: notebook, engine: engine, patience: 0, moves: false)
            .runUntilEmpty()
        } catch {
          Issue.record(error)
        }
        ended.signal()
      }
      try wait { Runner.isAlive(notebookFolder: notebook.folder) }
      Thread.sleep(forTimeInterval: 0.5)
      #expect(!exists("\(notebook.folder)/began-\(next)"))
      lock.release()
      ended.wait()
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
}
