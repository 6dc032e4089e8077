import Foundation

/// What tells a notebook the time.
///
/// The time of day may jump, forward and back; it is what rows are labelled with, and decides
/// nothing. How long something took, and who has not been heard of, is told by the steady time.
package struct NotebookClock: Sendable {
  /// Seconds since 1970, as far as the system knows.
  package var now: @Sendable () -> Double
  /// Seconds on a clock that never jumps, and goes on while the machine sleeps.
  package var steady: @Sendable () -> Double

  /// A clock of any kind.
  package init(now: @escaping @Sendable () -> Double, steady: @escaping @Sendable () -> Double) {
    self.now = now
    self.steady = steady
  }

  /// The system's clock.
  package static let system = NotebookClock(
    now: { Date().timeIntervalSince1970 },
    steady: {
      var time = timespec()
      clock_gettime(CLOCK_BOOTTIME, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    })

  /// The time of day at this moment, carried on from here by the steady time: it never goes back.
  package func carriedOn() -> @Sendable () -> Double {
    let (begin, steadyBegin) = (now(), steady())
    return { [steady] in begin + (steady() - steadyBegin) }
  }
}
