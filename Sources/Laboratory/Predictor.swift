package import Encoders
package import NamedEntities
package import Tensors
package import Tokenization

/// A tagger that was opened once and answers many times: words in, entities out.
///
///     let predictor = try Predictor(run: record, language: "nl")
///     predictor.predict([["Ada", "woont", "in", "Utrecht"]])   // PER 0..<1, LOC 3..<4
///
/// Long sentences are read in windows (`EncodedSentence`), unless the run it comes from cut them.
package struct Predictor: Sendable {
  /// The tags in order of their ids.
  package var labels: [String] { headLabels.labels }

  private let headLabels: HeadLabels
  private let model: TokenClassifier
  private let parameters: Parameters
  /// The word embeddings, when they are not among the parameters.
  private let subwords: SubwordRows?
  private let tokenizer: any Tokenizer
  private let maximumSubwords: Int
  private let reading: EncodedSentence.Reading
  private let outside: Int

  /// Attention of long rows takes memory by the square of their length.
  private static let subwordsTogether = 4096

  /// A predictor of its parts.
  ///
  /// - Parameters:
  ///   - parameters: Every parameter of the model, but for the word embeddings if there are
  ///     `subwords`.
  ///   - subwords: The word embeddings, to be read as they are needed.
  package init(
    model: TokenClassifier, parameters: Parameters, subwords: SubwordRows? = nil, labels: [String],
    tokenizer: any Tokenizer,
    maximumSubwords: Int, reading: EncodedSentence.Reading
  ) {
    precondition(labels.count == model.head.tagCount, "A label for each of the head's tags")
    self.model = model
    self.parameters = parameters
    self.subwords = subwords
    headLabels = HeadLabels(labels)
    self.tokenizer = tokenizer
    self.maximumSubwords = min(maximumSubwords, model.encoder.configuration.maximumSubwords)
    self.reading = reading
    outside = labels.firstIndex { $0.utf8.elementsEqual("O".utf8) } ?? 0
  }

  /// Tags sentences, and gives them back in the order they came in.
  ///
  /// - Throws: When the model's file is no longer what it was when it was opened, and when the model
  ///   gives no probability, since weights of it are not finite.
  package func predict(
    _ sentences: [[String]], batchSize: Int = 32
  ) throws -> [TaggedSentence] {
    let encoded = sentences.map { words in
      EncodedSentence(
        words: words, tagIDs: Array(repeating: outside, count: words.count), tokenizer: tokenizer,
        maximumSubwords: maximumSubwords, reading: reading)
    }
    try model.encoder.configuration.check(encoded, of: tokenizer)
    let full = encoded.indices.filter { encoded[$0].places.contains { $0 != nil } }
    let choices = try model.choices(
      parameters, embeddings: WordEmbeddings(subwords), full.map { encoded[$0] },
      batchSize: batchSize,
      outside: outside,
      maximumSubwords: Self.subwordsTogether
    ) { _ in }
    var result = sentences.map { words in
      TaggedSentence(
        words: words, labels: Array(repeating: "O", count: words.count),
        scores: Array(repeating: nil, count: words.count))
    }
    for (index, row) in zip(full, choices) {
      if row.contains(where: { $0.probability.map { !$0.isFinite } ?? false }) {
        throw notFinite(sentences[index])
      }
      result[index] = headLabels.tagged(
        words: sentences[index], chosen: row.map { $0.probability == nil ? nil : $0.tag },
        scores: row.map(\.probability))
    }
    return result
  }

  /// Says which weights are to blame for an answer that is no probability.
  private func notFinite(_ words: [String]) -> LaboratoryError {
    let names = parameters.filter { entry in
      entry.value.elementType.isFloatingPoint && !entry.value.floats.allSatisfy(\.isFinite)
    }.keys.sorted()
    let those = names.prefix(3).joined(separator: ", ") + (names.count > 3 ? ", …" : "")
    return LaboratoryError(
      "The model gives no number for ‘\(words.joined(separator: " ").shortened(to: 60))’: "
        + (names.isEmpty
          ? "its weights lead to values that are not finite."
          : "\(names.count) of its weights hold values that are not finite (\(those)).")
        + " Use another model, or an earlier checkpoint.")
  }
}
