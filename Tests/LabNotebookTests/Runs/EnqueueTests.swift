import Experiments
import Foundation
import LabNotebook
import TestSupport
import Testing

@Suite struct EnqueueTests {
  @Test func `only the paths that a run reads become absolute`() throws {
    try withTemporaryFolder { folder in
      let book = try Notebook.open(folder: folder.appending(path: "book").path)
      for name in ["corpora", "text"] {
        try FileManager.default.createDirectory(
          at: folder.appending(path: name), withIntermediateDirectories: true)
      }
      var experiment = Experiment()
      try experiment.set("data.path", to: "corpora")
      try experiment.set("pretraining.text", to: "text")
      let near = folder.appending(path: "experiment.toml").path
      let planned = try #require(try book.run(try book.enqueue(experiment, near: near)))
      #expect(planned.experiment[Settings.dataPath] == folder.appending(path: "corpora").path)
      #expect(planned.experiment[Settings.pretrainingText] == "text")
      try experiment.set("kind", to: "pretraining")
      let pretraining = try #require(try book.run(try book.enqueue(experiment, near: near)))
      #expect(pretraining.experiment[Settings.dataPath] == "corpora")
      #expect(
        pretraining.experiment[Settings.pretrainingText] == folder.appending(path: "text").path)
    }
  }
}
