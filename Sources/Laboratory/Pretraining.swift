import Encoders
import Experiments
import Files
import Foundation
import MetaLearning
import RunFolders
import Tensors
import Tokenization

/// Makes a small multilingual encoder from text: a WordPiece vocabulary, then masked-language
/// modelling.
///
/// The text is a folder of `<language>.txt`, a sentence a line. Batches take every language alike.
/// The result is a Hugging Face directory that `BertForMaskedLM.from_pretrained` opens, with the
/// curve of the loss beside it in `pretraining-loss.csv`.
package struct Pretraining {
  private let plan: PlannedSettings
  private let folder: String
  private let context: RunContext

  /// Pretraining that keeps its result in the run's folder unless the experiment names another.
  package init(folder: String, context: RunContext) {
    plan = context.plan
    self.folder = folder
    self.context = context
  }

  private static let heldOutShare = 50  // every 50th line is for the held-out loss
  private static let reportEvery = 100

  /// Runs to the end, from the beginning or from where the run goes on.
  package func run() throws {
    let isBeginning = context.resume.isBeginning
    try context.begin(.loading, isTold: isBeginning)
    let texts = try readTexts()
    if isBeginning {
      try context.log(
        "Text: " + texts.map { "\($0.language) \($0.lines.count)" }.joined(separator: ", ")
          + " sentences")
    }
    let output =
      plan[Settings.pretrainingOutput].isEmpty
      ? folder + "/encoder" : plan[Settings.pretrainingOutput]
    try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
    let vocabulary = WordPieceTrainer(
      vocabularySize: plan[Settings.pretrainingVocabularySize]
    ).train(texts: texts.flatMap(\.lines))
    // It may lie outside of the run's folder, which is swept already.
    AtomicFile.sweep(output, isDeep: false)
    try context.whenThereIsRoom(step: 0) {
      try WordPieceTokenizer.write(vocabulary: vocabulary, lowercase: false, to: output)
    }
    let tokenizer = try Tokenizers.open(directory: output)
    if isBeginning { try context.log("Vocabulary: \(vocabulary.count) subwords") }
    let limit = plan[Settings.pretrainingMaximumSubwords]
    let rows = texts.map { text in
      text.lines.map { line -> [Int] in
        let ids = tokenizer.encode(text: line).ids
        return ids.count <= limit ? ids : Array(ids.prefix(limit - 1)) + [tokenizer.special.end]
      }.filter { $0.count >= 3 }
    }
    try train(rows, tokenizer, output)
  }

  private func readTexts() throws -> [(language: String, lines: [String])] {
    let path = plan[Settings.pretrainingText]
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
    _ rows: [[[Int]]], _ tokenizer: any Tokenizer, _ output: String
  ) throws {
    let configuration = EncoderConfiguration(
      vocabularySize: tokenizer.vocabularySize,
      hiddenSize: plan[Settings.pretrainingHiddenSize],
      layerCount: plan[Settings.pretrainingLayerCount],
      attentionHeadCount: plan[Settings.pretrainingAttentionHeadCount],
      intermediateSize: plan[Settings.pretrainingIntermediateSize],
      maximumPositionCount: plan[Settings.pretrainingMaximumSubwords],
      hiddenDropout: plan[Settings.encoderDropout],
      attentionDropout: plan[Settings.encoderDropout],
      paddingID: tokenizer.special.padding)
    let model = MaskedLanguageModel(encoder: Encoder(configuration))
    let seed = plan[Settings.seed]
    var parameters = model.freshParameters(generator: TensorGenerator(seed: seed, "pretraining", 0))
    let heldOut = rows.flatMap { language in
      language.enumerated().filter { $0.offset % Self.heldOutShare == 0 }.map(\.element)
    }
    let training = rows.map { language in
      language.enumerated().filter { $0.offset % Self.heldOutShare != 0 }.map(\.element)
    }
    var optimizer = Optimizer(.adamW(weightDecay: 0.01))
    let steps = plan[Settings.pretrainingSteps]
    let size = plan[Settings.pretrainingBatchSize]
    let schedule = LearningRateSchedule(
      .linear, warmupSteps: plan[Settings.pretrainingWarmupSteps], totalSteps: steps)
    context.progress.plan(work: Double(steps * size) * Work.training)
    try context.begin(.pretraining, isTold: context.resume.isBeginning)
    var curve = "step,loss,held_out_loss\n"
    var recent: [Double] = []
    var first = 0
    if case .rest(let checkpoint) = context.resume.priming {
      first = checkpoint.state.place.step
      try parameters.replace(with: checkpoint.tensors("parameter"))
      optimizer = try checkpoint.optimizer("optimizer", optimizer.rule, of: parameters)
      curve = checkpoint.state.texts["curve"] ?? curve
      recent = checkpoint.state.texts["recent"]?.split(separator: " ").compactMap(Double.init) ?? []
    }
    for step in first..<max(first, steps) {
      try context.betweenSteps(step: step) { [optimizer, curve, recent] in
        var state = try context.state(at: .priming(step: step))
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
      let loss = model.loss(
        leaves, batch, generator: TensorGenerator(seed: seed, "pretraining-dropout", step))
      let slopes = Tensors.gradients(of: loss, for: names.compactMap { leaves[$0] })
      var gradients: Parameters = [:]
      for (name, slope) in zip(names, slopes) { gradients[name] = slope }
      let norm = clip(&gradients, to: 1)
      let rate = plan[Settings.pretrainingLearningRate] * schedule.factor(at: step)
      optimizer.update(parameters, with: gradients, learningRate: rate)
      let value = loss.scalar
      try context.record(
        .trainingStep(
          phase: .pretraining, language: nil, step: step + 1, loss: value, gradientNorm: norm,
          learningRate: rate))
      guard value.isFinite else {
        throw LaboratoryError(
          "The loss of pretraining step \(step + 1) is \(value). Lower pretraining.learningRate.")
      }
      try context.progress.place { ($0.step, $0.stepCount) = (step + 1, steps) }
      try context.progress.done(work: Double(size) * Work.training, sentences: size)
      recent.append(value)
      if (step + 1) % Self.reportEvery == 0 || step + 1 == steps {
        let mean = recent.reduce(0, +) / Double(recent.count)
        let held = heldOutLoss(model, parameters, heldOut, tokenizer)
        recent.removeAll()
        curve += "\(step + 1),\(rounded(mean)),\(rounded(held))\n"
        try context.whenThereIsRoom(step: step) { [curve] in
          try AtomicFile.write(curve, to: output + "/pretraining-loss.csv")
        }
        try context.log("step \(step + 1): loss \(rounded(mean)), held out \(rounded(held))")
      }
    }
    try context.whenThereIsRoom(step: steps) {
      try ModelDirectory.write(
        parameters, configuration: configuration, labels: [], architecture: "BertForMaskedLM",
        to: output, half: plan[Settings.pretrainingHalf])
    }
    try context.record(.checkpoint(step: steps, path: output))
  }

  private func mask(
    _ lines: [[Int]], _ tokenizer: any Tokenizer, using generator: inout SeededGenerator
  ) -> MaskedBatch {
    let special = tokenizer.special
    let ids = [special.padding, special.unknown, special.start, special.end, special.mask]
    return MaskedBatch(
      lines, mask: special.mask, vocabularySize: tokenizer.vocabularySize,
      probability: plan[Settings.pretrainingMaskProbability],
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
