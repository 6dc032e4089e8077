import Processes
import Experiments
import Foundation
import LabNotebook
import RunFolders
import NotebookSupport
import NamedEntities
import TestSupport
import Testing

/// Characters that steer a terminal, wherever a file or a person can put them: no command writes
/// them as they are.
@Suite struct ControlCharacterTests {
  /// Colours, a title, a cleared screen (C0 and C1), writing from right to left, a line overwritten.
  private static let hostile =
    "x\u{1B}[31m\u{1B}]0;evil\u{7}\u{9B}2J\u{9D}0;t\u{9C}\u{202E}\u{2066}\r\u{8}\u{7F}\u{2028}y"

  /// The characters of a text that steer a terminal, but for line ends and tabs.
  private static func steering(_ text: String) -> [Unicode.Scalar] {
    text.unicodeScalars.filter { scalar in
      switch scalar.value {
      case 0x09, 0x0A: false
      case 0..<0x20, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069: true
      default: false
      }
    }
  }

  /// A notebook, a corpus, a model and other files in which every text is hostile.
  private static func prepare(_ primer: PrimerProgram) throws {
    let hostile = hostile
    let events: [Event] = [
      .log(.warning, hostile),
      .settingChanged(key: hostile, old: .text(hostile), new: .text(hostile), step: 1),
      .checkpoint(step: 1, path: hostile), .resumed(place: hostile, step: 1),
      .trainingStep(
        phase: .tuning, language: hostile, step: 1, loss: 1, gradientNorm: 1, learningRate: 1),
    ]
    var (one, two) = (
      RecordedRun.finding("one", ["hi": [1, 2, 3]]), RecordedRun.finding("two", ["hi": [2, 3, 4]])
    )
    (one.events, two.events) = (events, events)
    try primer.record(
      one, two, RecordedRun(name: "failed", events: events, state: .failed),
      RecordedRun(name: "waits", state: .queued))
    let book = try primer.book()
    for run in RunID(1)...3 {
      try book.setNote(run, hostile)
      try book.setStudy(run, hostile)
    }
    try book.close()
    let text = "CAST(x'\(hostile.utf8.map { String(format: "%02x", $0) }.joined())' AS TEXT)"
    try Notebook.alter(
      primer.folder.path + "/book/notebook.sqlite",
      """
      UPDATE run SET name = \(text), tags = \(text), host = \(text), error = \(text),
        experiment = replace(experiment, '"sample-data/panx"', '"' || \(text) || '"');
      UPDATE result SET json = replace(json, '"hi"', '"h\u{9B}2J\u{202E}"');
      UPDATE event SET json = replace(json, '"hi"', '"h\u{9B}2J\u{202E}"');
      """)
    let predictions = "\(hostile.dropLast(2))\tB-PER\tB-LOC\nb\tO\tB-X\u{1B}[31m\n\n"
    try primer.write(predictions, to: "book/runs/1/predictions/hi.test.conll")
    try primer.write(predictions, to: "book/runs/2/predictions/hi.test.conll")
    try primer.write(hostile + "\n", to: "book/runs/3/engine.log")
    try primer.write("a:\(hostile)\tB-PER\u{1B}[31m\n\n", to: "corpus/a\u{1B}[31m\u{9B}/train")
    try primer.write("a:b\tB-PER\n\na:c\tB-\u{9B}2J\n\n", to: "corpus/a/train")
    try primer.write("name = \"\(hostile)\"\n[\(hostile)]\n", to: "e\u{1B}[31m\u{202E}.toml")
    try primer.write("name = \"\u{202E}\"\nthreads = \"\u{9B}2J\"\n", to: "bad.toml")
    try primer.write(
      "[[method]]\nname = \"\u{202E}\u{9B}\"\nset = { \"x\u{9B}\" = 1 }\n", to: "s.toml")
    try primer.write("{\"\(hostile)\"", to: "model\u{1B}[2J/config.json")
    try primer.write("not\u{1B}[31m json\n", to: "words")
    try primer.write(hostile, to: "archive\u{1B}[31m.primer")
  }

