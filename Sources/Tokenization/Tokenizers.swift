import Foundation

/// Opens a model directory's tokenizer.
package enum Tokenizers {
  /// The tokenizer of a directory: of tokenizer.json, or else of vocab.txt, of vocab.json with
  /// merges.txt, or of sentencepiece.bpe.model or spm.model.
  ///
  /// tokenizer_config.json, special_tokens_map.json and added_tokens.json are read with each.
  package static func open(directory: String) throws(TokenizerError) -> any Tokenizer {
    let manager = FileManager.default
    let expected =
      "a model directory with tokenizer.json, vocab.txt, vocab.json and merges.txt, or "
      + "sentencepiece.bpe.model or spm.model"
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
    if manager.fileExists(atPath: directory + "/vocab.json"),
      manager.fileExists(atPath: directory + "/merges.txt")
    {
      let configuration = try TokenizerConfiguration(directory: directory)
      return try BytePairTokenizer(
        TokenizerFile(robertaFilesIn: directory, configuration), configuration)
    }
    for name in ["sentencepiece.bpe.model", "spm.model"]
    where manager.fileExists(atPath: directory + "/" + name) {
      return try open(
        SentencePieceFile(path: directory + "/" + name),
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
    switch file.modelType {
    case "Unigram": return try UnigramTokenizer(file, configuration)
    case "WordPiece": return try WordPieceTokenizer(file, configuration)
    case "BPE": return try BytePairTokenizer(file, configuration)
    case "WordLevel": return try WordLevelTokenizer(file, configuration)
    case let type:
      throw file.error(
        type.map { "its model is of type \($0)" } ?? "it has no model with a type",
        expected: "a model of type WordPiece, Unigram, BPE or WordLevel")
    }
  }
}

extension TokenizerFile {
  /// The type of the model; files of old versions leave it out.
  fileprivate var modelType: String? {
    if let type = model["type"]?.string { return type }
    if !scores.isEmpty { return "Unigram" }
    if ids.isEmpty { return nil }
    if merges.count > 0 { return "BPE" }
    let isWordPiece =
      model["max_input_chars_per_word"] != nil || model["continuing_subword_prefix"] != nil
    return isWordPiece ? "WordPiece" : "WordLevel"
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
    self.init(
      model: model,
      try file.frame(configuration, file.vocabulary, count: file.scores.count, unknown: unknown))
  }
}

extension WordPieceTokenizer {
  init(
    _ file: TokenizerFile, _ configuration: TokenizerConfiguration
  ) throws(TokenizerError) {
    let vocabulary = try file.vocabularyByID("WordPiece")
    let unknown = try file.unknown("unk_token", default: "[UNK]", in: vocabulary)
    var model = Model()
    if let prefix = file.model["continuing_subword_prefix"]?.string {
      model.continuationPrefix = Array(prefix.utf8)
    }
    if let length = file.model["max_input_chars_per_word"]?.integer {
      model.maximumWordLength = length
    }
    self.init(
      try file.frame(configuration, vocabulary, count: file.ids.count, unknown: unknown),
      count: vocabulary.count, model)
  }
}

extension WordLevelTokenizer {
  init(
    _ file: TokenizerFile, _ configuration: TokenizerConfiguration
  ) throws(TokenizerError) {
    let vocabulary = try file.vocabularyByID("WordLevel")
    let unknown = try file.unknown("unk_token", default: "<unk>", in: vocabulary)
    self.init(
      try file.frame(configuration, vocabulary, count: file.ids.count, unknown: unknown),
      count: vocabulary.count)
  }
}

extension BytePairTokenizer {
  init(
    _ file: TokenizerFile, _ configuration: TokenizerConfiguration
  ) throws(TokenizerError) {
    let vocabulary = try file.vocabularyByID("BPE")
    if case .number(let rate)? = file.model["dropout"], rate != 0 {
      throw file.error(
        "its BPE model has a dropout of \(rate)", expected: "none, so that a text has one reading")
    }
    var options = BytePairModel.Options()
    if file.model["unk_token"]?.string != nil {
      options.unknown = try file.unknown("unk_token", default: "", in: vocabulary)
    }
    options.continuationPrefix = Array((file.model["continuing_subword_prefix"]?.string ?? "").utf8)
    options.wordSuffix = Array((file.model["end_of_word_suffix"]?.string ?? "").utf8)
    options.joinsUnknown = file.model["fuse_unk"]?.bool ?? false
    options.fallsBackToBytes = file.model["byte_fallback"]?.bool ?? false
    options.takesWholeWords = file.model["ignore_merges"]?.bool ?? false
    let merges = stride(from: 0, to: file.merges.count, by: 2).map {
      (file.merges.bytes(of: $0), file.merges.bytes(of: $0 + 1))
    }
    let model: BytePairModel
    do throws(BytePairModel.Problem) {
      model = try BytePairModel(vocabulary, merges: merges, options)
    } catch {
      throw file.error(
        "its merge \(error.rank) needs \"\(String(decoding: error.missing, as: UTF8.self))\", which "
          + "the vocabulary does not have", expected: "merges of subwords")
    }
    self.init(
      model: model,
      try file.frame(configuration, vocabulary, count: file.ids.count, unknown: options.unknown))
  }
}

extension TokenizerFile {
  /// The vocabulary of an object, which must not be empty, in the order of the ids.
  fileprivate func vocabularyByID(_ type: String) throws(TokenizerError) -> SubwordList {
    guard !ids.isEmpty else {
      throw error("its \(type) model has no vocabulary", expected: "an object of ids")
    }
    return try orderedVocabulary()
  }

  /// The id of the model's unknown subword.
  fileprivate func unknown(
    _ key: String, default standard: String, in vocabulary: SubwordList
  ) throws(TokenizerError) -> Int {
    let name = model[key]?.string ?? standard
    // Of equal subwords the last counts.
    let bytes = Array(name.utf8)
    let ids = 0..<vocabulary.count
    if let id = ids.last(where: { vocabulary.bytes(of: $0).elementsEqual(bytes) }) { return id }
    throw error("its vocabulary has no \(name)", expected: "the model's \(key) in it")
  }

  /// All of a tokenizer but its model.
  ///
  /// - Parameters:
  ///   - vocabulary: The model's subwords by id.
  ///   - count: How many the model has.
  ///   - unknown: The id of the model's unknown subword; nil where it has none.
  fileprivate func frame(
    _ configuration: TokenizerConfiguration, _ vocabulary: SubwordList, count: Int, unknown: Int?
  ) throws(TokenizerError) -> TokenizerFrame {
    var added = AddedVocabulary(vocabulary, count: count)
    added.add(configuration, file: try self.added())
    let subwords = added.list(vocabulary)
    let template = try template(within: subwords.count)
    var (normalizer, preTokenizer) = try stages()
    if case .bert(let bert)? = normalizer { normalizer = .bert(configuration.changed(bert)) }
    if case .byteLevel(var level)? = preTokenizer, configuration.family.name != nil {
      level.addsPrefixSpace = configuration.addsPrefixSpace ?? false
      preTokenizer = .byteLevel(level)
    }
    func pipeline(_ preTokenizer: PreTokenizer?) -> TextPipeline {
      TextPipeline(normalizer: normalizer, preTokenizer: preTokenizer, added: added.subwords)
    }
    return TokenizerFrame(
      pipeline: pipeline(preTokenizer),
      wordPipeline: configuration.family.prefixesWords
        ? pipeline(preTokenizer?.prefixingSpaces) : nil,
      template: template, subwords: subwords,
      special: configuration.special(added, unknown: unknown, template: template))
  }
}

extension TokenizerConfiguration {
  /// A normaliser of tokenizer.json as the tokenizer's class has it.
  ///
  /// BERT's classes take their own settings, or their defaults, and the others what the file says.
  fileprivate func changed(_ own: BertNormalizer) -> BertNormalizer {
    if family.isBertLike { return normalizer(cleansText: own.cleansText) }
    if family.name != nil { return own }
    var result = own
    result.lowercases = lowercases ?? own.lowercases
    result.stripsAccents = stripsAccents ?? lowercases ?? own.stripsAccents
    result.separatesChinese = separatesChinese ?? own.separatesChinese
    return result
  }

  /// What BERT's tokenizers do to a text first: they make letters small unless a file says otherwise.
  func normalizer(cleansText: Bool = true) -> BertNormalizer {
    let lowercases = lowercases ?? true
    return BertNormalizer(
      cleansText: cleansText, separatesChinese: separatesChinese ?? true,
      stripsAccents: stripsAccents ?? lowercases, lowercases: lowercases)
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
  /// One that the vocabulary does not have is the unknown one; that of a model without any is −1.
  func special(
    _ added: AddedVocabulary, unknown: Int?, template: SentenceTemplate
  ) -> SpecialSubwords {
    let classes = ["BertTokenizer", "RobertaTokenizer"].map { TokenizerFamily(name: $0).names }
    func id(_ role: String) -> Int? {
      ([names, family.names] + classes).lazy.compactMap { $0[role] }
        .compactMap { added.id(of: $0) }.first
    }
    let unknown = unknown ?? id("unk") ?? SpecialSubwords.none
    return SpecialSubwords(
      padding: id("pad") ?? unknown, unknown: unknown,
      start: template.before.first ?? id("cls") ?? unknown,
      end: template.after.last ?? id("sep") ?? unknown, mask: id("mask") ?? unknown)
  }
}
