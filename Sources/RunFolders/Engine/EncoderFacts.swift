/// What a Hugging Face model directory holds, as far as it can be told without reading a weight.
///
/// `primer encoders` prints it and the screens show it; the engine finds it out.
package struct EncoderFacts: Hashable, Codable, Sendable {
  /// The directory, as it was named.
  package var path: String
  /// `bert` or `xlm-roberta`.
  package var type: String
  package var layerCount: Int
  package var hiddenSize: Int
  package var attentionHeadCount: Int
  package var intermediateSize: Int
  /// The longest input, in subwords, special ones included.
  package var maximumSubwords: Int
  /// The rows of the word embeddings.
  package var vocabularySize: Int
  /// The encoder's parameters, embeddings among them; a pooler or a head is not counted.
  package var parameters: Int
  /// Those of its embeddings: words, positions, types and their norm.
  package var embeddingParameters: Int
  /// The files of the weights, and how many bytes those have; empty where `weightsProblem` says why.
  package var weightFiles: [String] = []
  package var weightBytes = 0
  /// How the floating-point numbers are stored, the type of most of them first.
  package var weightTypes: [String] = []
  package var weightsProblem: String?
  /// `WordPiece` or `Unigram`, and the file it comes from; nil where `tokenizerProblem` says why.
  package var tokenizer: String?
  package var tokenizerFile: String?
  /// One more than the largest id that the tokenizer gives.
  package var tokenizerVocabularySize: Int?
  package var tokenizerProblem: String?
  /// The classes of transformers that it was saved from.
  package var architectures: [String] = []
  /// The labels of a head that was saved with it, in the order of their ids.
  package var labels: [String] = []

  /// The sizes that `config.json` has; the rest is filled in.
  package init(
    path: String, type: String, layerCount: Int, hiddenSize: Int, attentionHeadCount: Int,
    intermediateSize: Int, maximumSubwords: Int, vocabularySize: Int, parameters: Int,
    embeddingParameters: Int
  ) {
    self.path = path
    self.type = type
    self.layerCount = layerCount
    self.hiddenSize = hiddenSize
    self.attentionHeadCount = attentionHeadCount
    self.intermediateSize = intermediateSize
    self.maximumSubwords = maximumSubwords
    self.vocabularySize = vocabularySize
    self.parameters = parameters
    self.embeddingParameters = embeddingParameters
  }

  /// All that is wrong with it.
  package var problems: [String] { [weightsProblem, tokenizerProblem].compactMap(\.self) }
}
