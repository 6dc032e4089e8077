import Experiments
import Foundation
import LabNotebook
import RunFolders
import NotebookSupport
import TestSupport
import Testing

/// What a new user does, in a real terminal, with the built program and its engine.
@Suite(.serialized) struct FirstRunStory {
  /// A home whose sample data has one small experiment on the real sample encoder and corpora.
  private func makeHome() throws -> URL {
    let home = try makeTemporaryFolder()
    let experiments = home.appending(path: "sample-data/experiments")
    try FileManager.default.createDirectory(at: experiments, withIntermediateDirectories: true)
    let data = packageFolder.appending(path: "sample-data").path
    try """
    name = "a short one"
    threads = 1
    encoder = { path = "\(data)/encoder" }
    data = { path = "\(data)/panx" }
    evaluation = { splits = ["dev", "test"], every = 4, sentences = 24 }
    [priming]
    languages = ["en", "de"]
    steps = 12
    inner = { steps = 2, batchSize = 4 }
    outer = { batchSize = 4 }
    [tuning]
    languages = ["nl", "hi"]
    sentences = 16
    epochs = 2
    """.write(
      to: experiments.appending(path: "sample.toml"), atomically: true, encoding: .utf8)
    return home
  }

  private func environment(_ home: URL) -> [String: String] {
    ["HOME": home.path, "XDG_DATA_HOME": home.path, "PRIMER_HOME": home.path]
  }

  @Test func `start, edit a setting, run, watch, quit, start again, open the run`() throws {
    let home = try makeHome()
    defer { try? FileManager.default.removeItem(at: home) }
    let program = try PrimerProgram.path

    // The empty notebook offers the sample experiment; `e` opens it in the form.
    let first = try Tmux(program, environment: environment(home))
    defer { first.close() }
    try first.wait(for: "a short one")
    try first.press("e")
    try first.wait(for: "Experiment")

    // Search for a setting, change it, and see it marked as changed.
    try first.press("/")
    try first.type("priming.steps")
    try first.press("Enter")
    try first.wait("the setting alone") {
      $0.contains("12") && !$0.contains("tuning ─") && !$0.contains("Tab  Complete")
    }
    try first.press("Enter")
    try first.wait(for: "Tab  Complete")
    try first.press("C-u")
    try first.type("nonsense")
    try first.wait(for: "expected a whole number")
    try first.press("C-u")
    try first.type("10")
    try first.press("Enter")
    try first.wait(for: "was 12")

    // Start it and watch the loops and the languages.
    try first.press("s")
    try first.wait(for: "running", seconds: 120)
    try first.wait("the outer steps", seconds: 120) { $0.contains("/10") }

    // Quit: the run goes on. Start again, and open it.
    try first.press("q", "q", "q")
    try first.wait("the end of the program") { $0.contains("Pane is dead") || !$0.contains("F1 ─") }
    let second = try Tmux(program, environment: environment(home))
    defer { second.close() }
    try second.wait(for: "a short one")
    try second.wait(for: "finished", seconds: 240)
    try second.press("Enter")
    let finished = try second.wait(for: "after tuning")
    #expect(finished.contains("nl test") && finished.contains("hi test"))
    try second.resize(width: 160, height: 48)
    try second.wait("the wide screen") { $0.split(separator: "\n").contains { $0.count > 140 } }

    // The book has it all.
    let book = try Notebook.open(folder: home.appending(path: "primer").path, mode: .readOnly)
    let run = try #require(try book.run(1))
    #expect(run.state == .finished)
    #expect(run.experiment[Settings.primingSteps] == 10)
    #expect(try book.metrics(1, series: "outer/loss").map(\.step) == Array(1...10))
    let inner = try book.series(of: 1).filter { $0.series == .innerLoss }
    #expect(inner.count > 1, "each language has its own")
    #expect(try inner.reduce(0) { try $0 + book.metrics(1, series: $1).count } == 20)
    #expect(run.results.count == 4)
  }

  @Test func `the same experiment runs headless, in plain lines without a terminal`() throws {
    let home = try makeHome()
    defer { try? FileManager.default.removeItem(at: home) }
    let primer = PrimerProgram(folder: home, environment: environment(home))
    let outcome = try primer(
      "run", "sample-data/experiments/sample.toml", "--set", "priming.steps=3")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("nl") && outcome.output.contains("hi"))
    #expect(outcome.output.contains("finished"))
    #expect(!outcome.output.contains("\u{1B}"), "no control sequences without a terminal")
    let shown = try primer("show", "last", "--json")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(shown.output.utf8)) as? [String: Any])
    #expect(object["state"] as? String == "finished")
  }

  @Test(arguments: [
    ("encoder.path=/nowhere/encoder", "/nowhere/encoder"),
    ("priming.languages=en,xx", "xx"),
    ("data.path=/nowhere/panx", "/nowhere/panx"),
  ])
  func `a run that cannot work fails with one clear error`(change: String, text: String) throws {
    let home = try makeHome()
    defer { try? FileManager.default.removeItem(at: home) }
    let primer = PrimerProgram(folder: home, environment: environment(home))
    let outcome = try primer("run", "sample-data/experiments/sample.toml", "--set", change)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains(text), "\(outcome.errors)")
    let runs = try primer("runs", "--json")
    #expect(runs.output.contains("failed"))
  }
}
