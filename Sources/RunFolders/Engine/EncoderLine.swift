package import NamedEntities

/// A line of `primer encoders --json`, by which the engine tells the screens what it found.
///
///     {"kind":"encoder","path":"sample-data/encoder","type":"bert",…}
///     {"kind":"coverage","path":"sample-data/encoder","language":"de","words":…}
///     {"kind":"problem","path":"/nowhere","problem":"…"}
package enum EncoderLine: Hashable, Sendable {
  /// What a directory holds.
  case encoder(EncoderFacts)
  /// How the vocabulary of a directory covers a language.
  case coverage(path: String, VocabularyCoverage)
  /// Why a directory, or a language's corpus, cannot be read.
  case problem(path: String, language: String?, String)
}

extension EncoderLine: Codable {
  private enum Key: String, CodingKey { case kind, path, language, problem }

  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    switch try fields.decode(String.self, forKey: .kind) {
    case "encoder": self = .encoder(try EncoderFacts(from: decoder))
    case "coverage":
      self = .coverage(
        path: try fields.decode(String.self, forKey: .path), try VocabularyCoverage(from: decoder))
    case "problem":
      self = .problem(
        path: try fields.decode(String.self, forKey: .path),
        language: try fields.decodeIfPresent(String.self, forKey: .language),
        try fields.decode(String.self, forKey: .problem))
    case let kind:
      throw DecodingError.dataCorruptedError(
        forKey: .kind, in: fields, debugDescription: "there is no line of kind \(kind)")
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    switch self {
    case .encoder(let facts):
      try fields.encode("encoder", forKey: .kind)
      try facts.encode(to: encoder)
    case .coverage(let path, let coverage):
      try fields.encode("coverage", forKey: .kind)
      try fields.encode(path, forKey: .path)
      try coverage.encode(to: encoder)
    case .problem(let path, let language, let problem):
      try fields.encode("problem", forKey: .kind)
      try fields.encode(path, forKey: .path)
      try fields.encodeIfPresent(language, forKey: .language)
      try fields.encode(problem, forKey: .problem)
    }
  }
}
