import Experiments
import LabNotebook
import NamedEntities
import RunFolders

/// What `primer compare --json` prints.
struct ComparisonReport: Encodable {
  struct Run: Encodable {
    var id: RunID
    var name: String
    var state: RunState
  }

  struct Setting: Encodable {
    var key: String
    var values: [String: PlainValue]
  }

  struct SettingChange: Encodable {
    var run: RunID
    var step: Int
    var key: String
    var old: String
    var new: String
  }

  struct Test: Encodable {
    var language: String
    var split: String
    var sentences: Int?
    var runs: [Result]
  }

  struct Result: Encodable {
    var run: RunID
    var f1: Double?
    var precision: Double?
    var recall: Double?
    var support: Int?
    var difference: Difference?
    var problem: String?
    var types: [String: Double]?
    var errors: EntityErrorsReport?
    var confusion: TypeConfusion?
    var changes: Changes?
  }

  struct Difference: Encodable {
    var f1: Double
    var lower: Double?
    var upper: Double?
    var pValue: Double?
    var beyondNoise: Bool?
  }

  struct Mean: Encodable {
    var split: String
    var languages: [String]
    var runs: [Result]
  }

  struct Changes: Encodable {
    var fixed: Int
    var broken: Int
    var otherwise: Int
    var sentences: [ChangedSentenceReport]
  }

  var control: RunID
  var runs: [Run]
  var settings: [Setting]
  var settingChanges: [SettingChange]
  var tests: [Test]
  var means: [Mean]
  var resamples: Int
  var problems: [String]
}

/// The kinds of errors, with the two scores that follow from them.
struct EntityErrorsReport: Encodable {
  var gold: Int
  var predicted: Int
  var correct: Int
  var wrongType: Int
  var wrongBoundary: Int
  var wrongBoth: Int
  var missed: Int
  var spurious: Int
  var unlabelledF1: Double

  init(_ errors: EntityErrors) {
    gold = errors.gold
    predicted = errors.predicted
    correct = errors.correct
    wrongType = errors.wrongType
    wrongBoundary = errors.wrongBoundary
    wrongBoth = errors.wrongBoth
    missed = errors.missed
    spurious = errors.spurious
    unlabelledF1 = errors.unlabelled.f1
  }
}

/// A sentence that changed: its words, and the tags of each side.
struct ChangedSentenceReport: Encodable {
  var number: Int
  var change: SentenceChange
  var words: [String]
  var gold: [String]
  var control: [String]
  var run: [String]

  init(_ sentence: ChangedSentence) {
    func tags(_ spans: [EntitySpan]) -> [String] {
      TagScheme.encode(spans, wordCount: sentence.words.count)
    }
    number = sentence.number
    change = sentence.change
    words = sentence.words
    gold = tags(sentence.gold)
    control = tags(sentence.control)
    run = tags(sentence.treatment)
  }
}

extension ComparisonReport {
  init(
    _ comparison: RunComparison, settingChanges: [SettingChange], details: DetailOptions,
    sentences limit: Int?
  ) {
    control = comparison.runs[comparison.control].id
    runs = comparison.runs.map { Run(id: $0.id, name: $0.name, state: $0.state) }
    let ids = comparison.runs.map(\.id)
    settings = comparison.settings.map { row in
      Setting(
        key: row.key,
        values: Dictionary(
          uniqueKeysWithValues: zip(ids.map(String.init), row.values.map(PlainValue.init))))
    }
    self.settingChanges = settingChanges
    tests = comparison.tests.map { test in
      Test(
        language: test.language, split: test.split, sentences: test.sentenceCount,
        runs: zip(ids, test.results).map {
          Result(id: $0, $1, details: details, sentences: limit)
        })
    }
    means = comparison.means.map { mean in
      Mean(
        split: mean.split, languages: mean.languages,
        runs: zip(ids, mean.results).map { id, result in
          Result(
            run: id, f1: result?.f1,
            difference: result?.difference.map { Difference($0, result?.bootstrap) })
        })
    }
    resamples = comparison.bootstrap.resamples
    problems = comparison.problems
  }
}

extension ComparisonReport.Result {
  init(
    id: RunID, _ result: ComparedResult, details: DetailOptions, sentences limit: Int?
  ) {
    run = id
    f1 = result.scores?.micro.f1
    precision = result.scores?.micro.precision
    recall = result.scores?.micro.recall
    support = result.scores?.micro.support
    difference = result.difference.map { ComparisonReport.Difference($0, result.bootstrap) }
    problem = result.problem
    if details.types {
      types = result.scores?.types.reduce(into: [:]) { $0[$1.key.name] = $1.value.f1 }
    }
    if details.errors { errors = result.errors.map(EntityErrorsReport.init) }
    if details.confusion { confusion = result.errors?.confusion }
    changes = limit.flatMap { limit in
      result.changes.map { ComparisonReport.Changes($0, limit: limit) }
    }
  }
}

extension ComparisonReport.Difference {
  init(_ difference: Double, _ bootstrap: BootstrapDifference?) {
    f1 = difference
    lower = bootstrap?.lower
    upper = bootstrap?.upper
    pValue = bootstrap?.pValue
    beyondNoise = bootstrap?.isBeyondNoise
  }
}

extension ComparisonReport.Changes {
  init(_ changes: [ChangedSentence], limit: Int) {
    func all(_ change: SentenceChange) -> [ChangedSentence] {
      changes.filter { $0.change == change }
    }
    fixed = all(.fixed).count
    broken = all(.broken).count
    otherwise = all(.otherwise).count
    sentences = SentenceChange.allCases.flatMap { change in
      (limit == 0 ? all(change)[...] : all(change).prefix(limit)).map(ChangedSentenceReport.init)
    }
  }
}
