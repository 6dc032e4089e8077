import Experiments
import Foundation
import LabNotebook
import Laboratory
import Testing

/// How many rounds of crashes are tried: few by default, more on demand.
enum CrashRounds {
  static func count(_ usual: Int) -> Int {
    wanted ?? usual
  }

  /// Says how often something was tried, after more rounds than usual.
  static func tell(_ what: String, _ count: Int) {
    if wanted != nil { print("faults: \(count) \(what), nothing lost") }
  }

  private static let wanted =
    ProcessInfo.processInfo.environment["PRIMER_CRASH_ROUNDS"].flatMap { Int($0) }
}

/// A notebook with one run, whose engine is this process.
final class ResumableBook {
  private(set) var notebook: Notebook
  let id: RunID
  let folder: String
  private var recorder: RunRecorder?

  init(_ world: TinyWorld, _ name: String, _ experiment: Experiment) throws {
    notebook = try Notebook.open(folder: world.folder.appending(path: "books/\(name)").path)
    id = try notebook.enqueue(experiment)
    folder = notebook.runFolder(id)
  }

  var state: RunState? { get throws { try notebook.run(id)?.state } }

  /// Carries the run out, from its beginning or its newest checkpoint, while somebody looks.
  func attempt(
    changing change: (inout RunBook) -> Void = { _ in },
    _ look: @escaping (Event) throws -> Void
  ) throws {
    let recorder = try notebook.recorder(for: id)
    self.recorder = recorder
    let record = try #require(try notebook.run(id))
    var book = RunBook(notebook, recorder, run: id)
    let tell = book.record
    book.record = { event in
      try tell(event)
      try look(event)
    }
    change(&book)
    try NotebookRun(notebook, record, recorder: recorder, engine: "test").carryOut(book: book)
    try recorder.finish(state: .finished, error: nil)
  }

  /// Lets something happen to the book's file, makes it again where it needs that, and opens it.
  func repair(after damage: (_ path: String) throws -> Void) throws {
    let folder = notebook.folder
    recorder = nil
    try notebook.close()
    try damage(folder + "/notebook.sqlite")
    let report = try NotebookRepair.carryOut(folder: folder)
    #expect(report.losses.isEmpty, "\(report)")
    notebook = try Notebook.open(folder: folder)
  }

  func flush() throws { try recorder?.flush() }

  func finish(_ state: RunState) throws { try recorder?.finish(state: state, error: nil) }

  /// Dies as a process does: what the recorder had not written is lost, or just got written.
  func requeue(losing: Bool = true) throws {
    if !losing { try flush() }
    weak let dead = recorder
    recorder = nil
    while dead != nil { usleep(1000) }
    if try [.running, .paused].contains(state) { _ = try notebook.markInterrupted() }
    if try state != .queued { try notebook.requeue(id) }  // it may have died before it began
  }
}

/// Expects of a run that died and went on what the one that ran through has: every number of the
/// book, none lost and none doubled, and every byte of its files.
func expectSame(
  _ book: ResumableBook, _ through: ResumableBook, _ comment: Comment
) throws {
  #expect(try book.state == .finished, comment)
  let names = try through.notebook.seriesNames(through.id)
  #expect(try book.notebook.seriesNames(book.id) == names, comment)
  for name in names {
    let expected = try through.notebook.metrics(through.id, series: name)
    let found = try book.notebook.metrics(book.id, series: name)
    #expect(found.map(\.step) == expected.map(\.step), "\(name), \(comment)")
    #expect(found.map(\.value) == expected.map(\.value), "\(name), \(comment)")
  }
  func results(_ book: ResumableBook) throws -> [EvaluationResult] {
    try book.notebook.evaluations(book.id).map { result in
      var result = result
      result.seconds = 0
      return result
    }
  }
  #expect(try results(book) == results(through), comment)
  let files = try FileManager.default.subpathsOfDirectory(atPath: through.folder).filter {
    $0.hasPrefix("primed/") || $0.hasPrefix("tuned/") || $0.hasPrefix("predictions/")
  }
  #expect(!files.isEmpty)
  for file in files {
    #expect(
      FileManager.default.contentsEqual(
        atPath: "\(book.folder)/\(file)", andPath: "\(through.folder)/\(file)"),
      "\(file), \(comment)")
  }
  try expectSameInJournal(book, comment)
}

/// Expects that a book that is made again from the run's journal has every row of this one.
private func expectSameInJournal(_ book: ResumableBook, _ comment: Comment) throws {
  let folder = book.notebook.folder + "-made-again"
  let run = "\(folder)/runs/\(book.id)"
  try FileManager.default.createDirectory(atPath: run, withIntermediateDirectories: true)
  try FileManager.default.copyItem(
    atPath: book.folder + "/journal.jsonl", toPath: run + "/journal.jsonl")
  let report = try NotebookRepair.carryOut(folder: folder)
  #expect(report.runs == [book.id] && report.losses.isEmpty, comment)
  let again = try Notebook.open(folder: folder)
  #expect(try again.run(book.id)?.state == book.state, comment)
  #expect(try again.seriesNames(book.id) == book.notebook.seriesNames(book.id), comment)
  for name in try book.notebook.seriesNames(book.id) {
    #expect(
      try again.metrics(book.id, series: name) == book.notebook.metrics(book.id, series: name),
      "\(name), \(comment)")
  }
  #expect(try again.events(book.id) == book.notebook.events(book.id), comment)
  #expect(try again.evaluations(book.id) == book.notebook.evaluations(book.id), comment)
}
