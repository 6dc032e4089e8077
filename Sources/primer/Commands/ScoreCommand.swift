import ArgumentParser
import Foundation
import NamedEntities

/// Scores tags against gold tags, as seqeval's default mode does.
///
///     $ echo '{"gold":[["B-PER","O"]],"predicted":[["B-PER","B-LOC"]]}' | primer score
///     {"micro":{"f1":0.6666666666666666,"precision":0.5,"recall":1},"types":{…}}
struct ScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "Score predicted entity tags: precision, recall and F1.",
    discussion: """
      Reads JSON lines {"gold":[["B-PER","O"],…],"predicted":[["B-PER","O"],…]}, one row of tags a \
      sentence, and prints one object a line: micro, and each type with its support. An entity is \
      right with exactly its words and its type; an I- that continues nothing starts an entity.

      --format conll reads columns of which the last two are the gold tag and the predicted one, as \
      conlleval does, a blank line behind each sentence, and prints one object for all of it.
      """)

  /// How the input is written.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case json, conll
  }

  @Option(help: "How the input is written: json or conll.")
  var format: Format = .json

  @Argument(help: "The file to read; without it, standard input.", completion: .file())
  var file: String?

  @OptionGroup var output: OutputOptions

  func run() throws {
    let lines = try InputLines(path: file)
    if format == .conll { return printJSON(try EntityScores(columns: lines).json) }
    while let line = try lines.next() {
      if ColumnLines.isBlank(line) { continue }
      let input = try ScoreInput(line: line, place: "\(lines.name):\(lines.number)")
      printJSON(input.scores.json)
    }
  }
}

/// One line of `primer score`: the tags of some sentences, twice.
private struct ScoreInput: Decodable {
  var gold: [[String]]
  var predicted: [[String]]

  var scores: EntityScores {
    EntityScores(
      gold: gold.map(entitySpans(ofTags:)), predicted: predicted.map(entitySpans(ofTags:)))
  }

  init(line: String, place: String) throws {
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(line.utf8))
    } catch {
      throw CommandFailure(
        "\(place): this is not a score case; expected "
          + #"{"gold":[["B-PER","O"],…],"predicted":[["B-PER","O"],…]} on one line"#)
    }
    guard gold.count == predicted.count else {
      throw CommandFailure(
        "\(place): gold has \(gold.count) sentences and predicted \(predicted.count); "
          + "expected as many")
    }
    for (index, (gold, predicted)) in zip(gold, predicted).enumerated() {
      guard gold.count == predicted.count else {
        throw CommandFailure(
          "\(place): sentence \(index + 1) has \(gold.count) gold tags and \(predicted.count) "
            + "predicted ones; expected one a word in both")
      }
      if (gold + predicted).contains("") {
        throw CommandFailure(
          "\(place): sentence \(index + 1) has an empty tag; expected O, B-PER, I-PER and so on")
      }
    }
  }
}

extension EntityScores {
  /// Micro-averaged, and each type with its support.
  fileprivate var json: JSONText {
    func members(_ score: Score) -> [(key: String, value: JSONText)] {
      [
        ("precision", .number(score.precision)), ("recall", .number(score.recall)),
        ("f1", .number(score.f1)),
      ]
    }
    let byType = types.map { type, score in
      let support: (key: String, value: JSONText) = ("support", .integer(score.support))
      return (key: type.name, value: JSONText.object(members(score) + [support]))
    }
    return .object([("micro", .object(members(micro))), ("types", .object(byType))])
  }
}
