package import Foundation
package import NamedEntities

/// The number of a run in its notebook, shown as `#12`.
package typealias RunID = Int64

/// What a run is doing, or how it ended.
package enum RunState: String, Codable, Sendable, CaseIterable {
  case queued, running, paused, finished, stopped, failed, interrupted

  /// Whether nobody works on the run any more.
  package var isFinal: Bool {
    switch self {
    case .queued, .running, .paused: false
    case .finished, .stopped, .failed, .interrupted: true
    }
  }

  /// The states that may follow; the notebook refuses any other.
  package var next: Set<RunState> {
    switch self {
    case .queued: [.running, .stopped, .failed]
    case .running: [.paused, .finished, .stopped, .failed, .interrupted]
    case .paused: [.running, .stopped, .failed, .interrupted]
    case .stopped, .failed: [.queued]
    // An engine that was thought dead may still report; else the run is queued again.
    case .interrupted: [.queued, .running, .paused, .finished, .stopped, .failed]
    case .finished: []
    }
  }
}

/// The part of a run that is under way.
package enum RunPhase: String, Codable, Sendable {
  case loading, pretraining, priming, tuning, evaluation
}

/// Where a run is in its nested loops; the newest picture replaces the one before.
package struct Progress: Hashable, Codable, Sendable {
  /// The part of the run.
  package var phase: RunPhase
  /// The language being worked on.
  package var language: String?
  /// The outer step, optimizer step or sentence, from 1.
  package var step = 0
  /// How many of them the phase has.
  package var stepCount = 0
  /// The task of the meta-batch, from 1.
  package var task = 0
  /// How many tasks the meta-batch has.
  package var taskCount = 0
  /// The inner step, from 1.
  package var innerStep = 0
  /// How many inner steps a task has.
  package var innerStepCount = 0
  /// The split being evaluated.
  package var split: String?
  /// How much of the whole run is done, 0…1.
  package var fraction = 0.0
  /// Seconds since the run began.
  package var secondsElapsed = 0.0
  /// Seconds until the end, when they can be told.
  package var secondsLeft: Double?
  /// Sentences read a second, lately.
  package var sentencesPerSecond: Double?
  /// Memory of the engine in RAM, in bytes.
  package var residentBytes = 0

  /// The beginning of a phase.
  package init(phase: RunPhase) {
    self.phase = phase
  }
}

/// The scores of one language on one split.
package struct EvaluationResult: Hashable, Codable, Sendable {
  /// The language's code.
  package var language: String
  /// The split: train, dev or test.
  package var split: String
  /// `priming` for one on the way, `tuning` for one after tuning.
  package var phase: RunPhase
  /// The outer step, or the number of steps of tuning.
  package var step: Int
  /// The entity scores.
  package var scores: EntityScores
  /// How many sentences were read.
  package var sentenceCount: Int
  /// How many of them lost words to the maximum length.
  package var cutSentenceCount: Int
  /// How long it took.
  package var seconds: Double

  /// A result with all that is known of it.
  package init(
    language: String, split: String, phase: RunPhase, step: Int, scores: EntityScores,
    sentenceCount: Int, cutSentenceCount: Int, seconds: Double
  ) {
    self.language = language
    self.split = split
    self.phase = phase
    self.step = step
    self.scores = scores
    self.sentenceCount = sentenceCount
    self.cutSentenceCount = cutSentenceCount
    self.seconds = seconds
  }
}

