import ArgumentParser
import Encoders
import Foundation
import NamedEntities
import Tokenization

/// Tokenises lines of standard input or of a file.
struct TokenizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize",
    abstract: "Cut lines of text into a model's subwords.",
    usage: "primer tokenize --model DIR [--words] [FILE]",
    discussion: """
      Each line of text gives {"ids":[…],"tokens":[…]}. With --words each line is a JSON array of \
      words and gives {"ids":[…],"wordIDs":[…]}, null for special subwords.
      """)

  @Option(help: "A Hugging Face model directory, or a name in its cache.", completion: .directory)
  var model: String

  @Flag(help: "Lines are JSON arrays of words.")
  var words = false

  @Flag(help: "Print JSON, which this command always does.")
  var json = false

  @Argument(help: "The file to read; without it, standard input.", completion: .file())
  var file: String?

  private struct TextLine: Encodable {
    var ids: [Int]
    var tokens: [String]
  }

  private struct WordsLine: Encodable {
    var ids: [Int]
    var wordIDs: [Int?]
  }

  func run() throws {
    let tokenizer = try Tokenizers.open(directory: locatedModel(model))
    let lines = try InputLines(path: file)
    var waiting = ""
    defer { try? Output.write(waiting) }  // what came before a line that is wrong
    while let line = try lines.next() {
      if words {
        if line.allSatisfy(\.isWhitespace) { continue }
        let encoding = tokenizer.encode(words: try PredictionReader.words(line, lines))
        waiting += try Output.json(WordsLine(ids: encoding.ids, wordIDs: encoding.wordIDs))
      } else {
        let encoding = tokenizer.encode(text: line)
        waiting += try Output.json(TextLine(ids: encoding.ids, tokens: encoding.subwords))
      }
      waiting += "\n"
      if try waiting.utf8.count > 1 << 16 || !lines.isReady(withinMilliseconds: 0) {
        try Output.write(waiting)
        waiting = ""
      }
    }
  }
}
