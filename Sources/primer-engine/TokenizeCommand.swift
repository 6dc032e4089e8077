import ArgumentParser
import Encoders
import Foundation

/// Tokenises standard input line by line.
struct TokenizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize",
    abstract: "Cut lines of standard input into subwords.",
    discussion: """
      Each line of text gives {"ids":[…],"tokens":[…]}. With --words each line is a JSON array of
      words and gives {"ids":[…],"wordIDs":[…]}, null for special subwords.
      """)

  @Option(help: "A Hugging Face model directory.")
  var model: String

  @Flag(help: "Lines are JSON arrays of words.")
  var words = false

  private struct TextLine: Encodable {
    var ids: [Int]
    var tokens: [String]
  }

  private struct WordsLine: Encodable {
    var ids: [Int]
    var wordIDs: [Int?]
  }

  func run() throws {
    let tokenizer = try Tokenizers.open(directory: model)
    var number = 0
    while let line = readLine(strippingNewline: true) {
      number += 1
      if words {
        guard let list = try? JSONDecoder().decode([String].self, from: Data(line.utf8)) else {
          throw ValidationError("Line \(number) is not a JSON array of words, as [\"a\",\"b\"].")
        }
        let encoding = tokenizer.encode(words: list)
        try Output.line(
          Output.json(WordsLine(ids: encoding.ids, wordIDs: encoding.wordIDs)))
      } else {
        let encoding = tokenizer.encode(text: line)
        try Output.line(
          Output.json(TextLine(ids: encoding.ids, tokens: encoding.subwords)))
      }
    }
  }
}
