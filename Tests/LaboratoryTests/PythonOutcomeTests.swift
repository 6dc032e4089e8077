import Experiments
import Foundation
import LabNotebook
import Laboratory
import RunFolders
import NamedEntities
import TestSupport
import Testing

private let python = Python.having(
  "torch", "transformers", "adapters", "peft", "tensorboard", "safetensors")

/// What a run leaves behind, opened by the libraries of its readers, where they are installed.
@Suite(
  .enabled(
    if: python != nil,
    "skipped: no Python with torch, transformers, adapters, peft and tensorboard (PRIMER_PYTHON)"))
struct PythonOutcomeTests {
  private struct Answer: Decodable {
    var labels: [String]
    var adapterhub: [[String]]?
    var peft: [[String]]?
    var huggingface: [[String]]?
    var warnings: [String]
  }

  @Test(arguments: ["bottleneck", "lora", "prefix", "ia3", "bitfit"])
  func `a run's folders open without a warning, and tag what the run's model tags`(
    adapter: String
  ) throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let experiment = try world.experiment([
      "adapter.type": adapter, "tuning.epochs": "12", "tuning.learningRate": "0.02",
      "adapter.prefixLength": "3",
    ])
    _ = try world.run(experiment)
    let run = try world.runFolder(experiment)
    let outcome = try RunOutcome(run)
    let sentences = [
      ["Ada", "met", "Oslo", "by", "bus", "."], ["Bern"], ["Di", "?", "Lima", "Bo", "Cy"],
    ]
    let folder = run.path + "/.."
    for format in ModelExport.Format.allCases {
      // What has no place in a format is refused; the tests of ModelExport say what.
      _ = try? ModelExport(outcome, as: format)
        .write(language: "cc", to: "\(folder)/\(format.rawValue)")
    }
    try JSONEncoder().encode(sentences).write(to: URL(filePath: folder + "/sentences.json"))
    let script = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Python/outcome.py")
    let said = try #require(try python?.run([script.path, folder]))
    let line = said.output.split(separator: "\n").last { $0.hasPrefix("ANSWER ") }
    let json = try #require(line?.dropFirst("ANSWER ".count), "\(said.output)")
    let answer = try JSONDecoder().decode(Answer.self, from: Data(json.utf8))
    #expect(answer.labels == TagSet.panx.labels)
    #expect(answer.warnings.isEmpty)
    let tags = try Predictor(folder: run).predict(sentences).map(\.tags)
    #expect(tags.joined().contains { $0 != "O" }, "there is something to tell apart")
    let libraries = [answer.adapterhub, answer.peft, answer.huggingface]
    for theirs in libraries.compactMap(\.self) { #expect(theirs == tags) }
    #expect(libraries.count { $0 != nil } == ["lora": 3, "prefix": 2, "ia3": 3][adapter] ?? 1)
  }

  @Test func `tensorboard reads back every point as it was recorded`() throws {
    try withTemporaryFolder { folder in
      let book = try Notebook.open(folder: folder.appending(path: "book").path)
      let id = try book.enqueue(Experiment())
      let recorder = try JournalWriter(RunFolder(book.runFolder(id)))
      try recorder.begin(
        attempt: 1,
        .init(processID: 1, host: "here", boot: "", threads: 1, engine: "test"))
      try recorder.record(.stateChanged(.running))
      for step in 1...300 {
        let loss = step == 7 ? Double.nan : step == 8 ? .infinity : 1 / Double(step)
        try recorder.record(
          .outerStep(
            step: step, tasks: [], loss: loss, gradientNorm: Double(step) * 1e-9,
            learningRate: 2e-5))
      }
      try recorder.finish(state: .finished, error: nil)
      let run = try #require(try book.run(id))
      let board = folder.appending(path: "board")
      try FileManager.default.createDirectory(at: board, withIntermediateDirectories: true)
      try EventFile(Measurements(book, run: run)).data
        .write(to: board.appending(path: "events.out.tfevents.1.test"))
      let program = """
        import sys
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
        board = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0})
        board.Reload()
        for tag in sorted(board.Tags()["scalars"]):
            for point in board.Scalars(tag):
                print(tag, point.step, float(point.value).hex(), repr(point.wall_time))
        """
      let said = try #require(try python?.run(["-c", program, board.path]))
      let read = said.output.split(separator: "\n").filter { $0.hasPrefix("outer/") }
        .map { $0.split(separator: " ") }
      let written = try book.series(of: id).flatMap { key in
        try book.metrics(id, series: key).map { (key.name, $0) }
      }
      #expect(read.count == 900 && written.count == 900, "\(said.output.suffix(2000))")
      for (line, (name, point)) in zip(read, written) {
        let value = Float(point.value)
        #expect(line[0] == name && Int(line[1]) == point.step)
        #expect(Float(line[2]) == value || (value.isNaN && line[2] == "nan"), "\(line)")
        #expect(Double(line[3]) == point.time.timeIntervalSince1970)
      }
    }
  }
}
