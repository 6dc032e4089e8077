import Foundation

extension Experiment {
  /// What decides the primed encoder: two experiments that are alike in this prime to the same
  /// bytes on the same machine.
  package var primingKey: Experiment {
    var key = self
    for descriptor in Settings.all where !Self.decidesPriming(descriptor.key) {
      key.unset(descriptor.key)
    }
    return key
  }

  private static func decidesPriming(_ key: String) -> Bool {
    if ["name", "priming.reuse", "data.longSentences", "data.windowOverlap"].contains(key) {
      return false
    }
    return !["tuning.", "evaluation.", "pretraining.", "checkpoint."].contains {
      key.hasPrefix($0)
    }
  }
}

extension Notebook {
  /// A finished run with the same priming and seed whose primed encoder is still there.
  ///
  /// A run whose settings were changed on the way is none.
  package func primedRun(for experiment: Experiment, except own: RunID? = nil) throws -> RunRecord?
  {
    let key = experiment.primingKey
    return try runs().last { run in
      guard run.id != own, run.state == .finished,
        run.experiment[Settings.primingMethod] != "none", run.experiment.primingKey == key
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
}
