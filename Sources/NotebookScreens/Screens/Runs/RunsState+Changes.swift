import LabNotebook

/// A run at work changes several times a second; ten thousand others do not.
extension RunsState {
  /// How many changed runs are looked at one by one.
  private static let most = 32

  /// Puts runs that changed into their rows, where nothing else of the list changes by that.
  ///
  /// - Returns: Whether it was so; else all is to be put in order again.
  mutating func take(changesFrom old: [RunRecord]) -> Bool {
    guard isLoaded, grouping == .none else { return false }
    var changed: [Int] = []
    for index in records.indices where records[index] != old[index] {
      changed.append(index)
      if changed.count > Self.most { return false }
    }
    let filter = RunFilter(filter)
    let isPlain = self.filter.isEmpty
    for index in changed {
      let (before, now) = (old[index], records[index])
      let isSame =
        before.state == now.state && before.deleted == now.deleted
        && before.archived == now.archived && before.position == now.position
        && before.scores == now.scores && order.compare(before, now) == nil
        && (isPlain || filter.matches(before) == filter.matches(now))
      if !isSame { return false }
    }
    for index in changed { replace(records[index]) }
    return true
  }
}
