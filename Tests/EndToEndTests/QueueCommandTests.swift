import Processes
import Experiments
import Foundation
import LabNotebook
import RunQueue
import RunFolders
import NotebookSupport
import TestSupport
import Testing

/// The queue and the runner, as commands; where an engine is needed, a script is its process and
/// the test plays its part in the book.
@Suite struct QueueCommandTests {
  private func enqueue(_ count: Int, _ primer: PrimerProgram) throws -> Notebook {
    let book = try primer.book()
    for number in 1...count {
      var experiment = Experiment()
      try experiment.set("name", to: "run \(number)")
      _ = try book.enqueue(experiment)
    }
    return book
  }

  @Test func `the queue is listed, reordered and cut`() throws {
    try withPrimer { primer in
      try primer.book().close()
      #expect(try primer.onBook("queue").output.hasPrefix("Nothing is under way"))
      _ = try enqueue(4, primer)
      let moved = try primer.onBook("queue", "move", "#4", "first")
      #expect(moved.output == "The queue is now: #4 #1 #2 #3\n", "\(moved.errors)")
      #expect(
        try primer.onBook("queue", "move", "1", "after", "3").output
          == "The queue is now: #4 #2 #3 #1\n")
      let cancelled = try primer.onBook("queue", "cancel", "2", "3")
      #expect(cancelled.output.hasPrefix("Cancelled #2, #3."), "\(cancelled.errors)")
      let listed = try primer.onBook("queue")
      #expect(listed.lines.count == 3, "\(listed.output)")
      #expect(listed.lines.dropFirst().map { $0.split(separator: " ")[1] } == ["#4", "#1"])
      #expect(listed.errors.contains("primer runner --foreground"))
      let json = try primer.onBook("queue", "--json").lines.map(object)
      #expect(json.map { $0["id"] as? Int } == [4, 1])
      let late = try primer.onBook("queue", "cancel", "4", "2")
      #expect(late.status == 1 && late.errors.contains("run #2 is stopped"))
      #expect(try primer.book().run(4)?.state == .queued, "all or none")
    }
  }

  @Test func `a runner in the foreground ends with 0 on SIGTERM and leaves the run in the queue`()
    throws
  {
    try withPrimer { primer in
      let copy = try primer.copied(
        engine: """
          touch "$2/begun"
          while [ -d "$2" ] && [ ! -e "$2/over" ]; do sleep 0.02; done
          """)
      let book = try enqueue(2, primer)
      let log = primer.folder.appending(path: "log").path
      let process = try ChildProcess(
        try #require(copy.copy), ["runner", "--foreground", "--notebook", book.folder],
        environment: ["PATH": "/usr/bin:/bin", "HOME": primer.folder.path],
        output: .appending(log), group: .session)
      try wait { FileManager.default.fileExists(atPath: book.runFolder(1) + "/begun") }
      let recorder = try RunStandIn(book, 1, locks: false)
      try recorder.record(.stateChanged(.running))
      process.send(SIGHUP)
      usleep(200_000)
      #expect(try book.requests(of: 1).isEmpty, "it does not hang up")
      process.send(SIGTERM)
      try wait { try book.requests(of: 1).map(\.control) == [.stop] }
      try recorder.finish(state: .stopped, error: nil)
      _ = FileManager.default.createFile(atPath: book.runFolder(1) + "/over", contents: nil)
      #expect(try process.finish() == .exited(0))
      #expect(try book.queue().map(\.id) == [1, 2])
      let text = try String(contentsOfFile: log, encoding: .utf8)
      #expect(text.contains("Run #1 “run 1” started\n"), "\(text)")
      #expect(text.contains("at the head of the queue"), "\(text)")
    }
  }

  @Test func `a runner has as many runs under way as the notebook is told`() throws {
    try withPrimer { primer in
      let copy = try primer.copied(
        engine: """
          touch "$2/begun"
          while [ -d "$2" ] && [ ! -e "$2/over" ]; do sleep 0.02; done
          """)
      try primer.book().close()
      #expect(try primer.onBook("jobs").output.hasPrefix("1 run at once, with "))
      for wrong in ["0", "257", "two"] {
        let outcome = try primer.onBook("jobs", wrong)
        #expect(outcome.status == 64 && outcome.errors.contains(wrong), "\(outcome)")
      }
      let book = try primer.book()
      for number in 1...3 {
        var experiment = Experiment()
        try experiment.set("name", to: "run \(number)")
        // The last asks for more threads than there are: it is alone.
        try experiment.set("threads", to: number == 3 ? "256" : "1")
        _ = try book.enqueue(experiment)
      }
      let processors = ProcessInfo.processInfo.activeProcessorCount
      let process = try ChildProcess(
        try #require(copy.copy),
        ["runner", "--foreground", "--jobs", "3", "--notebook", book.folder],
        environment: ["PATH": "/usr/bin:/bin", "HOME": primer.folder.path],
        output: .appending(primer.folder.appending(path: "log").path), group: .session)
      func hasBegun(_ run: RunID) -> Bool { exists(book.runFolder(run) + "/begun") }
      try wait { hasBegun(1) && (processors == 1 || hasBegun(2)) }
      #expect(try primer.onBook("jobs").output.hasPrefix("Up to 3 runs at once, with "))
      if processors > 1 {
        let recorders = try [RunID(1), 2].map { try RunStandIn(book, $0, locks: false) }
        for recorder in recorders { try recorder.record(.stateChanged(.running)) }
        let queue = try primer.onBook("queue")
        #expect(queue.lines.last?.contains("run 3") == true, "\(queue.output)")
        #expect(
          queue.lines.last?.contains("\(processors) threads (") == true
            && queue.lines.last?.hasSuffix("free)") == true, "\(queue.output)")
        let shown = try primer.onBook("show", "3")
        #expect(shown.output.contains("queued, waits for \(processors) threads"), "\(shown)")
      }
      #expect(!hasBegun(3))
      for run in 1...3 {
        _ = FileManager.default.createFile(
          atPath: book.runFolder(RunID(run)) + "/over", contents: nil)
      }
      try wait { hasBegun(3) }
      process.send(SIGTERM)
      #expect(try process.finish() == .exited(0))
    }
  }

  @Test func `the unit file names the program and the notebook, and lets the engine live`() throws {
    try withPrimer { primer in
      let unit = try primer("runner", "--unit", "--notebook", "a book")
      #expect(unit.status == 0)
      #expect(
        unit.lines.contains {
          $0.hasPrefix("ExecStart=\"/") && $0.hasSuffix("/a book\"")
            && $0.contains(" runner --foreground --notebook ")
        })
      // systemd would send SIGTERM to the engine too, which is asked by the runner.
      #expect(unit.lines.contains("KillMode=mixed"))
      #expect(!FileManager.default.fileExists(atPath: primer.folder.path + "/a book"))
    }
  }

  @Test func `a unit file has paths in which characters mean something to systemd as they are`()
    throws
  {
    try withPrimer { primer in
      let unit = try primer("runner", "--unit", "--notebook", #"/a %h "b" $c \d"#)
      #expect(unit.status == 0)
      #expect(
        unit.lines.contains { $0.hasSuffix(#" --notebook "/a %%h \"b\" $$c \\d""#) },
        "\(unit.output)")
      let line = try primer("runner", "--unit", "--notebook", "/a\nExecStart=x")
      #expect(line.status == 1 && line.errors.contains("control character"), "\(line.output)")
    }
  }

  @Test func `a run goes on when the terminal that started it is gone`() throws {
    try withPrimer { primer in
      let copy = try primer.copied(
        engine: """
          touch "$2/begun"
          while [ -d "$2" ] && [ ! -e "$2/over" ]; do sleep 0.02; done
          touch "$2/went-on"
          """)
      try primer.write("name = \"long\"\n", to: "x.toml")
      let book = try primer.book()
      let program = try #require(copy.copy)
      let terminal = try Tmux(
        "cd \(primer.folder.path) && \(program) run x.toml --notebook book",
        environment: ["HOME": primer.folder.path])
      try wait { FileManager.default.fileExists(atPath: book.runFolder(1) + "/begun") }
      let recorder = try RunStandIn(book, 1, locks: false)
      try recorder.record(.stateChanged(.running))
      try terminal.wait(for: "running")
      terminal.close()
      usleep(300_000)
      #expect(Runner.isAlive(notebookFolder: book.folder))
      #expect(try book.run(1)?.state == .running)
      try recorder.finish(state: .finished, error: nil)
      _ = FileManager.default.createFile(atPath: book.runFolder(1) + "/over", contents: nil)
      try wait { FileManager.default.fileExists(atPath: book.runFolder(1) + "/went-on") }
      try wait { !Runner.isAlive(notebookFolder: book.folder) }
      #expect(try book.run(1)?.state == .finished)
    }
  }
}
