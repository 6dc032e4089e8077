import Foundation
import Synchronization

private let requests = Atomic<Int>(0)

/// How often the system or a person asked this process to end, since it began to count.
enum EndRequests {
  /// The requests so far.
  static var count: Int { requests.load(ordering: .relaxed) }

  /// Counts SIGTERM and SIGINT from now on, instead of ending the process.
  static func startCounting() {
    _ = count  // makes the counter before a signal can ask for it
    for number in [SIGTERM, SIGINT] {
      signal(number) { _ in requests.add(1, ordering: .relaxed) }
    }
  }
}
