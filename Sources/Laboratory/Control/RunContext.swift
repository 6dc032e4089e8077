package import Experiments
import Foundation
import RunFolders
import NamedEntities

/// What the phases of a run share: what is asked for, where the run goes on, and whom to tell.
package final class RunContext {
  /// The settings that stay.
  package let plan: PlannedSettings
  /// The settings that may change.
  package let live: LiveSettings
  /// Where the run goes on.
  package let resume: ResumePlan
  /// How much is done.
  package let progress: ProgressMeter

  /// The tags of the head; set once the corpora were looked at.
  var tags = TagSet.panx

  let control: RunControl
  let checkpoints: CheckpointWriter

  private let book: RunBook
  private var scores: DevScores
  private var nonFiniteSteps: Int

  /// The context of one run.
  ///
  /// - Parameters:
  ///   - book: Where what it tells goes, and what is asked comes from.
  ///   - store: Where checkpoints are kept; nil for a run that writes none.
  ///   - resume: Where it goes on.
  ///   - now: Seconds on a clock that never goes back.
  /// - Throws: When the checkpoint has a live setting that this program does not know.
  package init(
    _ experiment: Experiment, book: RunBook, store: CheckpointStore? = nil,
    resuming resume: ResumePlan = .beginning,
    now: @escaping () -> Double = { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 }
  ) throws {
    let state = resume.checkpoint?.state
    plan = PlannedSettings(experiment)
    live = try LiveSettings(experiment, changed: state?.liveSettings ?? [:])
    progress = ProgressMeter(book: book, resuming: state, now: now)
    control = RunControl(book: book, live: live, progress: progress, resuming: resume)
    checkpoints = CheckpointWriter(store: store, book: book, control: control, now: now)
    scores = DevScores(state)
    nonFiniteSteps = state?.nonFiniteCount ?? 0
    self.resume = resume
    self.book = book
  }

  // MARK: What is told

  /// Records an event.
  func record(_ event: Event) throws {
    if case .evaluation(let result) = event { scores.note(result) }
    try book.record(event)
  }

  /// Records a line for the run's log.
  func log(_ text: String, level: LogLevel = .info) throws {
    try book.record(.log(level, text))
  }

  /// Begins a phase, for one language or for all.
  ///
  /// - Parameter isTold: Whether it is told; not where the run goes on within the phase.
  func begin(_ phase: RunPhase, language: String? = nil, isTold: Bool = true) throws {
    if isTold { try book.record(.phase(phase, language: language)) }
    try progress.begin(phase, language: language)
  }

  // MARK: Between steps

  /// Carries out what was asked between two steps, and writes a checkpoint when one is due or wanted.
  ///
  /// Waits while paused; throws `RunStopped` on stop.
  ///
  /// - Parameters:
  ///   - step: The step that a changed setting is recorded with.
  ///   - save: What the run needs to go on from here; nil where it would go on from the checkpoint
  ///     that is there already.
  func betweenSteps(step: Int, save: (() throws -> Checkpoint)? = nil) throws {
    try control.look(step: step) { isStopped in
      if let save {
        if isStopped || checkpoints.isDue(every: live[Settings.checkpointEvery]) {
          try checkpoints.write(step: step, save)
        }
      } else if control.isCheckpointWanted, !isStopped {
        try checkpoints.repeatNewest(step: step)
      }
    }
  }

  /// Writes files, and again when the disk was full and there is room.
  func whenThereIsRoom(step: Int, _ write: () throws -> Void) throws {
    try control.whenThereIsRoom(step: step, write)
  }

  /// What a checkpoint of this moment has to say, but for its tensors.
  func state(at place: RunPlace) throws -> Checkpoint.State {
    var state = Checkpoint.State(place: place, mark: try book.mark(false))
    state.tick = control.tick
    state.liveSettings = live.byKey
    state.nonFiniteCount = nonFiniteSteps
    state.labels = tags.labels
    scores.write(to: &state)
    progress.write(to: &state)
    return state
  }

  /// The mean F1 on dev at a step of priming when it is the best so far; nil when it is not.
  func newBestScore(step: Int) -> Double? { scores.newBest(step: step) }

  // MARK: Steps that are not finite

  /// Takes note of a step whose loss and gradient are finite.
  func tookStep() { nonFiniteSteps = 0 }

  /// Takes note of a step that was left out because its loss or gradient is not finite, or ends the run
  /// when there were too many in a row.
  ///
  /// - Parameters:
  ///   - problem: What is not finite, and what to do.
  ///   - save: The state before the step; kept for people when the run ends.
  func leftOutStep(_ problem: String, save: () throws -> Checkpoint) throws {
    nonFiniteSteps += 1
    let limit = live[Settings.nonFiniteSteps]
    if nonFiniteSteps <= limit {
      try log(
        "\(problem) The step is left out (\(nonFiniteSteps) in a row; checkpoint.nonFiniteSteps is "
          + "\(limit)).", level: .warning)
      return
    }
    var kept = ""
    do {
      if let path = try checkpoints.keepForInspection(save) {
        kept = " The state before that step is in \(path)."
      }
    } catch {
      try log("The state before that step cannot be kept: \(error)", level: .error)
    }
    throw LaboratoryError(problem + kept)
  }
}

/// Dev F1 while priming, by which checkpoints are judged.
private struct DevScores {
  private var step = 0
  private var byLanguage: [String: Double] = [:]
  private var best: Double?

  init(_ state: Checkpoint.State?) {
    guard let state else { return }
    (step, byLanguage, best) = (state.devStep, state.devScores, state.bestScore)
  }

  mutating func note(_ result: EvaluationResult) {
    guard result.phase == .priming, result.split == "dev" else { return }
    if step != result.step { (step, byLanguage) = (result.step, [:]) }
    byLanguage[result.language] = result.scores.micro.f1
  }

  mutating func newBest(step: Int) -> Double? {
    guard self.step == step, !byLanguage.isEmpty else { return nil }
    let sum = byLanguage.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value }
    let mean = sum / Double(byLanguage.count)
    guard mean > best ?? -1 else { return nil }
    best = mean
    return mean
  }

  func write(to state: inout Checkpoint.State) {
    (state.devStep, state.devScores, state.bestScore) = (step, byLanguage, best)
  }
}
