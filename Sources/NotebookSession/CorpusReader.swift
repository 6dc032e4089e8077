package import NotebookScreens
import Experiments
import Foundation
import NamedEntities

/// Carries surveys out, and remembers what it read of files that did not change since.
package struct CorpusReader {
  /// How often a picture that grows is told, in seconds.
  private static let secondsBetweenPictures = 0.08
  /// The most sentences of a split that are shown.
  private static let sentenceLimit = 200_000
  /// How many sentences are told at once, before the others are read.
  private static let firstSentences = 60

  private struct Known {
    var stamp: CorpusPart.Stamp
    var state: CorpusPicture.State
  }

  /// By path, and by how they are read.
  private var known: [CorpusSource: Known] = [:]
  private var opened: (answer: SentencesAnswer, stamp: CorpusPart.Stamp)?
  private var index: SentenceIndex?

  package init() {}

  /// Carries one out, and tells what it finds on the way.
  package mutating func carryOut(
    _ survey: Survey, isCancelled: () -> Bool, tell: (Message) -> Void
  ) {
    switch survey {
    case .corpus(let source): count(source, isCancelled, tell)
    case .tags(let experiment, let near):
      let answer = Self.tags(of: experiment, near: near)
      if !isCancelled() { tell(.tagsCounted(experiment, answer)) }
    case .sentences(let question): _ = read(question, isCancelled, tell)
    case .search(let question, let text):
      if opened?.answer.question != question || index == nil {
        guard read(question, isCancelled, tell) else { return }
      }
      guard let index, !isCancelled() else { return }
      tell(
        .sentencesFound(
          SearchAnswer(
            question: question, text: text, matches: index.matches(SentenceSearch(text)))))
    case .cachedModels: tell(.cachedModels(HuggingFaceCache().models.map(\.name)))
    case .encoders(let places): EncoderProbe.facts(places, isCancelled, tell)
    case .coverage(let question): EncoderProbe.coverage(question, isCancelled, tell)
    }
  }

  /// The folders of a path as the programs look for them.
  static func located(_ path: String) -> String {
    CorpusFolder.folders(of: (path as NSString).expandingTildeInPath)
      .map { ResourceLocator.resolve($0, near: nil) ?? $0 }.joined(separator: ":")
  }

  /// The tags that a run of an experiment would have.
  private static func tags(of experiment: Experiment, near: String?) -> TagsAnswer {
    var answer = TagsAnswer()
    do {
      let resolved = try experiment.resolved(near: near)
      let census = try CorpusFolder(
        path: resolved[Settings.dataPath], options: resolved.corpusOptions
      ).census(of: resolved)
      answer.labels = census.tags.labels
      answer.warnings = census.skippedLines + census.warnings
    } catch {
      answer.problem = "\(error)"
    }
    return answer
  }

  // MARK: Counting

  private mutating func count(
    _ source: CorpusSource, _ isCancelled: () -> Bool, _ tell: (Message) -> Void
  ) {
    var picture = CorpusPicture(source: source)
    let corpus: CorpusFolder
    do {
      corpus = try CorpusFolder(path: Self.located(source.path), options: source.options)
    } catch {
      picture.problem = "\(error)"
      picture.isComplete = true
      tell(.corpus(picture))
      return
    }
    let formats = Set(corpus.languages.compactMap { corpus.format(of: $0)?.rawValue }).sorted()
    picture.formats = formats.joined(separator: " and ")
    picture.foldersWithoutSplits = corpus.foldersWithoutSplits
    picture.ignored = corpus.ignored
    let parts = corpus.parts
    let stamps = parts.map(\.stamp)
    func key(_ part: CorpusPart) -> CorpusSource {
      CorpusSource(path: part.path, options: source.options)
    }
    picture.entries = zip(parts, stamps).map { part, stamp in
      let old = known[key(part)].flatMap { $0.stamp == stamp ? $0.state : nil }
      return .init(part: part, byteCount: stamp?.byteCount ?? 0, state: old ?? .waiting)
    }
    var told = -Double.infinity
    func show() {
      let now = ProcessInfo.processInfo.systemUptime
      guard picture.isComplete || now - told > Self.secondsBetweenPictures else { return }
      told = now
      tell(.corpus(picture))
    }
    show()
    for place in parts.indices where picture.entries[place].state == .waiting {
      let part = parts[place]
      do throws(CorpusError) {
        let summary = try corpus.summary(
          language: part.language, split: part.split, isCancelled: isCancelled)
        guard let summary else { return }
        picture.entries[place].state = .counted(summary)
      } catch {
        picture.entries[place].state = .failed(error.description)
      }
      if isCancelled() { return }
      known[key(part)] = stamps[place].map {
        Known(stamp: $0, state: picture.entries[place].state)
      }
      show()
    }
    picture.isComplete = true
    show()
  }

  // MARK: Sentences

  private mutating func read(
    _ question: SentencesQuestion, _ isCancelled: () -> Bool, _ tell: (Message) -> Void
  ) -> Bool {
    var answer = SentencesAnswer(question)
    do {
      let corpus = try CorpusFolder(
        path: Self.located(question.source.path), options: question.source.options)
      let part = corpus.parts.first {
        $0.language == question.language && $0.split == question.split
      }
      let stamp = part?.stamp
      if let opened, opened.answer.question == question, opened.stamp == stamp {
        tell(.sentences(opened.answer))
        return true
      }
      (opened, index) = (nil, nil)
      answer.sentences = try corpus.sentences(
        language: question.language, split: question.split, limit: Self.firstSentences)
      if isCancelled() { return false }
      tell(.sentences(answer))
      answer.sentences = try corpus.sentences(
        language: question.language, split: question.split, limit: Self.sentenceLimit + 1,
        isCancelled: isCancelled)
      if isCancelled() { return false }
      answer.isCut = answer.sentences.count > Self.sentenceLimit
      if answer.isCut { answer.sentences.removeLast() }
      answer.isComplete = true
      tell(.sentences(answer))
      index = SentenceIndex(answer.sentences)
      if let stamp { opened = (answer, stamp) }
      return true
    } catch {
      answer.sentences = []
      answer.problem = "\(error)"
      answer.isComplete = true
      tell(.sentences(answer))
      return false
    }
  }
}
