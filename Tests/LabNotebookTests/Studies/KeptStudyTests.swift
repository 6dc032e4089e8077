import Experiments
import Foundation
import LabNotebook
import TestSupport
import Testing

/// Studies whose plans a notebook keeps.
@Suite struct KeptStudyTests {
  private func load(_ text: String) throws -> Study {
    try withTemporaryFolder { folder in
      try "name = \"base\"\n[priming]\nsteps = 7\n".write(
        to: folder.appending(path: "base.toml"), atomically: true, encoding: .utf8)
      let file = folder.appending(path: "study.toml")
      try text.write(to: file, atomically: true, encoding: .utf8)
      return try Study.load(path: file.path)
    }
  }

  private static let plain = """
    name = "s"
    base = "base.toml"
    seeds = [3, 5]
    control = "none"
    [[method]]
    name = "none"
    set = { "priming.method" = "none" }
    [[method]]
    name = "five"
    set = { priming.inner.steps = 5, tuning.languages = ["nl", "af"] }
    [[tuning]]
    name = "adapter"
    [[tuning]]
    name = "head"
    set = { "tuning.updates" = "head" }

    """

  @Test func `a kept study has the same grid as its file, wherever that went`() throws {
    try withNotebook { notebook in
      var study = try load(Self.plain)
      study.match = .sentences
      study.matchTo = "five"
      study.sharesPriming = false
      study.name = "does \"it\" pay? \\"
      study.methods[1].match = .updates
      let path = try notebook.keep(study, near: nil)
      #expect(path.hasPrefix(notebook.folder + "/studies/does-it-pay-"))
      let kept = try Study.load(path: path)
      func planned(_ study: Study) throws -> [Experiment] {
        try study.cells().map { try $0.experiment.resolved(near: nil) }
      }
      #expect(try planned(kept) == planned(study))
      #expect(try kept.cells().map(\.method) == study.cells().map(\.method))
      #expect(kept.matchTo == "five" && kept.control == "none" && !kept.sharesPriming)
      #expect(notebook.keptStudies() == [StudyFile(name: study.name, path: path)])
      study.seeds = [3, 5, 8]
      #expect(try notebook.keep(study, near: nil) == path, "the same name replaces it")
      #expect(try Study.load(path: path).seeds == [3, 5, 8])
      study.name = "Does it pay"
      #expect(try notebook.keep(study, near: nil) != path)
      #expect(notebook.keptStudies().count == 2)
      try "rubbish".write(toFile: path, atomically: true, encoding: .utf8)
      #expect(notebook.keptStudies().map(\.name) == ["Does it pay"])
    }
  }

  @Test func `a kept study finds its encoder from everywhere`() throws {
    try withNotebook { notebook in
      try withTemporaryFolder { folder in
        for name in ["encoder", "other"] {
          try FileManager.default.createDirectory(
            at: folder.appending(path: name), withIntermediateDirectories: true)
        }
        try "encoder = { path = \"encoder\" }\n".write(
          to: folder.appending(path: "base.toml"), atomically: true, encoding: .utf8)
        let file = folder.appending(path: "study.toml")
        try Self.plain.replacing("priming.inner.steps = 5", with: "encoder.path = \"other\"")
          .write(to: file, atomically: true, encoding: .utf8)
        let study = try Study.load(path: file.path)
        let kept = try Study.load(path: notebook.keep(study, near: file.path))
        let paths = try kept.cells().map { $0.experiment[Settings.encoderPath] }
        #expect(Set(paths) == Set(["encoder", "other"].map { folder.appending(path: $0).path }))
        let planned = try study.cells().map {
          try $0.experiment.resolved(near: file.path)
        }
        #expect(try kept.cells().map { try $0.experiment.resolved(near: nil) } == planned)
      }
    }
  }
}
