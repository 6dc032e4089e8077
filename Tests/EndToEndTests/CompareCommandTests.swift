import Experiments
import Foundation
import LabNotebook
import RunFolders
import NotebookSupport
import NamedEntities
import TestSupport
import Testing

/// `primer compare`, and the errors in `primer show`, on runs that the tests wrote.
@Suite struct CompareCommandTests {
  private let control = RecordedRun.finding(
    "control", ["af": [0, 1, 2], "hi": [0, 1]], ["priming.method": "none"])
  private let better = RecordedRun.finding(
    "better", ["af": [0, 1, 2, 3], "hi": [1, 2, 3, 4, 5, 6, 7, 8, 9]])

  @Test func `settings, F1, differences and their intervals stand side by side`() throws {
    try withPrimer { primer in
      try primer.record(control, better)
      let outcome = try primer.onBook("compare", "1", "last")
      #expect(outcome.status == 0, "\(outcome.errors)")
      // An entity in ten is 10 points, both of precision and of recall. In af one sentence of ten
      // was fixed: how often a draw has it is binomial(10, 0.1), with 97.5 % at 3; none of it,
      // 0.9¹⁰, makes p 2 · 0.349.
      let expected = """
        run  state     name
        #1   finished  control  control
        #2   finished  better

        Settings that differ

        setting         #1    #2
        priming.method  none  maml

        F1, in points

        split  language    #1    #2
        test   af        30.0  40.0
        test   hi        20.0  90.0
        test   mean      25.0  65.0

        Difference from #1, in points

        run  split  language  difference    95 % interval      p
        #2   test   af             +10.0     [0.0, +30.0]  0.7
        """
      #expect(outcome.output.hasPrefix(expected), "\(outcome.output)")
      let hi = try #require(outcome.lines.first { $0.hasPrefix("#2   test   hi") })
      #expect(hi.contains("+70.0"))
      #expect(hi.hasSuffix("▲"), "\(hi)")
      let af = try #require(outcome.lines.first { $0.hasPrefix("#2   test   af") })
      #expect(!af.contains("▲") && !af.contains("▼"), "\(af)")
      #expect(outcome.output.contains("(10) were drawn with replacement 10000 times"))
    }
  }