  private static func commands(_ hostile: String) -> [[String]] {
    let encoder = packageFolder.appending(path: "sample-data/encoder").path
    let onBook: [[String]] = [
      ["runs"], ["runs", "--json"], ["show", "1"], ["show", "1", "--json"], ["show", "3"],
      ["show", "1", "--types", "--errors", "--confusion"], ["note", "1"],
      ["compare", "1", "2"], ["compare", "1", "2", "--types", "--errors", "--confusion"],
      ["compare", "1", "2", "--sentences"], ["compare", "1", "2", "--json"], ["queue"],
      ["queue", "--json"], ["queue", "move", "4", "first"], ["doctor"], ["doctor", "--json"],
      ["resume", "4"], ["pause", "1"], ["stop", "1"], ["checkpoint", "1"], ["set", "1", "seed=1"],
      ["set", "1", "\(hostile)=1"], ["set", "1", "priming.steps=\(hostile)"],
      ["tag", "1", hostile],
      ["tag", "1", "\u{202E}"], ["star", "1"], ["rename", "2", hostile], ["archive", "1"],
      ["export", "1", "--format", "latex", "--out", hostile],
      ["export", "1", "--format", "csv", "--out", "\u{1B}[31m/x"],
      ["export", "1", "--format", "primer", "--out", "out\u{1B}[31m"],
      ["export", "1", "--format", "conll", "--language", hostile, "--out", "x"],
      ["export", "1", "--format", "peft", "--out", "\u{9B}2J"],
      ["import", "archive\u{1B}[31m.primer"],
      ["import", "out\u{1B}[31m"], ["predict", "--run", "1", "words"],
      ["predict", "--run", hostile],
      ["run", "e\u{1B}[31m\u{202E}.toml"], ["run", "bad.toml"], ["run", hostile],
      ["study", "s.toml"], ["study", "s.toml", "--no-run"], ["delete", "2"], ["restore", "2"],
      ["runner", "--unit"], ["repair"], [hostile], ["show", hostile], ["runs", "--\(hostile)"],
    ]
    let plain: [[String]] = [
      ["data", "corpus"], ["data", "corpus", "--json"], ["data", hostile], ["describe", hostile],
      ["tokenize", "--model", "model\u{1B}[2J", "words"],
      ["tokenize", "--model", encoder, "words"],
      ["tokenize", "--model", encoder, "--words", "words"],
      ["tokenize", "--model", encoder, hostile], ["predict", "--model", "model\u{1B}[2J"],
      ["predict", "--model", hostile], ["predict", "--\(hostile)"], ["score", "words"],
      ["score", hostile], ["verify", hostile, "model\u{1B}[2J"],
      ["bench", "--compare", "words", hostile],
      ["pretrain", hostile], ["pretrain", "bad.toml"], ["runs", "--notebook", hostile],
      ["--theme", hostile], ["keys"],
    ]
    return onBook.map { $0 + ["--notebook", "book"] } + plain
  }

  @Test func `no command writes a character that steers the terminal`() throws {
    try withPrimer { primer in
      try Self.prepare(primer)
      var successes = 0
      for arguments in Self.commands(Self.hostile) {
        let outcome = try primer.run(arguments, input: "a \(Self.hostile) b\n")
        let shown = arguments.joined(separator: " ").debugDescription
        #expect(
          Self.steering(outcome.output).isEmpty, "\(shown): \(outcome.output.debugDescription)")
        #expect(
          Self.steering(outcome.errors).isEmpty, "\(shown): \(outcome.errors.debugDescription)")
        if outcome.status == 0 { successes += 1 }
      }
      #expect(successes >= 25, "most of what is shown must be reached: \(successes)")
    }
  }

  /// On a terminal a live line is written over: by a carriage return and by clearing the line.
  @Test func `nor where it sees a terminal, but to write its own line over`() throws {
    try withPrimer { primer in
      try Self.prepare(primer)
      let environment = [
        "XDG_DATA_HOME": primer.folder.path, "HOME": primer.folder.path, "LC_ALL": "C.UTF-8",
        "PATH": "/usr/bin:/bin", "TERM": "xterm-256color",
      ]
      let book = primer.folder.path + "/book"
      try primer.write(
        "name = \"n\u{202E}\u{9B}2J\"\n", to: "start.toml")
      for arguments in [
        ["runs"], ["show", "1"], ["show", "3"], ["compare", "1", "2", "--sentences"], ["queue"],
        ["doctor"], ["export", "1", "--format", "jsonl", "--out", "-"],
        ["export", "1", "--format", "csv", "--out", "-"],
        ["export", "1", "--format", "conll", "--language", "hi", "--split", "test", "--out", "-"],
        ["run", primer.folder.path + "/start.toml", "--set", "data.path=\u{1B}[31m/tmp"],
      ] {
        let output = try PseudoTerminal.output(
          of: PrimerProgram.path, arguments + ["--notebook", book], environment: environment)
        let rest = output.replacing("\r\n", with: "\n").replacing("\r\u{1B}[K", with: "")
        #expect(Self.steering(rest).isEmpty, "\(arguments): \(rest.debugDescription)")
        #expect(!rest.isEmpty, "\(arguments)")
      }
    }
  }
}
