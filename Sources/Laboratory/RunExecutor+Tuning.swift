import Encoders
import Experiments
import Foundation
import LabNotebook
import MetaLearning
import ModelFiles
import NamedEntities
import Tensors

/// Tuning and evaluation of each target language.
extension RunExecutor {
  func tune(
    _ model: TokenClassifier, _ index: Int, of languages: [String], primed: Parameters,
    _ subwords: SubwordRows?, fresh: Parameters, _ corpora: inout Corpora
  ) throws {
    let language = languages[index]
    let train = try corpora.data(language, "train", limit: experiment[Settings.tuningSentences])
    let start = tunesFresh ? primed.merging(fresh) { $1 } : primed
    var tuned = start
    var firstSplit = 0
    if let resumed, case .evaluation(index, let split) = resumed.state.place {
      try reporter.hasReturned(to: resumed.state.place)
      firstSplit = split
      try tuned.replace(with: try SafetensorsFile(path: tunedPath(language)).tensors())
    } else {
      if let resumed, case .tuning(index, _) = resumed.state.place, resumed.tensors.isEmpty {
        try reporter.hasReturned(to: resumed.state.place)
      }
      try warnAboutCuts([train], split: "train")
      try reporter.begin(.tuning, language: language)
      tuned = try Tuning(model: model, data: train, reporter: reporter)
        .run(
          from: start, subwords: subwords, language: index,
          resuming: index == firstLanguage ? resumed : nil)
      let step = Tuning.stepCount(experiment, sentenceCount: train.encoded.count)
      try reporter.whenThereIsRoom(step: step) { try keep(tuned, language) }
      try markPhase(.evaluation(language: index, split: 0), step: step)
    }
    let splits = experiment[Settings.evaluationSplits].map(\.rawValue)
    for (number, split) in splits.enumerated() where number >= firstSplit {
      let data = try evaluationData(language, split, &corpora)
      try reporter.logLongSentences(data, split: split)
      try reporter.begin(.evaluation, language: language)
      try reporter.place { $0.split = split }
      let step = Tuning.stepCount(experiment, sentenceCount: train.encoded.count)
      let tags = try evaluate(
        model, tuned, subwords, data, split: split, phase: .tuning, step: step)
      try reporter.whenThereIsRoom(step: step) {
        try write(tags, data, to: "\(folder)/predictions/\(language).\(split).conll")
      }
      let next: RunPlace =
        number + 1 < splits.count
        ? .evaluation(language: index, split: number + 1) : .tuning(language: index + 1, step: 0)
      try markPhase(next, step: step)
    }
  }

  /// Whether tuning begins with a fresh adapter and head.
  var tunesFresh: Bool {
    experiment[Settings.tuningStart] == .fresh || !experiment.hasOwnEncoder
  }

  private func tunedPath(_ language: String) -> String { "\(folder)/tuned/\(language).safetensors" }

  private func keep(_ tuned: Parameters, _ language: String) throws {
    let mask = experiment.mask(Settings.tuningUpdates)
    try FileManager.default.createDirectory(
      atPath: folder + "/tuned", withIntermediateDirectories: true)
    try SafetensorsFile.write(
      tuned.filter { mask($0.key) || isAdapterParameter($0.key) || isHeadParameter($0.key) },
      to: tunedPath(language),
      metadata: ["format": "pt", RunOutcome.labelsKey: TagSet.panx.labels.joined(separator: " ")])
    try DurableFile.synchronize(folder: folder + "/tuned")
  }

  func evaluate(
    _ model: TokenClassifier, _ parameters: Parameters, _ subwords: SubwordRows?,
    _ data: LanguageData, split: String, phase: RunPhase, step: Int,
    save: (() throws -> Checkpoint)? = nil
  ) throws -> [[Int]] {
    let start = DispatchTime.now().uptimeNanoseconds
    var previous = 0
    let tags = try model.predictions(
      parameters, subwords: subwords, data.encoded,
      batchSize: experiment[Settings.evaluationBatchSize]
    ) { done in
      try reporter.checkpoint(step: step, save: save)
      if phase == .tuning {
        try reporter.place { ($0.step, $0.stepCount) = (done, data.windowCount) }
      }
      try reporter.done(
        work: Double(done - previous) * Work.evaluation, sentences: done - previous)
      previous = done
    }
    let scores = entityScores(of: tags, against: data.sentences, tags: .panx)
    try reporter.record(
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
    for (sentence, predicted) in zip(data.sentences, tags) {
      let gold = TagSet.panx.tags(of: sentence)
      let spans = TagSet.panx.spans(ofTags: predicted)
      let clean = TagScheme.encode(spans, wordCount: sentence.words.count)
      for (index, word) in sentence.words.enumerated() {
        text += "\(word)\t\(TagSet.panx.label(gold[index]))\t\(clean[index])\n"
      }
      text += "\n"
    }
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    try DurableFile.synchronize(folder: path)
    try DurableFile.synchronize(folder: (path as NSString).deletingLastPathComponent)
  }

  func warnAboutCuts(_ languages: [LanguageData], split: String) throws {
    for data in languages where data.cutSentenceCount > 0 {
      try reporter.log(
        "\(data.cutSentenceCount) of \(data.sentences.count) sentences of \(data.language)/\(split) "
          + "lost words to data.maximumSubwords = \(experiment[Settings.maximumSubwords]); "
          + "training does not see them",
        level: .warning)
    }
  }
}
