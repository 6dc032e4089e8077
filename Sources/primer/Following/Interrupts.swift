import Foundation
import Synchronization

private let presses = Atomic<Int>(0)

/// How often Ctrl-C was pressed since the program began to count.
enum Interrupts {
  /// The presses so far.
  static var count: Int { presses.load(ordering: .relaxed) }

  /// Counts presses of Ctrl-C from now on, instead of ending the program.
  static func startCounting() {
    _ = count  // makes the counter before a signal can ask for it
    signal(SIGINT) { _ in presses.add(1, ordering: .relaxed) }
  }

  /// Gives Ctrl-C its usual meaning again.
  static func stopCounting() {
    signal(SIGINT, SIG_DFL)
  }
}
