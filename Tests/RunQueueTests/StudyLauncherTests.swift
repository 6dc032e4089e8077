import Experiments
import Foundation
import LabNotebook
import NotebookSupport
import RunFolders
import RunQueue
import Synchronization
import TestSupport
import Testing

/// Studies as they are launched, from the command line or a screen.
@Suite struct StudyLauncherTests {
  /// Two methods that prime, the second with four times the steps of a second as the first.
  private static let text = """
    name = "priming pays"
    base = "base.toml"
    control = "none"
    match = "time"
    matchTo = "maml"
    [[method]]
    name = "none"
    set = { "priming.method" = "none" }
    [[method]]
    name = "multitask"
    set = { "priming.method" = "multitask", "priming.steps" = 300 }
    [[method]]
    name = "maml"
    [[tuning]]
    name = "adapter"

    """

  /// A clock that a test sets.
  private final class Clock: Sendable {
    let time = Mutex(1000.0)
    var clock: NotebookClock {
      NotebookClock(
        now: { self.time.withLock { $0 } }, steady: { self.time.withLock { $0 } })
    }
    func pass(_ seconds: Double) { time.withLock { $0 += seconds } }
  }

  private func withStudy(
    match: String = "time", _ body: (Notebook, Study, String, Clock) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      let clock = Clock()
      let notebook = try Notebook.open(
        folder: folder.appending(path: "book").path, clock: clock.clock)
      try "priming.steps = 100\n".write(
        to: folder.appending(path: "base.toml"), atomically: true, encoding: .utf8)
      let file = folder.appending(path: "study.toml")
      try Self.text.replacing("\"time\"", with: "\"\(match)\"")
        .write(to: file, atomically: true, encoding: .utf8)
      try body(notebook, try Study.load(path: file.path), file.path, clock)
    }
  }

  /// Plays the engine of a timing run: three outer steps, each of some seconds.
  private func time(_ run: RunID, _ secondsPerStep: Double, in notebook: Notebook, _ clock: Clock)
    throws
  {
    let engine = try RunStandIn(notebook, run)
    try engine.record(.stateChanged(.running))
    for step in 1...3 {
      clock.pass(secondsPerStep)
      try engine.record(
        .outerStep(step: step, tasks: [], loss: 1, gradientNorm: 1, learningRate: 1))
    }
    try engine.finish(state: .finished, error: nil)
  }

  private func steps(_ notebook: Notebook, _ runs: [RunID]) throws -> [Int] {
    try runs.map { try #require(try notebook.run($0)).experiment[Settings.primingSteps] }
  }

  @Test func `methods matched by time are timed first, and the grid follows when they are`() throws
  {
    try withStudy { notebook, study, file, clock in
      let first = try StudyLauncher.launch(study, near: file, in: notebook)
      #expect(first.timing == [1, 2] && first.queued.isEmpty && first.grid.isEmpty)
      #expect(
        try notebook.runs().map(\.name) == [
          "priming pays: timing of multitask", "priming pays: timing of maml",
        ])
      // Whoever launches it again waits for the same runs.
      #expect(try StudyLauncher.launch(study, near: file, in: notebook).timing == [1, 2])
      try time(1, 0.5, in: notebook, clock)
      #expect(try StudyLauncher.queueTimedStudies(in: notebook).isEmpty)
      expectError(ExperimentError.self, "1 of 2 timing runs have finished; waiting for #2") {
        _ = try study.entries(in: notebook, near: file)
      }
      try time(2, 2, in: notebook, clock)
      let outcomes = try StudyLauncher.queueTimedStudies(in: notebook)
      #expect(outcomes.map(\.queued) == [[3, 4, 5]] && outcomes.map(\.grid) == [[3, 4, 5]])
      // maml has 100 steps of 2 s; in 200 s multi-task priming makes 400 steps of 0.5 s.
      #expect(try steps(notebook, [4, 5]) == [400, 100])
      #expect(try notebook.runs().allSatisfy { $0.study == "priming pays" })
      #expect(try StudyLauncher.queueTimedStudies(in: notebook).isEmpty)
      let again = try StudyLauncher.launch(study, near: file, in: notebook)
      #expect(again.timing.isEmpty && again.queued.isEmpty && again.grid == [3, 4, 5])
    }
  }

  @Test func `a timing run that failed is told, and launching again repeats it alone`() throws {
    try withStudy { notebook, study, file, clock in
      _ = try StudyLauncher.launch(study, near: file, in: notebook)
      try time(2, 2, in: notebook, clock)
      let engine = try RunStandIn(notebook, 1)
      try engine.record(.stateChanged(.running))
      try engine.finish(state: .failed, error: "the encoder is gone")
      #expect(try StudyLauncher.queueTimedStudies(in: notebook).isEmpty)
      expectError(ExperimentError.self, "timing run #1", "the encoder is gone", "start the study") {
        _ = try study.entries(in: notebook, near: file)
      }
      #expect(try StudyLauncher.launch(study, near: file, in: notebook).timing == [3])
      try time(3, 1, in: notebook, clock)
      #expect(try StudyLauncher.queueTimedStudies(in: notebook).map(\.queued) == [[4, 5, 6]])
      #expect(try steps(notebook, [5, 6]) == [200, 100])
    }
  }

  @Test func `a runner queues the grid of a study that was timed before it began`() throws {
    try withStudy { notebook, study, file, clock in
      _ = try StudyLauncher.launch(study, near: file, in: notebook)
      try time(1, 1, in: notebook, clock)
      try time(2, 1, in: notebook, clock)
      // Whoever looks at the queue while there is no runner queues the grid too.
      #expect(try Runner.abandonedRuns(of: notebook) == [3, 4, 5])
      try notebook.delete(3)
      try notebook.delete(4)
      try notebook.delete(5)
      _ = try StudyLauncher.launch(study, near: file, in: notebook)
      let runner = try Runner(notebook: notebook, engine: "/bin/false", patience: 0, moves: false)
      try runner.runUntilEmpty()
      #expect(try notebook.runs().map(\.id) == [1, 2, 6, 7, 8])
      #expect(try notebook.runs().suffix(3).allSatisfy { $0.state == .failed })
    }
  }

  @Test func `a study that cannot be queued holds up neither another nor whoever lists the runs`()
    throws
  {
    try withStudy { notebook, study, file, clock in
      var other = study
      other.name = "another"
      for study in [study, other] {
        _ = try StudyLauncher.launch(study, near: file, in: notebook)
      }
      for run in 1...4 { try time(RunID(run), 1, in: notebook, clock) }
      let first = try #require(notebook.studiesWaitingForTiming().first { $0.name == study.name })
      let lock = URL(filePath: first.path).deletingLastPathComponent().appending(
        path: "launch.lock")
      try FileManager.default.removeItem(at: lock)
      try FileManager.default.createDirectory(at: lock, withIntermediateDirectories: true)
      var problems: [String] = []
      let outcomes = try StudyLauncher.queueTimedStudies(in: notebook) { problems.append($0) }
      #expect(outcomes.map(\.study) == ["another"])
      #expect(problems.count == 1 && problems[0].contains("priming pays"), "\(problems)")
      #expect(try Runner.abandonedRuns(of: notebook) == [5, 6, 7])
    }
  }

  @Test func `a study launched many times at once queues each run once`() throws {
    try withStudy(match: "updates") { notebook, study, file, _ in
      let failures = Mutex<[String]>([])
      let folder = notebook.folder
      DispatchQueue.concurrentPerform(iterations: 8) { _ in
        do {
          let own = try Notebook.open(folder: folder)
          _ = try StudyLauncher.launch(study, near: file, in: own)
        } catch {
          failures.withLock { $0.append("\(error)") }
        }
      }
      #expect(failures.withLock { $0 } == [])
      try notebook.refresh(.all)
      #expect(try notebook.runs().count == 3)
    }
  }
}
