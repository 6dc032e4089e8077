import LabNotebook
import NamedEntities

/// What is behind the F1 of some runs, as tables: by type, by kind of error, by confusion.
struct ErrorTables {
  let comparison: RunComparison

  /// One line of a table before its numbers: where, and what each run has there.
  private struct Line<Value> {
    var split: String
    var language: String
    var values: [Value?]
  }

  /// F1 by type; of a single run precision, recall and support too.
  var types: String {
    let lines = lines(\.scores, +)
    if lines.isEmpty { return "F1 by type\n\nThere are no results yet." }
    let isOne = comparison.runs.count == 1
    let numbers =
      isOne
      ? ["precision", "recall", "F1", "predicted"] : comparison.runs.map { "#\($0.id)" }
    var table = TextTable(
      [.left("split"), .left("language"), .left("type"), .right("gold")]
        + numbers.map(TextTable.Column.right))
    for line in lines {
      let scores = line.values.compactMap(\.self)
      for type in Set(scores.flatMap(\.types.keys)).sorted() {
        let gold = scores.map { $0.types[type]?.gold ?? 0 }.max() ?? 0
        let cells =
          isOne
          ? one(scores[0].types[type] ?? Score())
          : line.values.map { percentage($0.map { $0.types[type]?.f1 ?? 0 }) }
        table.add([line.split, line.language, type.name, "\(gold)"] + cells)
      }
    }
    return "F1 by type, in points\n\n" + table.text
  }

  private func one(_ score: Score) -> [String] {
    [
      percentage(score.precision), percentage(score.recall), percentage(score.f1),
      "\(score.predicted)",
    ]
  }

  /// How many errors there are of each kind.
  var errors: String {
    let lines = lines(\.errors, +)
    if lines.isEmpty { return "Errors by kind\n\n" + withoutPredictions }
    var table = TextTable(
      [.left("split"), .left("language"), .left("run")]
        + [
          "gold", "predicted", "correct", "type", "boundary", "both", "missed", "spurious",
          "F1", "unlabelled F1",
        ].map(TextTable.Column.right))
    for line in lines {
      for (run, errors) in zip(comparison.runs, line.values) {
        guard let errors else { continue }
        let counts = [
          errors.gold, errors.predicted, errors.correct, errors.wrongType, errors.wrongBoundary,
          errors.wrongBoth, errors.missed, errors.spurious,
        ]
        table.add(
          [line.split, line.language, "#\(run.id)"] + counts.map(String.init)
            + [percentage(errors.labelled.f1), percentage(errors.unlabelled.f1)])
      }
    }
    return """
      Errors by kind

      \(table.text)

      type: the right words, another type. boundary: words that overlap, the right type. both:
      words that overlap, another type. missed, spurious: nothing overlaps that is not paired
      already. unlabelled F1: the words alone, whatever the type.
      """
  }

  /// Which gold types were predicted as which, of each split and run, the languages together.
  var confusion: String {
    var sections: [String] = []
    for split in CorpusFormat.splits {
      let tests = comparison.tests.filter { $0.split == split }
      for (index, run) in comparison.runs.enumerated() {
        let mine = tests.filter { $0.results[index].errors != nil }
        if mine.isEmpty { continue }
        let sum = mine.compactMap { $0.results[index].errors?.confusion }
          .reduce(TypeConfusion(), +)
        let languages = mine.map(\.language).joined(separator: " ")
        sections.append("#\(run.id), \(split), \(languages)\n\n" + matrix(sum))
      }
    }
    if sections.isEmpty { return "Confusion of types\n\n" + withoutPredictions }
    let heading = "Confusion of types: gold in rows, predicted in columns, where the words agree"
    let footer = """
      overlap: paired with an entity whose words only overlap. Column none: missed; row none:
      spurious.
      """
    return ([heading] + sections + [footer]).joined(separator: "\n\n")
  }

  private func matrix(_ confusion: TypeConfusion) -> String {
    let types = confusion.types
    var table = TextTable(
      [.left("gold")] + types.map { .right($0.name) }
        + [.right("overlap"), .right("none"), .right("all")])
    for gold in types {
      let counts =
        types.map { confusion.count(gold: gold, predicted: $0) }
        + [
          confusion.overlapGold[gold] ?? 0, confusion.missed[gold] ?? 0,
          confusion.goldCount(gold),
        ]
      table.add([gold.name] + counts.map(String.init))
    }
    for (name, counts) in [
      ("overlap", types.map { confusion.overlapPredicted[$0] ?? 0 }),
      ("none", types.map { confusion.spurious[$0] ?? 0 }),
      ("all", types.map(confusion.predictedCount)),
    ] {
      table.add([name] + counts.map(String.init) + ["", "", ""])
    }
    return table.text
  }

  private var withoutPredictions: String {
    (["There are no predictions to look at."] + comparison.problems).joined(separator: "\n")
  }

  /// What each run has, language by language, then of all languages that each of them has.
  private func lines<Value>(
    _ value: (ComparedResult) -> Value?, _ sum: (Value, Value) -> Value
  ) -> [Line<Value>] {
    CorpusFormat.splits.flatMap { split -> [Line<Value>] in
      let lines = comparison.tests.filter { $0.split == split }.map { test in
        Line(split: split, language: test.language, values: test.results.map(value))
      }.filter { $0.values.contains { $0 != nil } }
      let runs = comparison.runs.indices.filter { run in lines.contains { $0.values[run] != nil } }
      let common = lines.filter { line in runs.allSatisfy { line.values[$0] != nil } }
      guard common.count > 1 else { return lines }
      let sums = comparison.runs.indices.map { run -> Value? in
        let values = common.compactMap { $0.values[run] }
        return values.dropFirst().reduce(values.first) { total, next in total.map { sum($0, next) }
        }
      }
      let name = common.count == lines.count ? "all" : common.map(\.language).joined(separator: "+")
      return lines + [Line(split: split, language: name, values: sums)]
    }
  }
}
