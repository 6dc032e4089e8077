import Experiments
import Foundation
import LabNotebook
import RunQueue
import RunFolders
import NotebookSupport
import TestSupport
import Testing

/// Several programs on one notebook, and terminals that go away; a script is the engine, and the
/// test plays its part in the book.
@Suite(.serialized) struct ManyPrimersTests {
  /// An engine that says that it began, and ends when it is told to.
  private static let engine = """
    echo ${2##*/} >> "$2/../../begun"
    while [ -d "$2" ] && [ ! -e "$2/over" ]; do sleep 0.02; done
    echo ${2##*/} >> "$2/../../ended"
    """

  private func withScriptedEngine(_ body: (PrimerProgram, _ path: String) throws -> Void) throws {
    try withPrimer { primer in
      let copy = try primer.copied(engine: Self.engine)
      try primer.write("name = \"long\"\n", to: "x.toml")
      try primer.write("name = \"long\"\n", to: "sample-data/experiments/sample.toml")
      try body(copy, try #require(copy.copy))
    }
  }

  private func environment(_ primer: PrimerProgram) -> [String: String] {
    ["HOME": primer.folder.path, "XDG_DATA_HOME": primer.folder.path]
  }

  private func lines(_ book: Notebook, _ name: String) -> [String] {
    let text = try? String(contentsOfFile: book.folder + "/" + name, encoding: .utf8)
    return (text ?? "").split(separator: "\n").map(String.init)
  }

  /// Ends the engine's script of a run, and writes its end into the book.
  private func finish(_ book: Notebook, _ run: RunID, _ engine: RunStandIn) throws {
    try engine.finish(state: .finished, error: nil)
    _ = FileManager.default.createFile(atPath: book.runFolder(run) + "/over", contents: nil)
    try wait("the engine's end") { lines(book, "ended").contains("\(run)") }
  }

  /// How a run is started in a terminal that is killed afterwards.
  @Test(arguments: ["detached", "screen"], ["killed", "hung up"])
  func `a run goes on when tmux is killed, or its terminal hangs up`(
    start: String, end: String
  ) throws {
    try withScriptedEngine { primer, path in
      let book = try primer.book()
      let command =
        start == "screen"
        ? "\(path) --notebook book" : "\(path) run x.toml --detach --notebook book; cat"
      let terminal = try Tmux(
        "cd \(primer.folder.path) && \(command)",
        environment: environment(primer).merging(["PRIMER_HOME": primer.folder.path]) { $1 })
      defer { terminal.close() }
      if start == "screen" {
        try terminal.wait(for: "long")
        try terminal.press("Enter")
      }
      try wait("the engine") { lines(book, "begun") == ["1"] }
      let recorder = try RunStandIn(book, 1, locks: false)
      try recorder.record(.stateChanged(.running))
      if start == "screen" { try terminal.wait(for: "running") }
      if end == "killed" { try terminal.kill() } else { try terminal.hangUp() }
      usleep(300_000)
      #expect(Runner.isAlive(notebookFolder: book.folder))
      #expect(lines(book, "ended").isEmpty, "the engine is there")
      #expect(try book.run(1)?.state == .running)
      try finish(book, 1, recorder)
      try wait("the runner's end") { !Runner.isAlive(notebookFolder: book.folder) }
      #expect(try book.run(1)?.state == .finished)
      #expect(lines(book, "begun") == ["1"] && lines(book, "ended") == ["1"])
    }
  }

  @Test func `two screens and a command see what each of them does`() throws {
    try withScriptedEngine { primer, path in
      let book = try primer.book()
      for name in ["first", "second"] {
        var experiment = Experiment()
        try experiment.set("name", to: name)
        _ = try book.enqueue(experiment)
      }
      for run in [1, 2] as [RunID] { try book.request(.stop, for: run) }
      let screens = try (0..<2).map { _ in
        try Tmux(
          "cd \(primer.folder.path) && \(path) --notebook book",
          environment: environment(primer))
      }
      defer { for screen in screens { screen.close() } }
      for screen in screens { try screen.wait(for: "second") }
      #expect(try primer.onBook("rename", "2", "other").status == 0)
      for screen in screens { try screen.wait(for: "other") }
      // The first screen stars the run under its cursor, the newest.
      try screens[0].press("*")
      try screens[1].wait(for: "★")
      try wait("the star") { try book.run(2)?.starred == true }
      try screens[1].press("d")
      try screens[0].wait("one run less") { !$0.contains("other") }
      #expect(try primer.onBook("restore", "2").status == 0)
      for screen in screens { try screen.wait(for: "other") }
      let run = try book.enqueue(Experiment())
      let recorder = try book.recorder(for: run)
      try recorder.record(.stateChanged(.running))
      var progress = RunProgress(phase: .priming)
      progress.fraction = 0.37
      try recorder.record(.progress(progress))
      try recorder.flush()
      for screen in screens { try screen.wait(for: "37%") }
      try recorder.finish(state: .finished, error: nil)
      for screen in screens { try screen.wait("its end") { !$0.contains("37%") } }
    }
  }

  @Test func `twelve programs queue, tag and note at once: one runner, each run once`() throws {
    try withScriptedEngine { primer, _ in
      let book = try primer.book()
      let outcomes = Outcomes()
      DispatchQueue.concurrentPerform(iterations: 12) { index in
        outcomes.add(
          Result {
            let id = try primer.onBook("run", "x.toml", "--detach", "--set", "seed=\(index + 1)")
            let number = id.output.trimmingCharacters(in: .whitespacesAndNewlines)
            let tag = try primer.onBook("tag", number, "by-\(index + 1)")
            let note = try primer.onBook("note", number, "of \(index + 1)")
            return [id, tag, note].map { "\($0.status)\($0.errors)" } + [number]
          })
      }
      var numbers: [String] = []
      for outcome in outcomes.all {
        let texts = try outcome.get()
        #expect(texts.dropLast() == ["0", "0", "0"], "\(texts)")
        numbers.append(texts[3])
      }
      #expect(Set(numbers) == Set((1...12).map { "#\($0)" }))
      for run in try book.runs() {
        let seed = run.experiment[Settings.seed]
        #expect(run.tags == ["by-\(seed)"] && run.note == "of \(seed)")
      }
      // The engines take their turns, whoever started the runner.
      for count in 1...12 {
        try wait("the next engine") { lines(book, "begun").count == count }
        let run = try #require(RunID(lines(book, "begun")[count - 1]))
        let recorder = try RunStandIn(book, run, locks: false)
        try recorder.record(.stateChanged(.running))
        try finish(book, run, recorder)
      }
      #expect(lines(book, "begun").compactMap(Int.init) == Array(1...12))
      #expect(try book.runs().allSatisfy { $0.state == .finished })
      try wait("the runner's end") { !Runner.isAlive(notebookFolder: book.folder) }
    }
  }

  @Test func `commands of every kind that write at once all count, and leave one notebook`() throws
  {
    try withScriptedEngine { primer, _ in
      let book = try primer.book()
      for name in 1...6 {
        var experiment = Experiment()
        try experiment.set("name", to: "\(name)")
        _ = try book.enqueue(experiment)
      }
      // The last one has ended, and goes into another notebook and comes back.
      try book.request(.stop, for: 6)
      #expect(
        try primer.onBook("export", "6", "--format", "primer", "--out", "archive").status == 0)
      try book.delete(6)
      let rounds = CrashRounds.count(1)
      for round in 0..<rounds {
        var commands: [[String]] = (1...6).map { ["tag", "1", "r\(round)-\($0)"] }
        commands += (1...3).map { ["note", "2", "note \($0)"] }
        commands += (1...3).map { ["rename", "3", "name \($0)"] }
        commands += [["star", "1"], ["star", "4"], ["archive", "3"], ["delete", "5"]]
        commands += [["set", "1", "evaluation.every=7"], ["set", "1", "priming.steps=5"]]
        commands += ["first", "last"].map { ["queue", "move", "4", $0] }
        commands += (1...3).map { _ in ["import", "archive"] }
        commands += (1...3).map { ["tag", "4", "r\(round)-\($0)"] }
        commands.shuffle()
        let outcomes = Outcomes()
        let all = commands
        DispatchQueue.concurrentPerform(iterations: all.count) { index in
          outcomes.add(
            Result {
              let outcome = try primer.run(all[index] + ["--notebook", "book"])
              return ["\(outcome.status)", "\(all[index]): \(outcome.errors)"]
            })
        }
        for outcome in outcomes.all {
          let texts = try outcome.get()
          #expect(texts[0] == "0", "\(texts[1])")
        }
        try book.refresh()
        let first = try #require(try book.run(1))
        #expect(Set(first.tags).isSuperset(of: (1...6).map { "r\(round)-\($0)" }))
        #expect(first.tags.count == 6 * (round + 1) && first.starred)
        #expect(try book.run(2)?.note.hasPrefix("note ") == true)
        let third = try #require(try book.run(3))
        #expect(third.name.hasPrefix("name ") && third.archived)
        let fourth = try #require(try book.run(4))
        #expect(fourth.tags.count == 3 * (round + 1) && fourth.starred)
        #expect(try book.run(5)?.deleted != nil)
        // It was taken in once.
        #expect(try book.runs().map(\.name).filter { $0 == "6" }.count == 1)
        #expect(try book.runs().count == 6)
        #expect(try book.requests(of: 1).count == 2 * (round + 1))
        #expect(try Set(book.queue().map(\.id)) == [1, 2, 3, 4])
        try book.takeOutOfBin([5])
        let names = try FileManager.default.contentsOfDirectory(atPath: book.folder + "/runs")
        #expect(names.allSatisfy { RunID($0) != nil || $0 == ".last" }, "\(names)")
        // The index says what the files say.
        let other = "\(primer.folder.path)/read-again-\(round)"
        try FileManager.default.createDirectory(
          atPath: other, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: book.folder + "/runs", toPath: other + "/runs")
        func texts(_ book: Notebook) throws -> [String] {
          try book.runs().map { "\($0.id) \($0.tags) \($0.note) \($0.name) \($0.starred)" }
        }
        #expect(try texts(Notebook.open(folder: other)) == texts(book))
      }
      CrashRounds.tell("rounds of commands that write at once", rounds)
    }
  }

