import Experiments
import Foundation
import LabNotebook
import NotebookSupport
import RunFolders
import TestSupport
import Testing

/// What makes large notebooks fast changes nothing of what they say.
@Suite struct ScaleTests {
  private static let loss = SeriesKey(.outerLoss)

  private func points(
    _ notebook: Notebook, _ run: RunID, after: Int64 = 0
  ) throws -> [String] {
    try notebook.metrics(run, series: Self.loss, after: after).map {
      "\($0.place) \($0.step) \($0.value) \($0.time.timeIntervalSince1970)"
    }
  }

  /// Nine thousand steps fill two chunks of each series, and begin a third.
  private func record(_ steps: ClosedRange<Int>, with recorder: RunStandIn) throws {
    for step in steps {
      try recorder.record(outerStep(step, step % 1000 == 0 ? .nan : 1 / Double(step)))
    }
    try recorder.flush()
  }

  @Test func `points come from wherever one asks, whether they came at once or one by one`() throws
  {
    try withNotebook { notebook in
      let id = try notebook.enqueue(Experiment())
      let recorder = try notebook.recorder(for: id)
      try recorder.record(.stateChanged(.running))
      for step in 1...40 { try record(step...step, with: recorder) }
      for begin in stride(from: 41, to: 5000, by: 31) {
        try record(begin...(begin + 30), with: recorder)
      }
      let steps = try notebook.metrics(id, series: Self.loss).map(\.step)
      let known = steps.count
      #expect(steps == Array(1...known))
      try record((known + 1)...9000, with: recorder)
      let whole = try points(notebook, id)
      #expect(whole.count == 9000)
      let marks = try notebook.metrics(id, series: Self.loss).map(\.place)
      for index in [0, 39, 40, 255, 256, 4094, 4095, 4096, 8191, 8192, 8998, 8999] {
        let rest = try points(notebook, id, after: marks[index])
        #expect(rest == Array(whole.dropFirst(index + 1)), "after \(index)")
      }
      // An index that is made again has them in the same places.
      try notebook.close()
      unlink(notebook.folder + "/notebook.sqlite")
      #expect(try points(Notebook.open(folder: notebook.folder), id) == whole)
    }
  }

  @Test(arguments: [0, 1, 255, 4095, 4096, 4097, 9000])
  func `a run that goes back has its points once`(steps: Int) throws {
    try withNotebook { notebook in
      let id = try notebook.enqueue(Experiment())
      let recorder = try notebook.recorder(for: id)
      try recorder.record(.stateChanged(.running))
      if steps > 0 { try record(1...steps, with: recorder) }
      let mark = try recorder.mark(isDurable: true)
      try record((steps + 1)...(steps + 5000), with: recorder)
      let before = try #require(try notebook.run(id)).rewinds
      try recorder.rewind(to: mark)
      #expect(try points(notebook, id).count == steps)
      #expect(try #require(try notebook.run(id)).rewinds > before)
      try record((steps + 1)...(steps + 4500), with: recorder)
      recorder.die()
      try notebook.requeue(id)
      let another = try notebook.recorder(for: id)
      try record((steps + 4501)...(steps + 9000), with: another)
      try another.finish(state: .finished, error: nil)
      let found = try notebook.metrics(id, series: Self.loss)
      #expect(found.map(\.step) == Array(1...(steps + 9000)))
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
      try expectChange("the queue") { try other.move(4, to: .last) }
      try expectChange("gone") { try other.delete(1) }
      try expectChange("gone and new") {
        try other.delete(6)
        _ = try other.enqueue(try experiment("new"))
      }
      let recorder = try other.recorder(for: try other.enqueue(try experiment("under way")))
      try expectChange("begun") { try recorder.record(.stateChanged(.running)) }
      try expectChange("progress") {
        var progress = RunProgress(phase: .priming)
        progress.fraction = 0.5
        try recorder.record(.progress(progress))
        try recorder.flush()
      }
      try expectChange("a score") {
        try recorder.record(.evaluation(result("hi", "dev", right: 3)))
        try recorder.flush()
      }
    }
  }
}
