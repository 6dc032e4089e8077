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
    var subwords = vocabulary
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
    // What the vocabulary does not have gets the next ids.
    var appended: [[UInt8]: Int] = [:]
    func id(of content: String) -> Int {
      let bytes = Array(content.utf8)
      if let id = table.id(of: bytes) ?? appended[bytes] { return id }
      appended[bytes] = subwords.count
      subwords.append(bytes)
      return subwords.count - 1
    }
    let (unknown, end, start) = (try required("unk"), try required("sep"), try required("cls"))
    var added = configuration.added
    for place in added.indices { added[place].id = id(of: added[place].content) }
    let (padding, mask) = (id(of: name("pad")), id(of: name("mask")))
    let special = SpecialSubwords(
      padding: padding, unknown: unknown, start: start, end: end, mask: mask)
    for id in [unknown, end, padding, start, mask] where !added.contains(where: { $0.id == id }) {
      let content = subwords.string(of: id)
      let described = configuration.described.values.first { $0.content == content }
      var subword = described ?? AddedSubword(content: content, id: id)
      subword.id = id
      added.append(subword)
    }
    let lowercases = configuration.lowercases ?? true
    self.init(
      Parts(
        subwords: subwords, special: special,
        template: SentenceTemplate(before: [start], after: [end]),
        normalizer: .bert(
          BertNormalizer(
            separatesChinese: configuration.separatesChinese ?? true,
            stripsAccents: configuration.stripsAccents ?? lowercases, lowercases: lowercases)),
        preTokenizer: .bert, added: added, modelCount: vocabulary.count))
  }

  /// Reads a vocabulary of one subword a line.
  private static func vocabulary(path: String) throws(TokenizerError) -> SubwordList {
    let expected = "one subword a line, each once"
    let bytes = try TokenizerError.contents(
      of: path, expected: "a vocabulary of one subword a line",
      advice: "Download the whole model directory.")
    var subwords = SubwordList()
    var lines: [ArraySlice<UInt8>: Int] = [:]
    var rest = bytes[...]
    while !rest.isEmpty {
      var line = rest.prefix { $0 != 10 }
      rest = rest.dropFirst(line.count + 1)
      if line.last == 13 { line.removeLast() }
      let number = subwords.count + 1
      if line.isEmpty {
        throw TokenizerError(
          path: path, line: number, problem: "the line is empty", expected: expected)
      }
      guard let text = String(validating: line, as: UTF8.self) else {
        throw TokenizerError(
          path: path, line: number, problem: "the line is not UTF-8", expected: expected)
      }
      if line.count > SubwordList.maximumLength {
        throw TokenizerError(
          path: path, line: number, problem: "the line has \(line.count) bytes",
          expected: "subwords of at most \(SubwordList.maximumLength)")
      }
      if let first = lines.updateValue(number, forKey: line) {
        throw TokenizerError(
          path: path, line: number, problem: "\"\(text)\" is on line \(first) already",
          expected: expected)
      }
      subwords.append(line)
    }
    guard subwords.count > 0 else {
      throw TokenizerError(path: path, problem: "it is empty", expected: expected)
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
