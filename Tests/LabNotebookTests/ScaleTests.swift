import Experiments
import Foundation
import LabNotebook
import TestSupport
import Testing

/// What makes large notebooks fast changes nothing of what they say.
@Suite struct ScaleTests {
  private func points(_ notebook: Notebook, _ run: RunID, after: Int64 = 0) throws -> [String] {
    try notebook.metrics(run, series: "outer/loss", after: after).map {
      "\($0.rowID) \($0.step) \($0.value) \($0.time.timeIntervalSince1970)"
    }
  }

  /// Nine thousand steps fill two chunks of each series, and begin a third.
  private func record(_ steps: ClosedRange<Int>, with recorder: RunRecorder) throws {
    for step in steps {
      try recorder.record(outerStep(step, step % 1000 == 0 ? .nan : 1 / Double(step)))
    }
    try recorder.flush()
  }

  @Test func `points come from chunks as they stand in their rows, from wherever one asks`() throws
  {
    try withNotebook { notebook in
      let id = try notebook.enqueue(Experiment())
      let recorder = try notebook.recorder(for: id)
      try recorder.record(.stateChanged(.running))
      try record(1...9000, with: recorder)
      let whole = try points(notebook, id)
      #expect(whole.count == 9000)
      let marks = try notebook.metrics(id, series: "outer/loss").map(\.rowID)
      var parts: [[String]] = []
      for index in [0, 4094, 4095, 4096, 8191, 8192, 8998, 8999] {
        let rest = try points(notebook, id, after: marks[index])
        #expect(rest == Array(whole.dropFirst(index + 1)), "after \(index)")
        parts.append(rest)
      }
      // The rows count: where no chunk can be read they are read instead.
      #expect(try notebook.spoilChunks() == 6)
      #expect(try points(notebook, id) == whole)
      for (index, part) in zip([0, 4094, 4095, 4096, 8191, 8192, 8998, 8999], parts) {
        #expect(try points(notebook, id, after: marks[index]) == part)
      }
    }
  }

  @Test(arguments: [0, 1, 4095, 4096, 4097, 8192, 9000])
  func `a run that goes back has its points once, whether its recorder goes on or another`(
    steps: Int
  ) throws {
    try withNotebook { notebook in
      let id = try notebook.enqueue(Experiment())
      let recorder = try notebook.recorder(for: id)
      try recorder.record(.stateChanged(.running))
      if steps > 0 { try record(1...steps, with: recorder) }
      let mark = try recorder.mark(isDurable: true)
      try record((steps + 1)...(steps + 5000), with: recorder)
      try notebook.rewind(id, to: mark)
      #expect(try points(notebook, id).count == steps)
      try record((steps + 1)...(steps + 4500), with: recorder)
      let another = try notebook.recorder(for: id)
      try record((steps + 4501)...(steps + 9000), with: another)
      try another.finish(state: .finished, error: nil)
      let found = try notebook.metrics(id, series: "outer/loss")
      #expect(found.map(\.step) == Array(1...(steps + 9000)))
      let whole = try points(notebook, id)
      #expect(try notebook.spoilChunks() > 0)
      #expect(try points(notebook, id) == whole)
    }
  }

  @Test func `a notebook of format 2 is read as it is, and opened for writing it is today's`()
    throws
  {
    try withTemporaryFolder { folder in
      var notebook = try Notebook.open(folder: folder.path)
      try fill(notebook)
      let long = try notebook.enqueue(try experiment("long"))
      let recorder = try notebook.recorder(for: long)
      try recorder.record(.stateChanged(.running))
      try record(1...9000, with: recorder)
      try recorder.finish(state: .finished, error: nil)
      let lines = try everything(in: notebook)
      let scores = try notebook.runs().map(\.scores)
      #expect(scores.contains { !$0.all.isEmpty })
      try notebook.becomeFormat2()
      try notebook.close()

      notebook = try Notebook.open(folder: folder.path, mode: .readOnly)
      #expect(try everything(in: notebook) == lines)
      #expect(try notebook.runs().map(\.scores) == scores)
      try notebook.close()

      notebook = try Notebook.open(folder: folder.path)
      #expect(try everything(in: notebook) == lines)
      #expect(try notebook.runs().map(\.scores) == scores)
      #expect(try notebook.integrityComplaints().isEmpty)
      #expect(try notebook.spoilChunks() == 6, "three series of two chunks")
      try notebook.setNote(1, "written again")
      #expect(try notebook.runs().first?.note == "written again")
    }
  }

