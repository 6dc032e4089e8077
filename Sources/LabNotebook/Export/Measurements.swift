import Experiments
package import Foundation
import NamedEntities

/// Everything that was measured in a run, for programs that make tables and plots of it.
///
/// As CSV it is one long table, a number a row:
///
///     record,name,phase,language,split,type,step,value,time
///     metric,outer/loss,priming,,,,1,1.9631,2026-11-23T17:05:12.250Z
///     evaluation,f1,tuning,nl,test,PER,70,0.71,2026-11-23T17:09:44.018Z
///
/// As JSON lines it is an object for the run, one for each point and one for each evaluation.
package struct Measurements {
  /// A series of points, as `outer/loss` or `tuning/nl/loss`.
  package struct Series: Hashable, Sendable {
    /// Its name.
    package var name: String
    /// Its points, in the order they were recorded.
    package var points: [MetricPoint]

    /// The part of the run that the name says.
    package var phase: RunPhase? {
      switch parts.first {
      case "inner", "outer": .priming
      case "f1": .evaluation
      case let first?: RunPhase(rawValue: first)
      case nil: nil
      }
    }

    /// The language that the name says.
    package var language: String? {
      guard parts.count >= 3, ["tuning", "f1"].contains(parts[0]) else { return nil }
      return parts[1]
    }

    /// The split that the name says.
    package var split: String? { parts.count == 3 && parts[0] == "f1" ? parts[2] : nil }

    private var parts: [String] { name.split(separator: "/").map(String.init) }
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
    series = try notebook.seriesNames(run.id).map { name in
      Series(name: name, points: try notebook.metrics(run.id, series: name))
    }
    .filter { language == nil || $0.language == nil || $0.language == language }
    evaluations = try notebook.events(run.id).compactMap { logged in
      guard case .evaluation(let result) = logged.event else { return nil }
      return Evaluation(result: result, time: logged.time)
    }
    .filter { language == nil || $0.result.language == language }
  }

  // MARK: CSV

  /// Gives the rows of the long table, its heading first, each without its line's end.
  package func eachCSVLine(_ body: (String) throws -> Void) rethrows {
    try body("record,name,phase,language,split,type,step,value,time")
    for series in series {
      let place = [series.phase?.rawValue, series.language, series.split, nil]
      for point in series.points {
        try body(
          Self.row("metric", series.name, place, point.step, point.value, point.time))
      }
    }
    for evaluation in evaluations {
      let result = evaluation.result
      for (type, name, value) in Self.numbers(of: result) {
        let place = [result.phase.rawValue, result.language, result.split, type]
        try body(Self.row("evaluation", name, place, result.step, value, evaluation.time))
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
    Int(exactly: value).flatMap { abs($0) < 1 << 53 ? String($0) : nil } ?? "\(value)"
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
            split: series.split, step: point.step, value: point.value,
            time: Self.timeText(point.time)))
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
