import Foundation
import TestSupport
import Testing

/// The commands that the engine carries out on text and reference cases, as `primer` offers them.
@Suite struct TextCommandTests {
  private static let encoder = packageFolder.appending(path: "sample-data/encoder").path

  @Test func `tokenize reads lines or arrays of words, from standard input or a file`() throws {
    try withPrimer { primer in
      let text = try primer("tokenize", "--model", Self.encoder, input: "Rome\n\nRome Oslo\r\n")
      #expect(text.status == 0, "\(text.errors)")
      let rows = try text.lines.map { try object($0) }
      #expect(rows.map { Set($0.keys) } == Array(repeating: ["ids", "tokens"], count: 3))
      #expect(rows[1]["tokens"] as? [String] == ["[CLS]", "[SEP]"])
      let tokens = try #require(rows[2]["tokens"] as? [String])
      #expect(tokens.count == (rows[2]["ids"] as? [Int])?.count)

      try primer.write(#"["Rome","\u0001"]"# + "\n\n[]", to: "words.jsonl")
      let words = try primer("tokenize", "--model", Self.encoder, "--words", "words.jsonl")
      #expect(words.status == 0, "\(words.errors)")
      #expect(words.lines.count == 2)
      let ids = try #require(object(words.lines.first)["wordIDs"] as? [Any])
      #expect(ids.first is NSNull && ids.last is NSNull)
      #expect(Set(ids.compactMap { $0 as? Int }) == [0], "the control character has no subword")
    }
  }

  @Test func `tokenize names the line that is wrong, after what came before`() throws {
    try withPrimer { primer in
      let outcome = try primer(
        "tokenize", "--model", Self.encoder, "--words", input: "[\"a\"]\n[\"b\"\n")
      #expect(outcome.status == 1)
      #expect(outcome.lines.count == 1)
      #expect(outcome.errors.contains("standard input:2: the line is no JSON array of words"))
      let nowhere = try primer("tokenize", "--model", "nowhere", input: "a")
      #expect(nowhere.status == 1 && nowhere.errors.contains("nowhere: there is no such directory"))
      let usage = try primer("tokenize", input: "a")
      #expect(usage.status == 64 && usage.errors.contains("--model"))
    }
  }

  @Test func `verify refuses what is no case, and fails on a broken one`() throws {
    try withPrimer { primer in
      try primer.write("not a case", to: "README.md")
      let file = try primer("verify", "README.md")
      #expect(file.status == 1 && file.errors.contains("README.md: a file, not a reference case"))
      try primer.write("{}", to: "case/case.json")
      let broken = try primer("verify", "case", "README.md", "--json")
      #expect(broken.status == 1)
      #expect(try object(broken.lines.first)["outcome"] as? String == "failed")
      #expect(try primer("verify").status == 64)
      #expect(try primer("verify", "nowhere").output.contains("nowhere/case.json"))
    }
  }

  @Test func `verify compares tags and scores with a case's`() throws {
    try withPrimer { primer in
      try primer.write(#"{"format":1,"kind":"entity-scores"}"#, to: "scores/case.json")
      let score = #"{"precision":1,"recall":1,"f1":1}"#
      let type = #"{"precision":1,"recall":1,"f1":1,"support":1}"#
      let row = #"{"gold":[["B-PER"]],"predicted":[["I-PER"]],"micro":\#(score),"#
      try primer.write(row + #""types":{"PER":\#(type)}}"#, to: "scores/cases.jsonl")
      let good = try primer("verify", "scores")
      #expect(good.status == 0 && good.output.hasPrefix("passed"), "\(good.output)")
      try primer.write(
        row.replacing("I-PER", with: "O") + #""types":{"PER":\#(type)}}"#, to: "scores/cases.jsonl")
      let bad = try primer("verify", "scores")
      #expect(bad.status == 1 && bad.output.contains("line 1"), "\(bad.output)")
    }
  }

  @Test func `a notebook named before a command reaches those that have one`() throws {
    try withPrimer { primer in
      let tokens = try primer("--notebook", "nb", "tokenize", "--model", Self.encoder, input: "a")
      #expect(tokens.status == 0, "\(tokens.errors)")
      let predict = try primer("--notebook=nb", "predict", "--run", "1", input: "a")
      #expect(predict.status == 1 && predict.errors.contains("/nb"), "\(predict.errors)")
    }
  }

  @Test func `scores of a line that is not UTF-8 are refused`() throws {
    try withPrimer { primer in
      try Data([0x7B, 0xFF, 0x7D]).write(to: primer.folder.appending(path: "bad"))
      let outcome = try primer("score", "bad")
      #expect(outcome.status == 1 && outcome.errors.contains("bad:1: the line is not UTF-8"))
      #expect(try primer("score", "missing").errors.contains("missing: it cannot be read"))
    }
  }

  /// What argument-parser tells of a command's arguments.
  private struct Help: Decodable {
    struct Command: Decodable {
      struct Argument: Decodable, Hashable {
        struct Name: Decodable, Hashable { var name: String }
        var kind: String
        var names: [Name]?
        var isOptional: Bool
        var shouldDisplay: Bool
      }
      var commandName: String
      var arguments: [Argument]?
      var subcommands: [Command]?
    }
    var command: Command
  }

  /// The options of `primer`'s own declaration serve the shell's completion; the engine's count.
  @Test(arguments: ["predict", "tokenize", "verify"])
  func `both programs declare the same options`(name: String) throws {
    try withPrimer { primer in
      let engine = URL(filePath: try PrimerProgram.path).deletingLastPathComponent()
        .appending(path: "primer-engine").path
      func arguments(_ outcome: PrimerProgram.Outcome) throws -> Set<Help.Command.Argument> {
        let help = try JSONDecoder().decode(Help.self, from: Data(outcome.output.utf8))
        let command = try #require(help.command.subcommands?.first { $0.commandName == name })
        return Set(command.arguments ?? []).filter {
          $0.shouldDisplay && $0.names?.first?.name != "version"
        }
      }
      var engineProgram = primer
      engineProgram.copy = engine
      let own = try arguments(primer.run(["--experimental-dump-help"]))
      let theirs = try arguments(engineProgram.run(["--experimental-dump-help"]))
      // Where the engine has a default or a check of its own, primer's copy is merely optional.
      #expect(Set(own.map(\.names)) == Set(theirs.map(\.names)))
    }
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func `completion knows the commands and their options`(shell: String) throws {
    try withPrimer { primer in
      let script = try primer("--generate-completion-script", shell)
      #expect(script.status == 0)
      for word in ["predict", "line-buffered", "tokenize", "verify", "language", "adapter"] {
        #expect(script.output.contains(word), "\(word)")
      }
    }
  }
}
