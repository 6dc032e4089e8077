import Experiments
import Foundation
import LabNotebook
import NamedEntities
import TestSupport
import Testing

/// The book under faults of the machine and of other programs: nothing is lost, nothing is doubled.
@Suite struct FaultTests {
  /// A file system of two megabytes; only the system's owner may make one.
  private static let canMount: Bool = {
    guard geteuid() == 0, let folder = try? makeTemporaryFolder() else { return false }
    defer { try? FileManager.default.removeItem(at: folder) }
    return mountSmall(folder.path) && unmount(folder.path)
  }()

  private static func mountSmall(_ folder: String) -> Bool {
    mount("primer-test", folder, "tmpfs", 0, "size=2m") == 0
  }

  private static func unmount(_ folder: String) -> Bool {
    umount2(folder, Int32(MNT_DETACH)) == 0
  }

  /// Carries something out on a thread of its own, as an engine does, and tells when it is done.
  private func onThread(_ body: @escaping @Sendable () throws -> Void) -> DispatchSemaphore {
    let done = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      do {
        try body()
      } catch {
        Issue.record(error)
      }
      done.signal()
    }
    return done
  }

  private func begin(_ notebook: Notebook) throws -> (RunID, RunRecorder) {
    let id = try notebook.enqueue(Experiment())
    let recorder = try notebook.recorder(for: id)
    try recorder.record(.stateChanged(.running))
    return (id, recorder)
  }

  /// Expects each step once in the book, and in a book that is made again from the journal.
  private func expectWhole(
    _ notebook: Notebook, _ id: RunID, steps: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for name in ["outer/loss", "outer/gradientNorm", "outer/learningRate"] {
      let found = try notebook.metrics(id, series: name).map(\.step)
      #expect(found == Array(1...steps), "\(name)", sourceLocation: sourceLocation)
    }
    try withTemporaryFolder { folder in
      let runFolder = folder.appending(path: "runs/\(id)")
      try FileManager.default.createDirectory(at: runFolder, withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        atPath: notebook.runFolder(id) + "/journal.jsonl",
        toPath: runFolder.path + "/journal.jsonl")
      let report = try NotebookRepair.carryOut(folder: folder.path)
      #expect(report.losses.isEmpty, sourceLocation: sourceLocation)
      let again = try Notebook.open(folder: folder.path)
      let lines = try everything(in: notebook).filter { $0.hasPrefix("\(id) ") }
      #expect(try everything(in: again) == lines, sourceLocation: sourceLocation)
    }
  }

  @Test func `a lock held for longer than anybody waits costs no row, and the engine goes on`()
    throws
  {
    try withTemporaryFolder { folder in
      let notebook = try Notebook.open(folder: folder.path, patience: 0.1)
      let other = try Notebook.open(folder: folder.path)
      let (id, recorder) = try begin(notebook)
      for step in 1...10 { try recorder.record(outerStep(step, 1)) }
      try other.keepingLocked {
        for step in 11...2000 { try recorder.record(outerStep(step, 1)) }
        try recorder.record(.evaluation(result("hi", "dev", right: 3)))
        recorder.heartbeat()
        expectNotebookError(.busy, "locked") { try recorder.flush() }
        expectNotebookError(.busy, "locked") { _ = try recorder.mark(isDurable: true) }
        #expect(!recorder.isFull)
      }
      for step in 2001...2500 { try recorder.record(outerStep(step, 1)) }
      try recorder.finish(state: .finished, error: nil)
      #expect(try notebook.evaluations(id).count == 1)
      try expectWhole(notebook, id, steps: 2500)
    }
  }

  @Test func `an end that comes while the book is locked is written when it is free`() throws {
    try withTemporaryFolder { folder in
      let notebook = try Notebook.open(folder: folder.path, patience: 0.1)
      let other = try Notebook.open(folder: folder.path)
      let (id, recorder) = try begin(notebook)
      let done = try other.keepingLocked {
        let done = onThread {
          try recorder.record(outerStep(1, 1))
          try recorder.record(.stateChanged(.paused))
          try recorder.record(.stateChanged(.running))
          try recorder.finish(state: .finished, error: nil)
        }
        #expect(done.wait(timeout: .now() + 0.5) == .timedOut)
        return done
      }
      done.wait()
      #expect(
        try notebook.events(id).map(\.event) == [
          .stateChanged(.running), .stateChanged(.paused), .stateChanged(.running),
          .stateChanged(.finished),
        ])
      try expectWhole(notebook, id, steps: 1)
    }
  }

  @Test func `on a slow disk the run goes ahead of the book, and the book has all in the end`()
    throws
  {
    try withNotebook { notebook in
      let (id, recorder) = try begin(notebook)
      let reader = try Notebook.open(folder: notebook.folder, mode: .readOnly)
      notebook.slowDown(by: 0.3)
      var furthestAhead = 0
      for step in 1...4000 {
        try recorder.record(outerStep(step, Double(step)))
        if step == 2000 { recorder.heartbeat() }
        if step % 400 == 0 {
          let written = try reader.metrics(id, series: "outer/loss").count
          furthestAhead = max(furthestAhead, step - written)
        }
      }
      #expect(furthestAhead > 0, "nobody waited for the disk")
      #expect(!recorder.isFull)
      try recorder.record(.evaluation(result("hi", "dev", right: 3)))
      try recorder.finish(state: .finished, error: nil)
      #expect(try reader.run(id)?.state == .finished)
      try expectWhole(notebook, id, steps: 4000)
    }
  }

  @Test func `a runner waits while the book is locked`() throws {
    try withTemporaryFolder { folder in
      let notebook = try Notebook.open(folder: folder.path, patience: 0.05)
      let other = try Notebook.open(folder: folder.path)
      let engine = try script("exit 1", in: notebook)
      let id = try notebook.enqueue(Experiment())
      let done = try other.keepingLocked {
        let done = onThread {
          try Runner(notebook: notebook, engine: engine, patience: 0, moves: false).runUntilEmpty()
        }
        #expect(done.wait(timeout: .now() + 0.7) == .timedOut)
        return done
      }
      done.wait()
      #expect(try notebook.run(id)?.state == .failed)
    }
  }

  @Test func `a book that cannot grow pauses the run, says so, and goes on when it can`() throws {
    try withNotebook { notebook in
      let (id, recorder) = try begin(notebook)
      try notebook.limitGrowth(to: 4)
      let done = onThread {
        for step in 1...5000 { try recorder.record(outerStep(step, Double(step))) }
        try recorder.finish(state: .finished, error: nil)
      }
      try wait { recorder.isFull }
      let reader = try Notebook.open(folder: notebook.folder, mode: .readOnly)
      try wait { try reader.run(id)?.state == .paused }
      #expect(done.wait(timeout: .now() + 1.2) == .timedOut, "the engine waits")
      try notebook.limitGrowth(to: nil)
      done.wait()
      #expect(!recorder.isFull)
      let events = try notebook.events(id).map(\.event)
      #expect(events.count == 6)
      #expect(events[1] == .stateChanged(.paused) && events[3] == .stateChanged(.running))
      guard case .log(.warning, let pause) = events[2], case .log(.info, let end) = events[4] else {
        Issue.record("\(events)")
        return
      }
      #expect(pause.contains("disk is full") && end.contains("room on the disk again, after"))
      try expectWhole(notebook, id, steps: 5000)
    }
  }

  @Test func `a run that is asked to stop does not wait for room`() throws {
    try withNotebook { notebook in
      let (id, recorder) = try begin(notebook)
      try notebook.limitGrowth(to: 2)
      let done = onThread {
        for step in 1...5000 { try recorder.record(outerStep(step, 1)) }
        expectNotebookError(.full, "disk is full") {
          try recorder.finish(state: .stopped, error: nil)
        }
      }
      try wait { recorder.isFull }
      let other = try Notebook.open(folder: notebook.folder)
      try other.request(.stop, for: id)
      done.wait()
      let steps = try notebook.metrics(id, series: "outer/loss").map(\.step)
      #expect(steps == Array(1..<(steps.count + 1)), "what is there is whole")
    }
  }

  @Test(.enabled(if: canMount, "only the system's owner may mount"))
  func `a full disk pauses the run, and making room lets it go on`() throws {
    try withTemporaryFolder { folder in
      try #require(Self.mountSmall(folder.path))
      defer { _ = Self.unmount(folder.path) }
      let notebook = try Notebook.open(folder: folder.path)
      let (id, recorder) = try begin(notebook)
      try recorder.flush()
      let filler = folder.appending(path: "filler")
      try fillUp(filler)
      let done = onThread {
        for step in 1...3000 { try recorder.record(outerStep(step, 0.5)) }
        try recorder.record(.evaluation(result("hi", "dev", right: 3)))
        try recorder.finish(state: .finished, error: nil)
      }
      try wait { recorder.isFull }
      let reader = try Notebook.open(folder: folder.path, mode: .readOnly)
      try wait { try reader.run(id)?.state == .paused }
      #expect(try reader.events(id).contains { "\($0.event)".contains("The disk is full") })
      #expect(!exists(notebook.runFolder(id) + "/reserve"), "it was given for the pause")
      // What the reserve left is taken too; the run has no room for long.
      try fillUp(folder.appending(path: "filler2"))
      #expect(done.wait(timeout: .now() + 1.5) == .timedOut)
      unlink(filler.path)
      done.wait()
      #expect(try notebook.run(id)?.state == .finished)
      #expect(try notebook.evaluations(id).count == 1)
      try expectWhole(notebook, id, steps: 3000)
      let whole = try #require(try notebook.run(id)?.results.first?.scores.micro.f1)
      #expect(whole == 0.3)
    }
  }

  @Test(.enabled(if: canMount, "only the system's owner may mount"))
  func `a disk that is read-only is read, and says why it cannot be written`() throws {
    try withTemporaryFolder { folder in
      try #require(Self.mountSmall(folder.path))
      defer { _ = Self.unmount(folder.path) }
      let notebook = try Notebook.open(folder: folder.path)
      try fill(notebook)
      let lines = try everything(in: notebook)
      try notebook.close()
      try #require(
        mount(
          "primer-test", folder.path, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), nil)
          == 0)
      expectNotebookError(.readOnly) { _ = try Notebook.open(folder: folder.path) }
      let reader = try Notebook.openAsPossible(folder: folder.path)
      #expect(reader.obstacle?.kind == .readOnly)
      #expect(try everything(in: reader) == lines)
      #expect(try reader.markInterrupted().isEmpty)
      expectNotebookError(.readOnly, "cannot be") { try reader.setNote(1, "x") }
    }
  }

  /// Fills the disk to its last byte.
  private func fillUp(_ file: URL) throws {
    let descriptor = open(file.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    defer { close(descriptor) }
    for size in [65536, 4096, 512, 1] {
      let bytes = [UInt8](repeating: 7, count: size)
      while write(descriptor, bytes, size) == size {}
    }
  }
}
