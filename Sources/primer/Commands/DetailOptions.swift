import ArgumentParser
import LabNotebook
import NamedEntities
import RunFolders

/// What is looked at behind the F1 of runs: where, and how closely.
struct DetailOptions: ParsableArguments {
  @Option(help: "Only this split: train, dev or test. May be given several times.")
  var split: [String] = []

  @Option(help: "Only this language. May be given several times.")
  var language: [String] = []

  @Flag(help: "Show F1 by entity type.")
  var types = false

  @Flag(help: "Show what kinds of errors there are: of type, of boundary, missed, spurious.")
  var errors = false

  @Flag(help: "Show which types were taken for which.")
  var confusion = false

  func validate() throws {
    for split in split where !CorpusFormat.splits.contains(split) {
      throw ValidationError(
        "‘\(split)’ is not a split; expected one of \(CorpusFormat.splits.joined(separator: ", "))")
    }
  }

  /// Whether anything was asked for that needs the sentences.
  var wantsDetails: Bool { types || errors || confusion }

  /// The runs side by side, as far as was asked for.
  func comparison(
    _ runs: [RunRecord], control: Int = 0, bootstrap: PairedBootstrap = PairedBootstrap()
  ) throws -> RunComparison {
    let comparison = RunComparison(
      runs, control: control, splits: split.isEmpty ? nil : split,
      languages: language.isEmpty ? nil : language, bootstrap: bootstrap)
    let results = runs.flatMap(\.results)
    if comparison.tests.isEmpty, !results.isEmpty {
      let known = results.map { "\($0.language) \($0.split)" }.reduce(into: [String]()) {
        if !$0.contains($1) { $0.append($1) }
      }
      throw CommandFailure(
        "there is no result of \((language + split).joined(separator: " ")); there are "
          + known.joined(separator: ", "))
    }
    return comparison
  }

  /// The tables that were asked for, each with its heading.
  func sections(of comparison: RunComparison) -> [String] {
    let tables = ErrorTables(comparison: comparison)
    return [
      types ? tables.types : nil, errors ? tables.errors : nil,
      confusion ? tables.confusion : nil,
    ].compactMap(\.self)
  }
}
