import Experiments
import Foundation
import LabNotebook
import NotebookSupport
import RunFolders
import TestSupport
import Testing

@Suite struct NotebookTests {
  @Test func `a queued run is found again with its experiment, in its folder too`() throws {
    try withTemporaryFolder { folder in
      let path = folder.path
      var asked = try experiment("first")
      try asked.set("priming.inner.steps", to: "3")
      let id = try Notebook.open(folder: path).enqueue(asked)
      let run = try #require(try Notebook.open(folder: path, mode: .readOnly).run(id))
      #expect(id == 1)
      #expect(run.name == "first" && run.state == .queued && run.results.isEmpty)
      #expect(run.experiment[Settings.innerSteps] == 3)
      #expect(run.folder == path + "/runs/1")
      let file = try Experiment.load(path: run.folder + "/experiment.toml")
      #expect(file == run.experiment)
      #expect(run.experimentProblem == nil)
    }
  }

  @Test func `relative paths become absolute, near the experiment's file`() throws {
    try withTemporaryFolder { folder in
      let corpora = folder.appending(path: "plans/corpora")
      try FileManager.default.createDirectory(at: corpora, withIntermediateDirectories: true)
      let notebook = try Notebook.open(folder: folder.appending(path: "book").path)
      var asked = Experiment()
      try asked.set("data.path", to: "corpora")
      try asked.set("encoder.path", to: "nowhere/encoder")
      let id = try notebook.enqueue(asked, near: folder.path + "/plans/x.toml")
      let stored = try #require(try notebook.run(id)).experiment
      #expect(stored[Settings.dataPath] == corpora.path)
      #expect(stored[Settings.encoderPath] == "nowhere/encoder", "the engine will say that")
    }
  }

  @Test func `an experiment that does not fit together is not queued`() throws {
    try withNotebook { notebook in
      var asked = Experiment()
      try asked.set("tuning.languages", to: "")
      expectError(ExperimentError.self, "tuning.languages is empty") {
        _ = try notebook.enqueue(asked)
      }
      #expect(try notebook.runs().isEmpty)
      let left = try? FileManager.default.contentsOfDirectory(atPath: notebook.folder + "/runs")
      #expect(left ?? [] == [])
    }
  }

  @Test func `a folder that is there already is not overwritten by a new run`() throws {
    try withNotebook { notebook in
      let old = notebook.folder + "/runs/1"
      try FileManager.default.createDirectory(atPath: old, withIntermediateDirectories: true)
      try "kept".write(toFile: old + "/checkpoint", atomically: true, encoding: .utf8)
      #expect(try notebook.enqueue(Experiment()) == 2)
      #expect(try FileManager.default.contentsOfDirectory(atPath: old) == ["checkpoint"])
      try notebook.refresh()
      let stranger = try #require(try notebook.run(1))
      #expect(stranger.state == .failed && stranger.fault?.contains("neither run.jsonl") == true)
    }
  }

  @Test func `names, notes, stars and archive are kept`() throws {
    try withNotebook { notebook in
      let id = try notebook.enqueue(Experiment())
      try notebook.rename(id, "better")
      try notebook.setNote(id, "two\nlines")
      try notebook.setStarred(id, true)
      try notebook.setArchived(id, true)
      let run = try #require(try notebook.run(id))
      #expect(run.name == "better" && run.note == "two\nlines" && run.starred && run.archived)
      expectError(ExperimentError.self, "name is") { try notebook.rename(id, "two\nlines") }
      expectNotebookError(.noSuchRun, "no run #9", "primer runs") { try notebook.setNote(9, "x") }
    }
  }

  @Test func `a deleted run is gone with its folder, and its number is not given again`() throws {
    try withNotebook { notebook in
      let id = try notebook.enqueue(Experiment())
      let recorder = try notebook.recorder(for: id)
      try recorder.record(.stateChanged(.running))
      try recorder.record(.evaluation(result("hi", "dev", right: 3)))
      try recorder.flush()
      expectNotebookError(.busy, "under way", "Stop it first") { try notebook.delete(id) }
      try recorder.finish(state: .stopped, error: nil)
      try notebook.delete(id)
      #expect(try notebook.run(id) == nil)
      #expect(try notebook.evaluations(id).isEmpty && notebook.series(of: id).isEmpty)
      #expect(!FileManager.default.fileExists(atPath: notebook.runFolder(id)))
      #expect(try notebook.enqueue(Experiment()) == id + 1)
    }
  }

  @Test func `a run whose folder is gone is gone, and the others stay`() throws {
    try withNotebook { notebook in
      let id = try notebook.enqueue(try experiment("lost"))
      _ = try notebook.enqueue(try experiment("kept"))
      try FileManager.default.removeItem(atPath: notebook.runFolder(id))
      #expect(try notebook.runs().map(\.name) == ["lost", "kept"], "nobody has looked")
      try notebook.refresh(.open)
      #expect(try notebook.runs().map(\.name) == ["kept"])
      expectNotebookError(.noSuchRun) { try notebook.setNote(id, "x") }
      try FileManager.default.removeItem(atPath: notebook.folder + "/runs")
      try notebook.refresh()
      #expect(try notebook.runs().isEmpty)
    }
  }

  @Test func `a notebook that is open twice shows in one what the other writes`() throws {
    try withNotebook { first in
      let second = try Notebook.open(folder: first.folder, mode: .readOnly)
      let before = (try first.dataVersion(), try second.dataVersion())
      #expect(try second.dataVersion() == before.1, "nothing happened")
      let id = try first.enqueue(try experiment("seen"))
      #expect(try first.dataVersion() != before.0)
      #expect(try second.dataVersion() != before.1)
      #expect(try second.runs().map(\.name) == ["seen"])
      expectNotebookError(.readOnly, "reading only") { try second.setStarred(id, true) }
    }
  }

  @Test func `many that write at once all get their turn`() throws {
    try withNotebook { notebook in
      DispatchQueue.concurrentPerform(iterations: 4) { writer in
        do {
          let own = try Notebook.open(folder: notebook.folder)
          for number in 0..<10 { _ = try own.enqueue(try experiment("\(writer)-\(number)")) }
        } catch {
          Issue.record(error)
        }
      }
      let runs = try notebook.runs()
      #expect(runs.map(\.id) == Array(1...40))
      #expect(Set(runs.map(\.name)).count == 40)
      #expect(runs.allSatisfy { $0.experiment[Settings.name] == $0.name })
    }
  }

  @Test func `the default folder is where the system keeps data`() {
    let folder = Notebook.defaultFolder
    #expect(folder.hasPrefix("/") && folder.hasSuffix("/primer"))
  }
}
