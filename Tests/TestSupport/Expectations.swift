package import Testing

/// Expects two lists of numbers to agree within a tolerance relative to the largest expected.
package func expectClose(
  _ actual: [Double], _ expected: [Double], tolerance: Double = 1e-6,
  _ what: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  guard actual.count == expected.count else {
    Issue.record(
      "\(what()) \(actual.count) numbers, expected \(expected.count)",
      sourceLocation: sourceLocation)
    return
  }
  let scale = expected.reduce(1e-3) { max($0, abs($1)) }
  for (index, (a, b)) in zip(actual, expected).enumerated() where !(abs(a - b) / scale <= tolerance)
  {
    Issue.record(
      "\(what()) number \(index) is \(a), expected \(b) (within \(tolerance) of \(scale))",
      sourceLocation: sourceLocation)
    return
  }
}

/// Expects an error of a type whose text contains some texts.
package func expectError<Failure: Error & CustomStringConvertible>(
  _ type: Failure.Type, _ texts: String..., sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () throws -> Void
) {
  do {
    try body()
    Issue.record("nothing was thrown", sourceLocation: sourceLocation)
  } catch {
    #expect(error is Failure, "\(error)", sourceLocation: sourceLocation)
    for text in texts {
      #expect("\(error)".contains(text), "\(error)", sourceLocation: sourceLocation)
    }
  }
}
