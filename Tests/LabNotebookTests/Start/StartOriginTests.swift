import Experiments
import Foundation
import LabNotebook
import TestSupport
import Testing

/// Points of runs from which other runs begin: how they are found, kept and refused.
@Suite struct StartOriginTests {
  /// A notebook with a run that has left a primed encoder and a checkpoint of step 40.
  private func withBook(_ body: (Notebook, RunRecord) throws -> Void) throws {
    let folder = try makeTemporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let notebook = try Notebook.open(folder: folder.appending(path: "book").path)
    let id = try notebook.enqueue(Experiment())
    let run = try #require(try notebook.run(id))
    func write(_ text: String, _ path: String) throws {
      let file = URL(filePath: run.folder).appending(path: path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    for name in ["config.json", "model.safetensors", "adapter.safetensors"] {
      try write("{}", "primed/\(name)")
    }
    try write("x", "checkpoints/000007/tensors.safetensors")
    try write(
      #"{"place":{"priming":{"step":40}},"score":0.5,"liveSettings":{"tuning.learningRate":"0.5"}}"#,
      "checkpoints/000007/state.json")
    try write("no JSON", "checkpoints/000008/state.json")
    try write("x", "tuned/hi.safetensors")
    try body(notebook, try #require(try notebook.run(id)))
  }

  @Test func `a run's points are those whose files it has, in the order of the run`() throws {
    try withBook { _, run in
      let points = StartPoints(run)
      #expect(points.choices.map(\.point.text) == ["1/priming/40", "1/primed", "1/tuned/hi"])
      #expect(points.choice(.best)?.checkpoint == 7)
      #expect(points.choice(.furthest)?.point.place == .primed)
      #expect(points.choices[0].detail.contains("best dev F1 50.0"))
      let fork = run.experiment.beginning(at: points.choices[0])
      #expect(fork[Settings.tuningLearningRate] == 0.5, "live settings are as they were there")
      #expect(fork[Settings.startCheckpoint] == "1/priming/40")
    }
  }

  @Test func `a new run keeps what it begins with, and its point in full`() throws {
    try withBook { notebook, run in
      var experiment = Experiment()
      try experiment.set("start.checkpoint", to: "last/best")
      let fork = try #require(try notebook.run(notebook.enqueue(experiment)))
      #expect(fork.experiment[Settings.startCheckpoint] == "1/priming/40")
      #expect(fork.experiment.startWords == "priming step 40 of #1")
      let kept = try FileManager.default.subpathsOfDirectory(atPath: fork.folder + "/start")
      #expect(kept.contains("checkpoints/000007/state.json"))
      #expect(kept.contains("experiment.toml"))
      #expect(!kept.contains { $0.hasPrefix("primed") || $0.hasPrefix("tuned") })
      try notebook.delete(run.id)
      // What is gone can still be begun from where another run has kept it.
      let again = try #require(try notebook.run(notebook.enqueue(fork.experiment)))
      #expect(
        FileManager.default.contentsEqual(
          atPath: fork.folder + "/start", andPath: again.folder + "/start"))
    }
  }

  @Test func `a point that is not there is an error that names those that are`() throws {
    try withBook { notebook, _ in
      var experiment = Experiment()
      for (text, told) in [
        ("1/priming/41", "1/priming/40, 1/primed, 1/tuned/hi"), ("9/primed", "there is no run #9"),
      ] {
        try experiment.set("start.checkpoint", to: text)
        let count = try notebook.runs().count
        let error = try #require(throws: ExperimentError.self) {
          try notebook.enqueue(experiment)
        }
        #expect(error.key == "start.checkpoint")
        #expect(error.description.contains(told), "\(error)")
        #expect(try notebook.runs().count == count, "nothing is queued")
        #expect(notebook.startProblem(of: experiment) == error)
      }
    }
  }

  @Test func `another adapter is refused beside its setting, unless only the encoder is taken`()
    throws
  {
    try withBook { notebook, _ in
      var experiment = Experiment()
      try experiment.set("start.checkpoint", to: "1/primed")
      for (key, value) in [("adapter.reductionFactor", "8"), ("adapter.type", "lora")] {
        try experiment.set(key, to: value)
        let error = try #require(notebook.startProblem(of: experiment))
        #expect(error.key == key)
        #expect(error.expected.contains("start.keeps = \"encoder\""), "\(error)")
      }
      try experiment.set("start.keeps", to: "encoder")
      #expect(notebook.startProblem(of: experiment) == nil)
    }
  }

  @Test func `another encoder is refused, a copy of the same one is not`() throws {
    try withBook { notebook, run in
      let folder = URL(filePath: notebook.folder).appending(path: "models")
      func write(_ name: String, hidden: Int, _ vocabulary: String) throws -> String {
        let model = folder.appending(path: name)
        try FileManager.default.createDirectory(at: model, withIntermediateDirectories: true)
        try #"{"model_type":"bert","hidden_size":\#(hidden)}"#
          .write(to: model.appending(path: "config.json"), atomically: true, encoding: .utf8)
        try vocabulary.write(
          to: model.appending(path: "vocab.txt"), atomically: true, encoding: .utf8)
        return model.path
      }
      var source = Experiment()
      try source.set("encoder.path", to: write("own", hidden: 16, "a\nb"))
      let id = try notebook.enqueue(source)
      let there = try #require(try notebook.run(id)).folder
      try FileManager.default.copyItem(
        atPath: run.folder + "/primed", toPath: there + "/primed")
      var experiment = Experiment()
      try experiment.set("start.checkpoint", to: "\(id)/primed")
      for (path, told) in [
        (try write("wide", hidden: 32, "a\nb"), "hidden_size is 32, not 16"),
        (try write("other", hidden: 16, "a\nc"), "its vocabulary differs"),
      ] {
        try experiment.set("encoder.path", to: path)
        let error = try #require(notebook.startProblem(of: experiment))
        #expect(error.key == "encoder.path" && error.problem.contains(told), "\(error)")
      }
      try experiment.set("encoder.path", to: write("copy", hidden: 16, "a\nb"))
      #expect(notebook.startProblem(of: experiment) == nil)
    }
  }
}