  @Test func `no command touches a newer notebook, and each says what to do`() throws {
    try withScriptedEngine { primer, path in
      let book = try primer.book()
      _ = try book.enqueue(Experiment())
      try book.close()
      let file = primer.folder.appending(path: "book/notebook.sqlite")
      var data = try Data(contentsOf: file)
      // SQLite keeps PRAGMA user_version at byte 60 of the file, big-endian.
      data[63] = UInt8(Notebook.formatVersion + 1)
      try data.write(to: file)
      let names = try FileManager.default.subpathsOfDirectory(atPath: primer.folder.path + "/book")
      for command in [
        ["runs"], ["show", "1"], ["run", "x.toml", "--detach"], ["note", "1", "x"],
        ["queue"], ["runner"], ["delete", "1"], ["export", "1", "--format", "csv", "--out", "-"],
      ] {
        let outcome = try primer.run(command + ["--notebook", "book"])
        #expect(outcome.status == 1, "\(command)")
        #expect(outcome.errors.contains("newer primer"), "\(command): \(outcome.errors)")
      }
      let screen = try Tmux(
        "cd \(primer.folder.path) && \(path) --notebook book; cat",
        environment: environment(primer))
      defer { screen.close() }
      try screen.wait(for: "newer primer")
      #expect(try Data(contentsOf: file) == data)
      let after = try FileManager.default.subpathsOfDirectory(atPath: primer.folder.path + "/book")
      #expect(after.sorted() == names.sorted())
      let repair = try primer.onBook("repair")
      #expect(repair.status == 1 && repair.errors.contains("newer primer"), "\(repair.errors)")
      #expect(try Data(contentsOf: file) == data)
    }
  }

  /// What came of work on several threads.
  private final class Outcomes: @unchecked Sendable {
    private let lock = NSLock()
    private var list: [Result<[String], any Error>] = []
    var all: [Result<[String], any Error>] { lock.withLock { list } }
    func add(_ outcome: Result<[String], any Error>) { lock.withLock { list.append(outcome) } }
  }
}
