import Foundation
import Experiments
import TestSupport
import Testing

@Suite struct StudyTests {
  private func load(_ text: String) throws -> Study {
    try withTemporaryFolder { folder in
      try "name = \"base\"\n[priming]\nsteps = 7\n".write(
        to: folder.appending(path: "base.toml"), atomically: true, encoding: .utf8)
      let file = folder.appending(path: "study.toml")
      try text.write(to: file, atomically: true, encoding: .utf8)
      return try Study.load(path: file.path)
    }
  }

  static let plain = """
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

  @Test func `the grid has every method with every tuning and seed, once`() throws {
    let cells = try load(Self.plain).cells()
    #expect(cells.count == 2 * 2 * 2)
    #expect(Set(cells.map { "\($0.method)/\($0.tuning)/\($0.seed)" }).count == 8)
    for cell in cells {
      #expect(cell.experiment[Settings.seed] == cell.seed)
      #expect(cell.experiment[Settings.primingSteps] == 7, "the base's setting stays")
      #expect(
        cell.experiment[Settings.primingMethod] == (cell.method == "none" ? .none : .maml))
      #expect(
        cell.experiment[Settings.tuningUpdates]
          == (cell.tuning == "head" ? .head : .adapterAndHead))
      #expect(
        cell.experiment[Settings.name] == "s: \(cell.method), \(cell.tuning), seed \(cell.seed)")
    }
  }

  @Test(arguments: [
    ("base = \"base.toml\"", "base = \"gone.toml\"", "study.toml:2: gone.toml is not there"),
    ("control = \"none\"", "control = \"nothing\"", "study.toml:4: the control is ‘nothing’"),
    ("seeds = [3, 5]", "seeds = [3, 3]", "study.toml:3: there are no seeds, or one comes twice"),
    ("priming.inner.steps = 5", "priming.inner.stpes = 5", "did you mean priming.inner.steps?"),
    ("\"head\" }", "\"feet\" }", "study.toml:15: tuning.updates is ‘feet’; expected one of"),
    ("name = \"s\"", "nmae = \"s\"", "study.toml:1: nmae is not a key of a study"),
    ("name = \"head\"", "", "a tuning has no name"),
    ("seeds = [3, 5]", "seeds = [", "it is not TOML"),
  ])
  func `a wrong study is an error with file and line`(
    old: String, new: String, text: String
  ) throws {
    let error = #expect(throws: ExperimentError.self) {
      try load(Self.plain.replacing(old, with: new))
    }
    let description = try #require(error).description
    #expect(description.contains(text), "\(description)")
  }

  @Test func `every study of the sample data is read`() throws {
    let folder = packageFolder.appending(path: "sample-data/studies")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(!files.isEmpty)
    for file in files {
      let study = try Study.load(path: folder.appending(path: file).path)
      #expect(try !study.cells().isEmpty)
    }
  }
}
