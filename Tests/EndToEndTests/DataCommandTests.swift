import Foundation
import TestSupport
import Testing

@Suite struct DataCommandTests {
  @Test func `a PAN-X folder is recognized and counted`() throws {
    try withPrimer { primer in
      try primer.write("en:Ada\tB-PER\nen:Byron\tI-PER\nen:ran\tO\n\nen:Yes\tO\n", to: "c/en/train")
      try primer.write("hi:दिल्ली\tB-LOC\n", to: "c/hi/test")
      let outcome = try primer("data", "c", "--json")
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.lines.count == 2)
      let english = try object(outcome.lines.first)
      #expect(english["language"] as? String == "en")
      #expect(english["split"] as? String == "train")
      #expect(english["sentences"] as? Int == 2)
      #expect(english["words"] as? Int == 4)
      #expect(english["meanLength"] as? Double == 2)
      #expect(english["entities"] as? [String: Int] == ["PER": 1])
      #expect(english["tags"] as? [String: Int] == ["O": 2, "B-PER": 1, "I-PER": 1])
      #expect(try object(outcome.lines.last)["entities"] as? [String: Int] == ["LOC": 1])
    }
  }

  @Test func `a CoNLL folder is recognized, and its table lines up`() throws {
    try withPrimer { primer in
      try primer.write("Ada I-PER\nRome I-LOC\n", to: "c/en/train.txt")
      let outcome = try primer("data", "c")
      #expect(
        outcome.output == """
          c: conll, 1 language

          language  split  sentences  words  words each  longest  LOC  PER  no entity  tags as
          en        train          1      2         2.0        2    1    1          0  IOB1

          Tags, written as IOB2

          language  split  O  B-LOC  I-LOC  B-PER  I-PER
          en        train  0      1      0      1      0

          Columns: word in column 1, tag in column 2 of 2

          Tags of a run on these: O B-PER I-PER B-ORG I-ORG B-LOC I-LOC

          """)
    }
  }

  @Test func `the tags of a run are told, with what to know about types`() throws {
    try withPrimer { primer in
      try primer.write("Ada B-PER\nMay B-work-of-art\nGhent B-GPE\n", to: "c/en/train.conll")
      try primer.write("Bo B-PER\n", to: "c/hi/train.conll")
      try primer.write("Bo B-PER\nCy B-é\n", to: "c/hi/test.conll")
      let outcome = try primer("data", "c", "--set", "data.map=GPE=LOC")
      #expect(
        outcome.output.hasSuffix(
          """
          Tags of a run on these: O B-LOC I-LOC B-PER I-PER B-work-of-art I-work-of-art B-é I-é
          é is in no training data, only hi/test has 1: it cannot be learned.
          The training sentences of hi have no LOC (en/train has 1), no work-of-art (en/train has 1).

          """), "\(outcome.output)")
      let kept = try primer("data", "c", "--set", "data.types=PER,LOC", "data.map=GPE=O", "--json")
      let first = try object(kept.lines.first)
      #expect(first["entities"] as? [String: Int] == ["PER": 1])
      #expect(first["leftOut"] as? [String: Int] == ["GPE": 1, "work-of-art": 1])
      #expect(try primer("data", "c", "--set", "seed=2").status == 64)
    }
  }

  @Test func `two types that differ in bytes alone are counted apart`() throws {
    try withPrimer { primer in
      try primer.write("a B-\u{E9}\nb B-e\u{301}\nc B-e\u{301}\n", to: "c/fr/train.conll")
      let line = try primer("data", "c", "--json").output
      #expect(line.contains("\"entities\":{\"e\u{301}\":2,\"\u{E9}\":1}"))
    }
  }

  @Test func `several folders are one corpus, each language from the first that has it`() throws {
    try withPrimer { primer in
      try primer.write("en:Ada\tB-PER\n", to: "one/en/train")
      try primer.write("Ada O\nRome B-LOC\n", to: "two/en/train.conll")
      try primer.write("Oslo B-LOC\n\nBern B-LOC\n", to: "two/no/test.conll")
      let rows = try primer("data", "one:two", "--json").lines.map { try object($0) }
      #expect(rows.map { $0["language"] as? String } == ["en", "no"])
      #expect(rows.map { $0["words"] as? Int } == [1, 2])
      let table = try primer("data", "one:two").output
      #expect(table.hasPrefix("one:two: conll and panx, 2 languages"))
      let forced = try primer("data", "one:two", "--format", "conll")
      #expect(forced.status == 1 && forced.errors.contains("set data.format to panx"))
    }
  }

  @Test(arguments: [("one:nowhere", "nowhere: there is no such folder"), (":", "names no folder")])
  func `a path of which a part is no folder is an error`(path: String, problem: String) throws {
    try withPrimer { primer in
      try primer.write("en:Ada\tB-PER\n", to: "one/en/train")
      let outcome = try primer("data", path)
      #expect(outcome.status == 1 && outcome.errors.contains(problem), "\(outcome.errors)")
    }
  }

  @Test func `a malformed line ends it with file, line and what was expected`() throws {
    try withPrimer { primer in
      try primer.write("en:Ada\tB-PER\nen:ran O\n", to: "c/en/train")
      let outcome = try primer("data", "c")
      #expect(outcome.status == 1)
      #expect(
        outcome.errors.contains(
          "c/en/train:2: there is no tab between a word and a tag; expected "
            + "`lang:word<TAB>tag`"))
    }
  }

  @Test func `a folder that is not there is an error`() throws {
    try withPrimer { primer in
      let outcome = try primer("data", "nowhere")
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("nowhere: there is no such folder"))
    }
  }
}
