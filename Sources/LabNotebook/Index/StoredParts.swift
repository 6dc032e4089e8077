import RunFolders
import Synchronization

/// What is stored of a run as texts: its experiment, its progress, its scores and results.
///
/// Each is decoded when it is first asked for, and once: a list of ten thousand runs shows fifty.
/// The results are not even read before.
final class StoredParts: Hashable, Sendable {
  /// The texts.
  struct Texts: Hashable {
    /// The experiment as TOML.
    var experiment: String
    var progress: String?
    /// See `RunScore`.
    var scores: String
  }

  private struct Known: Sendable {
    var plan: StoredPlan?
    var progress: RunProgress??
    var results: [EvaluationResult]?
    var scores: RunScores?
  }

  private struct Source {
    var texts: Texts
    var readResults: @Sendable () -> [EvaluationResult]
  }

  private let source: Source?
  private let known: Mutex<Known>

  /// Parts that are there already.
  init(plan: StoredPlan, progress: RunProgress?, results: [EvaluationResult]) {
    source = nil
    known = Mutex(
      Known(
        plan: plan, progress: .some(progress), results: results,
        scores: RunScores(results.map(RunScore.init))))
  }

  /// Parts of texts; what was decoded of the same texts before is kept.
  ///
  /// - Parameter isSameResults: Whether the results are the same when the scores are.
  init(
    _ texts: Texts, before: StoredParts?, isSameResults: Bool,
    readResults: @escaping @Sendable () -> [EvaluationResult]
  ) {
    source = Source(texts: texts, readResults: readResults)
    var kept = Known()
    if let before, let old = before.source?.texts {
      let known = before.known.withLock { $0 }
      if old.experiment == texts.experiment { kept.plan = known.plan }
      if old.progress == texts.progress { kept.progress = known.progress }
      if old.scores == texts.scores {
        kept.scores = known.scores
        if isSameResults { kept.results = known.results }
      }
    }
    known = Mutex(kept)
  }

  var plan: StoredPlan {
    part(\.plan) { StoredPlan(toml: $0.texts.experiment) }
  }

  var progress: RunProgress? {
    part(\.progress) { source in
      source.texts.progress.flatMap { try? StoredJSON.decode(RunProgress.self, $0) }
    }
  }

  var results: [EvaluationResult] {
    part(\.results) { $0.readResults() }
  }

  var scores: RunScores {
    part(\.scores) { source in
      RunScores(RunScore.list(source.texts.scores))
    }
  }

  private func part<Part: Sendable>(
    _ path: WritableKeyPath<Known, Part?>, make: (Source) -> Part
  ) -> Part {
    if let part = known.withLock({ $0[keyPath: path] }) { return part }
    guard let source else { preconditionFailure("Parts without texts are all there") }
    // Without the lock: whoever reads the notebook may be waiting for it.
    let part = make(source)
    known.withLock { $0[keyPath: path] = part }
    return part
  }

  /// Whether both say the same; texts are compared where there are any, for they say it all.
  static func == (first: StoredParts, second: StoredParts) -> Bool {
    if first === second { return true }
    if let one = first.source?.texts, let other = second.source?.texts { return one == other }
    return first.plan == second.plan && first.progress == second.progress
      && first.results == second.results
  }

  /// Nothing of it: the same may be said by different texts.
  func hash(into hasher: inout Hasher) {}
}
