import Experiments
import Foundation
package import LabNotebook
import ModelFiles
import NamedEntities

extension RunReporter {
  /// What a checkpoint of this moment has to say, but for its tensors.
  ///
  /// - Parameter isInCall: Whether `checkpoint(step:save:)` is just asking, which is called again
  ///   when the run goes on: what was asked in that call is part of the state.
  package func state(at place: RunPlace, isInCall: Bool = false) throws -> Checkpoint.State {
    var state = Checkpoint.State(place: place, mark: try book.mark(false))
    state.tick = isInCall ? tick - 1 : tick
    for descriptor in Settings.all where descriptor.isLive {
      state.liveSettings[descriptor.key] = experiment[key: descriptor.key]?.description
    }
    state.nonFiniteCount = nonFiniteCount
    state.devScores = devScores.byLanguage
    state.devStep = devScores.step
    state.bestScore = bestScore
    account(for: &state)
    return state
  }

  /// Goes on from a checkpoint: live settings, work and time as they were then.
  ///
  /// - Parameters:
  ///   - state: The state of the checkpoint; nil when the run begins again.
  ///   - takenBack: The events after it, whose changed settings are repeated at their ticks.
  package func resume(_ state: Checkpoint.State?, takenBack: [Event]) throws {
    changesToRepeat = takenBack.compactMap { event in
      guard case .settingChanged(let key, _, let new, _, let tick?) = event else { return nil }
      return (tick, key, new)
    }
    guard let state else { return }
    for (key, value) in state.liveSettings.sorted(by: { $0.key < $1.key }) {
      try experiment.set(key, to: value)
    }
    tick = state.tick
    nonFiniteCount = state.nonFiniteCount
    devScores = (state.devStep, state.devScores)
    bestScore = state.bestScore
    resumeAccount(of: state)
    isReturning = true
  }

  /// Ends the return to where the run goes on: from here on all is told again.
  package func hasReturned(to place: RunPlace) throws {
    guard isReturning else { return }
    isReturning = false
    try book.record(.resumed(place: place.description(experiment), step: place.step))
  }

  /// Writes a checkpoint now: one between two phases, or one that must not wait.
  ///
  /// Waits while the disk is full. One that cannot be written for another reason is said in the
  /// log, and the run goes on: it would go on from the one before.
  package func writeCheckpoint(step: Int, _ make: () throws -> Checkpoint) throws {
    guard let store else { return }
    isCheckpointWanted = false
    lastCheckpoint = now()
    while true {
      do {
        // Said before, so that the checkpoint's own mark has it.
        try book.record(.checkpoint(step: step, path: store.nextPath))
        let checkpoint = try make()
        _ = try book.mark(true)
        try store.write(checkpoint)
        return
      } catch let error where DiskRoom.isLacking(error) {
        try waitForRoom(step: step, error)
      } catch let error as NotebookError where error.kind == .busy {
        // The book is locked by another program: rows wait in memory, and so does this.
        isCheckpointWanted = true
        return
      } catch let error as ModelFileError {
        try log("No checkpoint was written: \(error)", level: .error)
        return
      } catch let error as CocoaError {
        try log(
          "No checkpoint was written to \(store.folder): \(error.localizedDescription)",
          level: .error)
        return
      }
    }
  }

  /// The digests of files of the run; one that has not changed is not read again.
  func digests(of names: [String], in folder: String) throws -> [String: String] {
    var digests: [String: String] = [:]
    for name in names {
      var facts = stat()
      guard stat(folder + "/" + name, &facts) == 0 else { continue }
      let look = [
        Int(facts.st_ino), Int(facts.st_size), facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec,
      ]
      if knownDigests[name]?.look != look {
        knownDigests[name] = (look, try Digest.ofFile(folder + "/" + name))
      }
      digests[name] = knownDigests[name]?.digest
    }
    return digests
  }

  /// Tells somebody who asked for a checkpoint which one the run would go on from.
  func repeatNewestCheckpoint(step: Int) throws {
    isCheckpointWanted = false
    guard let store, let newest = store.numbers().last else { return }
    try book.record(.checkpoint(step: step, path: store.path(newest)))
  }

  /// Takes note of dev F1 on the way, by which checkpoints are judged.
  func note(_ result: EvaluationResult) {
    guard result.phase == .priming, result.split == "dev" else { return }
    if devScores.step != result.step { devScores = (result.step, [:]) }
    devScores.byLanguage[result.language] = result.scores.micro.f1
  }

  /// The mean F1 on dev at a step when it is the best so far; nil when it is not.
  package func newBestScore(step: Int) -> Double? {
    guard devScores.step == step, !devScores.byLanguage.isEmpty else { return nil }
    let sum = devScores.byLanguage.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value }
    let mean = sum / Double(devScores.byLanguage.count)
    guard mean > bestScore ?? -1 else { return nil }
    bestScore = mean
    return mean
  }
}
