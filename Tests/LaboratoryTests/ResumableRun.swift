import Experiments
import Files
import Foundation
import LabNotebook
import Laboratory
import RunFolders
import Testing

/// A run's folder, whose engine is this process or one that is started.
final class ResumableRun {
  let folder: RunFolder
  private let experiment: Experiment
  private var writer: JournalWriter?

  /// A new run in a folder of its own.
  init(_ world: TinyWorld, _ name: String, _ experiment: Experiment) throws {
    folder = RunFolder(world.folder.appending(path: "resumable/\(name)/1").path)
    self.experiment = experiment
    try FileManager.default.createDirectory(
      atPath: folder.path, withIntermediateDirectories: true)
    try AtomicFile.write(experiment.resolvedToml(), to: folder.experiment)
    try RunLog.append([.header(.init(created: 1, name: name, study: ""))], to: folder)
  }

  /// A run that is there.
  init(_ folder: RunFolder) throws {
    self.folder = folder
    experiment = try folder.loadExperiment()
  }

  var state: RunState { get throws { try folder.status().state } }

  /// All that the journal says.
  func contents() throws -> JournalChange {
    var reader = JournalReader(innerSteps: experiment[Settings.innerSteps])
    return try reader.read(folder.journal)
  }

  /// The points of a series, by the name that people know it by.
  func points(_ name: String) throws -> [SeriesPoint] {
    let key = SeriesKey(name: name)
    return try contents().seriesPoints.filter { $0.key == key }
  }

  /// Carries the run out, from its beginning or its newest checkpoint, while somebody looks.
  func attempt(
    changing change: (inout RunBook) -> Void = { _ in },
    _ look: @escaping (Event) throws -> Void
  ) throws {
    let writer = try JournalWriter(folder, innerSteps: experiment[Settings.innerSteps])
    self.writer = writer
    var book = RunBook(writer)
    let tell = book.record
    book.record = { event in
      try tell(event)
      try look(event)
    }
    change(&book)
    let attempt = RunAttempt(experiment, writer: writer, engine: "test")
    try attempt.carryOut(book: book)
    try attempt.finish(.finished)
  }

  func ask(_ control: Control) throws { try Requests.post(control, in: folder) }

  func flush() throws { try writer?.flush() }

  func finish(_ state: RunState) throws { try writer?.finish(state: state, error: nil) }

  /// Dies as a process does: what the writer had not written is lost, or just got written.
  func requeue(losing: Bool = true) throws {
    if !losing { try flush() }
    weak let dead = writer
    writer = nil
    while dead != nil { usleep(1000) }
    var reader = JournalReader(innerSteps: 1)
    _ = try reader.read(folder.journal)
    try RunLog.update(folder) { log in
      let attempt = max(log.wantedAttempt, reader.summary.attempt) + 1
      return [.queued(attempt: attempt, time: 1, anew: false)]
    }
  }
}

/// Expects of a run that died and went on what the one that ran through has: every number of its
/// journal, none lost and none doubled, and every byte of its files.
func expectSame(_ run: ResumableRun, _ through: ResumableRun, _ comment: Comment) throws {
  #expect(try run.state == .finished, comment)
  let (found, expected) = (try run.contents(), try through.contents())
  #expect(found.problemCount == 0, comment)
  func points(_ change: JournalChange) -> [SeriesKey: [SeriesPoint]] {
    Dictionary(
      grouping: change.seriesPoints.map { point in
        var point = point
        point.time = 0
        return point
      }, by: \.key)
  }
  let (foundPoints, expectedPoints) = (points(found), points(expected))
  #expect(Set(foundPoints.keys) == Set(expectedPoints.keys), comment)
  for (key, points) in expectedPoints {
    #expect(foundPoints[key] == points, "\(key.name), \(comment)")
  }
  func results(_ change: JournalChange) -> [EvaluationResult] {
    change.results.map { entry in
      var result = entry.result
      result.seconds = 0
      return result
    }
  }
  #expect(results(found) == results(expected), comment)
  func files(_ run: ResumableRun) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: run.folder.path).filter { name in
      !["journal.jsonl", "run.jsonl", "engine.log", "lock"].contains(name)
        && !name.hasPrefix("checkpoints") && !name.hasPrefix("requests")
    }.sorted()
  }
  let names = try files(through)
  #expect(try files(run) == names, comment)
  #expect(names.contains { $0.hasPrefix("tuned/") })
  for name in names {
    #expect(
      isSame(run.folder.path + "/" + name, through.folder.path + "/" + name), "\(name), \(comment)")
  }
}

private func isSame(_ one: String, _ other: String) -> Bool {
  var isFolder: ObjCBool = false
  if FileManager.default.fileExists(atPath: one, isDirectory: &isFolder), isFolder.boolValue {
    return true
  }
  return FileManager.default.contentsEqual(atPath: one, andPath: other)
}
