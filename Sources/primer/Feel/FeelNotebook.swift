import Experiments
import Foundation
import LabNotebook
import NamedEntities

/// A notebook with one very long run and many short ones, written by the engine's own recorder.
enum FeelNotebook {
  /// What the long run is called.
  static let name = "one very long run"

  /// Writes it: the newest run has `points` outer steps with an inner step each, an evaluation in every
  /// hundredth part, and no end to its loss's noise.
  static func write(folder: String, points: Int, runs: Int) throws {
    let notebook = try Notebook.open(folder: folder)
    for number in 0..<runs {
      var other = Experiment()
      try other.set(Settings.name.key, to: "short run \(number + 1)")
      try other.set(Settings.seed.key, to: .integer(number + 1))
      let recorder = try notebook.recorder(for: try notebook.enqueue(other))
      try recorder.record(.stateChanged(.running))
      for step in 1...20 {
        try recorder.record(
          .outerStep(
            step: step, languages: ["en"], loss: 2 / Double(step), gradientNorm: 1,
            learningRate: 2e-5))
      }
      try recorder.record(.evaluation(result("nl", right: number % 90, of: 100, step: 20)))
      try recorder.finish(state: .finished, error: nil)
    }
    var experiment = Experiment()
    try experiment.set(Settings.name.key, to: name)
    experiment[Settings.innerSteps] = 1
    experiment[Settings.primingSteps] = min(points, 1_000_000)
    let long = try notebook.enqueue(experiment)
    let recorder = try notebook.recorder(for: long)
    try recorder.record(.stateChanged(.running))
    try recorder.record(.phase(.priming, language: nil))
    var noise: UInt64 = 20_261_127
    for step in 1...points {
      noise = noise &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let loss = 0.2 + 2 / Double(step).squareRoot() + Double(noise >> 40) / Double(1 << 26)
      try recorder.record(
        .innerStep(step: step, task: 0, language: "en", innerStep: 1, loss: loss * 1.3))
      try recorder.record(
        .outerStep(
          step: step, languages: ["en"], loss: loss, gradientNorm: 1 + loss, learningRate: 2e-5))
      if step % max(points / 100, 1) == 0 {
        for (index, language) in ["nl", "hi", "af", "lt"].enumerated() {
          try recorder.record(
            .evaluation(
              result(language, right: 20 + step * 40 / points + index, of: 100, step: step)))
        }
      }
    }
    try recorder.finish(state: .finished, error: nil)
    try notebook.close()
  }

  private static func result(
    _ language: String, right: Int, of count: Int, step: Int
  ) -> EvaluationResult {
    let gold = (0..<count).map { [EntitySpan(type: "PER", words: $0..<$0 + 1)] }
    let predicted = gold.enumerated().map { $0 < right ? $1 : [] }
    return EvaluationResult(
      language: language, split: "dev", phase: .priming, step: step,
      scores: EntityScores(gold: gold, predicted: predicted), sentenceCount: count,
      cutSentenceCount: 0, seconds: 0.1)
  }
}
