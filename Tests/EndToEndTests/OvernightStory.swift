import Experiments
import Foundation
import LabNotebook
import RunFolders
import NotebookSupport
import TestSupport
import Testing

/// A run that goes on overnight, watched from two terminals: one is lost, the other steers, a third
/// comes back to it in the morning.
@Suite(.serialized) struct OvernightStory {
  private static let experiment: String = {
    let data = packageFolder.appending(path: "sample-data").path
    return """
      name = "overnight"
      threads = 1
      encoder = { path = "\(data)/encoder" }
      data = { path = "\(data)/panx" }
      evaluation = { splits = ["dev"], every = 5, sentences = 8 }
      [priming]
      languages = ["en", "de"]
      sentences = 40
      steps = 100000
      inner = { steps = 1, batchSize = 2 }
      outer = { batchSize = 2, schedule = "constant", learningRate = 2e-5 }
      [tuning]
      languages = ["nl"]
      sentences = 8
      epochs = 1
      """
  }()

  @Test func `two watch, one terminal is killed, the other steers, a third comes back`() throws {
    try withPrimer { primer in
      try primer.write(Self.experiment, to: "overnight.toml")
      let begun = try primer.onBook("run", "overnight.toml", "--detach")
      #expect(begun.status == 0, "\(begun.errors)")
      let book = try primer.book()
      defer { _ = try? primer.onBook("stop", "1") }
      let command = "\(try PrimerProgram.path) --notebook \(primer.folder.path)/book"
      let environment = ["HOME": primer.folder.path, "XDG_DATA_HOME": primer.folder.path]

      // Both show the same run going on.
      let evening = try Tmux(command, width: 160, height: 48, environment: environment)
      defer { evening.close() }
      let night = try Tmux(command, environment: environment)
      defer { night.close() }
      for terminal in [evening, night] {
        try terminal.wait(for: "running", seconds: 180)
        try terminal.press("Enter")
        try terminal.wait(for: "Loss in priming")
        try terminal.wait("outer steps", seconds: 180) {
          $0.contains("/100k") || $0.contains("/100000")
        }
      }

      // The first one's terminal is gone; the run goes on.
      try evening.kill()
      let steps = try book.metrics(1, series: "outer/loss").count
      try wait("further steps") { try book.metrics(1, series: "outer/loss").count > steps + 2 }

      // The second one pauses it, changes a live setting, and lets it go on.
      try night.press("p")
      try night.wait(for: "paused", seconds: 120)
      try night.press("e")
      try night.wait(for: "Live settings of #1")
      let key = "priming.inner.learningRate"
      for _ in 0..<20 where !(try night.screen()).contains("\(key), was") {
        try night.press("Enter")
        try night.wait(for: "new:")
        if try night.screen().contains("\(key), was") { break }
        try night.press("Escape")
        try night.wait("the list") { !$0.contains("new:") }
        try night.press("j")
      }
      try night.wait(for: "\(key), was")
      try night.press("C-u")
      try night.type("0.125")
      try night.press("Enter")
      try night.wait(for: "instead of")
      try night.press("Escape")
      try night.wait("the run alone") { !$0.contains("Live settings of #1") }
      try night.press("p")
      try night.wait("the run going on", seconds: 120) { $0.contains("▶ running") }
      try wait("the changed setting") { try Self.changes(in: book) == ["0.125"] }

      // In the morning it is all there, in a terminal of another size: the changed setting is
      // marked and in the log.
      let morning = try Tmux(command, width: 120, height: 40, environment: environment)
      defer { morning.close() }
      try morning.wait(for: "running", seconds: 120)
      try morning.press("Enter")
      try morning.wait("the change in the log", seconds: 120) {
        $0.contains("0.125") && $0.contains("Loss in priming")
      }
      // It is stopped there, and the other terminal sees that.
      try morning.press("x")
      try morning.wait(for: "Stop run #1?")
      try morning.press("y")
      for terminal in [morning, night] { try terminal.wait(for: "stopped", seconds: 180) }
      let run = try #require(try book.run(1))
      #expect(run.state == .stopped)
      let all = try book.metrics(1, series: "outer/loss").map(\.step)
      #expect(all == Array(1...all.count), "no step is lost or doubled")
    }
  }

  private static func changes(in book: Notebook) throws -> [String] {
    try book.events(1).compactMap { logged in
      if case .settingChanged(_, _, let new, _, _) = logged.event { new.description } else { nil }
    }
  }
}
