import Foundation
package import ModelFiles
import NamedEntities

/// Reading a `config.json` and checking its values.
extension EncoderConfiguration {
  /// Reads and checks a `config.json`.
  package static func read(path: String) throws(ModelFileError) -> EncoderConfiguration {
    let data: Data
    do {
      data = try OrdinaryFile.contents(of: path, limit: 16 << 20)
    } catch {
      throw ModelFileError(
        path: path, problem: "it cannot be read (\(error))",
        expected: "the config.json of a Hugging Face model directory",
        advice: "Give the directory of a model of type \(EncoderArchitecture.names).")
    }
    let result: EncoderConfiguration
    do {
      result = try JSONDecoder().decode(EncoderConfiguration.self, from: data)
    } catch let error as DecodingError {
      throw ModelFileError(
        path: path, problem: explanation(of: error, in: data),
        expected: "a configuration of type \(EncoderArchitecture.names)")
    } catch {
      throw ModelFileError(
        path: path, problem: error.localizedDescription,
        expected: "a configuration of type \(EncoderArchitecture.names)")
    }
    try result.check(path: path)
    return result
  }

  private func check(path: String) throws(ModelFileError) {
    let sizes = [
      ("vocab_size", vocabularySize, 10_000_000), ("hidden_size", hiddenSize, 65_536),
      ("num_hidden_layers", layerCount, 1_000), ("num_attention_heads", attentionHeadCount, 4_096),
      ("intermediate_size", intermediateSize, 1_000_000),
      ("max_position_embeddings", maximumPositionCount, 1_000_000),
      ("type_vocab_size", typeVocabularySize, 1_000),
    ]
    let mayHaveNoTypes = [.debertaV2, .distilbert, .modernBert].contains(architecture)
    for (key, value, limit) in sizes where value < 1 || value > limit {
      if key == "type_vocab_size", value == 0, mayHaveNoTypes { continue }
      throw ModelFileError(
        path: path, problem: "\(key) is \(value)", expected: "a number from 1 to \(limit)")
    }
    guard hiddenSize % attentionHeadCount == 0 else {
      throw ModelFileError(
        path: path,
        problem: "num_attention_heads \(attentionHeadCount) does not divide hidden_size "
          + "\(hiddenSize)",
        expected: "a hidden_size that is a multiple of num_attention_heads")
    }
    guard (0..<vocabularySize).contains(paddingID), maximumSubwords >= 3 else {
      throw ModelFileError(
        path: path,
        problem: "pad_token_id is \(paddingID) and max_position_embeddings \(maximumPositionCount)",
        expected: "pad_token_id below vocab_size (\(vocabularySize)) and at least three positions")
    }
    let rates = [
      ("hidden_dropout_prob", hiddenDropout),
      ("attention_probs_dropout_prob", attentionDropout),
    ]
    for (key, value) in rates where !(value >= 0 && value < 1) {
      throw ModelFileError(
        path: path, problem: "\(key) is \(value)", expected: "a number from 0 to less than 1")
    }
    let sizesOfNumbers = [
      ("layer_norm_eps", layerNormEpsilon), ("initializer_range", initializerRange),
    ]
    for (key, value) in sizesOfNumbers where !(0...1 ~= value) {
      throw ModelFileError(
        path: path, problem: "\(key) is \(value)", expected: "a number from 0 to 1")
    }
  }

  private static func explanation(of error: DecodingError, in data: Data) -> String {
    switch error {
    case .keyNotFound(let key, _): "it has no \(key.stringValue)"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "\(context.codingPath.map(\.stringValue).joined(separator: ".")) has the wrong type"
    case .dataCorrupted(let context):
      context.codingPath.isEmpty
        ? (try? JSONSerialization.jsonObject(with: data)) != nil
          ? "it has a number that does not fit, as a fraction where a whole number belongs"
          : "it is not JSON"
        : "\(context.codingPath.map(\.stringValue).joined(separator: ".")): "
          + context.debugDescription
    @unknown default: "it cannot be decoded"
    }
  }
}
