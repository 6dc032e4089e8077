import Foundation

/// The machine on which this process runs.
package enum Machine {
  /// What tells this start of the machine from every other; empty where the system does not say.
  package static let boot: String = {
    let text = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
    return (text ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
  }()
}
