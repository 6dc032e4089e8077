import Experiments
import Foundation
import LabNotebook
import NamedEntities
import TestSupport
import Testing

@Suite struct RunRecorderTests {
  private func withRecorder(_ body: (Notebook, RunID, RunRecorder) throws -> Void) throws {
    try withNotebook { notebook in
      let id = try notebook.enqueue(Experiment())
      let recorder = try notebook.recorder(for: id)
      try recorder.record(.stateChanged(.running))
      try body(notebook, id, recorder)
    }
  }

  private func outerStep(_ step: Int, _ loss: Double) -> Event {
    .outerStep(
      step: step, languages: ["en"], loss: loss, gradientNorm: 1, learningRate: 2e-5)
  }

  @Test func `each kind of step becomes points of its series`() throws {
    try withRecorder { notebook, id, recorder in
      // Five inner steps a task, so the third of outer step 2 is the eighth of all.
      try recorder.record(
        .innerStep(step: 2, task: 0, language: "en", innerStep: 3, loss: 0.5))
      try recorder.record(outerStep(2, 0.25))
      try recorder.record(
        .trainingStep(
          phase: .tuning, language: "hi", step: 7, loss: 1.5, gradientNorm: 3,
          learningRate: 1e-3))
      try recorder.record(
        .trainingStep(
          phase: .pretraining, language: nil, step: 9, loss: 8, gradientNorm: 2,
          learningRate: 1e-4))
      try recorder.record(.evaluation(result("hi", "test", right: 5)))
      try recorder.flush()
      let names = try notebook.seriesNames(id)
      let points = try names.flatMap { name in
        try notebook.metrics(id, series: name).map { "\(name) \($0.step) \($0.value)" }
      }
      #expect(
        points == [
          "f1/hi/test 70 0.5", "inner/loss 8 0.5", "outer/gradientNorm 2 1.0",
          "outer/learningRate 2 2e-05", "outer/loss 2 0.25", "pretraining/gradientNorm 9 2.0",
          "pretraining/learningRate 9 0.0001", "pretraining/loss 9 8.0",
          "tuning/hi/gradientNorm 7 3.0", "tuning/hi/learningRate 7 0.001",
          "tuning/hi/loss 7 1.5",
        ])
    }
  }

  @Test func `what is no number stays so`() throws {
    try withRecorder { notebook, id, recorder in
      let values = [0.5, .nan, .infinity, -.infinity, -0.25, 1e300]
      for (step, value) in values.enumerated() { try recorder.record(outerStep(step, value)) }
      try recorder.flush()
      let read = try notebook.metrics(id, series: "outer/loss").map(\.value)
      #expect(read.map(\.description) == values.map(\.description))
      var progress = LabNotebook.Progress(phase: .priming)
      progress.secondsLeft = .infinity
      try recorder.record(.progress(progress))
      try recorder.flush()
      #expect(try notebook.run(id)?.progress?.secondsLeft == .infinity)
    }
  }

  @Test func `a hundred thousand points come back in order, all or from where one was`() throws {
    try withRecorder { notebook, id, recorder in
      let count = 100_000
      for step in 1...count {
        let loss = step % 1000 == 0 ? Double.nan : Double(step)
        try recorder.record(
          .innerStep(step: step, task: 0, language: "en", innerStep: 0, loss: loss))
      }
      try recorder.flush()
      let points = try notebook.metrics(id, series: "inner/loss")
      #expect(points.map(\.step) == (0..<count).map { $0 * 5 })
      #expect(points.filter(\.value.isNaN).count == 100)
      #expect(zip(points, points.dropFirst()).allSatisfy { $0.rowID < $1.rowID })
      let rest = try notebook.metrics(id, series: "inner/loss", after: points[count - 3].rowID)
      #expect(rest.map(\.rowID) == points.suffix(2).map(\.rowID))
    }
  }

  @Test func `a reader sees each point once while they are written`() throws {
    try withRecorder { notebook, id, recorder in
      let reader = try Notebook.open(folder: notebook.folder, mode: .readOnly)
      let written = DispatchSemaphore(value: 0)
      DispatchQueue.global().async {
        do {
          for step in 1...5000 { try recorder.record(self.outerStep(step, Double(step))) }
          try recorder.finish(state: .finished, error: nil)
        } catch {
          Issue.record(error)
        }
        written.signal()
      }
      var steps: [Int] = []
      var last: Int64 = 0
      var isOver = false
      while !isOver {
        isOver = try reader.run(id)?.state.isFinal == true
        let points = try reader.metrics(id, series: "outer/loss", after: last)
        steps += points.map(\.step)
        last = points.last?.rowID ?? last
      }
      written.wait()
      #expect(steps == Array(1...5000))
    }
  }

  @Test func `events are kept as they were, in order, without metrics and progress`() throws {
    try withRecorder { notebook, id, recorder in
      let events: [Event] = [
        .started(processID: 77, host: "here", threads: 2, engine: "libtorch"),
        .phase(.priming, language: nil), .phase(.tuning, language: "hi"),
        .evaluation(result("hi", "dev", right: 5)),
        .settingChanged(
          key: "priming.outer.learningRate", old: .number(2e-5), new: .number(1e-5), step: 12),
        .checkpoint(step: 12, path: "/runs/1/primed"), .log(.warning, "हिन्दी ‘quoted’\n\"x\""),
      ]
      for event in events {
        try recorder.record(event)
        try recorder.record(outerStep(1, 1))
        try recorder.record(.progress(LabNotebook.Progress(phase: .tuning)))
      }
      try recorder.finish(state: .failed, error: "why")
      let logged = try notebook.events(id)
      #expect(
        logged.map(\.event) == [.stateChanged(.running)] + events + [.stateChanged(.failed)])
      #expect(try notebook.events(id, after: logged[6].id).map(\.id) == logged[7...].map(\.id))
      let run = try #require(try notebook.run(id))
      #expect(run.processID == 77 && run.host == "here" && run.error == "why")
      #expect(run.started != nil && run.finished != nil)
    }
  }

  @Test func `the newest result of a language and split counts, and the mean is theirs`() throws {
    try withRecorder { notebook, id, recorder in
      #expect(try notebook.run(id)?.meanF1(split: "test") == nil)
      var early = result("hi", "test", right: 9)
      early.phase = .priming
      for result in [
        early, result("hi", "test", right: 1), result("hi", "test", right: 4),
        result("af", "test", right: 8), result("af", "dev", right: 2),
      ] { try recorder.record(.evaluation(result)) }
      try recorder.flush()
      // (0.4 + 0.8) / 2 = 0.6
      let mean = try #require(try notebook.run(id)?.meanF1(split: "test"))
      #expect(abs(mean - 0.6) < 1e-12)
      #expect(try notebook.evaluations(id).count == 5)
      try recorder.finish(state: .finished, error: nil)
      #expect(try notebook.run(id)?.results.count == 3)
      #expect(try notebook.run(id) == notebook.run(id), "read once more from memory")
    }
  }

  @Test func `recording goes on by itself, without another call`() throws {
    try withRecorder { notebook, id, recorder in
      try recorder.record(outerStep(1, 1))
      for _ in 0..<3600 {
        if try notebook.seriesNames(id).contains("outer/loss") { break }
        Thread.sleep(forTimeInterval: 0.05)
      }
      #expect(try notebook.metrics(id, series: "outer/loss").count == 1)
    }
  }

  @Test func `an error of the book surfaces`() throws {
    try withRecorder { notebook, id, recorder in
      try recorder.finish(state: .stopped, error: nil)
      try notebook.delete(id)
      try recorder.record(.log(.info, "to nobody"))
      expectNotebookError(.noSuchRun, "no run #1") { try recorder.flush() }
      expectNotebookError(.noSuchRun) { try recorder.record(.stateChanged(.running)) }
      expectNotebookError(.noSuchRun) { _ = try notebook.recorder(for: id) }
    }
  }
}
