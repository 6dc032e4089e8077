import Experiments
package import Foundation
import NamedEntities
package import RunFolders

/// Everything that was measured in a run, for programs that make tables and plots of it.
///
/// As CSV it is one long table, a number a row:
///
///     record,name,phase,language,split,type,step,value,time,task,innerStep
///     metric,outer/loss,priming,,,,1,1.9631,2026-11-23T17:05:12.250Z,,
///     metric,inner/hi/loss,priming,hi,,,1,2.0391,2026-11-23T17:05:12.250Z,1,3
///     evaluation,f1,tuning,nl,test,PER,70,0.71,2026-11-23T17:09:44.018Z,,
///
/// A run whose points know neither task nor inner step, as older programs wrote them, has neither of
/// the last two columns; its inner steps are numbered through the run.
///
/// As JSON lines it is an object for the run, one for each point and one for each evaluation.
package struct Measurements {
  /// A series of points, as `outer/loss` or `tuning/nl/loss`.
  package struct Series: Hashable, Sendable {
    /// What it is.
    package var key: SeriesKey
    /// Its points, in the order they were recorded.
    package var points: [MetricPoint]

    /// Its name.
    package var name: String { key.name }

    /// The part of the run that it belongs to.
    package var phase: RunPhase? {
      switch key.series {
      case .outerLoss, .taskLoss, .outerGradientNorm, .outerLearningRate, .innerLoss,
        .lossBeforeAdaptation, .lossAfterAdaptation:
        .priming
      case .trainingLoss(let phase), .trainingGradientNorm(let phase),
        .trainingLearningRate(let phase):
        phase
      case .f1: .evaluation
      case .other(let name):
        // A series of another program: its name begins with a phase, or has none.
        RunPhase.allCases.first { name.utf8.starts(with: ($0.rawValue + "/").utf8) }
      }
    }

    /// The language whose numbers they are.
    package var language: String? { key.language }

    /// The split that was evaluated.
    package var split: String? {
      if case .f1(let split) = key.series { split } else { nil }
    }
  }

  /// One evaluation and when it was made.
  package struct Evaluation: Hashable, Sendable {
    /// What was found.
    package var result: EvaluationResult
    /// When it was recorded.
    package var time: Date
  }

  /// The run.
  package let run: RunRecord
  /// Every series, sorted by name.
  package let series: [Series]
  /// Every evaluation, in the order they were made.
  package let evaluations: [Evaluation]

  /// Reads what the notebook has of a run; of one language alone where one is given.
  package init(_ notebook: Notebook, run: RunRecord, language: String? = nil) throws {
    self.run = run
    let innerSteps = max(1, run.experiment[Settings.innerSteps])
    series = try notebook.series(of: run.id).map { key in
      var points = try notebook.metrics(run.id, series: key)
      // Older programs number inner steps through the run, and know no tasks.
      if key == SeriesKey(.innerLoss) {
        for index in points.indices where points[index].task == nil {
          guard let inner = points[index].innerStep else { continue }
          points[index].step = (points[index].step - 1) * innerSteps + inner
          points[index].innerStep = nil
        }
      }
      return Series(key: key, points: points)
    }
    .filter { language == nil || $0.language == nil || $0.language == language }
    evaluations = try notebook.events(run.id).compactMap { logged in
      guard case .evaluation(let result) = logged.event else { return nil }
      return Evaluation(result: result, time: logged.time)
    }
    .filter { language == nil || $0.result.language == language }
  }

  // MARK: CSV

  /// Whether any point knows its task or inner step.
  private var hasTasks: Bool {
    series.contains { $0.points.contains { $0.task != nil || $0.innerStep != nil } }
  }

  /// Gives the rows of the long table, its heading first, each without its line's end.
  package func eachCSVLine(_ body: (String) throws -> Void) rethrows {
    let hasTasks = hasTasks
    func end(_ point: MetricPoint?) -> String {
      guard hasTasks else { return "" }
      let numbers = [point?.task, point?.innerStep].map { $0.map(String.init) ?? "" }
      return "," + numbers.joined(separator: ",")
    }
    try body(
      "record,name,phase,language,split,type,step,value,time"
        + (hasTasks ? ",task,innerStep" : ""))
    for series in series {
      let place = [series.phase?.rawValue, series.language, series.split, nil]
      for point in series.points {
        try body(
          Self.row("metric", series.name, place, point.step, point.value, point.time) + end(point))
      }
    }
    for evaluation in evaluations {
      let result = evaluation.result
      for (type, name, value) in Self.numbers(of: result) {
        let place = [result.phase.rawValue, result.language, result.split, type]
        try body(
          Self.row("evaluation", name, place, result.step, value, evaluation.time) + end(nil))
      }
    }
  }

  /// The numbers of an evaluation: of all entities together, of each type, of the whole.
  private static func numbers(
    of result: EvaluationResult
  ) -> [(type: String?, name: String, value: Double)] {
    var numbers: [(String?, String, Double)] = []
    func add(_ type: String?, _ score: Score) {
      numbers += [
        (type, "precision", score.precision), (type, "recall", score.recall),
        (type, "f1", score.f1), (type, "correct", Double(score.correct)),
        (type, "predicted", Double(score.predicted)), (type, "support", Double(score.support)),
      ]
    }
    add(nil, result.scores.micro)
    for (type, score) in result.scores.types.sorted(by: { $0.key < $1.key }) {
      add(type.name, score)
    }
    numbers += [
      (nil, "sentences", Double(result.sentenceCount)),
      (nil, "cutSentences", Double(result.cutSentenceCount)), (nil, "seconds", result.seconds),
    ]
    return numbers
  }

  private static func row(
    _ record: String, _ name: String, _ place: [String?], _ step: Int, _ value: Double,
    _ time: Date
  ) -> String {
    ([record, name.csvField] + place.map { ($0 ?? "").csvField }
      + [String(step), plain(value), timeText(time)]).joined(separator: ",")
  }

  /// The shortest text that reads back as the same number; `nan`, `inf`, `-inf`.
  private static func plain(_ value: Double) -> String {
    Int(exactly: value).flatMap { abs($0) < 1 << 53 ? String($0) : nil } ?? NumberText.text(value)
  }

  private static func timeText(_ date: Date) -> String {
    date.ISO8601Format(.init(includingFractionalSeconds: true))
  }

  // MARK: JSON lines

  private struct RunLine: Encodable {
    var record = "run"
    var id: RunID
    var name: String
    var state: RunState
    var created: String
    var started: String?
    var finished: String?
    var settings: [String: String]
  }

  private struct MetricLine: Encodable {
    var record = "metric"
    var name: String
    var phase: RunPhase?
    var language: String?
    var split: String?
    var step: Int
    var task: Int?
    var innerStep: Int?
    var value: Double
    var time: String
  }

  private struct ScoreFields: Encodable {
    var precision: Double
    var recall: Double
    var f1: Double
    var support: Int
    var correct: Int
    var predicted: Int

    init(_ score: Score) {
      (precision, recall, f1) = (score.precision, score.recall, score.f1)
      (support, correct, predicted) = (score.support, score.correct, score.predicted)
    }
  }

  private struct EvaluationLine: Encodable {
    var record = "evaluation"
    var phase: RunPhase
    var language: String
    var split: String
    var step: Int
    var micro: ScoreFields
    var types: [String: ScoreFields]
    var sentences: Int
    var cutSentences: Int
    var seconds: Double
    var time: String
  }

  /// Gives one JSON object a line; numbers that are not finite are "nan", "inf" and "-inf".
  package func eachJSONLine(_ body: (String) throws -> Void) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    func line(_ value: some Encodable) throws {
      try body(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
    try line(
      RunLine(
        id: run.id, name: run.name, state: run.state, created: Self.timeText(run.created),
        started: run.started.map(Self.timeText), finished: run.finished.map(Self.timeText),
        settings: Settings.all.reduce(into: [:]) { texts, setting in
          texts[setting.key] = run.experiment[key: setting.key]?.description
        }))
    for series in series {
      for point in series.points {
        try line(
          MetricLine(
            name: series.name, phase: series.phase, language: series.language,
            split: series.split, step: point.step, task: point.task, innerStep: point.innerStep,
            value: point.value, time: Self.timeText(point.time)))
      }
    }
    for evaluation in evaluations {
      let result = evaluation.result
      try line(
        EvaluationLine(
          phase: result.phase, language: result.language, split: result.split, step: result.step,
          micro: ScoreFields(result.scores.micro),
          types: result.scores.types.reduce(into: [:]) { fields, score in
            fields[score.key.name] = ScoreFields(score.value)
          },
          sentences: result.sentenceCount, cutSentences: result.cutSentenceCount,
          seconds: result.seconds, time: Self.timeText(evaluation.time)))
    }
  }
}
