import Experiments
import Foundation
import RunFolders
import Synchronization
import TestSupport
import Testing

/// What people add, and what launchers know.
@Suite struct RunLogTests {
  @Test func `lines of many at once all count`() throws {
    let place = try TestFolder()
    let folder = place.folder
    try RunLog.append([.header(.init(created: 1, name: "first", study: ""))], to: folder)
    // Each adds its word to what the others have added.
    DispatchQueue.concurrentPerform(iterations: 20) { number in
      do {
        for round in 0..<5 {
          try RunLog.update(folder) { log in
            guard case .text(let tags) = log.columns[.tags] ?? .text("") else { return [] }
            return [.set(.tags, .text(tags + " \(number)-\(round)"), time: 2)]
          }
        }
      } catch {
        Issue.record(error)
      }
    }
    let log = try RunLog(folder)
    guard case .text(let tags) = log.columns[.tags] else {
      Issue.record("no tags")
      return
    }
    let words = tags.split(separator: " ").map(String.init)
    #expect(words.count == 100 && Set(words).count == 100)
    #expect(log.problems.isEmpty && log.position.lines == 101)
  }

  @Test func `a line that a crash left without its end spoils no other`() throws {
    let place = try TestFolder()
    try "[\"run\",2,{\"created\":1,\"name\":\"a\",\"study\":\"s\"}]\n[\"set\",\"note\",\"lo"
      .write(toFile: place.folder.log, atomically: false, encoding: .utf8)
    #expect(try RunLog(place.folder).problems.isEmpty)
    try RunLog.append([.set(.note, .text("a \"note\"\n"), time: 3)], to: place.folder)
    let log = try RunLog(place.folder)
    #expect(log.columns == [.note: .text("a \"note\"\n")])
    #expect(log.problems.map(\.line) == [2])
    #expect(log.header?.study == "s")
  }

  @Test func `attempts are wanted, cancelled and ended`() throws {
    let place = try TestFolder()
    try RunLog.append(
      [
        .header(.init(created: 1, name: "a", study: "")), .queued(attempt: 2, time: 2, anew: false),
        .cancelled(attempt: 2, time: 3), .queued(attempt: 3, time: 4, anew: true),
        .ended(attempt: 3, .failed, "out of memory", time: 5),
        .set(.position, .number(1.5), time: 6), .set(.deleted, .null, time: 6),
      ], to: place.folder)
    let log = try RunLog(place.folder)
    #expect(log.problems.isEmpty)
    #expect(log.wantedAttempt == 3 && log.anewAttempt == 3 && log.cancelledAttempt == 2)
    #expect(log.ending?.attempt == 3 && log.ending?.state == .failed)
    #expect(log.ending?.reason == "out of memory")
    #expect(log.columns == [.position: .number(1.5), .deleted: .null])
  }

  @Test func `rubbish in it is told and left out`() throws {
    let place = try TestFolder()
    try """
    ["queued",0,1]
    ["queued",2,1e300]
    ["ended",1,"running","",1]
    ["set","colour","red",1]
    ["set","note","kept",1]

    """.write(toFile: place.folder.log, atomically: false, encoding: .utf8)
    let log = try RunLog(place.folder)
    #expect(log.problems.map(\.line) == [1, 2, 3, 4])
    #expect(log.columns == [.note: .text("kept")])
  }
}

/// What is asked of a run.
@Suite struct RequestsTests {
  @Test func `requests come in the order of asking, though the clock is set back`() throws {
    let place = try TestFolder()
    let controls: [Control] = [
      .pause, .resume, .checkpoint, .set(key: "a", value: .text("1")),
      .set(key: "a", value: .text("2")), .stop,
    ]
    let times = [1_764_000_000.0, 1_764_000_000, 1_763_000_000, -5, 1_764_000_001, 0]
    for (control, time) in zip(controls, times) {
      try Requests.post(control, in: place.folder, time: time)
    }
    #expect(Requests.pending(in: place.folder).map(\.control) == controls)
  }

  @Test func `requests of many at once are all there, each once`() throws {
    let place = try TestFolder()
    let folder = place.folder
    DispatchQueue.concurrentPerform(iterations: 40) { number in
      _ = try? Requests.post(
        .set(key: "k", value: .text("\(number)")), in: folder, time: 1_764_000_000)
    }
    let values = Requests.pending(in: folder).map(\.control)
    #expect(values.count == 40 && Set(values).count == 40)
  }

