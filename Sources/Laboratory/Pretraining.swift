import Encoders
import Experiments
import Foundation
import LabNotebook
import MetaLearning
import Tensors
import Tokenization

/// Makes a small multilingual encoder from text: a WordPiece vocabulary, then masked-language
/// modelling.
///
/// The text is a folder of `<language>.txt`, a sentence a line. Batches take every language alike.
/// The result is a Hugging Face directory that `BertForMaskedLM.from_pretrained` opens, with the
/// curve of the loss beside it in `pretraining-loss.csv`.
package struct Pretraining {
  private let experiment: Experiment
  private let folder: String
  private let reporter: RunReporter

  /// Pretraining that keeps its result in the run's folder unless the experiment names another.
  package init(folder: String, reporter: RunReporter) {
    experiment = reporter.experiment
    self.folder = folder
    self.reporter = reporter
  }

  private static let heldOutShare = 50  // every 50th line is for the held-out loss
  private static let reportEvery = 100

  /// Runs to the end.
  ///
  /// - Parameter checkpoint: Where to go on; nil to begin.
  package func run(resuming checkpoint: Checkpoint? = nil) throws {
    try reporter.begin(.loading)
    let texts = try readTexts()
    try reporter.log(
      "Text: " + texts.map { "\($0.language) \($0.lines.count)" }.joined(separator: ", ")
        + " sentences")
    let output =
      experiment[Settings.pretrainingOutput].isEmpty
      ? folder + "/encoder" : experiment[Settings.pretrainingOutput]
    try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
    let vocabulary = WordPieceTrainer(
      vocabularySize: experiment[Settings.pretrainingVocabularySize]
    ).train(texts: texts.flatMap(\.lines))
    try WordPieceTokenizer.write(vocabulary: vocabulary, lowercase: false, to: output)
    let tokenizer = try Tokenizers.open(directory: output)
    try reporter.log("Vocabulary: \(vocabulary.count) subwords")
    let limit = experiment[Settings.pretrainingMaximumSubwords]
    let rows = texts.map { text in
      text.lines.map { line -> [Int] in
        let ids = tokenizer.encode(text: line).ids
        return ids.count <= limit ? ids : Array(ids.prefix(limit - 1)) + [tokenizer.special.end]
      }.filter { $0.count >= 3 }
    }
    try train(rows, tokenizer, output, checkpoint)
  }

  private func readTexts() throws -> [(language: String, lines: [String])] {
    let path = experiment[Settings.pretrainingText]
    let files: [String]
    do {
      files = try FileManager.default.contentsOfDirectory(atPath: path)
        .filter { $0.hasSuffix(".txt") }.sorted()
    } catch {
      throw LaboratoryError(
        "\(path): it cannot be read (\(error.localizedDescription)); expected a folder of "
          + "<language>.txt files with a sentence a line. Check pretraining.text.")
    }
    guard !files.isEmpty else {
      throw LaboratoryError(
        "\(path): there is no .txt file; expected <language>.txt files with a sentence a line.")
    }
    return try files.map { file in
      let text: String
      do {
        text = try String(contentsOfFile: "\(path)/\(file)", encoding: .utf8)
      } catch {
        throw LaboratoryError("\(path)/\(file): it is not UTF-8 text; expected a sentence a line.")
      }
      let lines = text.split(whereSeparator: \.isNewline).map(String.init)
      guard lines.count >= 2 * Self.heldOutShare else {
        throw LaboratoryError(
          "\(path)/\(file): it has \(lines.count) lines; expected at least "
            + "\(2 * Self.heldOutShare).")
      }
      return (String(file.dropLast(4)), lines)
    }
  }

  private func train(
    _ rows: [[[Int]]], _ tokenizer: any Tokenizer, _ output: String, _ checkpoint: Checkpoint?
  )
    throws
  {
    let configuration = EncoderConfiguration(
      vocabularySize: tokenizer.vocabularySize,
      hiddenSize: experiment[Settings.pretrainingHiddenSize],
      layerCount: experiment[Settings.pretrainingLayerCount],
      attentionHeadCount: experiment[Settings.pretrainingAttentionHeadCount],
      intermediateSize: experiment[Settings.pretrainingIntermediateSize],
      maximumPositionCount: experiment[Settings.pretrainingMaximumSubwords],
      hiddenDropout: experiment[Settings.encoderDropout],
      attentionDropout: experiment[Settings.encoderDropout],
      paddingID: tokenizer.special.padding)
    let model = MaskedLanguageModel(encoder: Encoder(configuration))
    let seed = experiment[Settings.seed]
    var parameters = model.freshParameters(generator: chance(seed, "pretraining", 0))
    let heldOut = rows.flatMap { language in
      language.enumerated().filter { $0.offset % Self.heldOutShare == 0 }.map(\.element)
    }
    let training = rows.map { language in
      language.enumerated().filter { $0.offset % Self.heldOutShare != 0 }.map(\.element)
    }
    var optimizer = Optimizer(.adamW(weightDecay: 0.01))
    let steps = experiment[Settings.pretrainingSteps]
    let size = experiment[Settings.pretrainingBatchSize]
    let schedule = LearningRateSchedule(
      .linear, warmupSteps: experiment[Settings.pretrainingWarmupSteps], totalSteps: steps)
    reporter.plan(work: Double(steps * size) * Work.training)
    try reporter.begin(.pretraining)
    var curve = "step,loss,held_out_loss\n"
    var recent: [Double] = []
    var first = 0
    if let checkpoint, case .priming(let step) = checkpoint.state.place {
      first = step
      try parameters.replace(with: checkpoint.tensors("parameter"))
      optimizer = Optimizer(
        optimizer.rule, step: checkpoint.state.optimizerSteps["optimizer"] ?? 0,
        state: try checkpoint.moments("optimizer", of: parameters))
      curve = checkpoint.state.texts["curve"] ?? curve
      recent = checkpoint.state.texts["recent"]?.split(separator: " ").compactMap(Double.init) ?? []
      try reporter.hasReturned(to: checkpoint.state.place)
    }
    for step in first..<max(first, steps) {
      try reporter.checkpoint(step: step) { [optimizer, curve, recent] in
        var state = try reporter.state(at: .priming(step: step), isInCall: true)
        state.optimizerSteps = ["optimizer": optimizer.step]
        state.texts = ["curve": curve, "recent": recent.map(\.description).joined(separator: " ")]
        var checkpoint = Checkpoint(state: state)
        checkpoint.add(parameters, under: "parameter")
        checkpoint.add(optimizer.state, under: "optimizer")
        return checkpoint
      }
      var generator = SeededGenerator(seed: seed, "pretraining", step)
      let lines = (0..<size).map { _ -> [Int] in
        let language = training[Int.random(in: 0..<training.count, using: &generator)]
        return language[Int.random(in: 0..<language.count, using: &generator)]
      }
      let batch = mask(lines, tokenizer, using: &generator)
      let leaves = parameters.leaves { _ in true }
      let names = parameters.sortedNames
      let loss = model.loss(leaves, batch, chance: chance(seed, "pretraining-dropout", step))
      let slopes = Tensors.gradients(of: loss, for: names.compactMap { leaves[$0] })
      var gradients: Parameters = [:]
      for (name, slope) in zip(names, slopes) { gradients[name] = slope }
      let norm = clip(&gradients, to: 1)
      let rate = experiment[Settings.pretrainingLearningRate] * schedule.factor(at: step)
      optimizer.update(parameters, with: gradients, learningRate: rate)
      let value = loss.scalar
      try reporter.record(
        .trainingStep(
          phase: .pretraining, language: nil, step: step + 1, loss: value, gradientNorm: norm,
          learningRate: rate))
      guard value.isFinite else {
        throw LaboratoryError(
          "The loss of pretraining step \(step + 1) is \(value). Lower pretraining.learningRate.")
      }
      try reporter.place { ($0.step, $0.stepCount) = (step + 1, steps) }
      try reporter.done(work: Double(size) * Work.training, sentences: size)
      recent.append(value)
      if (step + 1) % Self.reportEvery == 0 || step + 1 == steps {
        let mean = recent.reduce(0, +) / Double(recent.count)
        let held = heldOutLoss(model, parameters, heldOut, tokenizer)
        recent.removeAll()
        curve += "\(step + 1),\(rounded(mean)),\(rounded(held))\n"
        try curve.write(
          toFile: output + "/pretraining-loss.csv", atomically: true, encoding: .utf8)
        try reporter.log("step \(step + 1): loss \(rounded(mean)), held out \(rounded(held))")
      }
    }
    try reporter.whenThereIsRoom(step: steps) {
      try ModelDirectory.write(
        parameters, configuration: configuration, labels: [], architecture: "BertForMaskedLM",
        to: output, half: experiment[Settings.pretrainingHalf])
    }
    try reporter.record(.checkpoint(step: steps, path: output))
  }

  private func mask(
    _ lines: [[Int]], _ tokenizer: any Tokenizer, using generator: inout SeededGenerator
  ) -> MaskedBatch {
    let special = tokenizer.special
    let ids = [special.padding, special.unknown, special.start, special.end, special.mask]
    return MaskedBatch(
      lines, special: special, vocabularySize: tokenizer.vocabularySize,
      probability: experiment[Settings.pretrainingMaskProbability],
      firstOrdinaryID: (ids.max() ?? 4) + 1, using: &generator)
  }

  /// The loss on lines that are never trained on, always masked alike, without dropout.
  private func heldOutLoss(
    _ model: MaskedLanguageModel, _ parameters: Parameters, _ rows: [[Int]],
    _ tokenizer: any Tokenizer
  ) -> Double {
    var generator = SeededGenerator(seed: 0, "held-out")
    var sum = 0.0
    var count = 0
    for start in stride(from: 0, to: min(rows.count, 512), by: 64) {
      let lines = Array(rows[start..<min(start + 64, rows.count)])
      let batch = mask(lines, tokenizer, using: &generator)
      sum += withoutGradients { model.loss(parameters, batch).scalar } * Double(lines.count)
      count += lines.count
    }
    return count == 0 ? .nan : sum / Double(count)
  }

  private func rounded(_ value: Double) -> String {
    String(format: "%.4f", value)
  }
}
