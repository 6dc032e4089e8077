import ArgumentParser
import Encoders
import Experiments
import Foundation
import NamedEntities
import RunFolders

/// Tells what model directories hold, and how their vocabularies cover the languages of a corpus.
struct EncodersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encoders",
    abstract: "Tell the sizes of encoders, and how their vocabularies cover languages.",
    usage: "primer encoders [PATH …] [--corpus DIR] [--split S] [--sentences N] [--json]",
    discussion: """
      A PATH is a model directory, or the name of a model in the Hugging Face cache. Without any it \
      tells what is in the cache.

      With --corpus it cuts the words of the first sentences of each language and counts: the \
      share of words that have no unknown subword; subwords a word (without the words that have \
      an unknown one); the share of words that are one subword. With --json each line is an \
      object of the kind "encoder", "coverage" or "problem".
      """)

  @Argument(
    help: "Hugging Face model directories, or names in its cache.", completion: .directory)
  var paths: [String] = []

  @Option(help: "A corpus's folder, whose languages are looked at.", completion: .directory)
  var corpus: String?

  @Option(help: "The split that the words are from; without it the first of train, dev, test.")
  var split: String?

  @Option(help: "How many sentences of each language are read; 0 all.")
  var sentences = EncoderReport.usualSentences

  @Flag(help: "Only look at the vocabularies.")
  var coverageOnly = false

  @Flag(help: "Print JSON, one object a line.")
  var json = false

  func validate() throws {
    if sentences < 0 { throw ValidationError("--sentences is a number from 0 on") }
    if coverageOnly, corpus == nil { throw ValidationError("--coverage-only needs --corpus") }
  }

  func run() throws {
    let folder = try corpus.map { path in
      try CorpusFolder(
        path: CorpusFolder.folders(of: path).map { ResourceLocator.resolve($0, near: nil) ?? $0 }
          .joined(separator: ":"))
    }
    var hasFailed = false
    let cache = HuggingFaceCache()
    let paths = paths.isEmpty ? cache.models.map(\.name) : paths
    if paths.isEmpty {
      StandardStreams.tell("There is no model in the Hugging Face cache (\(cache.folder)).\n")
    }
    for path in paths {
      var report = EncoderReport(
        path: path, corpus: folder, split: split, limit: sentences == 0 ? nil : sentences)
      var lines: [EncoderLine] = []
      try report.write(facts: !coverageOnly) { line in
        if case .problem = line { hasFailed = true }
        if case .encoder(let facts) = line, !facts.problems.isEmpty { hasFailed = true }
        if json { try Output.line(Output.json(line)) } else { lines.append(line) }
      }
      if !json {
        if path != paths.first { try Output.line("") }
        try EncoderText(lines).write()
      }
    }
    if hasFailed { throw ExitCode(1) }
  }
}
