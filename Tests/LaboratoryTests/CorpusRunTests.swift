import Experiments
import Foundation
import Laboratory
import NamedEntities
import RunFolders
import TestSupport
import Testing

/// Runs on corpora that are not as PAN-X's are.
@Suite struct CorpusRunTests {
  private func logs(_ events: [Event]) -> [String] {
    events.compactMap { if case .log(_, let text) = $0 { text } else { nil } }
  }

  @Test func `dev that is cut from train is measured, and said`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    for language in ["aa", "bb", "cc"] {
      try FileManager.default.removeItem(at: world.folder.appending(path: "panx/\(language)/dev"))
    }
    let events = try world.run(world.experiment(["data.devFromTrain": "0.25"]))
    // 24 sentences: 6 are dev.
    #expect(
      logs(events).contains(
        "The dev split of cc is cut from train: the last 6 of 24 sentences "
          + "(data.devFromTrain = 0.25)"))
    let dev = events.evaluations.filter { $0.split == "dev" }
    #expect(
      dev.map(\.phase) == [.priming, .priming, .tuning] && dev.allSatisfy { $0.sentenceCount == 6 })
    #expect {
      _ = try world.run(world.experiment(), name: "4")
    } throws: { "\($0)".contains("or set data.devFromTrain to use part of train as dev") }
    #expect(
      try world.experiment(["evaluation.splits": "test"]).fileProblems(near: nil).map(\.description)
        .joined().contains("or set data.devFromTrain to use part of train as dev"))
  }

  @Test func `bad lines are left out where a setting says so, and told`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let file = world.folder.appending(path: "panx/cc/train")
    let text = try String(contentsOf: file, encoding: .utf8)
    try ("cc:\tO\n" + text + "cc:x\tX-PER\n").write(to: file, atomically: true, encoding: .utf8)
    let events = try world.run(
      world.experiment(["data.badLines": "skip", "priming.method": "none"]))
    #expect(
      logs(events).contains(
        #"cc/train: 2 lines skipped (data.badLines = "skip"): line 1, there is a tag but no word; "#
          + "line 170, ‘X-PER’ is not a tag this program knows"))
    #expect {
      _ = try world.run(world.experiment(["priming.method": "none"]), name: "4")
    } throws: { "\($0)".contains("panx/cc/train:1: there is a tag but no word") }
  }
}
