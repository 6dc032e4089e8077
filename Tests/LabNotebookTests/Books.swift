import Experiments
import Foundation
import LabNotebook
import NamedEntities
import NotebookSupport
import RunFolders
import TestSupport
import Testing

/// Calls `body` with a new notebook in a folder of its own, which is removed afterwards.
func withNotebook<Result>(_ body: (Notebook) throws -> Result) throws -> Result {
  try withTemporaryFolder { folder in
    try body(try Notebook.open(folder: folder.appending(path: "book").path))
  }
}

/// All that a notebook has, as lines of text; what an engine says to show that it lives is left
/// out.
func everything(in notebook: Notebook) throws -> [String] {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys]
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  func json(_ value: some Encodable) throws -> String {
    String(decoding: try encoder.encode(value), as: UTF8.self)
  }
  func seconds(_ date: Date?) -> String { date.map { "\($0.timeIntervalSince1970)" } ?? "-" }
  var lines: [String] = []
  for run in try notebook.runs() {
    lines.append(
      """
      \(run.id) \(run.name) \(run.state) \(run.note) \(run.starred) \(run.archived) \(run.tags) \
      \(run.study) \(run.position) \(run.rewinds) \(run.error ?? "-") \(run.host ?? "-") \
      \(run.processID ?? 0) \(seconds(run.created)) \(seconds(run.started)) \
      \(seconds(run.finished)) \(seconds(run.deleted))
      """)
    lines.append("\(run.id) \(run.experiment.resolvedToml())")
    if let progress = run.progress { lines.append("\(run.id) \(try json(progress))") }
    lines += try run.results.map { "\(run.id) result \(try json($0))" }
    for key in try notebook.series(of: run.id) {
      for point in try notebook.metrics(run.id, series: key) {
        lines.append(
          """
          \(run.id) \(key.name) \(point.place) \(point.step) \(point.task ?? 0) \
          \(point.innerStep ?? 0) \(point.value) \(seconds(point.time))
          """)
      }
    }
    lines += try notebook.events(run.id).map {
      "\(run.id) event \($0.id) \(seconds($0.time)) \(try json($0.event))"
    }
    lines += try notebook.evaluations(run.id).map { "\(run.id) evaluation \(try json($0))" }
  }
  return lines
}

/// Expects the same lines, and shows the first that differ.
func expectSame(
  _ again: [String], _ lines: [String], _ what: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  if again == lines { return }
  let missing = lines.filter { !again.contains($0) }
  let new = again.filter { !lines.contains($0) }
  Issue.record(
    "\(what): \(missing.count) are gone: \(missing.prefix(2)); new: \(new.prefix(2))",
    sourceLocation: sourceLocation)
}

/// An outer step with a loss.
func outerStep(_ step: Int, _ loss: Double) -> Event {
  .outerStep(step: step, tasks: [], loss: loss, gradientNorm: 1, learningRate: 2e-5)
}

/// Fills a notebook with runs of every kind: seven of them.
func fill(_ notebook: Notebook) throws {
  func begin(_ name: String) throws -> (RunID, RunStandIn) {
    let id = try notebook.enqueue(try experiment(name))
    let recorder = try notebook.recorder(for: id)
    try recorder.record(.stateChanged(.running))
    try recorder.record(.started(processID: 77, host: "here", threads: 2, engine: "e"))
    return (id, recorder)
  }
  let (finished, first) = try begin("finished")
  for step in 1...300 {
    try first.record(outerStep(step, step % 50 == 0 ? .nan : step == 77 ? .infinity : 1 / 3))
  }
  try first.record(.evaluation(result("hi", "test", right: 7)))
  var progress = RunProgress(phase: .evaluation)
  progress.fraction = 1
  try first.record(.progress(progress))
  try first.finish(state: .finished, error: nil)
  try notebook.setNote(finished, "two\nlines and a \"quote\" and \u{1B}[31m")
  try notebook.setTags(finished, ["good", "über"])
  try notebook.setStarred(finished, true)
  try notebook.rename(finished, "another name")

  let (_, second) = try begin("rewound")
  for step in 1...10 { try second.record(outerStep(step, Double(step))) }
  let mark = try second.mark(isDurable: true)
  for step in 11...20 { try second.record(outerStep(step, -1)) }
  try second.record(.evaluation(result("af", "dev", right: 1)))
  try second.record(.log(.info, "taken back"))
  try second.flush()
  try second.rewind(to: mark)
  for step in 11...15 { try second.record(outerStep(step, Double(step))) }
  try second.record(.evaluation(result("af", "dev", right: 2)))
  try second.finish(state: .stopped, error: nil)

  let (anew, third) = try begin("begun anew")
  try third.record(outerStep(1, 1))
  try third.finish(state: .failed, error: "the first time")
  try notebook.requeue(anew, anew: true)
  let again = try notebook.recorder(for: anew)
  try again.record(.stateChanged(.running))
  try again.record(outerStep(1, 2))
  try again.finish(state: .failed, error: "out of memory: “asked for 3 GB”")

  let queued = try notebook.enqueue(try experiment("queued"), study: "does it pay?")
  try notebook.move(queued, to: .first)
  let binned = try notebook.enqueue(try experiment("in the bin"))
  try notebook.putIntoBin([binned])
  let (archived, fourth) = try begin("archived")
  try fourth.finish(state: .finished, error: nil)
  try notebook.setArchived(archived, true)
  let (_, fifth) = try begin("interrupted")
  try fifth.record(outerStep(1, 0.1 + 0.2))
  try fifth.flush()
  fifth.die()
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
