import Foundation
import LabNotebook
import NamedEntities
import TestSupport
import Testing

/// Calls `body` with a new notebook in a folder of its own, which is removed afterwards.
func withNotebook<Result>(_ body: (Notebook) throws -> Result) throws -> Result {
  try withTemporaryFolder { folder in
    try body(try Notebook.open(folder: folder.appending(path: "book").path))
  }
}

/// An experiment with a name.
func experiment(_ name: String) throws -> Experiment {
  var experiment = Experiment()
  try experiment.set("name", to: name)
  return experiment
}

/// A result of tuning whose micro F1 is `right` of ten, as both precision and recall.
func result(_ language: String, _ split: String, right: Int) -> EvaluationResult {
  func sentence(_ index: Int, _ type: EntityType) -> [EntitySpan] {
    [EntitySpan(type: type, words: index..<(index + 1))]
  }
  let gold = (0..<10).map { sentence($0, "PER") }
  let predicted = (0..<10).map { sentence($0, $0 < right ? "PER" : "LOC") }
  return EvaluationResult(
    language: language, split: split, phase: .tuning, step: 70,
    scores: EntityScores(gold: gold, predicted: predicted), sentenceCount: 10,
    cutSentenceCount: 0, seconds: 0.5)
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

/// Expects an error of a notebook of some kind that says where, and what to do.
func expectNotebookError(
  _ kind: NotebookError.Kind, _ texts: String..., sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () throws -> Void
) {
  do {
    try body()
    Issue.record("nothing was thrown", sourceLocation: sourceLocation)
  } catch let error as NotebookError {
    #expect(error.kind == kind, "\(error)", sourceLocation: sourceLocation)
    #expect(error.description.hasSuffix("."), "\(error)", sourceLocation: sourceLocation)
    #expect(!error.path.isEmpty && !error.advice.isEmpty, sourceLocation: sourceLocation)
    for text in texts {
      #expect(error.description.contains(text), "\(error)", sourceLocation: sourceLocation)
    }
  } catch {
    Issue.record("of another type: \(error)", sourceLocation: sourceLocation)
  }
}