  @Test
  func `what an older engine writes after a newer program opened the notebook is in the lists`()
    throws
  {
    try withTemporaryFolder { folder in
      let notebook = try Notebook.open(folder: folder.path)
      let id = try notebook.enqueue(try experiment("begun before"))
      let recorder = try notebook.recorder(for: id)
      try recorder.record(.stateChanged(.running))
      try recorder.record(.evaluation(result("nl", "test", right: 1)))
      try recorder.flush()
      func scores(_ notebook: Notebook) throws -> [String] {
        try notebook.runs()[0].scores.all.map {
          "\($0.language) \($0.split) \(($0.f1 * 10).rounded())"
        }
      }
      #expect(try scores(notebook) == ["nl test 1.0"])
      let other = try Notebook.open(folder: folder.path, mode: .readOnly)
      #expect(try scores(other) == ["nl test 1.0"])
      try notebook.recordAsFormat2(result("hi", "test", right: 3), of: id)
      try notebook.recordAsFormat2(result("hi", "test", right: 4), of: id)
      for reader in [notebook, other] {
        #expect(try scores(reader) == ["nl test 1.0", "hi test 4.0"])
      }
      // Today's engine goes on with the run: the scores are put in order again.
      try recorder.record(.evaluation(result("af", "test", right: 7)))
      try recorder.flush()
      let all = ["nl test 1.0", "hi test 4.0", "af test 7.0"]
      for reader in [notebook, other] { #expect(try scores(reader) == all) }
      try recorder.record(.evaluation(result("af", "dev", right: 2)))
      try recorder.finish(state: .finished, error: nil)
      #expect(try scores(other) == all + ["af dev 2.0"])
      #expect(try scores(Notebook.open(folder: folder.path)) == all + ["af dev 2.0"])
    }
  }

  @Test func `a damaged notebook of format 2 is made again as today's`() throws {
    try withTemporaryFolder { folder in
      let notebook = try Notebook.open(folder: folder.path)
      try fill(notebook)
      let lines = try everything(in: notebook)
      // One run is older than journals: it is in the damaged file alone.
      unlink(notebook.runFolder(1) + "/journal.jsonl")
      try notebook.becomeFormat2()
      try notebook.close()
      try Data("seen\n".utf8).write(to: folder.appending(path: "notebook.damaged"))
      let report = try NotebookRepair.carryOut(folder: folder.path)
      #expect(report.salvaged == [1] && report.losses.isEmpty, "\(report)")
      #expect(try everything(in: Notebook.open(folder: folder.path)) == lines)
    }
  }

  @Test func `the list tells another version exactly when a run has changed`() throws {
    try withNotebook { notebook in
      let other = try Notebook.open(folder: notebook.folder)
      var version = try notebook.versionedRuns().version
      func expectChange(_ what: String, _ change: () throws -> Void) throws {
        try change()
        let list = try notebook.versionedRuns()
        #expect(list.version != version, "\(what)")
        version = list.version
        // A fresh look decodes all of it.
        #expect(try list.runs == Notebook.open(folder: notebook.folder).runs(), "\(what)")
        #expect(try notebook.versionedRuns().version == version, "\(what)")
      }
      try expectChange("queued") { try fill(other) }
      try expectChange("a note") { try other.setNote(2, "x") }
      try expectChange("tags") { try other.setTags(2, ["a"]) }
      try expectChange("the bin") { try other.putIntoBin([1]) }
      try expectChange("the queue") { try other.move(5, to: .first) }
      try expectChange("gone") { try other.delete(1) }
      try expectChange("gone and new") {
        try other.delete(6)
        _ = try other.enqueue(try experiment("new"))
      }
      let recorder = try other.recorder(for: try other.enqueue(try experiment("under way")))
      try expectChange("begun") { try recorder.record(.stateChanged(.running)) }
      try expectChange("progress") {
        var progress = LabNotebook.Progress(phase: .priming)
        progress.fraction = 0.5
        try recorder.record(.progress(progress))
        try recorder.flush()
      }
      try expectChange("a score") {
        try recorder.record(.evaluation(result("hi", "dev", right: 3)))
        try recorder.flush()
      }
      try recorder.record(outerStep(1, 1))
      try recorder.flush()
      #expect(try notebook.versionedRuns().version == version, "a point is none of the list's")
    }
  }
}
