import Foundation

/// Opens a model directory's tokenizer.
package enum Tokenizers {
  /// The tokenizer of a directory: of tokenizer.json, or else of vocab.txt, or else of
  /// sentencepiece.bpe.model.
  ///
  /// tokenizer_config.json, special_tokens_map.json and added_tokens.json are read with each.
  package static func open(directory: String) throws(TokenizerError) -> any Tokenizer {
    let manager = FileManager.default
    let expected =
      "a model directory with tokenizer.json, with vocab.txt, or with sentencepiece.bpe.model"
    var isDirectory: ObjCBool = false
    guard manager.fileExists(atPath: directory, isDirectory: &isDirectory), isDirectory.boolValue
    else {
      throw TokenizerError(
        path: directory, problem: "there is no such directory", expected: expected)
    }
    if manager.fileExists(atPath: directory + "/tokenizer.json") {
      return try open(
        TokenizerFile(path: directory + "/tokenizer.json"),
        TokenizerConfiguration(directory: directory))
    }
    if manager.fileExists(atPath: directory + "/vocab.txt") {
      return try WordPieceTokenizer(directory: directory)
    }
    if manager.fileExists(atPath: directory + "/sentencepiece.bpe.model") {
      return try UnigramTokenizer(
        SentencePieceFile(path: directory + "/sentencepiece.bpe.model"),
        TokenizerConfiguration(directory: directory))
    }
    throw TokenizerError(
      path: directory + "/vocab.txt",
      problem: "there is no such file, and no tokenizer.json and no sentencepiece.bpe.model",
      expected: expected, advice: "Download the whole model directory.")
  }

  private static func open(
    _ file: TokenizerFile, _ configuration: TokenizerConfiguration
  ) throws(TokenizerError) -> any Tokenizer {
    // Files of old versions leave the type out; a list of pairs is a Unigram's vocabulary.
    let type = file.model["type"]?.string ?? (file.scores.isEmpty ? nil : "Unigram")
    switch type {
    case "Unigram": return try UnigramTokenizer(file, configuration)
    case "WordPiece": return try WordPieceTokenizer(file, configuration)
    case let type:
      throw file.error(
        type.map { "its model is of type \($0)" } ?? "it has no model with a type",
        expected: "a model of type WordPiece or Unigram")
    }
  }
}

extension UnigramTokenizer {
  init(
    _ file: TokenizerFile, _ configuration: TokenizerConfiguration
  ) throws(TokenizerError) {
    guard !file.scores.isEmpty else {
      throw file.error("its Unigram model has no vocabulary", expected: "a list of [text, score]")
    }
    guard let unknown = file.model["unk_id"]?.integer, 0..<file.scores.count ~= unknown else {
      throw file.error(
        "its Unigram model has no unk_id, or one outside the vocabulary",
        expected: "the id of the unknown subword, 0 to \(file.scores.count - 1)")
    }
    let model = UnigramModel(
      subwords: file.vocabulary, scores: file.scores, unknown: unknown,
      fallsBackToBytes: file.model["byte_fallback"]?.bool ?? false)
    var subwords = file.vocabulary
    let added = try file.added(to: &subwords)
    let template = try file.template(within: subwords.count)
    let (normalizer, preTokenizer) = try file.stages()
    self.init(
      model: model, subwords: subwords,
      special: configuration.special(
        in: subwords, unknown: unknown, template: template,
        defaults: ["pad": "<pad>", "mask": "<mask>", "cls": "<s>", "sep": "</s>"]),
      template: template,
      pipeline: TextPipeline(
        normalizer: normalizer, preTokenizer: preTokenizer, added: added))
  }
}

extension WordPieceTokenizer {
  init(
    _ file: TokenizerFile, _ configuration: TokenizerConfiguration
  ) throws(TokenizerError) {
    guard !file.ids.isEmpty else {
      throw file.error("its WordPiece model has no vocabulary", expected: "an object of ids")
    }
    let vocabulary = try file.orderedVocabulary()
    var subwords = vocabulary
    let name = file.model["unk_token"]?.string ?? "[UNK]"
    let table = SubwordTable(vocabulary) { _ in true }
    guard let unknown = table.id(of: Array(name.utf8)) else {
      throw file.error("its vocabulary has no \(name)", expected: "the model's unk_token in it")
    }
    let added = try file.added(to: &subwords)
    let template = try file.template(within: subwords.count)
    var (normalizer, preTokenizer) = try file.stages()
    if case .bert(var bert) = normalizer {
      // The newer word, where tokenizer_config.json says something.
      bert.lowercases = configuration.lowercases ?? bert.lowercases
      bert.stripsAccents =
        configuration.stripsAccents ?? configuration.lowercases ?? bert.stripsAccents
      bert.separatesChinese = configuration.separatesChinese ?? bert.separatesChinese
      normalizer = .bert(bert)
    }
    var parts = Parts(
      subwords: subwords,
      special: configuration.special(
        in: subwords, unknown: unknown, template: template,
        defaults: ["pad": "[PAD]", "mask": "[MASK]", "cls": "[CLS]", "sep": "[SEP]"]),
      template: template, normalizer: normalizer, preTokenizer: preTokenizer,
      added: added, modelCount: vocabulary.count)
    if let prefix = file.model["continuing_subword_prefix"]?.string {
      parts.continuationPrefix = Array(prefix.utf8)
    }
    if let length = file.model["max_input_chars_per_word"]?.integer {
      parts.maximumWordLength = length
    }
    self.init(parts)
  }
}

extension TokenizerFile {
  /// The special subwords around a sentence, all of which are in a vocabulary.
  fileprivate func template(within count: Int) throws(TokenizerError) -> SentenceTemplate {
    let template = try template()
    if let id = (template.before + template.after).first(where: { $0 >= count }) {
      throw error(
        "its post_processor asks for the id \(id)", expected: "an id of the \(count) subwords")
    }
    return template
  }
}

extension TokenizerConfiguration {
  /// The special subwords: what surrounds a sentence, and those known by their names.
  ///
  /// One that the vocabulary does not have is the unknown one.
  fileprivate func special(
    in subwords: SubwordList, unknown: Int, template: SentenceTemplate,
    defaults: [String: String]
  ) -> SpecialSubwords {
    let table = SubwordTable(subwords) { _ in true }
    func id(_ role: String) -> Int {
      let name = names[role] ?? defaults[role] ?? ""
      return table.id(of: Array(name.utf8)) ?? unknown
    }
    return SpecialSubwords(
      padding: id("pad"), unknown: unknown, start: template.before.first ?? id("cls"),
      end: template.after.last ?? id("sep"), mask: id("mask"))
  }
}
