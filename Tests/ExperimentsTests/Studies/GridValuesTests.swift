import Experiments
import TestSupport
import Testing

/// What one types for a grid, and what it means.
@Suite struct GridValuesTests {
  private func values(_ text: String, _ key: String) throws -> [String] {
    let descriptor = try #require(Settings.descriptor(key))
    return try GridValues(text, of: descriptor).values.map(\.description)
  }

  @Test(arguments: [
    ("0.01, 0.03,0.1", "priming.inner.learningRate", ["0.01", "0.03", "0.1"]),
    ("1..5", "priming.inner.steps", ["1", "2", "3", "4", "5"]),
    ("1-5", "priming.inner.steps", ["1", "2", "3", "4", "5"]),
    ("1 2 3", "seed", ["1", "2", "3"]), ("1,2,3", "seed", ["1", "2", "3"]),
    ("1-3 7, 9..10", "seed", ["1", "2", "3", "7", "9", "10"]),
    ("0..100 by 50 7", "tuning.sentences", ["0", "50", "100", "7"]),
    ("1e-4 0.1", "tuning.learningRate", ["0.0001", "0.1"]),
    ("5..3", "priming.inner.steps", ["5", "4", "3"]),
    ("0…100 by 25", "tuning.sentences", ["0", "25", "50", "75", "100"]),
    ("0, 1..2, 8", "priming.inner.steps", ["0", "1", "2", "8"]),
    ("0.1..0.5 in 5", "encoder.dropout", ["0.1", "0.2", "0.3", "0.4", "0.5"]),
    ("1e-4..1e-1 log 4", "tuning.learningRate", ["0.0001", "0.001", "0.01", "0.1"]),
    ("1, 1.0, 1", "priming.outer.clipNorm", ["1"]),
    ("first, second", "priming.order", ["first", "second"]),
    ("en, de; fr", "priming.languages", ["en, de", "fr"]),
    ("true,false", "encoder.freezeEmbeddings", ["true", "false"]),
  ])
  func `values and ranges are read`(text: String, key: String, expected: [String]) throws {
    #expect(try values(text, key) == expected)
  }

  @Test(arguments: [
    ("", "priming.inner.steps", "there are no values"),
    ("1-", "seed", "‘1-’ is not one of its values"),
    ("-1", "seed", "‘-1’ is not one of its values"), ("1 .. 5", "seed", "‘..’ is not a range"),
    ("0.5", "priming.inner.steps", "‘0.5’ is not one of its values"),
    ("0.1..0.5", "encoder.dropout", "is not a range"),
    ("0..1 log 3", "encoder.dropout", "both ends above 0"),
    ("0..0.9 in 1", "encoder.dropout", "is not a count"),
    ("1..5 by -1", "priming.inner.steps", "leads nowhere"),
    ("1..100000", "priming.steps", "has 201 values"),
    ("0.5..2 in 4", "encoder.dropout", "‘1’ is not one of its values"),
    ("third", "priming.order", "‘third’ is not one of its values"),
  ])
  func `what means nothing is said`(text: String, key: String, problem: String) {
    #expect { try values(text, key) } throws: { "\($0)".contains(problem) }
  }

  @Test func `a study over a setting has a method a value and a row a seed`() throws {
    var base = Experiment()
    try base.set("name", to: "base")
    let study = try Study.grid(
      "rates", over: "priming.inner.learningRate", values: [.number(0.01), .number(0.03)],
      seeds: [1, 2],
      base: base)
    #expect(study.control == "learningRate 0.03", "the value that the experiment has")
    let cells = try study.cells()
    #expect(cells.map(\.seed) == [1, 1, 2, 2])
    #expect(cells.map { $0.experiment[Settings.innerLearningRate] } == [0.01, 0.03, 0.01, 0.03])
    #expect(
      cells[0].experiment[Settings.name] == "rates: learningRate 0.01, adapter+head tuning, seed 1")
  }

  @Test func `a study with a run that cannot be is refused`() throws {
    var base = Experiment()
    try base.set("priming.method", to: "reptile")
    let plan = base
    expectError(ExperimentError.self, "reptile has no second order") {
      _ = try Study.grid(
        "orders", over: "priming.order", values: [.text("first"), .text("second")], seeds: [1],
        base: plan)
    }
    expectError(ExperimentError.self, "seeds have a line of their own") {
      _ = try Study.grid("seeds", over: "seed", values: [.integer(1)], seeds: [1], base: plan)
    }
  }
}
