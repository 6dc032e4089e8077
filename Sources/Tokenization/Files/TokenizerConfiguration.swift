import Foundation

/// What the small files beside a vocabulary say about a tokenizer; what they leave out is nil.
///
/// tokenizer_config.json, and, where that does not list the added subwords itself, what older
/// versions of transformers wrote: special_tokens_map.json and added_tokens.json.
struct TokenizerConfiguration {
  var lowercases: Bool?
  var stripsAccents: Bool?
  var separatesChinese: Bool?
  /// The names of special subwords by their role: `unk_token` and so on.
  var names: [String: String] = [:]
  /// The special subwords of which more than the name is said, by their role.
  var described: [String: AddedSubword] = [:]
  /// Subwords to be found whole.
  var added: [AddedSubword] = []

  init() {}

  /// Reads the files of a directory; says nothing if there are none.
  init(directory: String) throws(TokenizerError) {
    let path = directory + "/tokenizer_config.json"
    let members = try Self.members(path, expected: "a JSON object with do_lower_case and the like")
    func flag(_ key: String) throws(TokenizerError) -> Bool? {
      guard let value = members?[key], !value.isNull else { return nil }
      guard let flag = value.bool else {
        throw TokenizerError(
          path: path, problem: "\(key) is neither true nor false", expected: "one of them, or null")
      }
      return flag
    }
    lowercases = try flag("do_lower_case")
    stripsAccents = try flag("strip_accents")
    separatesChinese = try flag("tokenize_chinese_chars")
    takeSpecial(members ?? [:])
    guard let decoder = members?["added_tokens_decoder"]?.members else {
      try readOlderFiles(directory)
      try checkLengths(directory)
      return
    }
    for (key, value) in decoder {
      guard let id = Int(key), let subword = AddedSubword(value, id: id) else {
        throw TokenizerError(
          path: path, problem: "added_tokens_decoder has an entry \"\(key)\" that cannot be read",
          expected: "an id and an object with a content")
      }
      added.append(subword)
    }
    added.sort { $0.id < $1.id }
    try checkLengths(directory)
  }

  private mutating func readOlderFiles(_ directory: String) throws(TokenizerError) {
    let map = try Self.members(
      directory + "/special_tokens_map.json",
      expected: "a JSON object from roles to special subwords")
    takeSpecial(map ?? [:])
    for value in map?["additional_special_tokens"]?.array ?? [] {
      if let name = value.string {
        added.append(AddedSubword(content: name, id: 0))
      } else if let subword = AddedSubword(value, id: 0) {
        added.append(subword)
      }
    }
    let path = directory + "/added_tokens.json"
    let ids = try Self.members(path, expected: "a JSON object from subwords to ids")
    var others: [AddedSubword] = []
    let special = Set(names.values).union(added.map(\.content))
    for (content, value) in ids ?? [:] {
      guard let id = value.integer, id >= 0 else {
        throw TokenizerError(
          path: path, problem: "the id of \(content.debugDescription) is not a whole number from 0",
          expected: "an id for each subword")
      }
      others.append(
        AddedSubword(content: content, id: id, isNormalized: !special.contains(content)))
    }
    others.sort { ($0.id, $0.content) < ($1.id, $1.content) }
    added = others + added.filter { ids?[$0.content] == nil }
  }

  /// Takes the names of special subwords, and what else is said of them.
  private mutating func takeSpecial(_ members: [String: JSONValue]) {
    for role in ["unk", "sep", "pad", "cls", "mask", "bos", "eos"] {
      guard let value = members[role + "_token"] else { continue }
      if var subword = AddedSubword(value, id: 0) {
        subword.isNormalized = value["normalized"]?.bool ?? false
        described[role] = subword
        names[role] = subword.content
      } else if let name = value.string {
        described[role] = nil
        names[role] = name
      }
    }
  }

  /// The members of a file's JSON object; nil when there is no such file.
  private static func members(
    _ path: String, expected: String
  ) throws(TokenizerError) -> [String: JSONValue]? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
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
    return members
  }

  /// Throws for names of subwords that are longer than any is.
  private func checkLengths(_ directory: String) throws(TokenizerError) {
    let contents = names.values.map(\.utf8.count) + added.map(\.content.utf8.count)
    guard let length = contents.first(where: { $0 > SubwordList.maximumLength }) else { return }
    throw TokenizerError(
      path: directory + "/tokenizer_config.json",
      problem: "it, or a file beside it, names a subword of \(length) bytes",
      expected: "subwords of at most \(SubwordList.maximumLength)")
  }
}

extension AddedSubword {
  /// An entry of added_tokens or added_tokens_decoder; nil for one that is none, or far too long.
  init?(_ value: JSONValue, id: Int? = nil) {
    guard let content = value["content"]?.string, let id = id ?? value["id"]?.integer, id >= 0,
      content.utf8.count <= SubwordList.maximumLength
    else { return nil }
    self.init(
      content: content, id: id,
      isNormalized: value["normalized"]?.bool ?? !(value["special"]?.bool ?? false),
      isWholeWord: value["single_word"]?.bool ?? false,
      stripsLeft: value["lstrip"]?.bool ?? false, stripsRight: value["rstrip"]?.bool ?? false)
  }
}
