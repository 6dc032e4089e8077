import Experiments
import Foundation
import NamedEntities
import RunFolders
import Synchronization
import TestSupport
import Testing

/// A run's folder in a place of its own.
struct TestFolder: ~Copyable {
  let folder: RunFolder

  init() throws {
    let path = FileManager.default.temporaryDirectory
      .appending(path: "primer-run-\(UUID().uuidString)/7").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    folder = RunFolder(path)
  }

  deinit {
    try? FileManager.default.removeItem(
      atPath: (folder.path as NSString).deletingLastPathComponent)
  }

  func append(_ text: String) throws {
    let file = fopen(folder.journal, "a")
    defer { fclose(file) }
    #expect(fputs(text, file) >= 0)
  }

  func text() throws -> String { try String(contentsOfFile: folder.journal, encoding: .utf8) }
}

private let engine = JournalLine.Engine(
  processID: 4711, host: "bench", boot: "b00t", threads: 2, engine: "libtorch 1.13.1")

private func result(_ language: String, step: Int) -> EvaluationResult {
  var scores = EntityScores()
  scores.micro = Score(correct: 1, predicted: 2, gold: 2)
  return EvaluationResult(
    language: language, split: "dev", phase: .priming, step: step,
    scores: scores, sentenceCount: 3, cutSentenceCount: 0,
    seconds: 0.5)
}

