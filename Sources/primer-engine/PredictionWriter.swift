import Foundation
import Laboratory
import NamedEntities

/// Writes a tagged sentence as its input was written, or as JSON.
struct PredictionWriter {
  let json: Bool
  let isTerminal: Bool

  private struct Answer: Encodable {
    struct Entity: Encodable {
      var type: EntityType
      var start: Int
      var end: Int
      var text: String
      var score: Float
    }

    var words: [String]
    var tags: [String]
    var scores: [Float?]
    var entities: [Entity]
  }

  /// The answer, with its line feeds.
  func text(_ input: PredictionInput, _ sentence: TaggedSentence) throws -> String {
    if json {
      if case .rows = input.source, input.words.isEmpty { return "" }
      return try Output.json(answer(input, sentence)) + "\n"
    }
    switch input.source {
    case .text(let line, let words):
      return Self.marked(sentence, in: line, at: words).withVisibleControls + "\n"
    case .words:
      let line = input.words.joined(separator: " ")
      return Self.marked(sentence, in: line, at: Self.places(of: input.words, in: line))
        .withVisibleControls + "\n"
    case .rows(let rows):
      var tags = sentence.tags.makeIterator()
      return rows.map { row in
        let text = isTerminal ? row.text.withVisibleControls : row.text
        guard row.hasWord, let tag = tags.next() else { return text + "\n" }
        return text + (Self.isSpaced(row.text) ? " " : "\t") + tag + "\n"
      }.joined()
    }
  }

  /// Whether a line's columns are separated by spaces, as far as it shows.
  private static func isSpaced(_ line: String) -> Bool {
    line.utf8.contains(UInt8(ascii: " ")) && !line.utf8.contains(UInt8(ascii: "\t"))
  }

  private func answer(_ input: PredictionInput, _ sentence: TaggedSentence) -> Answer {
    Answer(
      words: sentence.words, tags: sentence.tags, scores: sentence.scores,
      entities: sentence.entities.map { entity in
        let range = entity.span.words
        return Answer.Entity(
          type: entity.span.type, start: range.lowerBound, end: range.upperBound,
          text: Self.text(of: range, input), score: entity.score)
      })
  }

  /// An entity as it stands in the line; for words that were given one by one, with spaces.
  private static func text(of range: Range<Int>, _ input: PredictionInput) -> String {
    guard case .text(let line, let words) = input.source, let last = words[range].last else {
      return input.words[range].joined(separator: " ")
    }
    return String(line[words[range.lowerBound].startIndex..<last.endIndex])
  }

  /// Where words are in a line that has one space between them.
  private static func places(of words: [String], in line: String) -> [Substring] {
    var start = line.startIndex
    return words.map { word in
      let end = line.utf8.index(start, offsetBy: word.utf8.count)
      defer { start = end < line.endIndex ? line.utf8.index(after: end) : end }
      return line[start..<end]
    }
  }

  /// `[PER Ada] met [LOC? Bo] .`; the question mark says that the score is below one half.
  private static func marked(
    _ sentence: TaggedSentence, in line: String, at words: [Substring]
  ) -> String {
    var result = ""
    var position = line.startIndex
    for entity in sentence.entities {
      let range = entity.span.words
      guard let last = words[range].last else { continue }
      let (start, end) = (words[range.lowerBound].startIndex, last.endIndex)
      result += line[position..<start]
      result += "[\(entity.span.type)\(entity.score < 0.5 ? "?" : "") \(line[start..<end])]"
      position = end
    }
    return result + line[position...]
  }
}
