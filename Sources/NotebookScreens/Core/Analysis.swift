package import Experiments
package import LabNotebook
package import RunFolders

/// Something to be found out from files and by many draws, which takes longer than a key may wait.
package enum Analysis: Hashable, Sendable {
  /// How some runs compare, sentence by sentence.
  case compare(ComparisonQuestion)
  /// What the runs of a study have come to.
  case study(StudyQuestion)
  /// Which studies there are.
  case studies
  /// Which runs left a model that can tag sentences.
  case models

  /// What it is about: a newer question about the same takes the place of one that waits.
  package var subject: String {
    switch self {
    case .compare: "compare"
    case .study(let question): "study \(question.path)"
    case .studies: "studies"
    case .models: "models"
    }
  }
}

/// As much of a run as decides what an analysis finds: while it is the same, so is the answer.
package struct RunStanding: Hashable, Sendable {
  package var id: RunID
  package var state: RunState
  /// How many results it has.
  package var resultCount: Int
  /// How often its rows were taken back.
  package var rewinds: Int
  /// Whether it is in the bin.
  package var isDeleted: Bool

  /// The standing of a run now.
  package init(_ run: RunRecord) {
    id = run.id
    state = run.state
    resultCount = run.results.count
    rewinds = run.rewinds
    isDeleted = run.deleted != nil
  }
}

/// Which runs are to be compared, and with which of them the others.
package struct ComparisonQuestion: Hashable, Sendable {
  package var runs: [RunStanding]
  package var control: RunID

  /// A question about runs as they stand now.
  package init(runs: [RunStanding], control: RunID) {
    self.runs = runs
    self.control = control
  }
}

/// How some runs compare.
package struct ComparisonAnswer: Sendable {
  package var question: ComparisonQuestion
  package var comparison: RunComparison

  /// The answer to a question.
  package init(question: ComparisonQuestion, comparison: RunComparison) {
    self.question = question
    self.comparison = comparison
  }
}

/// What is asked of a study: its file, the split, and how the runs stand.
package struct StudyQuestion: Hashable, Sendable {
  package var path: String
  /// The split that is compared; nil: test where it is evaluated, else the first.
  package var split: String?
  package var runs: [RunStanding]

  /// A question about runs as they stand now.
  package init(path: String, split: String?, runs: [RunStanding]) {
    self.path = path
    self.split = split
    self.runs = runs
  }
}
