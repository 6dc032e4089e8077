import Encoders
import Experiments
import Files
import Foundation
import MetaLearning
import ModelFiles
import NamedEntities
import RunFolders
import Tensors

/// Tuning and evaluation of each target language.
extension RunExecutor {
  func tune(
    _ model: TokenClassifier, _ index: Int, primed: Parameters, _ subwords: SubwordRows?,
    fresh: Parameters, _ corpora: inout Corpora
  ) throws {
    let rest = context.resume.language(index)
    if case .none = rest { return }
    let language = plan[Settings.tuningLanguages][index]
    let train = try trainingData(language, &corpora)
    let step = Tuning.stepCount(plan, sentenceCount: train.encoded.count)
    var tuned = weights.tuningStart(primed, fresh: fresh)
    var firstSplit = 0
    switch rest {
    case .none: break
    case .evaluation(let split):
      firstSplit = split
      try tuned.replace(with: try SafetensorsFile(path: weights.tunedPath(language)).tensors())
    case .tuning(let phase):
      let checkpoint: Checkpoint? =
        if case .rest(let checkpoint) = phase { checkpoint } else { nil }
      if checkpoint == nil { try warnAboutCuts([train], split: "train") }
      try context.begin(.tuning, language: language, isTold: checkpoint == nil)
      tuned = try Tuning(model: model, data: train, context: context)
        .run(from: tuned, subwords: subwords, language: index, resuming: checkpoint)
      try context.whenThereIsRoom(step: step) { try keep(tuned, language) }
      try markPhase(.evaluation(language: index, split: 0), step: step)
    }
    let splits = plan[Settings.evaluationSplits].map(\.rawValue)
    for (number, split) in splits.enumerated() where number >= firstSplit {
      let data = try evaluationData(language, split, &corpora)
      try logLongSentences(data, split: split)
      try context.begin(.evaluation, language: language)
      try context.progress.place { $0.split = split }
      let tags = try evaluate(
        model, tuned, WordEmbeddings(subwords), data, split: split, phase: .tuning, step: step)
      try context.whenThereIsRoom(step: step) {
        try write(tags, data, to: "\(folder)/predictions/\(language).\(split).conll")
      }
      let next: RunPlace =
        number + 1 < splits.count
        ? .evaluation(language: index, split: number + 1) : .tuning(language: index + 1, step: 0)
      try markPhase(next, step: step)
    }
  }

  private func keep(_ tuned: Parameters, _ language: String) throws {
    let mask = plan.mask(Settings.tuningUpdates)
    try FileManager.default.createDirectory(
      atPath: folder + "/tuned", withIntermediateDirectories: true)
    try SafetensorsFile.write(
      tuned.filter { mask($0.key) || isAdapterParameter($0.key) || isHeadParameter($0.key) },
      to: weights.tunedPath(language),
      metadata: [
        "format": "pt", RunOutcome.labelsKey: try RunOutcome.text(ofLabels: context.tags.labels),
      ])
  }

  func evaluate(
    _ model: TokenClassifier, _ parameters: Parameters, _ embeddings: WordEmbeddings,
    _ data: LanguageData, split: String, phase: RunPhase, step: Int,
    save: (() throws -> Checkpoint)? = nil
  ) throws -> [[Int]] {
    let start = DispatchTime.now().uptimeNanoseconds
    var previous = 0
    let tags = try model.predictions(
      parameters, embeddings: embeddings, data.encoded,
      batchSize: plan[Settings.evaluationBatchSize]
    ) { done in
      try context.betweenSteps(step: step, save: save)
      if phase == .tuning {
        try context.progress.place { ($0.step, $0.stepCount) = (done, data.windowCount) }
      }
      try context.progress.done(
        work: Double(done - previous) * Work.evaluation, sentences: done - previous)
      previous = done
    }
    let scores = entityScores(of: tags, against: data.sentences, tags: context.tags)
    try context.record(
      .evaluation(
        EvaluationResult(
          language: data.language, split: split, phase: phase, step: step, scores: scores,
          sentenceCount: data.sentences.count, cutSentenceCount: data.unreadSentenceCount,
          seconds: Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9)))
    return tags
  }

  private func write(_ tags: [[Int]], _ data: LanguageData, to path: String) throws {
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    var text = ""
    let known = context.tags
    for (sentence, predicted) in zip(data.sentences, tags) {
      let gold = known.tags(of: sentence)
      let spans = known.spans(ofTags: predicted)
      let clean = TagScheme.encode(spans, wordCount: sentence.words.count)
      for (index, word) in sentence.words.enumerated() {
        text += "\(word)\t\(known.label(gold[index]))\t\(clean[index])\n"
      }
      text += "\n"
    }
    try AtomicFile.write(text, to: path)
  }

  func warnAboutCuts(_ languages: [LanguageData], split: String) throws {
    for data in languages where data.cutSentenceCount > 0 {
      try context.log(
        "\(data.cutSentenceCount) of \(data.sentences.count) sentences of \(data.language)/\(split) "
          + "lost words to data.maximumSubwords = \(plan[Settings.maximumSubwords]); "
          + "training does not see them",
        level: .warning)
    }
  }

  /// Tells how many sentences of a split evaluation reads in windows, or cuts.
  private func logLongSentences(_ data: LanguageData, split: String) throws {
    let (count, place) = (data.sentences.count, "\(data.language)/\(split)")
    let limit = plan[Settings.maximumSubwords]
    if data.windowedSentenceCount > 0 {
      try context.log(
        "\(data.windowedSentenceCount) of \(count) sentences of \(place) are longer than "
          + "data.maximumSubwords = \(limit) and are read in windows")
    }
    if data.unreadSentenceCount > 0 {
      try context.log(
        "\(data.unreadSentenceCount) of \(count) sentences of \(place) lost words to "
          + "data.maximumSubwords = \(limit); lost words count as O",
        level: .warning)
    }
  }
}