/// What the writer writes, and what the reader makes of it.
@Suite struct JournalTests {
  @Test func `a point knows its step, task, inner step and language, to the bit`() throws {
    let place = try TestFolder()
    let writer = try JournalWriter(place.folder)
    try writer.begin(attempt: 1, engine)
    let odd = [0.1 + 0.2, .nan, .infinity, -.infinity, Double(Float(1) / 3)]
    for (index, value) in odd.enumerated() {
      try writer.record(
        .innerStep(step: 3, task: 1, language: "hi", innerStep: index + 1, loss: value))
    }
    try writer.record(
      .outerStep(
        step: 3,
        tasks: [
          TaskLosses(language: "en", outer: 0.5, inner: [2, 1.5, 1]),
          TaskLosses(language: "hi", outer: 0.75),
        ], loss: 0.625, gradientNorm: 4, learningRate: 1e-5))
    try writer.record(
      .trainingStep(
        phase: .tuning, language: "hi", step: 9, loss: 1, gradientNorm: 2, learningRate: 3))
    try writer.record(.evaluation(result("hi", step: 9)))
    try writer.finish(state: .finished, error: nil)
    var reader = JournalReader(innerSteps: 3)
    let change = try reader.read(place.folder.journal)
    let points = change.seriesPoints
    #expect(points.prefix(5).map(\.innerStep) == [1, 2, 3, 4, 5])
    for (point, value) in zip(points, odd) {
      #expect(point.key == SeriesKey(.innerLoss, language: "hi"))
      #expect((point.step, point.task) == (3, 2))
      #expect(point.value == value || (point.value.isNaN && value.isNaN))
    }
    let rest = points.dropFirst(5).map { point in
      "\(point.key.name) \(point.step) \(point.task ?? 0) \(point.innerStep ?? 0) \(point.value)"
    }
    #expect(
      rest == [
        "outer/loss 3 0 0 0.625", "outer/gradientNorm 3 0 0 4.0", "outer/learningRate 3 0 0 1e-05",
        "outer/en/loss 3 1 0 0.5", "inner/en/lossBefore 3 1 0 2.0", "inner/en/lossAfter 3 1 0 1.0",
        "outer/hi/loss 3 2 0 0.75", "tuning/hi/loss 9 0 0 1.0", "tuning/hi/gradientNorm 9 0 0 2.0",
        "tuning/hi/learningRate 9 0 0 3.0", "f1/hi/dev 9 0 0 0.5",
      ])
    #expect(change.results.map(\.result) == [result("hi", step: 9)])
    #expect(change.events.count == 3, "started, evaluation and the end: \(change.events)")
    #expect(reader.summary.state == .finished && reader.summary.attempt == 1)
    #expect(reader.summary.host == "bench" && reader.summary.processID == 4711)
    #expect(change.problemCount == 0)
  }

  @Test func `what is read in pieces is what is read at once`() throws {
    let place = try TestFolder()
    let writer = try JournalWriter(place.folder)
    try writer.begin(attempt: 1, engine)
    var generator = SystemRandomNumberGenerator()
    var marks: [RunMark] = []
    for step in 1...200 {
      try writer.record(
        .outerStep(
          step: step, tasks: [TaskLosses(language: "e\"n\\", outer: 1)], loss: Double(step),
          gradientNorm: 1, learningRate: 1))
      if step % 20 == 0 {
        marks.append(try writer.mark(isDurable: false))
        try writer.record(.log(.info, "line\nfeed \(step) \u{1F600}"))
      }
    }
    try writer.flush()
    let whole = try Data(contentsOf: URL(filePath: place.folder.journal))
    // One piece after the other, each cut anywhere.
    let copy = place.folder.path + "/copy"
    var (points, events): ([Double], [Event]) = ([], [])
    var reader = JournalReader(innerSteps: 1)
    var length = 0
    while length < whole.count {
      length = min(whole.count, length + Int.random(in: 1...700, using: &generator))
      try whole.prefix(length).write(to: URL(filePath: copy))
      // Each time by another reader, as another process would.
      reader = JournalReader(
        innerSteps: 1,
        position: try JSONDecoder().decode(
          FilePosition.self, from: JSONEncoder().encode(reader.position)),
        summary: try JSONDecoder().decode(
          JournalSummary.self, from: JSONEncoder().encode(reader.summary)))
      let change = try reader.read(copy)
      #expect(!change.isAnew && change.takenBackFrom == nil)
      points += change.points.map(\.value)
      events += change.events.map(\.event)
    }
    var other = JournalReader(innerSteps: 1)
    let once = try other.read(place.folder.journal)
    #expect(points == once.points.map(\.value) && events == once.events.map(\.event))
    #expect(reader.position == other.position && reader.summary == other.summary)
    #expect(try reader.read(copy).isEmpty, "nothing is told twice")
    #expect(once.keys.contains(SeriesKey(.taskLoss, language: "e\"n\\")))
  }

  @Test func `a rewind takes back what was measured after its mark, read before or not`() throws {
    let place = try TestFolder()
    var writer = try JournalWriter(place.folder)
    try writer.begin(attempt: 1, engine)
    func step(_ step: Int) throws {
      try writer.record(
        .outerStep(step: step, tasks: [], loss: Double(step), gradientNorm: 0, learningRate: 0))
    }
    for number in 1...3 { try step(number) }
    let mark = try writer.mark(isDurable: true)
    for number in 4...6 { try step(number) }
    try writer.record(.settingChanged(key: "a", old: .text("1"), new: .text("2"), step: 6, tick: 9))
    try writer.flush()
    var follower = JournalReader(innerSteps: 1)
    #expect(try follower.read(place.folder.journal).points.count == 18)
    // The engine dies, and another goes on.
    writer = try JournalWriter(place.folder)
    #expect(writer.opening.holds(mark) && writer.opening.summary.attempt == 1)
    try writer.begin(attempt: 2, engine)
    let taken = try writer.rewind(to: mark)
    #expect(
      taken == [.settingChanged(key: "a", old: .text("1"), new: .text("2"), step: 6, tick: 9)])
    for number in 4...5 { try step(number) }
    try writer.flush()
    let change = try follower.read(place.folder.journal)
    guard case .offset(let offset, _) = mark else { throw Unexpected() }
    #expect(change.takenBackFrom == offset && !change.isAnew)
    #expect(change.points.map(\.value) == [4, 0, 0, 5, 0, 0])
    var whole = JournalReader(innerSteps: 1)
    let all = try whole.read(place.folder.journal)
    #expect(all.points.map(\.step) == (1...5).flatMap { [$0, $0, $0] })
    #expect(all.events.count { if case .started = $0.event { true } else { false } } == 2)
    #expect(!all.events.contains { if case .settingChanged = $0.event { true } else { false } })
    #expect(whole.summary.rewinds == 1 && whole.summary.attempt == 2)
  }

  private struct Unexpected: Error {}

  @Test func `a run that begins anew has nothing of before`() throws {
    let place = try TestFolder()
    var writer = try JournalWriter(place.folder)
    try writer.begin(attempt: 1, engine)
    try writer.record(.evaluation(result("hi", step: 1)))
    try writer.flush()
    var follower = JournalReader(innerSteps: 1)
    _ = try follower.read(place.folder.journal)
    writer = try JournalWriter(place.folder)
    try writer.begin(attempt: 2, engine, anew: true)
    try writer.record(.log(.info, "again"))
    try writer.flush()
    let change = try follower.read(place.folder.journal)
    #expect(change.isAnew && change.points.isEmpty && change.results.isEmpty)
    #expect(change.events.count == 2 && change.events.last?.event == .log(.info, "again"))
    #expect(follower.summary.attempt == 2 && follower.summary.started != nil)
  }

  @Test func `a file that was cut or exchanged is read from its beginning`() throws {
    let place = try TestFolder()
    try place.append("[\"e\",1764000000,{\"log\":{\"_0\":\"info\",\"_1\":\"one\"}}]\n")
    try place.append("[\"e\",1764000001,{\"log\":{\"_0\":\"info\",\"_1\":\"two\"}}]\n")
    var reader = JournalReader(innerSteps: 1)
    #expect(try reader.read(place.folder.journal).events.count == 2)
    try "[\"e\",1764000000,{\"log\":{\"_0\":\"info\",\"_1\":\"one\"}}]\n"
      .write(toFile: place.folder.journal, atomically: false, encoding: .utf8)
    var change = try reader.read(place.folder.journal)
    #expect(change.isAnew && change.events.count == 1)
    // As long, but another.
    try "[\"e\",1764000000,{\"log\":{\"_0\":\"info\",\"_1\":\"owe\"}}]\n"
      .write(toFile: place.folder.journal, atomically: false, encoding: .utf8)
    change = try reader.read(place.folder.journal)
    #expect(change.isAnew && change.events.map(\.event) == [.log(.info, "owe")])
    try FileManager.default.removeItem(atPath: place.folder.journal)
    change = try reader.read(place.folder.journal)
    #expect(change.isAnew && change.events.isEmpty)
    #expect(try !reader.read(place.folder.journal).isAnew)
  }

  @Test func `what cannot be read is told with its line and left out`() throws {
    let place = try TestFolder()
    try place.append(
      """
      ["m","outer/loss",null,1,null,null,0.5,1764000000]
      rubbish
      ["m","outer/loss",null,-1,null,null,0.5,1764000000]
      ["m","outer/loss",null,1,null,null,0.5,1e300]
      ["later",1]
      ["m","outer/loss",null,2,null,null,"-nan",1764000000]
      ["m","outer/loss", null, 3, null,null,0.25,1764000000]
      ["rewind",-5]
      ["started",1,2]

      """ + "[\"m\",\"outer/loss\",null,4,null")
    var reader = JournalReader(innerSteps: 1)
    let change = try reader.read(place.folder.journal)
    #expect(change.points.map(\.step) == [1, 2, 3])
    #expect(change.points[1].value.isNaN)
    #expect(change.problems.map(\.line) == [2, 3, 4, 5, 8, 9])
    #expect(change.problems[3].reason.contains("‘later’"))
  }

  @Test func `anything but an ordinary file is no journal`() throws {
    let place = try TestFolder()
    symlink("/etc/passwd", place.folder.journal)
    var reader = JournalReader(innerSteps: 1)
    #expect(throws: RunFolderError.self) { try reader.read(place.folder.journal) }
    #expect(throws: RunFolderError.self) { try JournalWriter(place.folder) }
    unlink(place.folder.journal)
    mkfifo(place.folder.journal, 0o644)
    #expect(throws: RunFolderError.self) { try reader.read(place.folder.journal) }
    #expect(throws: RunFolderError.self) { try JournalWriter(place.folder) }
  }

  // MARK: The first version

  private static let first = """
    ["run",1,{"created":1764000000.5,"experiment":"name = \\"a\\"","name":"first"}]
    ["set","note","try more"]
    ["e",1,1764000001.25,{"stateChanged":{"_0":"running"}}]
    ["e",2,1764000001.5,{"started":{"engine":"x","host":"bench","processID":12,"threads":2}}]
    ["m",1,"inner/loss",1,0.5,1764000002.5]
    ["m",2,"inner/loss",2,0.25,1764000002.5]
    ["m",3,"inner/loss",3,0.125,1764000002.5]
    ["m",4,"outer/loss",1,nan,1764000002.5]
    ["m",5,"outer/loss",1,"-nan",1764000002.5]
    ["m",6,"tuning/hi/loss",4,"nan(0x7)",1764000002.5]
    ["e",3,1764000003,{"log":{"_0":"info","_1":"kept"}}]

    """

  @Test func `a journal of the first version is read, and its inner steps are unpacked`() throws {
    let place = try TestFolder()
    try place.append(Self.first)
    var reader = JournalReader(innerSteps: 2)
    let change = try reader.read(place.folder.journal)
    let inner = change.seriesPoints.filter { $0.key.series == .innerLoss }
    #expect(inner.map(\.step) == [1, 1, 2] && inner.map(\.innerStep) == [1, 2, 1])
    #expect(inner.allSatisfy { $0.task == nil && $0.key.language == nil })
    let names = change.seriesPoints.suffix(2).map(\.key.name)
    #expect(names == ["outer/loss", "tuning/hi/loss"])
    #expect(change.seriesPoints.suffix(2).allSatisfy { $0.value.isNaN })
    #expect(change.problems.map(\.line) == [8], "a bare nan is no JSON")
    #expect(reader.summary.attempt == 1 && reader.summary.state == .running)
    #expect(reader.summary.columns == [.note: .text("try more")])
    #expect(reader.summary.header?.name == "first" && reader.summary.host == "bench")
    #expect(reader.summary.lastRows == RowMark(metric: 6, event: 3, result: 0))
  }

  @Test func `an old run goes on in the same file, from an old checkpoint`() throws {
    let place = try TestFolder()
    try place.append(Self.first)
    var follower = JournalReader(innerSteps: 2)
    _ = try follower.read(place.folder.journal)
    let writer = try JournalWriter(place.folder, innerSteps: 2)
    let mark = RunMark.rows(RowMark(metric: 2, event: 2, result: 0))
    #expect(writer.opening.holds(mark))
    #expect(!writer.opening.holds(.rows(RowMark(metric: 7, event: 2, result: 0))))
    try writer.begin(attempt: 2, engine)
    #expect(try writer.rewind(to: mark) == [.log(.info, "kept")])
    try writer.record(.innerStep(step: 2, task: 0, language: "hi", innerStep: 1, loss: 7))
    try writer.flush()
    let change = try follower.read(place.folder.journal)
    #expect(change.isAnew, "rows of the first version have no place, so all is read again")
    #expect(change.seriesPoints.map(\.value) == [0.5, 0.25, 7])
    #expect(change.seriesPoints.last?.key.language == "hi")
    #expect(!change.events.contains { $0.event == .log(.info, "kept") })
    #expect(follower.summary.attempt == 2)
  }

  // MARK: The disk, and other engines

  @Test func `an engine that was taken over writes no more`() throws {
    let place = try TestFolder()
    let slow = try JournalWriter(place.folder)
    try slow.begin(attempt: 1, engine)
    let other = try JournalWriter(place.folder)
    try other.begin(attempt: 2, engine)
    let text = try place.text()
    try slow.record(.log(.info, "I am still here"))
    let error = #expect(throws: RunFolderError.self) { try slow.flush() }
    #expect(error?.kind == .takenOver)
    #expect(throws: RunFolderError.self) { try slow.finish(state: .finished, error: nil) }
    #expect(try place.text() == text)
    try other.record(.log(.info, "mine"))
    try other.flush()
  }

  @Test func `a journal that was removed is said to be gone`() throws {
    let place = try TestFolder()
    let writer = try JournalWriter(place.folder)
    try writer.begin(attempt: 1, engine)
    unlink(place.folder.journal)
    try writer.record(.log(.info, "into nothing"))
    let error = #expect(throws: RunFolderError.self) { try writer.flush() }
    #expect(error?.kind == .missing)
  }

  @Test func `a last line without its end is removed by the next engine`() throws {
    let place = try TestFolder()
    try place.append("[\"answered\",\"0001764000000000-a\",1764000000]\n[\"m\",\"outer/lo")
    let writer = try JournalWriter(place.folder)
    try writer.begin(attempt: 1, engine)
    var reader = JournalReader(innerSteps: 1)
    #expect(try reader.read(place.folder.journal).problemCount == 0)
    #expect(writer.opening.answered == ["0001764000000000-a"])
  }

  @Test func `a full disk loses nothing and tears no line`() throws {
    let place = try TestFolder()
    let room = Mutex(Int.max)
    let writer = try JournalWriter(place.folder) { file, bytes, offset in
      let left = room.withLock { $0 }
      guard left > 0 else {
        errno = ENOSPC
        return -1
      }
      let count = pwrite(file, bytes.baseAddress, min(left, bytes.count), off_t(offset))
      if left < .max { room.withLock { $0 -= count } }
      return count
    }
    try writer.begin(attempt: 1, engine)
    try writer.record(.stateChanged(.running))
    room.withLock { $0 = 100 }  // half of a second line
    for step in 1...50 {
      try writer.record(
        .outerStep(step: step, tasks: [], loss: Double(step), gradientNorm: 0, learningRate: 0))
    }
    let error = #expect(throws: RunFolderError.self) { try writer.flush() }
    #expect(error?.kind == .full && writer.isFull)
    let torn = try place.text()
    #expect(torn.hasSuffix("]\n"))
    var looks = 0
    try writer.waitForRoom(cause: "a checkpoint") {
      looks += 1
      if looks == 2 { room.withLock { $0 = .max } }
      return looks > 20
    }
    #expect(!writer.isFull && looks < 20)
    try writer.finish(state: .finished, error: nil)
    var reader = JournalReader(innerSteps: 1)
    let change = try reader.read(place.folder.journal)
    #expect(change.problemCount == 0)
    #expect(
      change.seriesPoints.filter { $0.key.series == .outerLoss }.map(\.step) == Array(1...50))
    let states = change.events.compactMap {
      if case .stateChanged(let state) = $0.event { state } else { nil }
    }
    #expect(states.last == .finished)
    #expect(states.count { $0 == .paused } <= 1)
  }

  @Test func `the newest picture is a file while an engine works, and a line at its end`() throws {
    let place = try TestFolder()
    let writer = try JournalWriter(place.folder)
    try writer.begin(attempt: 1, engine)
    var progress = RunProgress(phase: .priming)
    progress.step = 5
    try writer.record(.progress(progress))
    try writer.flush()
    #expect(place.folder.newestProgress() == progress)
    progress.step = 6
    try writer.record(.progress(progress))
    try writer.finish(state: .failed, error: "why \"this\"")
    #expect(place.folder.newestProgress() == nil)
    var reader = JournalReader(innerSteps: 1)
    #expect(try reader.read(place.folder.journal).progress == progress)
    #expect(reader.summary.error == "why \"this\"" && reader.summary.state == .failed)
    try writer.finish(state: .finished, error: nil)
    _ = try reader.read(place.folder.journal)
    #expect(reader.summary.state == .failed, "a run keeps its first end")
  }

  @Test func `a mark before whose end something was taken back is not held`() throws {
    let place = try TestFolder()
    var writer = try JournalWriter(place.folder)
    try writer.begin(attempt: 1, engine)
    var marks: [RunMark] = []
    for step in 1...3 {
      try writer.record(
        .outerStep(step: step, tasks: [], loss: 1, gradientNorm: 0, learningRate: 0))
      marks.append(try writer.mark(isDurable: false))
    }
    // The second checkpoint could not be read, so the run went on from the first; then it died.
    writer = try JournalWriter(place.folder)
    try writer.begin(attempt: 2, engine)
    _ = try writer.rewind(to: marks[0])
    try writer.flush()
    writer = try JournalWriter(place.folder)
    #expect(marks.map { writer.opening.holds($0) } == [true, false, false])
    try writer.begin(attempt: 3, engine, anew: true)
    let opening = try JournalWriter(place.folder).opening
    #expect(marks.map { opening.holds($0) } == [false, false, false])
  }

  @Test func `a mark that the journal does not have is not held`() throws {
    let place = try TestFolder()
    let writer = try JournalWriter(place.folder)
    try writer.begin(attempt: 1, engine)
    let before = try writer.mark(isDurable: true)
    try writer.record(.log(.info, "more"))
    let mark = try writer.mark(isDurable: true)
    try writer.finish(state: .stopped, error: nil)
    let whole = try place.text()
    let opened = try JournalWriter(place.folder).opening
    #expect(opened.holds(mark) && opened.holds(before) && opened.holds(.beginning))
    // A copy from before the checkpoint; and another run's journal.
    guard case .offset(let length, _) = mark else { throw Unexpected() }
    try String(whole.prefix(length - 1)).write(
      toFile: place.folder.journal, atomically: false, encoding: .utf8)
    #expect(try !JournalWriter(place.folder).opening.holds(mark))
    try whole.replacing("bench", with: "bunch").write(
      toFile: place.folder.journal, atomically: false, encoding: .utf8)
    #expect(try !JournalWriter(place.folder).opening.holds(mark))
  }
}
