import Foundation
import TestSupport
import Testing

/// Predicting with the built program and its engine, from a run that was made for it.
@Suite(.serialized) struct PredictCommandTests {
  /// Makes run #1, which primes a moment and tunes nl and hi, and calls `body`.
  private func withRun(_ body: (PrimerProgram) throws -> Void) throws {
    try withPrimer { primer in
      let data = packageFolder.appending(path: "sample-data").path
      try primer.write(
        """
        name = "to predict with"
        threads = 1
        encoder = { path = "\(data)/encoder" }
        data = { path = "\(data)/panx", maximumSubwords = 24, windowOverlap = 6 }
        evaluation = { splits = ["test"], every = 0, sentences = 40 }
        [priming]
        method = "multitask"
        languages = ["en", "de"]
        steps = 12
        outer = { learningRate = 1e-3 }
        [tuning]
        languages = ["nl", "hi"]
        sentences = 64
        epochs = 8
        """, to: "small.toml")
      let outcome = try primer("run", "small.toml")
      try #require(outcome.status == 0, "\(outcome.errors)")
      try body(primer)
    }
  }

  private struct Answer: Decodable {
    struct Entity: Decodable {
      var type: String
      var start, end: Int
      var text: String
      var score: Double
    }
    var words: [String]
    var tags: [String]
    var scores: [Double?]
    var entities: [Entity]
  }

  private func answers(_ outcome: PrimerProgram.Outcome) throws -> [Answer] {
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try outcome.lines.map { try JSONDecoder().decode(Answer.self, from: Data($0.utf8)) }
  }

