import Foundation
import LabNotebook
import TestSupport
import Testing

/// Calls `body` with a new notebook in a folder of its own, which is removed afterwards.
func withNotebook<Result>(_ body: (Notebook) throws -> Result) throws -> Result {
  try withTemporaryFolder { folder in
    try body(try Notebook.open(folder: folder.appending(path: "book").path))
  }
}

/// Expects an error of a type whose text contains some texts.
func expectError<Failure: Error & CustomStringConvertible>(
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