  @Test func `another control turns the signs round`() throws {
    try withPrimer { primer in
      try primer.record(control, better)
      for arguments in [
        ["compare", "1", "2", "--control", "2"], ["compare", "1", "--control", "2"],
      ] {
        let outcome = try primer.run(arguments + ["--notebook", "book"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("Difference from #2"))
        let hi = try #require(outcome.lines.first { $0.hasPrefix("#1   test   hi") })
        #expect(hi.contains("-70.0") && hi.hasSuffix("▼"), "\(hi)")
      }
    }
  }

  @Test func `as JSON it is one object with the same numbers`() throws {
    try withPrimer { primer in
      try primer.record(control, better)
      let outcome = try primer.onBook(
        "compare", "1", "2", "--language", "hi", "--json", "--types", "--errors", "--confusion",
        "--sentences", "1")
      #expect(outcome.lines.count == 1, "\(outcome.errors)")
      let report = try object(outcome.lines.first)
      #expect(report["control"] as? Int == 1)
      let tests = try #require(report["tests"] as? [[String: Any]])
      #expect(tests.count == 1)
      let results = try #require(tests[0]["runs"] as? [[String: Any]])
      let second = results[1]
      #expect(second["f1"] as? Double == 0.9)
      let difference = try #require(second["difference"] as? [String: Any])
      #expect(difference["beyondNoise"] as? Bool == true)
      #expect(try #require(difference["lower"] as? Double) > 0)
      let person = try #require((second["types"] as? [String: Double])?["PER"])
      #expect(abs(person - 18.0 / 19) < 1e-12)
      #expect((second["errors"] as? [String: Any])?["wrongBoth"] as? Int == 1)
      let confusion = try #require(second["confusion"] as? [String: Any])
      #expect((confusion["exact"] as? [String: [String: Int]])?["PER"] == ["PER": 9])
      let changes = try #require(second["changes"] as? [String: Any])
      #expect(changes["fixed"] as? Int == 8)
      #expect(changes["broken"] as? Int == 1)
      #expect((changes["sentences"] as? [Any])?.count == 2)
    }
  }

  @Test func `changed sentences show their entities in brackets`() throws {
    try withPrimer { primer in
      try primer.record(control, better)
      let outcome = try primer.onBook("compare", "1", "2", "--language", "hi", "--sentences", "2")
      let expected = """
        test hi, #2 against #1: 8 fixed, 1 broken, 0 changed otherwise, of 10 sentences

        sentence 3, fixed
          gold  [PER Ada Lovelace] w2
          #1    Ada [LOC Lovelace] w2
          #2    [PER Ada Lovelace] w2

        sentence 4, fixed
        """
      #expect(outcome.output.contains(expected), "\(outcome.output)")
      #expect(outcome.output.contains("… 6 more fixed\n\nsentence 1, broken\n"))
      let all = try primer.onBook("compare", "1", "2", "--sentences", "0")
      #expect(all.lines.count { $0.hasSuffix(", fixed") } == 9)
    }
  }

  @Test func `types, errors and confusion are counted for each run`() throws {
    try withPrimer { primer in
      try primer.record(control, better)
      let outcome = try primer.onBook(
        "compare", "1", "2", "--language", "hi", "--types", "--errors", "--confusion")
      for expected in [
        """
        split  language  type  gold    #1    #2
        test   hi        LOC      0   0.0   0.0
        test   hi        PER     10  33.3  94.7
        """,
        """
        split  language  run  gold  predicted  correct  type  boundary  both  missed  spurious    \
        F1  unlabelled F1
        test   hi        #1     10         10        2     0         0     8       0         0  \
        20.0           20.0
        """,
        """
        #1, test, hi

        gold     LOC  PER  overlap  none  all
        LOC        0    0        0     0    0
        PER        0    2        8     0   10
        overlap    8    0
        none       0    0
        all        8    2
        """,
      ] { #expect(outcome.output.contains(expected), "\(outcome.output)") }
    }
  }

  @Test func `show tells the errors of one run`() throws {
    try withPrimer { primer in
      try primer.record(better)
      let text = try primer.onBook("show", "1", "--types", "--errors", "--confusion")
      #expect(text.status == 0, "\(text.errors)")
      #expect(
        text.output.contains(
          "test   af        PER     10      100.0    40.0  57.1          4\n"), "\(text.output)")
      #expect(text.output.contains("test   all       #1     20         20       13 "))
      #expect(text.output.contains("#1, test, af hi\n"))
      let report = try object(
        primer.onBook("show", "1", "--errors", "--confusion", "--json").lines.first)
      let results = try #require(report["results"] as? [[String: Any]])
      #expect((results[0]["errors"] as? [String: Any])?["correct"] as? Int == 4)
      #expect(results[0]["confusion"] != nil)
    }
  }

  @Test func `what cannot be compared is told in words`() throws {
    try withPrimer { primer in
      var other = RecordedRun.finding("other sentences", ["af": [0], "hi": [0]])
      other.sentences[1].lines[6].words = "Ada Byron w6"
      var running = RecordedRun.finding("running", ["hi": [4]])
      running.state = .running
      try primer.record(
        control, other, running, RecordedRun(name: "queued", state: .queued),
        RecordedRun(name: "an encoder", settings: ["kind": "pretraining"]))
      try FileManager.default.removeItem(
        at: primer.folder.appending(path: "book/runs/2/predictions/af.test.conll"))
      let outcome = try primer.onBook("compare", "1", "2", "3", "4", "5")
      #expect(outcome.status == 0, "\(outcome.errors)")
      for text in [
        "#3 is running: these are its results so far.", "#4 has no results: it is queued.",
        "#5 has no results: it makes an encoder, which is not scored.",
        "sentence 7 of hi test is not the same in #1 and #2",
        "#2's predictions of af test cannot be compared:", "there is no such file",
      ] {
        #expect(outcome.output.contains(text), "\(text)\n\(outcome.output)")
      }
      let none = try primer.onBook("compare", "4", "5", "--types", "--errors", "--confusion")
      #expect(none.status == 0, "\(none.errors)")
      #expect(none.output.contains("There are no predictions to look at."))
      let gone = try primer.onBook("compare", "1", "2", "--language", "xx")
      #expect(gone.status == 1)
      #expect(gone.errors.contains("no result of xx; there are af test, hi test"))
    }
  }

  @Test func `settings changed while a run went on are told`() throws {
    try withPrimer { primer in
      let change = Event.settingChanged(
        key: "priming.steps", old: .integer(300), new: .integer(90), step: 40)
      try primer.record(control, RecordedRun(name: "changed", events: [change], state: .running))
      let outcome = try primer.onBook("compare", "1", "2")
      #expect(
        outcome.output.contains("#2 changed priming.steps from 300 to 90 at step 40"),
        "\(outcome.output)")
    }
  }

