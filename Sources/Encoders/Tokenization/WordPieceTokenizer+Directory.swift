import Foundation

extension WordPieceTokenizer {
  /// Reads `vocab.txt`, a subword a line, and `tokenizer_config.json` when it is there.
  package init(directory: String) throws(TokenizerError) {
    let path = directory + "/vocab.txt"
    var subwords = try Self.vocabulary(path)
    let count = subwords.count
    let configuration = try WordPieceConfiguration(
      path: directory + "/tokenizer_config.json")
    let table = SubwordTable(subwords) { _ in true }
    func id(_ token: WordPieceConfiguration.Token) throws(TokenizerError) -> Int {
      let bytes = Array(token.content.utf8)
      if let id = table.id(of: bytes, 0..<bytes.count) { return id }
      throw TokenizerError(
        path: path, problem: "there is no line \(token.content)",
        expected: "the special subwords [PAD], [UNK], [CLS], [SEP] and [MASK], or those that"
          + " tokenizer_config.json names",
        advice: "Take the vocab.txt that belongs to the model.")
    }
    let tokens = [
      configuration.padding, configuration.unknown, configuration.start, configuration.end,
      configuration.mask,
    ]
    var added: [AddedSubword] = []
    for token in tokens {
      // Special subwords are looked for in the text as it stands, whatever the file says.
      var token = token
      token.isNormalized = false
      added.append(token.subword(id: try id(token)))
    }
    let special = SpecialSubwords(
      padding: added[0].id, unknown: added[1].id, start: added[2].id, end: added[3].id,
      mask: added[4].id)
    for token in try Self.addedTokens(configuration, directory, after: count) {
      if token.id >= subwords.count { subwords.append(token.content.utf8) }
      if !added.contains(where: { $0.id == token.id }) { added.append(token) }
    }
    let normalizer = BertNormalizer(
      separatesChinese: configuration.separatesChinese,
      stripsAccents: configuration.stripsAccents ?? configuration.lowercases,
      lowercases: configuration.lowercases)
    self.init(
      Parts(
        subwords: subwords, special: special,
        template: SentenceTemplate(before: [special.start], after: [special.end]),
        normalizer: .bert(normalizer), preTokenizer: .bert, added: added, modelCount: count))
  }

  /// A tokenizer of a vocabulary in memory, with BERT's special subwords in it.
  package init(vocabulary: [String], lowercases: Bool) {
    var subwords = SubwordList()
    for subword in vocabulary { subwords.append(subword.utf8) }
    func id(_ content: String) -> Int {
      guard let id = vocabulary.firstIndex(where: { $0.utf8.elementsEqual(content.utf8) }) else {
        preconditionFailure("A vocabulary has its special subwords: \(content)")
      }
      return id
    }
    let special = SpecialSubwords(
      padding: id("[PAD]"), unknown: id("[UNK]"), start: id("[CLS]"), end: id("[SEP]"),
      mask: id("[MASK]"))
    self.init(
      Parts(
        subwords: subwords, special: special,
        template: SentenceTemplate(before: [special.start], after: [special.end]),
        normalizer: .bert(BertNormalizer(stripsAccents: lowercases, lowercases: lowercases)),
        preTokenizer: .bert,
        added: WordPieceTrainer.specialSubwords.map { AddedSubword(content: $0, id: id($0)) },
        modelCount: vocabulary.count))
  }

  /// The further added subwords, in the order of their ids.
  private static func addedTokens(
    _ configuration: WordPieceConfiguration, _ directory: String, after count: Int
  ) throws(TokenizerError) -> [AddedSubword] {
    var result: [AddedSubword] = []
    for (key, token) in configuration.added {
      guard let id = Int(key), id >= 0, !token.content.isEmpty else {
        throw TokenizerError(
          path: directory + "/tokenizer_config.json",
          problem: "added_tokens_decoder has \"\(key)\": \"\(token.content)\"",
          expected: "an id and a subword")
      }
      result.append(token.subword(id: id))
    }
    result.sort { $0.id < $1.id }
    let further = result.map(\.id).filter { $0 >= count }
    guard further == Array(count..<count + further.count) else {
      throw TokenizerError(
        path: directory + "/tokenizer_config.json",
        problem: "added_tokens_decoder has the ids \(further) after a vocab.txt of \(count) lines",
        expected: "ids that follow each other from \(count)",
        advice: "Take the vocab.txt that belongs to the model.")
    }
    return result
  }

  private static func vocabulary(_ path: String) throws(TokenizerError) -> SubwordList {
    let expected = "one subword a line"
    let bytes = try TokenizerError.contents(of: path, expected: expected)
    var lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    func fail(_ line: Int?, _ problem: String) -> TokenizerError {
      TokenizerError(
        path: path, line: line, problem: problem, expected: expected,
        advice: "Take the vocab.txt that belongs to the model.")
    }
    guard !lines.isEmpty else { throw fail(nil, "it is empty") }
    var list = SubwordList()
    list.reserve(count: lines.count, bytes: bytes.count)
    var numbers: [ArraySlice<UInt8>: Int] = [:]
    for (index, line) in lines.enumerated() {
      let line = line.last == 13 ? line.dropLast() : line
      guard !line.isEmpty else { throw fail(index + 1, "the line is empty") }
      guard let text = String(validating: line, as: UTF8.self) else {
        throw fail(index + 1, "the line is not UTF-8")
      }
      if let first = numbers.updateValue(index + 1, forKey: line) {
        throw fail(index + 1, "the line repeats line \(first), \(text)")
      }
      list.append(line)
    }
    return list
  }
}
