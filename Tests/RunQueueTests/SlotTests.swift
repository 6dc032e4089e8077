import Experiments
import Foundation
import LabNotebook
import NotebookSupport
import Processes
import RunFolders
import RunQueue
import Synchronization
import TestSupport
import Testing

/// Several runs at once; shell scripts are the engines, and tests play their part in the book.
@Suite struct SlotTests {
  /// An engine that works until a file tells it to end.
  private static let engine = """
    echo "$$ $OMP_NUM_THREADS" >> "$2/begun"
    while [ -d "$2" ] && [ ! -e "$2/over" ]; do sleep 0.02; done
    rm -f "$2/over"
    """

  private final class Working: Sendable {
    let asked = Atomic<Int>(0)
    let lines = Mutex<[String]>([])
    let ended = DispatchSemaphore(value: 0)

    func askToEnd() { asked.add(1, ordering: .relaxed) }
  }

  /// Has a runner work in the background.
  private func start(
    _ notebook: Notebook, engine: String, processors: Int = 4, stays: Bool = false
  ) -> Working {
    let working = Working()
    DispatchQueue.global().async {
      do {
        try Runner(
          notebook: notebook, stays: stays, engine: engine, patience: 0, moves: false,
          processors: processors, endRequests: { working.asked.load(ordering: .relaxed) },
          tell: { line in working.lines.withLock { $0.append(line) } }
        ).runUntilEmpty()
      } catch {
        Issue.record(error)
      }
      working.ended.signal()
    }
    return working
  }

  private func enqueue(
    _ count: Int, threads: Int = 1, in notebook: Notebook
  ) throws {
    for _ in 0..<count {
      var experiment = Experiment()
      try experiment.set("threads", to: String(threads))
      _ = try notebook.enqueue(experiment)
    }
  }

  private func hasBegun(_ run: RunID, _ notebook: Notebook) -> Bool {
    exists(notebook.runFolder(run) + "/begun")
  }

  /// The words that the engine of a run wrote: its process and its threads, a line for each start.
  private func starts(_ run: RunID, _ notebook: Notebook) throws -> [[Substring]] {
    try String(contentsOfFile: notebook.runFolder(run) + "/begun", encoding: .utf8)
      .split(separator: "\n").map { $0.split(separator: " ") }
  }

  private func end(_ run: RunID, _ notebook: Notebook) {
    _ = FileManager.default.createFile(atPath: notebook.runFolder(run) + "/over", contents: nil)
  }

  /// Time in which a runner that may start something would have.
  private func letSomeTimePass() { Thread.sleep(forTimeInterval: 1.3) }

