import Files
import Foundation

extension WordPieceTokenizer {
  /// A tokenizer of a vocabulary, which lists its subwords in the order of their ids.
  ///
  /// - Parameters:
  ///   - stripAccents: Whether accents are dropped; nil does as `lowercase` does.
  ///   - splitsChinese: Whether each ideograph is a word.
  package init(
    vocabulary: [String], lowercase: Bool = true, stripAccents: Bool? = nil,
    splitsChinese: Bool = true
  ) throws(TokenizerError) {
    var subwords = SubwordList()
    for subword in vocabulary { subwords.append(subword.utf8) }
    var configuration = TokenizerConfiguration()
    configuration.lowercases = lowercase
    configuration.stripsAccents = stripAccents
    configuration.separatesChinese = splitsChinese
    try self.init(subwords, configuration, path: "vocabulary")
  }

  /// Reads vocab.txt and tokenizer_config.json.
  init(directory: String) throws(TokenizerError) {
    let path = directory + "/vocab.txt"
    let subwords = try Self.vocabulary(path: path)
    try self.init(subwords, TokenizerConfiguration(directory: directory), path: path)
  }

  private init(
    _ vocabulary: SubwordList, _ configuration: TokenizerConfiguration, path: String
  ) throws(TokenizerError) {
    var configuration = configuration
    if !configuration.family.isBertLike {
      configuration.family = TokenizerFamily(name: "BertTokenizer")
    }
    let table = SubwordTable(vocabulary) { _ in true }
    func name(_ role: String) -> String { configuration.names[role] ?? "[\(role.uppercased())]" }
    func required(_ role: String) throws(TokenizerError) -> Int {
      if let id = table.id(of: Array(name(role).utf8)) { return id }
      throw TokenizerError(
        path: path, problem: "there is no subword \(name(role))",
        expected: "the special subwords [UNK], [CLS] and [SEP], or those that "
          + "tokenizer_config.json names",
        advice: "Is this the vocabulary of a BERT?")
    }
    let (unknown, end, start) = (try required("unk"), try required("sep"), try required("cls"))
    // What the vocabulary does not have gets the next ids.
    let count = (0..<vocabulary.count).count { table.id(of: Array(vocabulary.bytes(of: $0))) == $0 }
    var added = AddedVocabulary(vocabulary, count: count)
    added.add(configuration, file: [])
    let template = SentenceTemplate(before: [start], after: [end])
    self.init(
      TokenizerFrame(
        pipeline: TextPipeline(
          normalizer: .bert(configuration.normalizer()), preTokenizer: .bert,
          added: added.subwords),
        template: template, subwords: added.list(vocabulary),
        special: configuration.special(added, unknown: unknown, template: template)),
      count: vocabulary.count)
  }

  /// Reads a vocabulary of one subword a line; a subword's id is the number of its line, from 0.
  ///
  /// An empty line is an id that no text has, and of equal lines the last one counts. Lines end as
  /// Python has them: by a line feed, a carriage return, or both.
  private static func vocabulary(path: String) throws(TokenizerError) -> SubwordList {
    let bytes = try TokenizerError.contents(
      of: path, expected: "a vocabulary of one subword a line",
      advice: "Download the whole model directory.")
    var subwords = SubwordList()
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex { $0 == 10 || $0 == 13 } ?? bytes.count
      let line = bytes[start..<end]
      let number = subwords.count + 1
      guard String(validating: line, as: UTF8.self) != nil else {
        throw TokenizerError(
          path: path, line: number, problem: "the line is not UTF-8",
          expected: "one subword a line")
      }
      if line.count > SubwordList.maximumLength {
        throw TokenizerError(
          path: path, line: number, problem: "the line has \(line.count) bytes",
          expected: "subwords of at most \(SubwordList.maximumLength)")
      }
      subwords.append(line)
      start = end + (bytes[end...].starts(with: [13, 10]) ? 2 : 1)
    }
    guard subwords.count > 0 else {
      throw TokenizerError(path: path, problem: "it is empty", expected: "one subword a line")
    }
    return subwords
  }

  /// Writes vocab.txt and tokenizer_config.json, as transformers reads them.
  package static func write(
    vocabulary: [String], lowercase: Bool, to directory: String
  ) throws {
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
    let lines = vocabulary.map { $0 + "\n" }.joined()
    try AtomicFile.write(lines, to: directory + "/vocab.txt")
    let configuration: [String: Any] = [
      "do_lower_case": lowercase, "tokenize_chinese_chars": true, "model_max_length": 512,
      "tokenizer_class": "BertTokenizer", "unk_token": "[UNK]", "sep_token": "[SEP]",
      "pad_token": "[PAD]", "cls_token": "[CLS]", "mask_token": "[MASK]",
    ]
    let json = try JSONSerialization.data(
      withJSONObject: configuration, options: [.prettyPrinted, .sortedKeys])
    try AtomicFile.write(json, to: directory + "/tokenizer_config.json")
  }
}
