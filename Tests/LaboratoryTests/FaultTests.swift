import Foundation
import LabNotebook
import Laboratory
import RunFolders
import TestSupport
import Testing

/// What goes wrong outside of the method, made to happen.
@Suite struct FaultTests {
  /// Every loss after the first steps of this one, or the norm of its gradient, is not finite.
  private static let exploding = [
    "priming.method": "none", "tuning.learningRate": "100", "tuning.clipNorm": "0",
    "tuning.updates": "all", "tuning.optimizer": "sgd", "tuning.epochs": "6",
    "tuning.schedule": "constant", "encoder.dropout": "0",
  ]

  @Test func `a loss that is not finite ends the run, and keeps what was before it`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let book = try ResumableRun(world, "book", world.experiment(Self.exploding))
    let error = #expect(throws: LaboratoryError.self) { try book.attempt { _ in } }
    let text = try #require(error?.description)
    #expect(text.contains("Lower tuning.learningRate"), "\(text)")
    #expect(
      text.contains("The state before that step is in \(book.folder.path)/inspection/"), "\(text)")
    let path = try #require(
      FileManager.default.contentsOfDirectory(atPath: book.folder.path + "/inspection").first)
    let files = try FileManager.default.contentsOfDirectory(
      atPath: book.folder.path + "/inspection/" + path)
    #expect(files.sorted() == ["state.json", "tensors.safetensors"])
  }

  @Test func `as many such steps in a row as the setting allows are left out`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let changes = Self.exploding.merging(["checkpoint.nonFiniteSteps": "3"]) { $1 }
    let book = try ResumableRun(world, "book", world.experiment(changes))
    var isFinite: [Bool] = []
    var warnings: [String] = []
    #expect(throws: LaboratoryError.self) {
      try book.attempt { event in
        if case .trainingStep(_, _, _, let loss, let norm, _) = event {
          isFinite.append(loss.isFinite && norm.isFinite)
        }
        if case .log(.warning, let text) = event { warnings.append(text) }
      }
    }
    #expect(isFinite.suffix(4) == [false, false, false, false])
    #expect(isFinite.dropLast(4).allSatisfy { $0 })
    #expect(warnings.count == 3)
    #expect(
      warnings.last?.contains("left out (3 in a row; checkpoint.nonFiniteSteps is 3)") == true)
  }

  @Test func `a count of such steps goes on over an interruption`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let changes = Self.exploding.merging([
      "checkpoint.nonFiniteSteps": "3", "checkpoint.every": "0",
    ]) { $1 }
    let experiment = try world.experiment(changes)
    var steps: [Int] = []
    for interrupted in [false, true] {
      let book = try ResumableRun(world, "book\(interrupted)", experiment)
      var last = 0
      var warnings = 0
      struct Crash: Error {}
      while true {
        do {
          try book.attempt { event in
            if case .trainingStep(_, _, let step, _, _, _) = event { last = step }
            if case .log(.warning, _) = event {
              warnings += 1
              if interrupted, warnings == 2 { throw Crash() }
            }
          }
        } catch is Crash {
          try book.requeue()
        } catch is LaboratoryError {
          break
        }
      }
      steps.append(last)
    }
    #expect(steps[0] == steps[1], "\(steps)")
  }

  @Test func `a journal that finds no room makes the run wait, and it goes on to the same numbers`()
    throws
  {
    let world = try TinyWorld()
    defer { world.remove() }
    let experiment = try world.experiment(["checkpoint.every": "0"])
    let through = try ResumableRun(world, "through", experiment)
    try through.attempt { _ in }
    let book = try ResumableRun(world, "full", experiment)
    var marks = 0
    var waits = 0
    try book.attempt(
      changing: { ties in
        let (mark, wait) = (ties.mark, ties.waitForRoom)
        ties.mark = { isDurable in
          marks += 1
          if marks == 3 {
            throw RunFolderError(
              .full, path: "x", problem: "the disk is full", advice: "Make room")
          }
          return try mark(isDurable)
        }
        ties.waitForRoom = { cause, look in
          waits += 1
          try wait(cause, look)
        }
      }, { _ in })
    #expect(waits == 1)
    let events = try book.contents().events.map(\.event)
    let states = events.compactMap { if case .stateChanged(let state) = $0 { state } else { nil } }
    #expect(states == [.running, .paused, .running, .finished])
    #expect(
      events.contains {
        if case .log(.warning, let text) = $0 { text.contains("full") } else { false }
      })
    try expectSame(book, through, "full once")
  }

  @Test func `a disk that is full while a checkpoint is written makes the run wait for room`()
    throws
  {
    let world = try TinyWorld()
    defer { world.remove() }
    let experiment = try world.experiment(["checkpoint.every": "0"])
    let through = try ResumableRun(world, "through", experiment)
    try through.attempt { _ in }
    let book = try ResumableRun(world, "full", experiment)
    let folder = book.folder.path + "/checkpoints"
    guard let disk = try SmallDisk(at: folder, bytes: 8 << 20) else { return }
    defer { disk.remove() }
    let filling = folder + "/filling"
    var waits = 0
    try book.attempt(
      changing: { ties in
        let wait = ties.waitForRoom
        ties.waitForRoom = { cause, look in
          waits += 1
          #expect(CheckpointStore(runFolder: book.folder.path).numbers().isEmpty == false)
          try FileManager.default.removeItem(atPath: filling)
          try wait(cause, look)
        }
      },
      { event in
        guard case .outerStep(2, _, _, _, _) = event else { return }
        // All but a few kilobytes: the next checkpoint finds room for its beginning only.
        try Data(count: (8 << 20) - 100_000 - FaultTests.size(of: folder))
          .write(to: URL(filePath: filling))
      })
    #expect(waits == 1)
    try expectSame(book, through, "full once")
  }

  @Test func `a run that is begun on a full disk waits for room, and ends in the same numbers`()
    throws
  {
    let world = try TinyWorld()
    defer { world.remove() }
    let experiment = try world.experiment(["threads": "1"])
    let through = try ResumableRun(world, "through", experiment)
    try EngineUnderTest(through).wait()
    let folder = world.folder.appending(path: "resumable/full/1").path
    guard let disk = try SmallDisk(at: folder, bytes: 16 << 20) else { return }
    defer { disk.remove() }
    let book = try ResumableRun(world, "full", experiment)
    disk.fill()
    let engine = try EngineUnderTest(book)
    #expect(engine.isAtWork(for: 2), "it waits")
    #expect(try book.state == .queued)
    disk.makeRoom()
    try engine.wait()
    try expectSame(book, through, "full when it was begun")
  }

  private static func size(of folder: String) -> Int {
    let paths = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
    return paths.reduce(0) { sum, path in
      var facts = stat()
      return sum + (stat(folder + "/" + path, &facts) == 0 ? Int(facts.st_blocks) * 512 : 0)
    }
  }
}