  @Test(arguments: [
    ["1"], ["1", "1"], ["1", "2", "3", "4", "5", "6", "7", "8", "9"], ["1", "#x"],
    ["1", "2", "--split", "tests"], ["1", "2", "--resamples", "1"], ["1", "last"],
    ["1", "2", "--sentences", "-1"],
  ])
  func `runs that make no comparison are wrong usage`(arguments: [String]) throws {
    try withPrimer { primer in
      try primer.record(control)
      let outcome = try primer.run(["compare"] + arguments + ["--notebook", "book"])
      #expect(outcome.status == 64, "\(outcome.errors)")
      #expect(outcome.output.isEmpty)
    }
  }

  @Test func `a run that is not there is an error`() throws {
    try withPrimer { primer in
      try primer.record(control)
      let outcome = try primer.onBook("compare", "1", "7")
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("there is no run #7"))
    }
  }

  @Test func `no word, name or note steers the terminal`() throws {
    try withPrimer { primer in
      let evil = "\u{1B}[2J\u{9B}31m\u{202E}"
      func line(_ predicted: String) -> RecordedRun.Line {
        RecordedRun.Line(words: "a\(evil)b c", gold: "B-PER O", predicted: predicted)
      }
      try primer.record(
        RecordedRun(name: "x\u{202E}y", sentences: [("hi", [line("B-PER O")])]),
        RecordedRun(name: "z", sentences: [("hi", [line("O B-\(evil)")])]))
      try primer.book().setNote(1, "one\u{1B}]0;t\u{7}\ntwo\u{2066}")
      let all = ["--types", "--errors", "--confusion"]
      for arguments in [
        ["compare", "1", "2", "--sentences"] + all, ["show", "1"] + all, ["show", "2"] + all,
        ["runs"], ["note", "1"], ["compare", "1", "2", "--sentences", "--json"] + all,
        ["show", "1", "--json"], ["runs", "--json"], ["show", "a\(evil)"],
        ["compare", "1", "2", "--language", evil],
      ] {
        let outcome = try primer.run(arguments + ["--notebook", "book"])
        for scalar in (outcome.output + outcome.errors).unicodeScalars
        where scalar != "\n" && scalar != "\t" {
          let value = scalar.value
          let steers =
            value < 0x20 || (0x7F...0x9F).contains(value) || (0x202A...0x202E).contains(value)
            || (0x2066...0x2069).contains(value)
          #expect(!steers, "\(arguments): U+\(String(value, radix: 16))")
        }
      }
      #expect(try primer.onBook("note", "1").output == "one␛]0;t␇\ntwo\u{FFFD}\n")
      let sentence = "[PER a␛[2J\u{FFFD}31m\u{FFFD}b] c"
      #expect(try primer.onBook("compare", "1", "2", "--sentences").output.contains(sentence))
      let shown = try object(primer.onBook("show", "1", "--json").lines.first)
      #expect(shown["note"] as? String == "one\u{1B}]0;t\u{7}\ntwo\u{2066}")
    }
  }
}
