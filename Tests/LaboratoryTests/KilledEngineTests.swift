import Foundation
import LabNotebook
import Laboratory
import Tensors
import Testing

/// The engine itself, killed with SIGKILL at random moments.
@Suite(.serialized) struct KilledEngineTests {
  /// The engine beside the tests, where the build puts both.
  private static var engine: String {
    get throws {
      let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
      let path = URL(filePath: tests).deletingLastPathComponent()
        .appending(path: "primer-engine").path
      try #require(FileManager.default.isExecutableFile(atPath: path), "build \(path) first")
      return path
    }
  }

  /// When the engine is killed.
  private enum Moment {
    /// After so many seconds of its work.
    case seconds(Double)
    /// While it writes a checkpoint, after so many that it had written.
    case writing(after: Int)
  }

  @Test(arguments: [
    ["checkpoint.every": "0", "priming.steps": "8", "tuning.languages": "cc,aa"],
    ["checkpoint.every": "1", "priming.steps": "30", "evaluation.every": "3"],
  ])
  func `a run whose engine is killed again and again ends in the same numbers and bytes`(
    changes: [String: String]
  ) throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let experiment = try world.experiment(changes.merging(["threads": "1"]) { $1 })
    let through = try ResumableBook(world, "through", experiment)
    let start = Date()
    let process = try execute(through)
    try wait(for: process)
    #expect(try through.state == .finished)
    let whole = Date().timeIntervalSince(start)
    let seed = Int.random(in: 0..<1_000_000)
    var generator = SeededGenerator(seed: seed, "kill")
    for round in 0..<CrashRounds.count(4) {
      let book = try ResumableBook(world, "round\(round)", experiment)
      var kills: [String] = []
      while try book.state != .finished {
        let process = try execute(book)
        if kills.count < 4 {
          let moment: Moment =
            Bool.random(using: &generator)
            ? .seconds(Double.random(in: 0..<whole, using: &generator))
            : .writing(after: Int.random(in: 0..<12, using: &generator))
          if try kill(process, of: book, at: moment) { kills.append("\(moment)") }
        }
        try wait(for: process)
        if try book.state == .finished { break }
        try #require(kills.count <= 4, "an engine that nobody killed did not finish")
        try book.requeue()
      }
      try expectSame(book, through, "seed \(seed), round \(round), killed at \(kills)")
    }
  }

  private func execute(_ book: ResumableBook) throws -> pid_t {
    try EngineProcess.spawnDetached(
      Self.engine,
      arguments: ["execute", "--notebook", book.notebook.folder, "--run", "\(book.id)"],
      environment: EngineProcess.environment(threads: 1), log: book.folder + "/engine.log")
  }

  /// Kills an engine at a moment; false when it had ended before.
  private func kill(_ process: pid_t, of book: ResumableBook, at moment: Moment) throws -> Bool {
    func isOver() throws -> Bool {
      var facts = siginfo_t()
      waitid(P_PID, UInt32(process), &facts, WEXITED | WNOHANG | WNOWAIT)
      return facts._sifields._sigchld.si_pid == process
    }
    switch moment {
    case .seconds(let seconds):
      let end = Date(timeIntervalSinceNow: seconds)
      while Date() < end { if try isOver() { return false } else { usleep(500) } }
    case .writing(let count):
      let store = CheckpointStore(runFolder: book.folder)
      let first = store.numbers().last ?? 0
      while store.numbers().last ?? 0 < first + count { if try isOver() { return false } }
      while !FileManager.default.fileExists(atPath: store.folder + "/.partial/state.json") {
        if try isOver() { return false }
      }
    }
    return Foundation.kill(process, SIGKILL) == 0
  }

  private func wait(for process: pid_t) throws {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
  }
}
