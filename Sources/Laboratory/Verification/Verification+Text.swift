import Encoders
import Foundation
import ModelFiles
import NamedEntities
import Tokenization

extension Verification {
  private struct TokenizerCase: Decodable {
    var text: String?
    var words: [String]?
    var ids: [Int]
    var tokens: [String]?
    var wordIDs: [Int?]?
  }

  private struct ScoreCase: Decodable {
    struct Figures: Decodable {
      var precision, recall, f1: Double
      var support: Int?
    }
    var gold: [[String]]
    var predicted: [[String]]
    var micro: Figures
    var types: [String: Figures]
  }

  private func rows<Row: Decodable>(_ type: Row.Type, _ path: String) throws -> [Row] {
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: path))
    } catch {
      throw ModelFileError(
        path: path, problem: "it cannot be read (\(error.localizedDescription))",
        expected: "one JSON object a line")
    }
    return try data.split(separator: UInt8(ascii: "\n")).enumerated().map { number, line in
      do {
        return try JSONDecoder().decode(Row.self, from: line)
      } catch {
        throw ModelFileError(
          path: "\(path):\(number + 1)", problem: "it cannot be decoded (\(error))",
          expected: "a case as the others")
      }
    }
  }

  func tokenizer(
    _ name: String, _ folder: String, _ reference: ReferenceCase
  ) throws -> VerificationResult {
    let directory = reference.model == nil ? folder : (encoderDirectory ?? folder)
    let tokenizer = try Tokenizers.open(directory: directory)
    let cases = try rows(TokenizerCase.self, folder + "/cases.jsonl")
    var wrong: [String] = []
    for (number, row) in cases.enumerated() {
      var isRight = true
      if let text = row.text {
        let encoding = tokenizer.encode(text: text)
        isRight =
          encoding.ids == row.ids && (row.tokens.map { $0 == encoding.subwords } ?? true)
      } else if let words = row.words {
        let encoding = tokenizer.encode(words: words)
        isRight =
          encoding.ids == row.ids && (row.wordIDs.map { $0 == encoding.wordIDs } ?? true)
      }
      if !isRight { wrong.append("line \(number + 1)") }
    }
    return Self.exact(name, wrong: wrong, count: cases.count)
  }

  func entityScores(_ name: String, _ folder: String) throws -> VerificationResult {
    let cases = try rows(ScoreCase.self, folder + "/cases.jsonl")
    var wrong: [String] = []
    for (number, row) in cases.enumerated() {
      let scores = EntityScores(
        gold: row.gold.map(NamedEntities.entitySpans(ofTags:)),
        predicted: row.predicted.map(NamedEntities.entitySpans(ofTags:)))
      func agrees(_ score: Score?, _ figures: ScoreCase.Figures) -> Bool {
        guard let score else { return false }
        return abs(score.precision - figures.precision) < 1e-9
          && abs(score.recall - figures.recall) < 1e-9 && abs(score.f1 - figures.f1) < 1e-9
          && (figures.support.map { $0 == score.gold } ?? true)
      }
      let typesAgree =
        Set(scores.types.keys.map(\.name)) == Set(row.types.keys)
        && row.types.allSatisfy { agrees(scores.types[EntityType($0.key)], $0.value) }
      if !agrees(scores.micro, row.micro) || !typesAgree { wrong.append("line \(number + 1)") }
    }
    return Self.exact(name, wrong: wrong, count: cases.count)
  }

  private static func exact(_ name: String, wrong: [String], count: Int) -> VerificationResult {
    VerificationResult(
      name: name, outcome: wrong.isEmpty && count > 0 ? .passed : .failed, largestError: nil,
      detail: wrong.isEmpty
        ? "all \(count) exact"
        : "\(wrong.count) of \(count) differ: \(wrong.prefix(3).joined(separator: ", "))",
      comparedCount: count)
  }
}
