import Foundation

/// How many rounds of crashes are tried: few by default, more on demand.
package enum CrashRounds {
  /// The number of rounds: `usual`, or what `PRIMER_CRASH_ROUNDS` says.
  package static func count(_ usual: Int) -> Int { wanted ?? usual }

  /// Says how often something was tried, after more rounds than usual.
  package static func tell(_ what: String, _ count: Int) {
    if wanted != nil { print("faults: \(count) \(what), nothing lost") }
  }

  private static let wanted =
    ProcessInfo.processInfo.environment["PRIMER_CRASH_ROUNDS"].flatMap { Int($0) }
}
