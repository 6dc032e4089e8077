import ArgumentParser
import Experiments
import Foundation
import NamedEntities

extension CorpusFormat: ExpressibleByArgument {}

/// Counts what is in a corpus.
struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Count the sentences, words and entities of a corpus.",
    discussion: """
      The folder has a folder for each language, with the files train, dev, test (PAN-X) or \
      train.conll, dev.conll, test.conll (CoNLL; .txt, .tsv, .iob2 and others), or such files for \
      each language, as en_ewt-ud-train.iob2, eng.testa or train-en.tsv. valid, validation, val and \
      testa are dev, testb is test. Several folders may be joined by ':'; a language is taken from \
      the first that has it. What is ignored is told. Which columns hold word and tag is recognised \
      and told; --set data.columns.word=2 data.columns.tag=3 decides otherwise. A file that is \
      broken is told with its line, and the others are counted all the same; --set \
      data.badLines=skip leaves such lines out and lists them.
      """)

  @Argument(help: "The corpus's folder.")
  var path: String

  @Option(help: "How the files are written; without it, told from their names.")
  var format: CorpusFormat?

  @Option(
    name: .customLong("set"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "A data setting, as data.map=GPE=LOC.", valueName: "key=value"))
  var assignments: [Assignment] = []

  @OptionGroup var output: OutputOptions

  func run() throws {
    let path = CorpusFolder.folders(of: path).map(locatedPath).joined(separator: ":")
    let corpus = try CorpusFolder(path: path, options: try options())
    var summaries: [CorpusSummary] = []
    var complaints: [CorpusError] = []
    corpus.survey { _, result in
      switch result {
      case .success(let summary):
        if output.json { printJSON(summary.json) }
        summaries.append(summary)
      case .failure(let error): complaints.append(error)
      }
    }
    let census = TypeCensus(summaries.map(\.census), choice: corpus.options.types)
    if !output.json, !summaries.isEmpty {
      printTables(of: summaries, corpus: corpus)
      printTags(of: census)
    }
    for note in census.skippedLines { printError(note) }
    for folder in corpus.foldersWithoutSplits {
      printError("\(folder): no file of a split; it is not a language of the corpus.")
    }
    for note in corpus.ignored { printError(note) }
    for complaint in complaints { printError("\(complaint)") }
    if !complaints.isEmpty { throw ExitCode(1) }
  }

  private func options() throws -> CorpusOptions {
    var experiment = Experiment()
    for assignment in assignments {
      guard assignment.key.hasPrefix("data.") else {
        throw ValidationError("--set accepts only data settings here, as data.map=GPE=LOC.")
      }
      try experiment.set(assignment.key, to: assignment.value)
    }
    var options = experiment.corpusOptions
    options.format = format ?? options.format
    return options
  }

  /// The detected columns; files with the same layout share a line.
  private func printColumns(of summaries: [CorpusSummary]) {
    var groups: [(layout: ColumnLayout, files: [String])] = []
    for summary in summaries {
      guard let layout = summary.columns else { continue }
      let file = "\(summary.language)/\(summary.split)"
      if let place = groups.firstIndex(where: { $0.layout.description == layout.description }) {
        groups[place].files.append(file)
      } else {
        groups.append((layout, [file]))
      }
    }
    if !groups.isEmpty { print("") }
    for (layout, files) in groups {
      let names = groups.count == 1 ? "Columns" : files.joined(separator: " ")
      print("\(names): \(layout.description)".withVisibleControls)
    }
  }

  /// The tags that a run on all of it would have, and what to know before it.
  private func printTags(of census: TypeCensus) {
    let tags = census.tags
    let labels = tags.labels.map { $0.contains(" ") ? "‘\($0)’" : $0 }.joined(separator: " ")
    print("\nTags of a run on these: \(labels.withVisibleControls)")
    if let type = census.absentType { print("No file here has the type ‘\(type)’ of data.types.") }
    if let (one, other) = census.lookalikes {
      print(
        "The types ‘\(one)’ (\(codePoints(of: one.name))) and ‘\(other)’ "
          + "(\(codePoints(of: other.name))) look alike. A run needs data.map to merge them.")
    }
    for warning in census.warnings { print(warning) }
  }

  private func printTables(of summaries: [CorpusSummary], corpus: CorpusFolder) {
    let types = Set(summaries.flatMap(\.entities.keys)).sorted()
    let tags = TagSet(types: types).labels
    let columns: [TextTable.Column] = [.left("language"), .left("split")]
    var counts = TextTable(
      columns
        + ["sentences", "words", "words each", "longest"].map(TextTable.Column.right)
        + types.map { .right($0.name) } + [.right("no entity"), .left("tags as")])
    var tagCounts = TextTable(columns + tags.map(TextTable.Column.right))
    for summary in summaries {
      let name = [summary.language, summary.split]
      let numbers = [
        "\(summary.sentences)", "\(summary.words)", fixed(summary.meanLength, 1),
        "\(summary.longestSentence)",
      ]
      let entities = types.map { "\(summary.entities[$0] ?? 0)" }
      counts.add(
        name + numbers + entities
          + ["\(summary.sentencesWithoutEntities)", summary.scheme.rawValue.uppercased()])
      tagCounts.add(
        name + ["\(summary.outsides)"]
          + types.flatMap { ["\(summary.entities[$0] ?? 0)", "\(summary.insides[$0] ?? 0)"] })
    }
    let languages = corpus.languages.count
    let formats = Set(corpus.languages.compactMap { corpus.format(of: $0)?.rawValue }).sorted()
    print("\(corpus.path): \(formats.joined(separator: " and ")), ", terminator: "")
    print("\(languages) \(languages == 1 ? "language" : "languages")\n")
    print(counts.text)
    print("\nTags, written as IOB2\n")
    print(tagCounts.text)
    printColumns(of: summaries)
  }
}

extension CorpusSummary {
  /// All counts as one object.
  fileprivate var json: JSONText {
    func counts(_ counts: [EntityType: Int], _ prefix: String = "") -> [(String, JSONText)] {
      counts.map { (prefix + $0.key.name, .integer($0.value)) }
    }
    var members: [(key: String, value: JSONText)] = [
      ("language", .text(language)), ("split", .text(split)), ("scheme", .text(scheme.rawValue)),
      ("sentences", .integer(sentences)),
      ("sentencesWithoutEntities", .integer(sentencesWithoutEntities)),
      ("words", .integer(words)), ("longestSentence", .integer(longestSentence)),
      ("meanLength", .number(meanLength)),
      ("lengths", .object(lengths.map { (String($0.key), .integer($0.value)) })),
      ("entities", .object(counts(entities))), ("leftOut", .object(counts(leftOut))),
      (
        "tags",
        .object([("O", .integer(outsides))] + counts(entities, "B-") + counts(insides, "I-"))
      ),
    ]
    if let columns { members.append(("columns", columns.json)) }
    let lines = skipped.map { line in
      JSONText.object([("line", .integer(line.line)), ("problem", .text(line.problem))])
    }
    members.append(("skippedLines", .list(lines)))
    return .object(members)
  }
}

extension ColumnLayout {
  /// What was recognised; columns are counted from 1.
  fileprivate var json: JSONText {
    .object([
      ("word", .integer(wordColumn)), ("tag", tagColumn.map(JSONText.integer) ?? .null),
      ("tagKey", tagKey.map(JSONText.text) ?? .null), ("count", .integer(columnCount)),
      ("otherTags", .list(otherTagColumns.map(JSONText.integer))),
      ("description", .text(description)),
    ])
  }
}
