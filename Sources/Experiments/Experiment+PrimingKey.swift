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
    let others = [
      Settings.name.key, Settings.primingReuse.key, Settings.longSentences.key,
      Settings.windowOverlap.key,
    ]
    if others.contains(key) { return false }
    return !["tuning.", "evaluation.", "pretraining.", "checkpoint."].contains {
      key.hasPrefix($0)
    }
  }
}
