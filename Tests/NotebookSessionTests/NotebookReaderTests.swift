import Experiments
import Foundation
import LabNotebook
import RunFolders
import NotebookSupport
import NotebookScreens
import NotebookSession
import TestSupport
import Testing

/// What the reader makes of a notebook that grows.
@Suite struct NotebookReaderTests {
  private func outer(_ step: Int, _ loss: Double) -> Event {
    .outerStep(
      step: step, tasks: [], loss: loss, gradientNorm: 1, learningRate: 2e-5)
  }

  private func counts(_ messages: [Message]) -> [String: Int] {
    var counts: [String: Int] = [:]
    for message in messages {
      switch message {
      case .runs(let runs): counts["runs"] = runs.count
      case .metrics(_, let series, let points): counts[series.name] = points.count
      case .events(_, let events): counts["events"] = events.count
      default: break
      }
    }
    return counts
  }

  @Test func `each point is told once, and nothing when nothing is new`() throws {
    try withTemporaryFolder { folder in
      let notebook = try Notebook.open(folder: folder.path, mode: .readWrite)
      var reader = NotebookReader(notebook)
      #expect(counts(try reader.poll(Interest())) == ["runs": 0])
      let run = try notebook.enqueue(Experiment())
      let recorder = try notebook.recorder(for: run)
      try recorder.record(.stateChanged(.running))
      for step in 1...3 { try recorder.record(outer(step, 1 / Double(step))) }
      try recorder.flush()
      let interest = Interest(detail: run)
      let first = counts(try reader.poll(interest))
      #expect(first["runs"] == 1)
      #expect(first["outer/loss"] == 3)
      #expect(try reader.poll(interest).isEmpty)
      try recorder.record(outer(4, 0.25))
      try recorder.flush()
      #expect(counts(try reader.poll(interest))["outer/loss"] == 1)
    }
  }

  @Test func `a summary reads the loss alone, and the rest follows when the run is opened`() throws
  {
    try withTemporaryFolder { folder in
      let notebook = try Notebook.open(folder: folder.path, mode: .readWrite)
      let run = try notebook.enqueue(Experiment())
      let recorder = try notebook.recorder(for: run)
      try recorder.record(.stateChanged(.running))
      try recorder.record(outer(1, 2))
      try recorder.flush()
      var reader = NotebookReader(notebook)
      let summary = counts(try reader.poll(Interest(summaries: [run])))
      #expect(summary["outer/loss"] == 1)
      #expect(summary["outer/gradientNorm"] == nil)
      let detail = counts(try reader.poll(Interest(detail: run)))
      #expect(detail["outer/gradientNorm"] == 1)
      #expect(detail["outer/loss"] == nil, "it was read before")
    }
  }

  @Test func `the screens show what a handler did`() throws {
    try withTemporaryFolder { folder in
      let notebook = try Notebook.open(folder: folder.path, mode: .readWrite)
      let run = try notebook.enqueue(Experiment())
      let handler = RequestHandler(notebook, program: "/nowhere/primer")
      var said: [Message] = []
      handler.carryOut(.saveNote(.run(run), "a note", expecting: "")) { said.append($0) }
      handler.carryOut(.setStarred(true, run)) { said.append($0) }
      handler.carryOut(.load(path: folder.path + "/none.toml")) { said.append($0) }
      let record = try notebook.run(run)
      #expect(record?.note == "a note")
      #expect(record?.starred == true)
      guard case .failed(let text)? = said.last else {
        Issue.record("a file that is not there was loaded")
        return
      }
      #expect(text.contains("none.toml"))
      let path = folder.path + "/saved.toml"
      var experiment = Experiment()
      try experiment.set("seed", to: "9")
      handler.carryOut(.save(experiment, path: path, replaces: false)) { said.append($0) }
      #expect(try Experiment.load(path: path) == experiment)
    }
  }
}