  @Test func `as many runs are under way as there are slots, and one that ends frees its own`()
    throws
  {
    try withNotebook { notebook in
      let engine = try script(Self.engine, in: notebook)
      try notebook.setJobs(2)
      try enqueue(4, in: notebook)
      let working = start(notebook, engine: engine)
      try wait { hasBegun(1, notebook) && hasBegun(2, notebook) }
      letSomeTimePass()
      #expect(!hasBegun(3, notebook))
      end(2, notebook)
      try wait { hasBegun(3, notebook) }
      letSomeTimePass()
      #expect(!hasBegun(4, notebook) && RunLock.isHeld(folder: notebook.runFolder(1)))
      end(1, notebook)
      try wait { hasBegun(4, notebook) }
      end(3, notebook)
      end(4, notebook)
      try working.ended.waitForSignal()
      for run in 1...4 { #expect(try starts(RunID(run), notebook).count == 1) }
      // The scripts said nothing of their ends.
      #expect(try notebook.runs().allSatisfy { $0.state == .failed })
    }
  }

  @Test func `without a number there is one slot`() throws {
    try withNotebook { notebook in
      let engine = try script(Self.engine, in: notebook)
      #expect(try notebook.jobs == 1)
      try enqueue(2, in: notebook)
      let working = start(notebook, engine: engine)
      try wait { hasBegun(1, notebook) }
      letSomeTimePass()
      #expect(!hasBegun(2, notebook))
      // The runner that is there obeys another number.
      try notebook.setJobs(2)
      try wait { hasBegun(2, notebook) }
      for run in [1, 2] { end(RunID(run), notebook) }
      try working.ended.waitForSignal()
    }
  }

  @Test func `runs start in the queue's order, and one that is stopped leaves the other alone`()
    throws
  {
    try withNotebook { notebook in
      let engine = try script(Self.engine, in: notebook)
      try notebook.setJobs(2)
      try enqueue(4, in: notebook)
      try notebook.move(4, to: .first)
      let working = start(notebook, engine: engine)
      try wait { hasBegun(4, notebook) && hasBegun(1, notebook) }
      let (first, second) = (
        try RunStandIn(notebook, 4, locks: false), try RunStandIn(notebook, 1, locks: false)
      )
      for engine in [first, second] { try engine.record(.stateChanged(.running)) }
      try notebook.request(.stop, for: 4)
      letSomeTimePass()
      #expect(try notebook.requests(of: 4).map(\.control) == [.stop])
      #expect(try notebook.requests(of: 1).isEmpty)
      try first.finish(state: .stopped, error: nil)
      end(4, notebook)
      try wait { hasBegun(2, notebook) }
      #expect(try notebook.run(4)?.state == .stopped)
      #expect(try notebook.run(1)?.state == .running)
      #expect(!hasBegun(3, notebook))
      try second.finish(state: .finished, error: nil)
      for run in [1, 2, 3] { end(RunID(run), notebook) }
      try working.ended.waitForSignal()
      #expect(try notebook.runs().map(\.state) == [.finished, .failed, .failed, .stopped])
    }
  }

  @Test func `runs share the processors, and no run starts for which there are too few threads`()
    throws
  {
    try withNotebook { notebook in
      let engine = try script(Self.engine, in: notebook)
      try notebook.setJobs(3)
      try enqueue(1, threads: 1, in: notebook)
      try enqueue(1, threads: 2, in: notebook)
      try enqueue(1, threads: 1, in: notebook)
      let working = start(notebook, engine: engine, processors: 2)
      try wait { hasBegun(1, notebook) }
      letSomeTimePass()
      // The third has room, but it is not its turn.
      #expect(!hasBegun(2, notebook) && !hasBegun(3, notebook))
      let rule = QueueRule(slots: 3, automaticThreads: 2, processors: 2)
      #expect(try notebook.queueWaits(rule)[3] == .turn(2))
      end(1, notebook)
      try wait { hasBegun(2, notebook) }
      letSomeTimePass()
      #expect(!hasBegun(3, notebook))
      end(2, notebook)
      try wait { hasBegun(3, notebook) }
      end(3, notebook)
      try working.ended.waitForSignal()
    }
  }

  @Test func `a run that is resumed keeps the threads that it began with`() throws {
    try withNotebook { notebook in
      let engine = try script(Self.engine, in: notebook)
      _ = try notebook.enqueue(Experiment())
      let here = ProcessInfo.processInfo.hostName
      let first = try RunStandIn(notebook, 1)
      // Its first attempt had a half of two processors.
      try first.record(.started(processID: 1, host: here, threads: 2, engine: "e"))
      try first.finish(state: .stopped, error: nil)
      try notebook.requeue(1)
      #expect(try notebook.threadsBefore(of: 1) == 2)
      try notebook.requeue(1, anew: true)
      #expect(try notebook.threadsBefore(of: 1) == nil, "it begins from nothing")
      let working = start(notebook, engine: engine)
      try wait { hasBegun(1, notebook) }
      end(1, notebook)
      try working.ended.waitForSignal()
    }
  }

  @Test func `the engines of a killed runner keep their slots, and none is started twice`() throws {
    try withNotebook { notebook in
      let engine = try script(Self.engine, in: notebook)
      try notebook.setJobs(2)
      try enqueue(3, in: notebook)
      // What a runner that was killed leaves behind: engines with the claims, which it handed over.
      var left: [ChildProcess] = []
      for run in [RunID(1), 2] {
        let folder = notebook.runFolder(run)
        let claim = try RunLock(folder: folder)
        left.append(
          try ChildProcess(
            engine, ["work", folder, "--lock-descriptor", "3"], handing: claim.descriptor,
            group: .session))
        claim.release()
      }
      try wait { hasBegun(1, notebook) && hasBegun(2, notebook) }
      // One loads yet, the other has said that it works.
      let recorder = try RunStandIn(notebook, 2, locks: false)
      try recorder.record(.stateChanged(.running))
      let working = start(notebook, engine: engine)
      letSomeTimePass()
      #expect(!hasBegun(3, notebook))
      try recorder.finish(state: .finished, error: nil)
      end(2, notebook)
      try left[1].finish()
      try wait { hasBegun(3, notebook) }
      #expect(RunLock.isHeld(folder: notebook.runFolder(1)))
      end(3, notebook)
      try wait { try notebook.run(3)?.state == .failed }
      #expect(try starts(1, notebook).count == 1 && starts(2, notebook).count == 1)
      // The first ends without a word of its run, which still waits then: it is started again.
      end(1, notebook)
      try left[0].finish()
      try wait { try starts(1, notebook).count == 2 }
      end(1, notebook)
      try working.ended.waitForSignal()
      #expect(try notebook.runs().map(\.state) == [.failed, .finished, .failed])
    }
  }

  @Test func `asked to end it stops every engine, and the runs come first in their order again`()
    throws
  {
    try withNotebook { notebook in
      let engine = try script(Self.engine, in: notebook)
      try notebook.setJobs(2)
      try enqueue(3, in: notebook)
      try notebook.move(2, to: .first)
      let working = start(notebook, engine: engine, stays: true)
      try wait { hasBegun(1, notebook) && hasBegun(2, notebook) }
      let engines = try [RunID(1), 2].map { try RunStandIn(notebook, $0, locks: false) }
      for engine in engines { try engine.record(.stateChanged(.running)) }
      working.askToEnd()
      try wait {
        try notebook.requests(of: 1).map(\.control) == [.stop]
          && notebook.requests(of: 2).map(\.control) == [.stop]
      }
      // The one that was started last stops first.
      for run in [RunID(1), 2] {
        try engines[Int(run) - 1].finish(state: .stopped, error: nil)
        end(run, notebook)
        try wait { try notebook.run(run)?.state == .queued }
      }
      try working.ended.waitForSignal()
      #expect(try notebook.queue().map(\.id) == [2, 1, 3])
      #expect(!hasBegun(3, notebook))
    }
  }

  @Test func `a run that asks to be run again is started again, and the other one goes on`() throws
  {
    try withNotebook { notebook in
      let engine = try script(Self.engine, in: notebook)
      try notebook.setJobs(2)
      try enqueue(2, in: notebook)
      let working = start(notebook, engine: engine)
      try wait { hasBegun(1, notebook) && hasBegun(2, notebook) }
      let recorder = try RunStandIn(notebook, 1, locks: false)
      try recorder.record(.stateChanged(.running))
      try recorder.finish(state: .interrupted, error: "asked to end and be run again")
      try RunLog.append(
        [.queued(attempt: 2, time: 1, anew: false)], to: RunFolder(notebook.runFolder(1)))
      end(1, notebook)
      try wait { try starts(1, notebook).count == 2 }
      #expect(try starts(2, notebook).count == 1)
      for run in [1, 2] { end(RunID(run), notebook) }
      try working.ended.waitForSignal()
    }
  }

  @Test func `a run waits for the primed encoder that it takes, and lets others go first`() throws {
    try withNotebook { notebook in
      let engine = try script(Self.engine, in: notebook)
      var experiment = Experiment()
      try experiment.set("threads", to: "1")
      try experiment.set("priming.reuse", to: "true")
      for (seed, epochs) in [("1", "1"), ("1", "2"), ("2", "1"), ("1", "3")] {
        try experiment.set("seed", to: seed)
        try experiment.set("tuning.epochs", to: epochs)
        _ = try notebook.enqueue(experiment)
      }
      try notebook.setJobs(2)
      let working = start(notebook, engine: engine)
      try wait { hasBegun(1, notebook) && hasBegun(3, notebook) }
      let rule = QueueRule(slots: 2, automaticThreads: 4, processors: 4)
      #expect(try notebook.queueWaits(rule) == [2: .priming(of: 1), 4: .priming(of: 1)])
      end(3, notebook)
      try wait { try notebook.run(3)?.state == .failed }
      letSomeTimePass()
      #expect(!hasBegun(2, notebook) && !hasBegun(4, notebook))
      // It ends without the encoder: the next one makes it.
      end(1, notebook)
      try wait { hasBegun(2, notebook) }
      letSomeTimePass()
      #expect(!hasBegun(4, notebook))
      end(2, notebook)
      try wait { hasBegun(4, notebook) }
      end(4, notebook)
      try working.ended.waitForSignal()
    }
  }

  @Test func `a run that times a method is alone, however many slots there are`() throws {
    try withNotebook { notebook in
      let engine = try script(Self.engine, in: notebook)
      let folder = URL(filePath: notebook.folder)
      try "threads = 1\n".write(
        to: folder.appending(path: "base.toml"), atomically: true, encoding: .utf8)
      let file = folder.appending(path: "study.toml")
      try """
      name = "timed"
      base = "base.toml"
      control = "none"
      match = "time"
      matchTo = "maml"
      [[method]]
      name = "none"
      set = { "priming.method" = "none" }
      [[method]]
      name = "multitask"
      set = { "priming.method" = "multitask" }
      [[method]]
      name = "maml"
      [[tuning]]
      name = "adapter"
      """.write(to: file, atomically: true, encoding: .utf8)
      let study = try Study.load(path: file.path)
      #expect(try StudyLauncher.launch(study, near: file.path, in: notebook).timing == [1, 2])
      try enqueue(2, in: notebook)
      try notebook.setJobs(3)
      let working = start(notebook, engine: engine)
      let rule = QueueRule(slots: 3, automaticThreads: 4, processors: 4)
      try wait { hasBegun(1, notebook) }
      try notebook.move(3, to: .first)
      letSomeTimePass()
      #expect(!hasBegun(2, notebook) && !hasBegun(3, notebook))
      #expect(try notebook.queueWaits(rule)[3] == .timing(1))
      end(1, notebook)
      try wait { hasBegun(3, notebook) }
      letSomeTimePass()
      #expect(!hasBegun(2, notebook), "it is to be alone")
      #expect(!hasBegun(4, notebook), "it is not its turn")
      #expect(try notebook.queueWaits(rule)[2] == .quiet(3))
      end(3, notebook)
      try wait { hasBegun(2, notebook) }
      letSomeTimePass()
      #expect(!hasBegun(4, notebook))
      end(2, notebook)
      try wait { hasBegun(4, notebook) }
      end(4, notebook)
      try working.ended.waitForSignal()
    }
  }

  @Test func `a number that is none is told once, and one run goes at a time`() throws {
    try withNotebook { notebook in
      let engine = try script(Self.engine, in: notebook)
      try "two\n".write(toFile: notebook.folder + "/jobs", atomically: false, encoding: .utf8)
      expectError(
        NotebookError.self, "/jobs: line 1 is ‘two’; expected a number, 1…256", "primer jobs 1"
      ) { _ = try notebook.jobs }
      try enqueue(2, in: notebook)
      let working = start(notebook, engine: engine)
      try wait { hasBegun(1, notebook) }
      letSomeTimePass()
      #expect(!hasBegun(2, notebook))
      end(1, notebook)
      try wait { hasBegun(2, notebook) }
      end(2, notebook)
      try working.ended.waitForSignal()
      #expect(working.lines.withLock { $0.count { $0.contains("line 1 is") } } == 1)
    }
  }
}
