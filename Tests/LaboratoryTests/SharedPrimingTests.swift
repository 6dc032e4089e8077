import Foundation
import LabNotebook
import Laboratory
import RunFolders
import TestSupport
import Testing

@Suite struct SharedPrimingTests {
  @Test func `a run with another's primed encoder ends as if it had primed itself`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let lender = try world.run(world.experiment(["tuning.updates": "head"]), name: "lender")
    #expect(!lender.isEmpty)
    let own = try world.run(world.experiment(["evaluation.every": "0"]), name: "own")
    let borrowed = try world.run(
      world.experiment(["evaluation.every": "0"]), name: "borrowed",
      primedRun: .init(id: 1, folder: world.folder.appending(path: "runs/lender").path))
    for file in [
      "primed/model.safetensors", "primed/adapter.safetensors", "tuned/cc.safetensors",
      "predictions/cc.test.conll",
    ] {
      #expect(
        FileManager.default.contentsEqual(
          atPath: world.file(file, of: "own"), andPath: world.file(file, of: "borrowed")), "\(file)"
      )
    }
    func results(_ events: [Event]) -> [Event] {
      events.withoutTimes.filter { if case .evaluation = $0 { true } else { false } }
    }
    #expect(results(own) == results(borrowed))
    #expect(!borrowed.contains { if case .outerStep = $0 { true } else { false } })
    #expect(
      borrowed.contains {
        if case .log(.info, let text) = $0 { text.contains("taken from #1") } else { false }
      })
  }
}
