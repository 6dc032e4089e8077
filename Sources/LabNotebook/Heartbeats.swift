import Experiments
import Synchronization

/// Who was heard of lately on other machines, whose clocks may show any time.
final class Heartbeats: Sendable {
  /// How long, in seconds, an engine may be silent before it counts as gone.
  static let patience = 120.0

  private let known = Mutex<[RunID: (heartbeat: Double?, since: Double)]>([:])

  /// Whether an engine shows signs of life: its heartbeat has changed not long ago, or is looked
  /// at for the first time.
  func isBeating(_ run: RunID, _ heartbeat: Double?, at steady: Double) -> Bool {
    known.withLock { known in
      guard let before = known[run], before.heartbeat == heartbeat else {
        known[run] = (heartbeat, steady)
        return true
      }
      return steady - before.since < Self.patience
    }
  }
}
