import Foundation

/// What tokenizer_config.json says about a tokenizer; what it leaves out is nil.
struct TokenizerConfiguration {
  var lowercases: Bool?
  var stripsAccents: Bool?
  var separatesChinese: Bool?
  /// The names of special subwords by their role: `unk_token` and so on.
  var names: [String: String] = [:]
  /// Subwords to be found whole.
  var added: [AddedSubword] = []

  init() {}

  /// Reads the file of a directory; says nothing if there is none.
  init(directory: String) throws(TokenizerError) {
    let path = directory + "/tokenizer_config.json"
    guard FileManager.default.fileExists(atPath: path) else { return }
    let expected = "a JSON object with do_lower_case and the like"
    let bytes = try TokenizerError.contents(of: path, expected: expected)
    let value: JSONValue
    do throws(JSONReader.Problem) {
      var reader = JSONReader(bytes)
      value = try reader.value()
      try reader.end()
    } catch {
      throw TokenizerError(path: path, line: error.line, problem: error.text, expected: expected)
    }
    guard let members = value.members else {
      throw TokenizerError(path: path, problem: "it is no JSON object", expected: expected)
    }
    func flag(_ key: String) throws(TokenizerError) -> Bool? {
      guard let value = members[key], !value.isNull else { return nil }
      guard let flag = value.bool else {
        throw TokenizerError(
          path: path, problem: "\(key) is neither true nor false", expected: "one of them, or null")
      }
      return flag
    }
    lowercases = try flag("do_lower_case")
    stripsAccents = try flag("strip_accents")
    separatesChinese = try flag("tokenize_chinese_chars")
    for role in ["unk", "sep", "pad", "cls", "mask", "bos", "eos"] {
      guard let value = members[role + "_token"] else { continue }
      names[role] = value.string ?? value["content"]?.string
    }
    for (key, value) in members["added_tokens_decoder"]?.members ?? [:] {
      guard let id = Int(key), let subword = AddedSubword(value, id: id) else {
        throw TokenizerError(
          path: path, problem: "added_tokens_decoder has an entry \"\(key)\" that cannot be read",
          expected: "an id and an object with a content")
      }
      added.append(subword)
    }
    added.sort { $0.id < $1.id }
  }
}

extension AddedSubword {
  /// An entry of added_tokens or added_tokens_decoder.
  init?(_ value: JSONValue, id: Int? = nil) {
    guard let content = value["content"]?.string, let id = id ?? value["id"]?.integer, id >= 0
    else { return nil }
    self.init(
      content: content, id: id,
      isNormalized: value["normalized"]?.bool ?? !(value["special"]?.bool ?? false),
      isWholeWord: value["single_word"]?.bool ?? false,
      stripsLeft: value["lstrip"]?.bool ?? false, stripsRight: value["rstrip"]?.bool ?? false)
  }
}

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
      added.append(AddedSubword(content: subwords.string(of: id), id: id))
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
    try Data(lines.utf8).write(to: URL(filePath: directory + "/vocab.txt"), options: .atomic)
    let configuration: [String: Any] = [
      "do_lower_case": lowercase, "tokenize_chinese_chars": true, "model_max_length": 512,
      "tokenizer_class": "BertTokenizer", "unk_token": "[UNK]", "sep_token": "[SEP]",
      "pad_token": "[PAD]", "cls_token": "[CLS]", "mask_token": "[MASK]",
    ]
    let json = try JSONSerialization.data(
      withJSONObject: configuration, options: [.prettyPrinted, .sortedKeys])
    try json.write(
      to: URL(filePath: directory + "/tokenizer_config.json"), options: .atomic)
  }
}