  @Test func `what is no request breaks nothing`() throws {
    let place = try TestFolder()
    let id = try Requests.post(.pause, in: place.folder, time: 1_764_000_000)
    let folder = place.folder.requests
    let named = (0..<6).map { "000000000000000\($0)-abc.json" }
    try FileManager.default.createDirectory(
      atPath: "\(folder)/\(named[0])", withIntermediateDirectories: true)
    symlink("/etc/passwd", "\(folder)/\(named[1])")
    mkfifo("\(folder)/\(named[2])", 0o644)
    try "{\"control\":".write(
      toFile: "\(folder)/\(named[3])", atomically: false, encoding: .utf8)
    try String(repeating: " ", count: 100_000).write(
      toFile: "\(folder)/\(named[4])", atomically: false, encoding: .utf8)
    try "{\"control\":{\"explode\":{}},\"time\":1}".write(
      toFile: "\(folder)/\(named[5])", atomically: false, encoding: .utf8)
    for name in ["../x.json", "a.json", ".json", "\u{1B}[2J.json", "0-.json", "x"] {
      _ = FileManager.default.createFile(
        atPath: folder + "/" + name.replacing("/", with: "_"), contents: Data("{}".utf8))
    }
    var problems: [String] = []
    let pending = Requests.pending(in: place.folder) { id, _ in problems.append(id + ".json") }
    #expect(pending.map(\.id) == [id])
    #expect(problems == named)
    var watch = RequestWatch(place.folder)
    problems = []
    #expect(watch.new { id, _ in problems.append(id) }.map(\.id) == [id])
    _ = try Requests.post(.resume, in: place.folder)
    #expect(watch.new { id, _ in problems.append(id) }.map(\.control) == [.resume])
    #expect(problems.count == 6, "each is told once: \(problems)")
  }

  @Test func `a watch gives each request once, whenever it comes`() throws {
    let place = try TestFolder()
    var watch = RequestWatch(place.folder)
    #expect(watch.new().isEmpty)
    for number in 0..<50 {
      try Requests.post(.set(key: "k", value: .text("\(number)")), in: place.folder)
      #expect(watch.new().map(\.control) == [.set(key: "k", value: .text("\(number)"))])
      #expect(watch.new().isEmpty)
    }
  }

  @Test func `an answer is durable before the request is gone, and is not repeated`() throws {
    let place = try TestFolder()
    let id = try Requests.post(.set(key: "k", value: .text("v")), in: place.folder)
    let pause = try Requests.post(.pause, in: place.folder)
    var writer = try JournalWriter(place.folder)
    var watch = RequestWatch(place.folder, answered: writer.opening.answered)
    let requests = watch.new()
    #expect(requests.map(\.id) == [id, pause])
    try writer.answer(
      requests[0], .settingChanged(key: "k", old: .text("u"), new: .text("v"), step: 1, tick: 1))
    try writer.answer(requests[1], nil)
    try writer.flush()
    #expect(Requests.pending(in: place.folder).isEmpty)
    // An engine that died between the answer and the removal.
    let stored = "{\"control\":{\"pause\":{}},\"time\":1}"
    for id in [id, pause] {
      try stored.write(
        toFile: "\(place.folder.requests)/\(id).json", atomically: false, encoding: .utf8)
    }
    writer = try JournalWriter(place.folder)
    #expect(writer.opening.answered == [id, pause])
    watch = RequestWatch(place.folder, answered: writer.opening.answered)
    #expect(watch.new().isEmpty)
  }
}

/// The claim on a run.
@Suite struct RunLockTests {
  @Test func `one has it, others see that somebody has it`() throws {
    let place = try TestFolder()
    #expect(RunLock.holder(folder: place.folder.path) == .nobody)
    let lock = try RunLock(folder: place.folder.path)
    #expect(lock.isCertain && RunLock.isHeld(folder: place.folder.path))
    let error = #expect(throws: RunFolderError.self) { try RunLock(folder: place.folder.path) }
    #expect(error?.kind == .takenOver)
    lock.release()
    #expect(!RunLock.isHeld(folder: place.folder.path))
  }

  @Test func `a claim that was handed over outlives who took it`() throws {
    let place = try TestFolder()
    let runner = try RunLock(folder: place.folder.path)
    let handed = dup(runner.descriptor)
    runner.release()
    #expect(RunLock.isHeld(folder: place.folder.path), "not free for a moment")
    let engine = try RunLock(folder: place.folder.path, inherited: handed)
    #expect(RunLock.isHeld(folder: place.folder.path))
    engine.release()
    #expect(!RunLock.isHeld(folder: place.folder.path))
  }

  @Test func `neither a claim nor a request brings back a run that was deleted`() throws {
    let place = try TestFolder()
    let gone = RunFolder(place.folder.path + "/gone")
    let claim = #expect(throws: RunFolderError.self) { try RunLock(folder: gone.path) }
    #expect(claim?.kind == .missing)
    let request = #expect(throws: RunFolderError.self) { try Requests.post(.stop, in: gone) }
    #expect(request?.kind == .missing)
    #expect(!FileManager.default.fileExists(atPath: gone.path))
  }

  @Test func `a descriptor of another file is no claim`() throws {
    let place = try TestFolder()
    let other = try TestFolder()
    let lock = try RunLock(folder: other.folder.path)
    _ = try RunLock(folder: place.folder.path)
    #expect(throws: RunFolderError.self) {
      try RunLock(folder: place.folder.path, inherited: lock.descriptor)
    }
    #expect(throws: RunFolderError.self) {
      try RunLock(folder: place.folder.path, inherited: 999)
    }
  }
}
