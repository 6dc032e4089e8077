import Encoders
import Foundation
import NamedEntities
import Tensors
import TestSupport
import Testing
import Tokenization

/// What can be told of a model directory without reading its numbers.
@Suite struct EncoderFactsTests {
  /// Vocabulary 20, hidden 8, positions 12, types 2, two layers with a feed-forward of 12:
  /// embeddings (20 + 12 + 2) · 8 + 16 = 288; a layer 4 · (64 + 8) + 16 + (96 + 12) + (96 + 8) + 16
  /// = 532.
  @Test func `parameters are counted from the sizes, the embeddings' apart`() throws {
    try withTemporaryFolder { folder in
      let configuration = tinyConfiguration()
      try ModelDirectory.write(
        tinyParameters(configuration), configuration: configuration, labels: [],
        architecture: "BertForTokenClassification", to: folder.path, half: true)
      let directory = try ModelDirectory(path: folder.path)
      #expect(directory.parameterCounts.embeddings == 288)
      #expect(directory.parameterCounts.all == 288 + 2 * 532)
      let storage = try directory.storage()
      #expect(storage.types == [.float16])
      #expect(storage.files == [folder.path + "/model.safetensors"])
      let size = try FileManager.default.attributesOfItem(atPath: storage.files[0])[.size] as? Int
      #expect(storage.byteCount == size)
    }
  }

  @Test func `a weight that is missing is told`() throws {
    try withTemporaryFolder { folder in
      let configuration = tinyConfiguration()
      var parameters = tinyParameters(configuration)
      parameters["bert.encoder.layer.1.output.dense.bias"] = nil
      try ModelDirectory.write(
        parameters, configuration: configuration, labels: [], architecture: "BertModel",
        to: folder.path)
      let directory = try ModelDirectory(path: folder.path)
      #expect {
        _ = try directory.storage()
      } throws: { error in
        "\(error)".contains("there is no tensor bert.encoder.layer.1.output.dense.bias")
      }
    }
  }

  /// low · low ##e ##r · [UNK] · a control character of which nothing is left.
  @Test func `a vocabulary's coverage is what its tokenizer cuts`() throws {
    let tokenizer = try WordPieceTokenizer(
      vocabulary: WordPieceTrainer.specialSubwords + ["low", "##e", "##r"], lowercase: false)
    let words = ["low", "lower", "xyz", "\u{7}"]
    let coverage = tokenizer.coverage(
      of: [Sentence(words: words, spans: [], id: 0), Sentence(words: ["low"], spans: [], id: 1)],
      language: "en", split: "dev")
    #expect(coverage.sentences == 2 && coverage.words == 5)
    #expect(coverage.knownWords == 3 && coverage.wholeWords == 2 && coverage.subwords == 5)
    #expect(Tokenizers.kind(of: tokenizer) == "WordPiece")
  }
}
