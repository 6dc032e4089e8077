package import Experiments
import Foundation
import RunFolders

extension Notebook {
  /// How long a run primed, without evaluations on the way and pauses; nil where it did not.
  package func primingSeconds(of run: RunID) throws -> Double? {
    var total = 0.0
    var begun: Double?
    var primed = false
    for logged in try events(run, after: 0) {
      let time = logged.time.timeIntervalSince1970
      switch logged.event {
      case .phase(let phase, _):
        if let start = begun { total += max(0, time - start) }
        begun = phase == .priming ? time : nil
        primed = primed || phase == .priming
      case .stateChanged(.running):
        if primed, total > 0, begun == nil { begun = time }
      case .stateChanged:
        if let start = begun { total += max(0, time - start) }
        begun = nil
      case .evaluation(let result):
        if begun != nil, result.phase == .priming { total -= result.seconds }
      default: break
      }
    }
    return primed ? max(0, total) : nil
  }

  /// How long an outer step of a run takes: the time from its first to its last, for each.
  package func secondsPerOuterStep(of run: RunID) throws -> Double? {
    let points = try metrics(run, series: SeriesKey(.outerLoss))
    guard let first = points.dropFirst().first, let last = points.last, last.step > first.step
    else { return nil }
    // The first step warms up caches and memory; it does not count.
    let seconds = last.time.timeIntervalSince(first.time)
    return seconds > 0 ? seconds / Double(last.step - first.step) : nil
  }
}
