import Encoders
import Experiments
import Foundation
import ModelFiles
import NamedEntities
import RunFolders
import Tensors
import Tokenization

/// Looks at one model directory: its sizes first, then its vocabulary, language by language.
struct EncoderReport {
  /// How many sentences of a language are read where nothing is said.
  static let usualSentences = 2000

  let path: String
  let corpus: CorpusFolder?
  let split: String?
  let limit: Int?

  /// Finds everything out, and hands each finding on as soon as it is there.
  mutating func write(facts: Bool, _ line: (EncoderLine) throws -> Void) throws {
    let located: String
    do throws(ModelFileError) {
      located = try locatedModel(path)
    } catch {
      return try line(.problem(path: path, language: nil, error.description))
    }
    let tokenizer = Result<any Tokenizer, TokenizerError> { () throws(TokenizerError) in
      try Tokenizers.open(directory: located)
    }
    if facts {
      do throws(ModelFileError) {
        let found = try self.facts(ModelDirectory(path: located), tokenizer)
        try? line(.encoder(found))
      } catch {
        try line(.problem(path: path, language: nil, error.description))
        return
      }
    }
    guard let corpus else { return }
    switch tokenizer {
    case .failure(let error):
      if !facts { try line(.problem(path: path, language: nil, error.description)) }
    case .success(let tokenizer):
      for language in corpus.languages {
        try line(coverage(of: language, in: corpus, tokenizer))
      }
    }
  }

  private func facts(
    _ directory: ModelDirectory, _ tokenizer: Result<any Tokenizer, TokenizerError>
  ) -> EncoderFacts {
    let configuration = directory.configuration
    let (all, embeddings) = directory.parameterCounts
    var facts = EncoderFacts(
      path: path, type: configuration.architecture.rawValue,
      layerCount: configuration.layerCount, hiddenSize: configuration.hiddenSize,
      attentionHeadCount: configuration.attentionHeadCount,
      intermediateSize: configuration.intermediateSize,
      maximumSubwords: configuration.maximumSubwords,
      vocabularySize: configuration.vocabularySize, parameters: all,
      embeddingParameters: embeddings)
    facts.architectures = configuration.architectures ?? []
    facts.labels = (configuration.labels ?? [:])
      .sorted { (Int($0.key) ?? 0, $0.key) < (Int($1.key) ?? 0, $1.key) }.map(\.value)
    do {
      let storage = try directory.storage()
      facts.weightFiles = storage.files.map { ($0 as NSString).lastPathComponent }
      facts.weightBytes = storage.byteCount
      facts.weightTypes = storage.types.map(\.rawValue)
    } catch {
      facts.weightsProblem = error.description
    }
    switch tokenizer {
    case .success(let tokenizer):
      facts.tokenizer = Tokenizers.kind(of: tokenizer)
      facts.tokenizerFile = Tokenizers.file(in: directory.path)
      facts.tokenizerVocabularySize = tokenizer.vocabularySize
      let ends = [tokenizer.special.start, tokenizer.special.end]
      if let id = ends.first(where: { $0 >= configuration.vocabularySize }) {
        facts.tokenizerProblem =
          "\(path): the special subword ‘\(tokenizer.subword(id))’ has the id \(id), but the encoder "
          + "has only \(configuration.vocabularySize) word embeddings; expected the encoder's own "
          + "tokenizer."
      }
    case .failure(let error): facts.tokenizerProblem = error.description
    }
    return facts
  }

  private func coverage(
    of language: String, in corpus: CorpusFolder, _ tokenizer: any Tokenizer
  ) -> EncoderLine {
    let splits = corpus.splits(of: language)
    let split = split ?? splits.first ?? "train"
    do {
      let sentences = try corpus.sentences(language: language, split: split, limit: limit)
      return .coverage(
        path: path, tokenizer.coverage(of: sentences, language: language, split: split))
    } catch {
      return .problem(path: path, language: language, "\(error)")
    }
  }
}

/// What was found of a directory, for people.
struct EncoderText {
  private let lines: [EncoderLine]

  init(_ lines: [EncoderLine]) { self.lines = lines }

  func write() throws {
    for case .encoder(let facts) in lines { try write(facts) }
    let covered = lines.compactMap { line in
      if case .coverage(_, let coverage) = line { coverage } else { nil }
    }
    if !covered.isEmpty {
      try Output.line("")
      try Output.line("language  split     words  no unknown  subwords/word  one subword")
      for row in covered {
        try Output.line(
          pad(row.language, 8) + "  " + pad(row.split, 5) + "  " + right("\(row.words)", 8)
            + right(percent(row.knownShare), 12)
            + right(row.fertility.map { String(format: "%.2f", $0) } ?? "-", 15)
            + right(percent(row.wholeShare), 13))
      }
    }
    for case .problem(_, _, let problem) in lines {
      StandardStreams.tell("Error: \(problem.linesWithVisibleControls)\n")
    }
  }

  private func write(_ facts: EncoderFacts) throws {
    try Output.line(facts.path.withVisibleControls)
    let rest = facts.parameters - facts.embeddingParameters
    var rows = [
      ("type", facts.type),
      (
        "size",
        "\(facts.layerCount) layers × \(facts.hiddenSize), \(facts.attentionHeadCount) heads, "
          + "feed-forward \(facts.intermediateSize), input up to \(facts.maximumSubwords) subwords"
      ),
      (
        "parameters",
        "\(facts.parameters): \(facts.embeddingParameters) of embeddings, \(rest) of layers"
      ),
      ("vocabulary", "\(facts.vocabularySize) subwords"),
    ]
    if let kind = facts.tokenizer, let file = facts.tokenizerFile {
      rows.append(
        ("tokenizer", "\(kind) (\(file)), \(facts.tokenizerVocabularySize ?? 0) subwords"))
    }
    if facts.weightsProblem == nil {
      rows.append(
        (
          "weights",
          "\(facts.weightTypes.joined(separator: ", ")), \(facts.weightBytes) bytes in "
            + facts.weightFiles.joined(separator: ", ")
        ))
    }
    if !facts.labels.isEmpty { rows.append(("labels", facts.labels.joined(separator: " "))) }
    for (name, value) in rows {
      try Output.line("  \(pad(name, 10))  \(value.withVisibleControls)")
    }
    for problem in facts.problems {
      StandardStreams.tell("Error: \(problem.linesWithVisibleControls)\n")
    }
  }

  private func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  private func percent(_ share: Double?) -> String {
    share.map { String(format: "%.1f %%", ($0 * 1000).rounded(.down) / 10) } ?? "-"
  }
}
