import ArgumentParser
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
      train.conll, dev.conll, test.conll (CoNLL; .txt too). Several folders may be joined by ':'; \
      a language is taken from the first that has it. A file that is broken is told with its line, \
      and the others are counted all the same.
      """)

  @Argument(help: "The corpus's folder.")
  var path: String

  @Option(help: "How the files are written; without it, told from their names.")
  var format: CorpusFormat?

  @OptionGroup var output: OutputOptions

  func run() throws {
    let path = CorpusFolder.folders(of: path).map(locatedPath).joined(separator: ":")
    let corpus = try CorpusFolder(path: path, format: format)
    var summaries: [CorpusSummary] = []
    var complaints: [CorpusError] = []
    try corpus.survey { _, result in
      switch result {
      case .success(let summary):
        if output.json { try printJSON(summary) }
        summaries.append(summary)
      case .failure(let error): complaints.append(error)
      }
    }
    if !output.json, !summaries.isEmpty { printTables(of: summaries, corpus: corpus) }
    for folder in corpus.foldersWithoutSplits {
      printError("\(folder): no file of a split; it is not a language of the corpus.")
    }
    for complaint in complaints { printError("\(complaint)") }
    if !complaints.isEmpty { throw ExitCode(1) }
  }

  private func printTables(of summaries: [CorpusSummary], corpus: CorpusFolder) {
    let types = Set(summaries.flatMap(\.entities.keys)).sorted()
    let tags = ["O"] + types.flatMap { ["B-\($0)", "I-\($0)"] }
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
      tagCounts.add(name + tags.map { "\(summary.tags[$0] ?? 0)" })
    }
    let languages = corpus.languages.count
    let formats = Set(corpus.languages.compactMap { corpus.format(of: $0)?.rawValue }).sorted()
    print("\(corpus.path): \(formats.joined(separator: " and ")), ", terminator: "")
    print("\(languages) \(languages == 1 ? "language" : "languages")\n")
    print(counts.text)
    print("\nTags, written as IOB2\n")
    print(tagCounts.text)
  }
}
