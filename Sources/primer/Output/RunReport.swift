import Experiments
import Foundation
import LabNotebook
import NamedEntities
import RunFolders

/// What `--json` prints of a run.
struct RunReport: Encodable {
  /// One language and split after tuning.
  struct Result: Encodable {
    var language: String
    var split: String
    var f1: Double
    var precision: Double
    var recall: Double
    var support: Int
    var sentences: Int
    var cutSentences: Int
    var types: [String: Double]
    var errors: EntityErrorsReport?
    var confusion: TypeConfusion?
  }

  var id: RunID
  var name: String
  var state: RunState
  var created: Date
  var started: Date?
  var finished: Date?
  var error: String?
  var phase: RunPhase?
  var fraction: Double?
  var step: Int?
  var stepCount: Int?
  /// The point of another run whose weights it began with.
  var startPoint: String?
  var settings: [String: PlainValue]
  var results: [Result]
  var meanF1: [String: Double]
  var note: String
  var starred: Bool
  var archived: Bool
  var folder: String
  /// The command that queued it, and the state of the files around it.
  var origin: RunOrigin?

  /// A run as the notebook has it, with the errors of its results where they were looked for.
  init(_ run: RunRecord, details: (comparison: RunComparison, options: DetailOptions)? = nil) {
    id = run.id
    name = run.name
    state = run.state
    created = run.created
    started = run.started
    finished = run.finished
    error = run.error
    phase = run.progress?.phase
    fraction = run.progress?.fraction
    step = run.progress?.step
    stepCount = run.progress?.stepCount
    startPoint = run.experiment.beginsFromRun ? run.experiment[Settings.startCheckpoint] : nil
    settings = Settings.all.reduce(into: [:]) { values, setting in
      values[setting.key] = run.experiment[key: setting.key].map(PlainValue.init)
    }
    results = run.results.map { result in
      var report = Result(result)
      let test = details?.comparison.tests.first {
        $0.language == result.language && $0.split == result.split
      }
      let errors = test?.results.first?.errors
      if details?.options.errors == true { report.errors = errors.map(EntityErrorsReport.init) }
      if details?.options.confusion == true { report.confusion = errors?.confusion }
      return report
    }
    meanF1 = Set(run.results.map(\.split)).reduce(into: [:]) { $0[$1] = run.meanF1(split: $1) }
    note = run.note
    starred = run.starred
    archived = run.archived
    folder = run.folder
    origin = RunFolder(run.folder).origin
  }
}

extension RunReport.Result {
  init(_ result: EvaluationResult) {
    language = result.language
    split = result.split
    f1 = result.scores.micro.f1
    precision = result.scores.micro.precision
    recall = result.scores.micro.recall
    support = result.scores.micro.support
    sentences = result.sentenceCount
    cutSentences = result.cutSentenceCount
    types = result.scores.types.reduce(into: [:]) { $0[$1.key.name] = $1.value.f1 }
  }
}

/// F1 per language and split with the mean, or nil before there is any.
///
///     language  F1 dev  F1 test
///     hi          61.2     59.8
///     mean        61.2     59.8
func resultsTable(of run: RunRecord) -> String? {
  let splits = CorpusFormat.splits.filter { split in run.results.contains { $0.split == split } }
  if splits.isEmpty { return nil }
  let languages = run.results.map(\.language).reduce(into: [String]()) {
    if !$0.contains($1) { $0.append($1) }
  }
  var table = TextTable([.left("language")] + splits.map { .right("F1 \($0)") })
  for language in languages {
    table.add(
      [language]
        + splits.map { split in
          let result = run.results.first { $0.language == language && $0.split == split }
          return percentage(result?.scores.micro.f1)
        })
  }
  table.add(["mean"] + splits.map { percentage(run.meanF1(split: $0)) })
  return table.text
}

extension RunRecord {
  /// How long it ran, once it ended.
  var timeTaken: String? {
    secondsTaken.map(duration)
  }
}

/// A time in this machine's zone: `2026-11-23 17:05`.
func localTime(_ date: Date) -> String {
  let parts = Calendar(identifier: .gregorian)
    .dateComponents([.year, .month, .day, .hour, .minute], from: date)
  return String(
    format: "%04d-%02d-%02d %02d:%02d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0,
    parts.hour ?? 0, parts.minute ?? 0)
}
