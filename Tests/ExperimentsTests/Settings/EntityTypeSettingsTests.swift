import Experiments
import Foundation
import NamedEntities
import TestSupport
import Testing

/// `data.types` and `data.map`.
@Suite struct EntityTypeSettingsTests {
  private static let toml = """
    [data]
    types = ["PER", "work of art", "a-b"]
    map = { GPE = "LOC", "geo pol" = "LOC", Date = "O" }
    """

  @Test func `types and a map are read from a file, and written as one reads them`() throws {
    let experiment = try Experiment(toml: Self.toml, file: "x.toml")
    #expect(experiment[Settings.dataTypes] == ["PER", "work of art", "a-b"])
    #expect(
      experiment[Settings.dataMap] == [
        EntityRename(from: "Date", to: nil), EntityRename(from: "GPE", to: "LOC"),
        EntityRename(from: "geo pol", to: "LOC"),
      ])
    for text in [experiment.toml(), experiment.resolvedToml(), experiment.annotatedToml()] {
      #expect(text.contains(#"map = { "Date" = "O", "GPE" = "LOC", "geo pol" = "LOC" }"#))
      #expect(try Experiment(toml: text, file: "y.toml") == experiment)
    }
    #expect(try Experiment(toml: Experiment().resolvedToml(), file: "z.toml") == Experiment())
    let json = try JSONEncoder().encode(experiment)
    #expect(try JSONDecoder().decode(Experiment.self, from: json) == experiment)
  }

  @Test func `they are typed with commas`() throws {
    var experiment = Experiment()
    try experiment.set("data.types", to: "PER, work of art,a-b")
    try experiment.set("data.map", to: "geo pol = LOC, GPE=LOC ,Date=O")
    #expect(try Experiment(toml: Self.toml, file: "x.toml") == experiment)
    #expect(experiment[key: "data.map"]?.description == "Date=O, GPE=LOC, geo pol=LOC")
    try experiment.set("data.map", to: "")
    #expect(experiment[Settings.dataMap].isEmpty)
  }

  @Test(arguments: [
    ("data.types", "PER, PER"), ("data.map", "GPE"), ("data.map", "GPE="), ("data.map", "=LOC"),
    ("data.map", "GPE=LOC, GPE=ORG"), ("data.map", "a=b=c"),
  ])
  func `what makes no list or no map is refused`(key: String, text: String) throws {
    var experiment = Experiment()
    #expect(throws: ExperimentError.self) { try experiment.set(key, to: text) }
  }

  @Test func `types that look alike are two`() throws {
    var experiment = Experiment()
    try experiment.set("data.types", to: "\u{E9},e\u{301}")
    #expect(experiment[Settings.dataTypes].count == 2)
    let (one, other) = (SettingValue.text("\u{E9}"), SettingValue.text("e\u{301}"))
    #expect(one != other && Set([one, other]).count == 2)
  }

  @Test func `a study sets a map, and takes several from a grid`() throws {
    try withTemporaryFolder { folder in
      let base = folder.appending(path: "base.toml")
      try "name = \"b\"\n".write(to: base, atomically: true, encoding: .utf8)
      let file = folder.appending(path: "study.toml")
      try """
      base = "base.toml"
      control = "none"
      [[method]]
      name = "none"
      set = { "priming.method" = "none", "data.map" = { GPE = "LOC" } }
      [[tuning]]
      name = "all"
      [grid]
      "data.types" = ["PER", "PER, LOC"]
      """.write(to: file, atomically: true, encoding: .utf8)
      let cells = try Study.load(path: file.path).cells()
      #expect(cells.map { $0.experiment[Settings.dataTypes] } == [["PER"], ["PER", "LOC"]])
      #expect(
        cells.allSatisfy { $0.experiment[Settings.dataMap] == [.init(from: "GPE", to: "LOC")] })
    }
  }

  @Test func `a run reads train of its languages, what it evaluates, and dev while it primes`()
    throws
  {
    var experiment = Experiment()
    try experiment.set("priming.languages", to: "en,hi")
    try experiment.set("tuning.languages", to: "hi,af")
    try experiment.set("evaluation.splits", to: "test")
    func parts(_ experiment: Experiment) -> [String] {
      experiment.corpusParts { $0 == "hi" }.map { "\($0.language)/\($0.split)" }
    }
    #expect(
      parts(experiment) == ["en/train", "hi/train", "hi/dev", "hi/test", "af/train", "af/test"])
    try experiment.set("priming.method", to: "none")
    #expect(parts(experiment) == ["hi/train", "hi/test", "af/train", "af/test"])
  }
}
