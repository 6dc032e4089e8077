import Foundation
package import NamedEntities

/// A line that asks an engine which stays open: sentences to tag, as words.
///
///     {"id":1,"language":"nl","sentences":[["Ada","woont","in","Utrecht"]]}
package struct ProbeRequest: Codable, Hashable, Sendable {
  /// The request's number, which its reply has too.
  package var id: Int
  /// The language whose tuned module is used.
  package var language: String
  /// The words of each sentence.
  package var sentences: [[String]]

  /// A request with all it needs.
  package init(id: Int, language: String, sentences: [[String]]) {
    self.id = id
    self.language = language
    self.sentences = sentences
  }

  /// The request as a line of JSON, without the line feed.
  package func line() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// Reads a line.
  package init(line: String) throws {
    self = try JSONDecoder().decode(Self.self, from: Data(line.utf8))
  }
}

/// A line that the engine answers with; one without a number says that the model is loaded.
///
///     {"residentBytes":91234304,"seconds":0.42}
///     {"id":1,"residentBytes":91234304,"seconds":0.011,"sentences":[{"scores":[…],"tags":[…]}]}
///     {"error":"Run #1 has not tuned ‘xx’; …","id":2,"residentBytes":91234304,"seconds":0}
package struct ProbeReply: Codable, Hashable, Sendable {
  /// A tagged sentence without its words, which the asker has.
  package struct Sentence: Codable, Hashable, Sendable {
    /// The tags, IOB2, one a word.
    package var tags: [String]
    /// The probability of each; null for a word that the encoder does not read.
    package var scores: [Float?]

    /// What a predictor made of a sentence.
    package init(_ sentence: TaggedSentence) {
      tags = sentence.tags
      scores = sentence.scores
    }
  }

  /// The number of the request; nil when the model is loaded, and where a line was no request.
  package var id: Int?
  /// The sentences in the order of the request; nil with an error.
  package var sentences: [Sentence]?
  /// Why there is no answer.
  package var error: String?
  /// How long it took, in seconds.
  package var seconds: Double
  /// The engine's memory in RAM, in bytes.
  package var residentBytes: Int

  /// A reply with all that it says.
  package init(
    id: Int?, sentences: [Sentence]? = nil, error: String? = nil, seconds: Double,
    residentBytes: Int
  ) {
    self.id = id
    self.sentences = sentences
    self.error = error
    self.seconds = seconds
    self.residentBytes = residentBytes
  }

  /// The reply as a line of JSON, without the line feed; numbers that are not finite are strings.
  package func line() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return String(decoding: try encoder.encode(self), as: UTF8.self).jsonWithEscapedControls
  }

  /// Reads a line.
  package init(line: String) throws {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    self = try decoder.decode(Self.self, from: Data(line.utf8))
  }
}
