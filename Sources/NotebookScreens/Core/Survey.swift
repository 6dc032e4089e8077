package import Experiments
import LabNotebook
package import NamedEntities
package import RunFolders

/// Something to be found out of files that may take seconds, and is told piece by piece.
///
/// It goes on for as long as a screen wants it: see `AppState.wantedSurveys`.
package enum Survey: Hashable, Sendable {
  /// What is in a corpus, file by file.
  case corpus(CorpusSource)
  /// The tags that a run of an experiment would have; relative paths may be relative to a file.
  case tags(Experiment, near: String?)
  /// The sentences of a split.
  case sentences(SentencesQuestion)
  /// Which of those a search finds.
  case search(SentencesQuestion, text: String)
  /// Which models are in the Hugging Face cache.
  case cachedModels
  /// What some model directories hold.
  case encoders([EncoderPlace])
  /// How the vocabulary of one covers the languages of a corpus.
  case coverage(CoverageQuestion)

  /// What it is about: a newer one about the same ends one that is under way.
  package var subject: String {
    switch self {
    case .corpus(let source): "corpus \(source.path)"
    case .tags: "tags"
    case .sentences: "sentences"
    case .search: "search"
    case .cachedModels: "cached models"
    case .encoders: "encoders"
    case .coverage: "coverage"
    }
  }

  /// Those of a lane are carried out one after the other, lanes side by side.
  package enum Lane: CaseIterable, Hashable, Sendable { case counting, reading, engine }

  package var lane: Lane {
    switch self {
    case .corpus, .tags: .counting
    case .sentences, .search, .cachedModels: .reading
    case .encoders, .coverage: .engine
    }
  }
}

/// A corpus, and how its files are read.
package struct CorpusSource: Hashable, Sendable {
  /// The folder, or folders joined by colons, as it was named.
  package var path: String
  /// What the settings `data.*` of an experiment say; everything as it is recognised by default.
  package var options: CorpusOptions

  package init(path: String, options: CorpusOptions = CorpusOptions()) {
    self.path = path
    self.options = options
  }

  /// The corpus of an experiment.
  init(of experiment: Experiment) {
    self.init(path: experiment[Settings.dataPath], options: experiment.corpusOptions)
  }
}

/// A split of a language of a corpus.
package struct SentencesQuestion: Hashable, Sendable {
  package var source: CorpusSource
  package var language: String
  package var split: String

  package init(source: CorpusSource, language: String, split: String) {
    self.source = source
    self.language = language
    self.split = split
  }
}

/// The sentences of a split, as far as they were read.
package struct SentencesAnswer: Sendable {
  package var question: SentencesQuestion
  package var sentences: [Sentence] = []
  /// Whether the end of the file was reached.
  package var isComplete = false
  /// Whether there are more than are shown.
  package var isCut = false
  package var problem: String?

  package init(_ question: SentencesQuestion) { self.question = question }
}

/// What a search found: places in the list of sentences, rising.
package struct SearchAnswer: Hashable, Sendable {
  package var question: SentencesQuestion
  package var text: String
  package var matches: [Int]

  package init(question: SentencesQuestion, text: String, matches: [Int]) {
    self.question = question
    self.text = text
    self.matches = matches
  }
}

/// What is known of a corpus so far.
package struct CorpusPicture: Hashable, Sendable {
  /// How a file stands.
  package enum State: Hashable, Sendable {
    case waiting
    case counted(CorpusSummary)
    case failed(String)
  }

  /// A file of it.
  package struct Entry: Hashable, Sendable {
    package var part: CorpusPart
    package var byteCount: Int
    package var state: State = .waiting

    package init(part: CorpusPart, byteCount: Int, state: State = .waiting) {
      self.part = part
      self.byteCount = byteCount
      self.state = state
    }
  }

  package var source: CorpusSource
  package var entries: [Entry] = []
  /// How the files are written, in words.
  package var formats = ""
  /// Folders in it that are no language.
  package var foldersWithoutSplits: [String] = []
  /// Files that are not read, and why.
  package var ignored: [String] = []
  /// Why there is nothing at all.
  package var problem: String?
  /// Whether every file was looked at.
  package var isComplete = false

  package init(source: CorpusSource) { self.source = source }

  /// The languages, in the order of their names.
  package var languages: [String] {
    entries.reduce(into: []) { if $0.last != $1.part.language { $0.append($1.part.language) } }
  }

  /// The files of a language.
  package func entries(of language: String) -> [Entry] {
    entries.filter { $0.part.language == language }
  }

  /// What a split of a language has, once that is known.
  package func summary(_ language: String, _ split: String) -> CorpusSummary? {
    let entry = entries.first { $0.part.language == language && $0.part.split == split }
    if case .counted(let summary)? = entry?.state { return summary }
    return nil
  }

  /// The counts of all files that were counted.
  package var summaries: [CorpusSummary] {
    entries.compactMap { if case .counted(let summary) = $0.state { summary } else { nil } }
  }

  /// The files that cannot be read, and why.
  package var problems: [String] {
    entries.compactMap { if case .failed(let problem) = $0.state { problem } else { nil } }
  }

  /// The lines that were skipped, a sentence for each file.
  package var skippedLines: [String] {
    entries.compactMap { entry in
      guard case .counted(let summary) = entry.state, !summary.skipped.isEmpty else { return nil }
      return
        "\(entry.part.language)/\(entry.part.split): \(SkippedLine.summary(of: summary.skipped))"
    }
  }

  /// The types of the entities, by name.
  package var types: [EntityType] { Set(summaries.flatMap(\.entities.keys)).sorted() }

  /// How much of it was read, by size, 0 to 1.
  package var fraction: Double {
    let all = entries.reduce(0) { $0 + $1.byteCount }
    let rest = entries.reduce(0) { $0 + ($1.state == .waiting ? $1.byteCount : 0) }
    return all > 0 ? Double(all - rest) / Double(all) : 0
  }
}

/// The tags that a run of an experiment would have, as its corpora have them.
package struct TagsAnswer: Hashable, Sendable {
  /// The labels in the order of their ids; empty where the corpora cannot be read.
  package var labels: [String] = []
  /// What to know before the start, a sentence each.
  package var warnings: [String] = []
  /// Why the corpora cannot be read, or make no tags.
  package var problem: String?

  package init() {}
}

/// A model directory that may be looked at, and what it is to the notebook.
package struct EncoderPlace: Hashable, Sendable {
  package var path: String
  /// A few words: "the sample encoder", "#12 priming, primed".
  package var label: String
  /// Whether it is left out where it is not there, since nobody named it.
  package var isOptional: Bool

  package init(path: String, label: String, isOptional: Bool = false) {
    self.path = path
    self.label = label
    self.isOptional = isOptional
  }
}

/// What is known of a model directory.
package enum EncoderState: Hashable, Sendable {
  case waiting
  case known(EncoderFacts)
  case failed(String)
}

/// An encoder and a corpus.
package struct CoverageQuestion: Hashable, Sendable {
  package var encoder: String
  package var corpus: String

  package init(encoder: String, corpus: String) {
    self.encoder = encoder
    self.corpus = corpus
  }
}

/// How a vocabulary covers the languages of a corpus, as far as it is known.
package struct CoverageAnswer: Hashable, Sendable {
  package var question: CoverageQuestion
  package var rows: [VocabularyCoverage] = []
  package var problems: [String] = []
  package var isComplete = false

  package init(_ question: CoverageQuestion) { self.question = question }
}