  @Test func `a run predicts what it predicted, in every format`() throws {
    try withRun { primer in
      let file = primer.folder.appending(path: "primer/runs/1/predictions/nl.test.conll")
      let written = try String(contentsOf: file, encoding: .utf8)
      let columns = written.split(separator: "\n", omittingEmptySubsequences: false)
        .map { $0.split(separator: "\t").map(String.init) }

      // Word and gold tag in, the same with the predicted tag behind.
      let input = columns.map { $0.prefix(2).joined(separator: "\t") }.joined(separator: "\n")
      let conll = try primer(
        "predict", "--run", "last", "--language", "nl", "--format", "conll", input: input)
      #expect(conll.status == 0, "\(conll.errors)")
      #expect(conll.output == written)
      #expect(written.contains("\tB-"), "there is something to get wrong")

      // PAN-X lines in, from a file.
      try primer.write(
        columns.map { $0.isEmpty ? "" : "nl:\($0[0])\t\($0[1])" }.joined(separator: "\n"),
        to: "nl.panx")
      let panx = try primer(
        "predict", "--run", "1", "--language", "nl", "--format", "panx", "nl.panx")
      #expect(
        panx.output.split(separator: "\n", omittingEmptySubsequences: false)
          .map { $0.split(separator: "\t").last.map(String.init) } == columns.map(\.last))

      // Words in, JSON out.
      let sentences = columns.split { $0.isEmpty }.map { $0.map { $0[0] } }
      let tags = columns.split { $0.isEmpty }.map { $0.map { $0[2] } }
      let lines = try sentences.map {
        try String(decoding: JSONEncoder().encode($0), as: UTF8.self)
      }
      let json = try answers(
        primer(
          "predict", "--run", "#1", "--language", "nl", "--words", "--json",
          input: lines.joined(separator: "\n")))
      #expect(json.map(\.words) == sentences && json.map(\.tags) == tags)
      #expect(json.allSatisfy { $0.scores.count == $0.words.count })
      for answer in json {
        for entity in answer.entities {
          let words = entity.start..<entity.end
          #expect(answer.tags[entity.start] == "B-\(entity.type)")
          #expect(entity.text == answer.words[words].joined(separator: " "))
          let mean = answer.scores[words].reduce(0) { $0 + ($1 ?? 0) } / Double(words.count)
          #expect(abs(mean - entity.score) < 1e-6)
        }
      }

      try checkErrors(primer)
    }
  }

  private func checkErrors(_ primer: PrimerProgram) throws {
    for (arguments, text) in [
      (["--run", "1"], "Run #1 tuned hi, nl; name one of them by --language."),
      (["--run", "1", "--language", "xx"], "Run #1 has not tuned ‘xx’; expected one of hi, nl."),
      (["--run", "7"], "there is no run #7"),
      (["--run", "1", "--notebook", "nowhere"], "nowhere"),
      (["--model", "nowhere"], "nowhere: there is no such directory"),
      (
        ["--model", packageFolder.appending(path: "sample-data/encoder").path],
        "names no labels"
      ),
      (["--run", "1", "--language", "nl", "missing.txt"], "missing.txt: it cannot be read"),
    ] {
      let outcome = try primer.run(["predict"] + arguments, input: "Ada")
      #expect(outcome.status == 1, "\(arguments)")
      #expect(outcome.errors.contains(text), "\(outcome.errors)")
      #expect(outcome.output.isEmpty)
    }
    try FileManager.default.removeItem(at: primer.folder.appending(path: "primer/runs/1/tuned"))
    let gone = try primer("predict", "--run", "1", input: "Ada")
    #expect(gone.status == 1 && gone.errors.contains("the files of run #1 are gone"))
  }

  @Test func `any line is answered with a line`() throws {
    try withRun { primer in
      let model = primer.folder.appending(path: "primer/runs/1/primed").path
      let arguments = ["predict", "--model", model]

      // Text keeps its own form; nothing of it steers the terminal.
      let lines = ["Ada's trip (1843).", "", "  ", "\u{1B}[31mred\u{7}", "东京 St. Ives"]
      let text = try primer.run(arguments, input: lines.joined(separator: "\n"))
      #expect(text.status == 0, "\(text.errors)")
      let plain = text.output.replacing(/\[[A-Z]+\?? ([^\]]*)\]/) { $0.output.1 }
      #expect(plain == "Ada's trip (1843).\n\n  \n␛[31mred␇\n东京 St. Ives\n")
      let json = try answers(
        primer.run(arguments + ["--json"], input: lines.joined(separator: "\n")))
      #expect(json.map(\.words.count) == [7, 0, 0, 1, 4])
      #expect(json[0].words == ["Ada", "'s", "trip", "(", "1843", ")", "."])

      // A word that the encoder does not read is O, without a score; controls are escaped.
      let control = try primer.run(
        arguments + ["--words", "--json"], input: #"["a","\u0001\u009b"]"#)
      #expect(control.output.contains(#"\u0001\u009b"#))
      #expect(!control.output.unicodeScalars.contains { (0x7F..<0xA0).contains($0.value) })
      #expect(try answers(control)[0].scores[1] == nil)

      // Columns: comments, document starts and blank lines stay; one column is enough.
      let columns = "# a comment\n-DOCSTART- O\n\nAda NNP\n# NN\n\n\nmet VB"
      let conll = try primer.run(arguments + ["--format", "conll"], input: columns)
      let pattern =
        /# a comment\n-DOCSTART- O\n\nAda NNP [-A-Z]+\n# NN [-A-Z]+\n\n\nmet VB [-A-Z]+\n/
      #expect(conll.output.wholeMatch(of: pattern) != nil, "\(conll.output)")

      // Ten thousand words, and a word of ten thousand letters.
      let long = (0..<10_000).map { "w\($0)" }.joined(separator: " ")
      let all = try answers(
        primer.run(
          arguments + ["--json"], input: long + "\n" + String(repeating: "x", count: 10_000)))
      #expect(all.map(\.words.count) == [10_000, 1])
      #expect(all[0].scores.allSatisfy { $0 != nil })

      // What is wrong is named with its line, after the answers to what came before.
      for (extra, input, problem) in [
        (["--words"], "[\"a\"]\n\n{}", "standard input:3: the line is no JSON array of words"),
        (["--format", "panx"], "en:a\tO\n\nb\tO", "standard input:3: there is no `lang:`"),
        (["--format", "conll"], "a\tO\n\n\tO", "standard input:3: there is a tag but no word"),
      ] {
        let outcome = try primer.run(arguments + extra, input: input)
        #expect(outcome.status == 1 && outcome.errors.contains(problem), "\(outcome.errors)")
        #expect(outcome.output.contains("a"), "the first line's answer")
      }
      try Data([0x61, 0x0A, 0xFF, 0x0A]).write(to: primer.folder.appending(path: "latin"))
      let latin = try primer.run(arguments + ["latin"])
      #expect(latin.status == 1 && latin.errors.contains("latin:2: the line is not UTF-8"))
      #expect(!latin.output.isEmpty)

      try checkStreaming(arguments, primer)
    }
  }

  /// In a terminal: a conversation that Ctrl-C ends, and a reader that goes away.
  private func checkStreaming(_ arguments: [String], _ primer: PrimerProgram) throws {
    let program = try ([PrimerProgram.path] + arguments).joined(separator: " ")
    let talk = try Tmux(
      "trap : INT; \(program); echo status $?; { yes one | \(program) --json; echo then $? >&2; } "
        + "| head -n 1 | cut -c 1-12",
      environment: ["HOME": primer.folder.path])
    defer { talk.close() }
    for word in ["first", "second"] {
      try talk.type("\(word) line")
      try talk.press("Enter")
      // Once as it was typed, once as the answer.
      try talk.wait("the answer to \(word)") { $0.ranges(of: word).count == 2 }
    }
    try talk.press("C-c")
    let screen = try talk.wait(for: "then")
    #expect(screen.contains("status 130") && screen.contains("then 141"), "\(screen)")
    #expect(screen.contains(#"{"entities":"#) && !screen.lowercased().contains("error"))
  }

  @Test func `a run that has tuned nothing yet says so`() throws {
    try withPrimer { primer in
      try primer.write("[priming]\nmethod = \"none\"\n", to: "x.toml")
      let run = try primer("run", "x.toml", "--set", "encoder.path=/nowhere")
      #expect(run.status == 1)
      let outcome = try primer("predict", "--run", "1", input: "Ada")
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("Run #1 is failed and has tuned no language yet"))
    }
  }

  @Test(arguments: [
    [], ["--run", "1", "--model", "x"], ["--model", "x", "--language", "nl"],
    ["--run", "1", "--adapter", "x"], ["--run", "#one"], ["--run", "1", "--format", "pdf"],
    ["--run", "1", "--words", "--format", "conll"], ["--run", "1", "a", "b"],
  ])
  func `wrong usage is told, with the status 64`(arguments: [String]) throws {
    try withPrimer { primer in
      let outcome = try primer.run(["predict"] + arguments)
      #expect(outcome.status == 64 && outcome.output.isEmpty)
      #expect(
        outcome.errors.contains("primer predict") && !outcome.errors.contains("primer-engine"))
    }
  }
}
