import Foundation
package import Testing

/// Waits until a condition holds, for three minutes at most; then an issue says what did not come.
package func wait(
  _ what: String = "what was expected", sourceLocation: SourceLocation = #_sourceLocation,
  until condition: () throws -> Bool
) throws {
  for _ in 0..<3600 {
    if try condition() { return }
    usleep(50_000)
  }
  Issue.record("waited three minutes for \(what)", sourceLocation: sourceLocation)
}