/// One run as the notebook has it now.
package struct RunRecord: Identifiable, Hashable, Sendable {
  /// Its number.
  package var id: RunID
  /// What it is called.
  package var name: String
  /// What it is doing.
  package var state: RunState
  /// What was planned, with every path absolute.
  package var experiment: Experiment {
    get { plan.value.experiment }
    set { plan = Lazily(StoredPlan(experiment: newValue, problem: plan.value.problem)) }
  }
  /// When it was queued.
  package var created: Date
  /// When the engine began.
  package var started: Date?
  /// When it ended.
  package var finished: Date?
  /// When the engine was last heard of.
  package var heartbeat: Date?
  /// The engine's process.
  package var processID: Int32?
  /// The machine it runs on.
  package var host: String?
  /// Why it failed.
  package var error: String?
  /// Where it is, or was.
  package var progress: Progress? {
    get { storedProgress.value }
    set { storedProgress = Lazily(newValue) }
  }
  /// The newest result after tuning of each language and split.
  package var results: [EvaluationResult] {
    get { storedResults.value }
    set {
      storedResults = Lazily(newValue)
      storedScores = Lazily(newValue.map(RunScore.init))
    }
  }
  /// F1 of those results, which is there without them.
  package var scores: [RunScore] { storedScores.value }
  /// Where its files are.
  package var folder: String
  /// What its owner wrote about it.
  package var note: String
  /// Whether it is marked with a star.
  package var starred: Bool
  /// Whether it is put away.
  package var archived: Bool
  /// How often it went on from an earlier point: what was read of its rows before is not all true
  /// any more when this grows.
  package var rewinds = 0
  /// Its place in the queue, smallest first.
  package var position = 0.0
  /// What its owner sorts it by.
  package var tags: [String] = []
  /// The study it belongs to; empty for none.
  package var study = ""
  /// When it was put into the bin; nil for one that is not there.
  package var deleted: Date?
  /// What this program cannot read of the stored experiment; nil when it reads all of it.
  package var experimentProblem: String? { plan.value.problem }

  var plan: Lazily<StoredPlan>
  var storedProgress: Lazily<Progress?>
  var storedResults: Lazily<[EvaluationResult]>
  var storedScores: Lazily<[RunScore]>

  /// A record whose parts may be decoded later.
  init(
    id: RunID, name: String, state: RunState, plan: Lazily<StoredPlan>, created: Date,
    started: Date?, finished: Date?, heartbeat: Date?, processID: Int32?, host: String?,
    error: String?, progress: Lazily<Progress?>, results: [EvaluationResult], folder: String,
    note: String, starred: Bool, archived: Bool
  ) {
    self.id = id
    self.name = name
    self.state = state
    self.plan = plan
    self.created = created
    self.started = started
    self.finished = finished
    self.heartbeat = heartbeat
    self.processID = processID
    self.host = host
    self.error = error
    storedProgress = progress
    storedResults = Lazily(results)
    storedScores = Lazily(results.map(RunScore.init))
    self.folder = folder
    self.note = note
    self.starred = starred
    self.archived = archived
  }

  /// A record with all that is known of a run.
  package init(
    id: RunID, name: String, state: RunState, experiment: Experiment, created: Date,
    started: Date?, finished: Date?, heartbeat: Date?, processID: Int32?, host: String?,
    error: String?, progress: Progress?, results: [EvaluationResult], folder: String,
    note: String, starred: Bool, archived: Bool
  ) {
    self.init(
      id: id, name: name, state: state,
      plan: Lazily(StoredPlan(experiment: experiment, problem: nil)), created: created,
      started: started, finished: finished, heartbeat: heartbeat, processID: processID,
      host: host, error: error, progress: Lazily(progress), results: results, folder: folder,
      note: note, starred: starred, archived: archived)
  }

  /// Whether there is a checkpoint from which the run would go on.
  package var hasCheckpoint: Bool {
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder + "/checkpoints")
    return names?.contains { Int($0) != nil } ?? false
  }

  /// How long it took, in seconds: as the engine measured, else by the clock; nil where neither
  /// tells, since it has not ended or the clock was set meanwhile.
  package var secondsTaken: Double? {
    guard let started, let finished else { return nil }
    if let measured = progress?.secondsElapsed, measured > 0 { return measured }
    let seconds = finished.timeIntervalSince(started)
    return seconds >= 0 ? seconds : nil
  }

  /// The mean of the languages' F1 on a split, 0…1; nil before there is one.
  package func meanF1(split: String) -> Double? {
    let scores = scores.filter { $0.split == split }.map(\.f1)
    return scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)
  }
}
