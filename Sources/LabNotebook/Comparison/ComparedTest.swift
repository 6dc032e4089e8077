package import NamedEntities
import RunFolders

/// A sentence in which a run found other entities than the control.
package struct ChangedSentence: Hashable, Sendable {
  /// Which sentence of the split it is, from 1.
  package var number: Int
  /// Whether that mended or broke it.
  package var change: SentenceChange
  /// The words.
  package var words: [String]
  /// The corpus's entities.
  package var gold: [EntitySpan]
  /// The control's entities.
  package var control: [EntitySpan]
  /// The run's entities.
  package var treatment: [EntitySpan]
}

/// What one run has for a language and split, compared with the control.
package struct ComparedResult: Hashable, Sendable {
  /// The scores that the run recorded; nil before there are any.
  package var scores: EntityScores?
  /// Why the sentences themselves cannot be compared; nil when they can, or there are no scores.
  package var problem: String?
  /// What went wrong with its entities, where its predictions are there.
  package var errors: EntityErrors?
  /// F1 minus the control's; nil for the control itself.
  package var difference: Double?
  /// The paired bootstrap of that difference, where both runs tell of the same sentences.
  package var bootstrap: BootstrapDifference?
  /// The sentences that changed, in their order; nil where they cannot be compared.
  package var changes: [ChangedSentence]?
}

/// Some runs on one language and split.
package struct ComparedTest: Hashable, Sendable {
  /// The language's code.
  package var language: String
  /// The split.
  package var split: String
  /// How many sentences the control's predictions have; nil where they are not there.
  package var sentenceCount: Int?
  /// One of each run, in the order of the comparison.
  package var results: [ComparedResult]
  /// The counts that a paired test rests on, one row a run; nil where they cannot be compared.
  var counts: [[SentenceCounts]?]
}

extension ComparedTest {
  /// Compares runs, one of which is the control, on a language and split.
  init(
    _ runs: [RunRecord], control: Int, language: String, split: String, bootstrap: PairedBootstrap
  ) {
    self.language = language
    self.split = split
    let kept = runs.map { KeptPredictions($0, language: language, split: split) }
    results = kept.map { kept in
      ComparedResult(
        scores: kept.scores, problem: kept.problem,
        errors: kept.sentences.map { sentences in
          EntityErrors(gold: sentences.map(\.gold), predicted: sentences.map(\.predicted))
        })
    }
    counts = kept.map { $0.sentences?.map(\.counts) }
    sentenceCount = kept[control].sentences?.count
    for index in runs.indices where index != control {
      compare(index, with: control, kept, runs)
      guard let mine = counts[index], let others = counts[control] else { continue }
      results[index].bootstrap = bootstrap.difference(
        over: [PairedTest(control: [others], treatment: [mine])])
    }
  }

  private mutating func compare(
    _ index: Int, with control: Int, _ kept: [KeptPredictions], _ runs: [RunRecord]
  ) {
    guard let mine = kept[index].scores, let others = kept[control].scores else { return }
    results[index].difference = mine.micro.f1 - others.micro.f1
    guard let mine = kept[index].sentences, let others = kept[control].sentences else { return }
    if let number = firstDifference(others, mine) {
      results[index].problem =
        "sentence \(number) of \(language) \(split) is not the same in #\(runs[control].id) and "
        + "#\(runs[index].id)"
      counts[index] = nil
      return
    }
    results[index].changes = zip(others, mine).enumerated().compactMap { place, pair in
      let (other, mine) = pair
      return SentenceChange(
        gold: mine.gold, control: other.predicted, treatment: mine.predicted
      ).map {
        ChangedSentence(
          number: place + 1, change: $0, words: mine.words, gold: mine.gold,
          control: other.predicted, treatment: mine.predicted)
      }
    }
  }
}

/// A run's result and the predictions behind it.
private struct KeptPredictions {
  var scores: EntityScores?
  var sentences: [PredictedSentence]?
  var problem: String?

  init(_ run: RunRecord, language: String, split: String) {
    guard
      let result = run.results.first(where: { $0.language == language && $0.split == split })
    else { return }
    scores = result.scores
    do throws(CorpusError) {
      let sentences = try run.predictions(language: language, split: split)
      let counted = EntityScores(
        gold: sentences.map(\.gold), predicted: sentences.map(\.predicted))
      if counted == result.scores {
        self.sentences = sentences
      } else {
        problem = "#\(run.id)'s predictions of \(language) \(split) are not those it was scored on"
      }
    } catch {
      problem = "#\(run.id)'s predictions of \(language) \(split) cannot be compared: \(error)"
    }
  }
}
