import Experiments
import Foundation
import Experiments
import LabNotebook
import NotebookSupport
import RunFolders
import TestSupport
import Testing

/// The index follows the run folders, whatever is copied, torn, hostile or done at once.
@Suite struct IndexTests {
  /// A notebook with runs of every kind, closed, and what it has.
  private func withFilledNotebook(
    _ body: (_ folder: String, _ lines: [String]) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      let notebook = try Notebook.open(folder: folder.path)
      try fill(notebook)
      try notebook.setPage("Notebook", "# What was learnt\n\nnothing \u{2028} yet \"…\"")
      let lines = try everything(in: notebook)
      #expect(lines.count > 900)
      try notebook.close()
      try body(folder.path, lines)
    }
  }

  private func everythingIn(_ folder: String) throws -> [String] {
    let notebook = try Notebook.open(folder: folder)
    defer { try? notebook.close() }
    return try LabNotebookTests.everything(in: notebook)
  }

  /// The notebook as whoever reads all of its folders for the first time finds it.
  private func freshlyRead(_ folder: String) throws -> Notebook {
    let copy = folder + "-copy"
    try? FileManager.default.removeItem(atPath: copy)
    try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: folder + "/runs", toPath: copy + "/runs")
    return try Notebook.open(folder: copy)
  }

  @Test func `deleting the index loses nothing`() throws {
    try withFilledNotebook { folder, lines in
      unlink(folder + "/notebook.sqlite")
      expectSame(try everythingIn(folder), lines)
      let pages = try Notebook.open(folder: folder).pages()
      #expect(pages.count == 1)
    }
  }

  @Test func `whichever page of the index is overwritten, all is there`() throws {
    try withFilledNotebook { folder, lines in
      let file = URL(filePath: folder + "/notebook.sqlite")
      let whole = try Data(contentsOf: file)
      let pages = whole.count / 4096
      #expect(pages > 20)
      for page in 0..<pages {
        var data = whole
        let begin = page * 4096 + (page == 0 ? 100 : 0)
        data.replaceSubrange(
          begin..<((page + 1) * 4096),
          with: repeatElement(
            UInt8(truncatingIfNeeded: page &* 37 &+ 0xA5), count: 4096 - begin % 4096))
        for suffix in ["-wal", "-shm"] { unlink(file.path + suffix) }
        try data.write(to: file)
        expectSame(try everythingIn(folder), lines, "page \(page)")
      }
    }
  }

  @Test func `new folders come in and those that are gone go out, while it is open`() throws {
    try withFilledNotebook { folder, lines in
      try withTemporaryFolder { other in
        let notebook = try Notebook.open(folder: other.path)
        #expect(try notebook.runs().isEmpty)
        try FileManager.default.copyItem(
          atPath: folder + "/runs", toPath: other.path + "/runs")
        try notebook.refresh(.open)
        expectSame(try everything(in: notebook), lines)
        try FileManager.default.removeItem(atPath: other.path + "/runs/3")
        try notebook.refresh(.open)
        #expect(try notebook.runs().map(\.id) == [1, 2, 4, 5, 6, 7])
      }
    }
  }

  @Test func `a copy in any torn order opens right, and is right when it is whole`() throws {
    try withFilledNotebook { folder, lines in
      let begun = [1, 2, 3, 6, 7]
      let journals =
        try begun.map { run in
          try Data(contentsOf: URL(filePath: "\(folder)/runs/\(run)/journal.jsonl"))
        } as [Data]
      // The index is newer than the journals, or older, or both by halves.
      for share in [0, 1, 3, 5, 9, 10] {
        for (run, journal) in zip(begun, journals) {
          try journal.prefix(journal.count * (run % 2 == 0 ? share : 10 - share) / 10)
            .write(to: URL(filePath: "\(folder)/runs/\(run)/journal.jsonl"))
        }
        let torn = try Notebook.open(folder: folder)
        #expect(try torn.runs().count == 7)
        try torn.close()
      }
      for (run, journal) in zip(begun, journals) {
        try journal.write(to: URL(filePath: "\(folder)/runs/\(run)/journal.jsonl"))
      }
      // How often a run went back counts what was read anew.
      let again = try everythingIn(folder)
      unlink(folder + "/notebook.sqlite")
      expectSame(try everythingIn(folder), lines)
      #expect(again.count == lines.count)
    }
  }

  @Test func `a journal that was replaced by another of the same length is read anew`() throws {
    try withNotebook { notebook in
      let id = try notebook.enqueue(Experiment())
      let recorder = try notebook.recorder(for: id)
      for step in 1...50 { try recorder.record(outerStep(step, 0.25)) }
      try recorder.finish(state: .finished, error: nil)
      let before = try #require(try notebook.run(id))
      let journal = notebook.runFolder(id) + "/journal.jsonl"
      let text = try String(contentsOfFile: journal, encoding: .utf8)
      try text.replacing("0.25", with: "0.75").replacing("finished", with: "stopped ")
        .replacing("stopped ", with: "finished")
        .write(toFile: journal, atomically: true, encoding: .utf8)
      try notebook.refresh()
      // The last bytes are the same: what was read stays. A longer one is another.
      try (text.replacing("0.25", with: "0.5")).write(
        toFile: journal, atomically: true, encoding: .utf8)
      try notebook.refresh()
      let values = try notebook.metrics(id, series: SeriesKey(.outerLoss)).map(\.value)
      #expect(Set(values) == [0.5] && values.count == 50)
      #expect(
        try #require(try notebook.run(id)).rewinds > before.rewinds, "readers start from zero")
    }
  }

  @Test func `an unfinished last line is left for the next time`() throws {
    try withNotebook { notebook in
      let id = try notebook.enqueue(Experiment())
      let recorder = try notebook.recorder(for: id)
      for step in 1...3 { try recorder.record(outerStep(step, 1)) }
      try recorder.flush()
      recorder.die()
      let journal = notebook.runFolder(id) + "/journal.jsonl"
      let line = "[\"m\",\"outer/loss\",null,4,null,null,0.5,1764000000.5]\n"
      let file = try #require(FileHandle(forWritingAtPath: journal))
      try file.seekToEnd()
      for byte in line.utf8 {
        #expect(try notebook.metrics(id, series: SeriesKey(.outerLoss)).count == 3)
        try file.write(contentsOf: Data([byte]))
        try notebook.refresh(.open)
      }
      #expect(try notebook.metrics(id, series: SeriesKey(.outerLoss)).map(\.step) == [1, 2, 3, 4])
      #expect(try notebook.run(id)?.fault == nil)
    }
  }

  @Test func `twenty who tag a run at once all count, and so do stars and notes`() throws {
    try withNotebook { notebook in
      let id = try notebook.enqueue(Experiment())
      DispatchQueue.concurrentPerform(iterations: 20) { number in
        do {
          let own = try Notebook.open(folder: notebook.folder)
          let missing = try own.changeTags(id, adding: ["par\(number)"], removing: [])
          #expect(missing.isEmpty)
          if number == 7 { try own.setStarred(id, true) }
          if number == 11 { try own.setNote(id, "a note") }
        } catch {
          Issue.record(error)
        }
      }
      let run = try #require(try notebook.run(id))
      #expect(Set(run.tags) == Set((0..<20).map { "par\($0)" }))
      #expect(run.starred && run.note == "a note")
      #expect(try notebook.changeTags(id, adding: [], removing: ["par3", "none"]) == ["none"])
      #expect(try notebook.run(id)?.tags.count == 20, "nothing was changed")
    }
  }

  @Test func `a bad run is a row with its fault, and ends or hangs no list`() throws {
    try withNotebook { notebook in
      for name in ["good", "bad"] { _ = try notebook.enqueue(try experiment(name)) }
      let folder = RunFolder(notebook.runFolder(2))
      let deep = "name = " + String(repeating: "[", count: 400_000)
      let keys = (0..<100_000).map { "key\($0) = 1" }.joined(separator: "\n")
      let long = String(repeating: "x", count: 3_000_000)
      let bad: [(path: String, text: String)] = [
        (folder.experiment, deep), (folder.experiment, keys), (folder.experiment, long),
        (folder.experiment, "\u{0}\u{1}"), (folder.log, "{}\n[]\nnull\n"),
        (folder.log, "[\"run\",2,{\"created\":1e99,\"name\":\"x\",\"study\":\"\"}]\n"),
        (folder.log, "[\"set\",\"note\",\"" + long + long + "\",1]\n"),
        (folder.journal, "[\"m\",\"x\"]\n" + String(repeating: "[", count: 500_000) + "\n"),
        (folder.journal, long),
      ]
      for (path, text) in bad {
        let before = try? Data(contentsOf: URL(filePath: path))
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        let begin = ContinuousClock.now
        let fresh = try freshlyRead(notebook.folder)
        let runs = try fresh.runs()
        #expect(runs.map(\.id) == [1, 2] && runs[0].fault == nil)
        for run in runs { _ = (run.experiment, run.experimentProblem, run.planWords) }
        let isTold = runs[1].fault != nil || runs[1].experimentProblem != nil
        #expect(isTold || path == folder.journal, "\(path) \(text.prefix(20))")
        #expect(ContinuousClock.now - begin < .seconds(60), "\(text.prefix(20))")
        if let before {
          try before.write(to: URL(filePath: path))
        } else {
          unlink(path)
        }
      }
    }
  }

  @Test func `links, pipes and folders in the place of files are not read`() throws {
    try withNotebook { notebook in
      for name in ["one", "two", "three"] { _ = try notebook.enqueue(try experiment(name)) }
      let logs = (1...3).map { "\(notebook.folder)/runs/\($0)/run.jsonl" }
      for log in logs { unlink(log) }
      #expect(symlink("/etc/passwd", logs[0]) == 0)
      #expect(mkfifo(logs[1], 0o600) == 0)
      #expect(mkdir(logs[2], 0o700) == 0)
      try notebook.refresh()
      let runs = try notebook.runs()
      #expect(runs.count == 3 && runs.allSatisfy { $0.fault != nil }, "\(runs.map(\.fault))")
      #expect(throws: NotebookError.self) { try notebook.setStarred(1, true) }
    }
  }

  @Test func `numbers of deleted runs are not given again, even when the index is gone`() throws {
    try withNotebook { notebook in
      for _ in 0..<3 { _ = try notebook.enqueue(Experiment()) }
      try notebook.delete(3)
      try notebook.close()
      unlink(notebook.folder + "/notebook.sqlite")
      #expect(try Notebook.open(folder: notebook.folder).enqueue(Experiment()) == 4)
    }
  }

  @Test func `a run that nobody can tell of is running still, and is taken over when asked`() throws
  {
    // What a file system of several machines does to locks is tried in RunStatusTests; here the
    // words.
    try withNotebook { notebook in
      let id = try notebook.enqueue(Experiment())
      let recorder = try notebook.recorder(for: id)
      try recorder.record(.stateChanged(.running))
      expectNotebookError(.other, "is running") { try notebook.requeue(id, takeOver: true) }
      recorder.die()
      try notebook.requeue(id)
      #expect(try notebook.run(id)?.state == .queued)
    }
  }

  @Test func `the innermost mount tells on which kind of file system a folder lies`() {
    let mounts = """
      /dev/sda1 / ext4 rw 0 0
      server:/home /home nfs4 rw 0 0
      /dev/sdb1 /home/local ext4 rw 0 0
      scratch /data\\040sets lustre rw 0 0
      """
    for (path, kind) in [
      ("/", "ext4"), ("/home", "nfs4"), ("/home/me/x", "nfs4"), ("/home/local/x", "ext4"),
      ("/homeless", "ext4"), ("/data sets/x", "lustre"),
    ] {
      #expect(NetworkFileSystem.kind(of: path, mounts: mounts) == kind, "\(path)")
    }
  }
}
