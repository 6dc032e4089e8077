package import Experiments
import Foundation
import RunFolders

extension Notebook {
  /// A finished run with the same priming and seed whose primed encoder is still there.
  ///
  /// A run whose settings were changed on the way is none.
  package func primedRun(for experiment: Experiment, except own: RunID? = nil) throws -> RunRecord?
  {
    let key = experiment.primingKey
    return try runs().last { run in
      guard run.id != own, run.state == .finished,
        run.experiment[Settings.primingMethod] != .none, run.experiment.primingKey == key
      else { return false }
      let files = ["model.safetensors", "adapter.safetensors", "config.json"]
      guard
        files.allSatisfy({
          FileManager.default.fileExists(atPath: "\(run.folder)/primed/\($0)")
        })
      else { return false }
      return try !events(run.id, after: 0).contains { logged in
        if case .settingChanged = logged.event { true } else { false }
      }
    }
  }

  /// The run under way for whose primed encoder a queued run waits, so that both need not prime; nil
  /// where it need not wait: it primes by itself, has begun to, or finds the encoder ready.
  package func primingToCome(
    for run: RunRecord, from underWay: [RunRecord]
  ) throws -> RunID? {
    guard !underWay.isEmpty, run.experiment[Settings.primingReuse],
      run.experiment[Settings.primingMethod] != .none,
      run.experiment[Settings.kind] != .pretraining
    else { return nil }
    let key = run.experiment.primingKey
    guard
      let lender = underWay.first(where: { $0.id != run.id && $0.experiment.primingKey == key }),
      try attempts(of: run.id).begun == 0,
      try primedRun(for: run.experiment, except: run.id) == nil
    else { return nil }
    return lender.id
  }
}
