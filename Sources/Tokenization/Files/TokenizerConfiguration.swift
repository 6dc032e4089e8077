import Foundation

/// What the small files beside a vocabulary say about a tokenizer; what they leave out is nil.
///
/// tokenizer_config.json, and, where that does not list the added subwords itself, what older
/// versions of transformers wrote: special_tokens_map.json and added_tokens.json.
struct TokenizerConfiguration {
  /// The roles of special subwords, in the order in which transformers adds them.
  static let roles = ["bos", "eos", "unk", "sep", "pad", "cls", "mask"]

  var family = TokenizerFamily()
  var lowercases: Bool?
  var stripsAccents: Bool?
  var separatesChinese: Bool?
  var addsPrefixSpace: Bool?
  var splitsAtPunctuation: Bool?
  /// The names of special subwords by their role: `unk_token` and so on.
  var names: [String: String] = [:]
  /// The special subwords of which more than the name is said, by their role.
  var described: [String: AddedSubword] = [:]
  /// Subwords to be found whole, by the ids that the files say; transformers gives them the next ones.
  var added: [AddedSubword] = []
  /// `additional_special_tokens`: subwords to be found whole, after those with a role.
  var additional: [AddedSubword] = []
  /// Whether `added` is all that there is, so that a tokenizer.json's own need not be added again.
  var listsAdded = false

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
    addsPrefixSpace = try flag("add_prefix_space")
    splitsAtPunctuation = try flag("split_by_punct")
    family = try Self.family(members, directory)
    takeSpecial(members ?? JSONObject())
    takeAdditional(members ?? JSONObject())
    if let decoder = members?["added_tokens_decoder"]?.members {
      listsAdded = true
      for (key, value) in decoder {
        guard let id = Int(key), let subword = AddedSubword(value, id: id) else {
          throw TokenizerError(
            path: path,
            problem: "added_tokens_decoder has an entry \"\(key)\" that cannot be read",
            expected: "an id and an object with a content")
        }
        added.append(subword)
      }
      added.sort { $0.id < $1.id }
    } else {
      try readOlderFiles(directory)
    }
    try checkLengths(directory)
  }

  private static func family(
    _ members: JSONObject?, _ directory: String
  ) throws(TokenizerError) -> TokenizerFamily {
    if let name = members?["tokenizer_class"]?.string { return TokenizerFamily(name: name) }
    // config.json may be damaged or missing: what it says of the encoder is read elsewhere.
    let path = directory + "/config.json"
    let config = try? Self.members(path, expected: "the configuration of an encoder")
    if let name = config?["tokenizer_class"]?.string { return TokenizerFamily(name: name) }
    return TokenizerFamily(modelType: config?["model_type"]?.string ?? "")
  }

  private mutating func readOlderFiles(_ directory: String) throws(TokenizerError) {
    let map = try Self.members(
      directory + "/special_tokens_map.json",
      expected: "a JSON object from roles to special subwords")
    takeSpecial(map ?? JSONObject())
    takeAdditional(map ?? JSONObject())
    let path = directory + "/added_tokens.json"
    let ids = try Self.members(path, expected: "a JSON object from subwords to ids")
    let special = Set(
      names.values.map { Array($0.utf8) } + additional.map { Array($0.content.utf8) })
    for (content, value) in ids ?? JSONObject() {
      guard let id = value.integer, id >= 0 else {
        throw TokenizerError(
          path: path, problem: "the id of \(content.debugDescription) is not a whole number from 0",
          expected: "an id for each subword")
      }
      added.append(
        AddedSubword(
          content: content, id: id, isNormalized: !special.contains(Array(content.utf8))))
    }
    added.sort { ($0.id, $0.content) < ($1.id, $1.content) }
  }

  /// Takes the names of special subwords, and what else is said of them.
  private mutating func takeSpecial(_ members: JSONObject) {
    for role in Self.roles {
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

  private mutating func takeAdditional(_ members: JSONObject) {
    for value in members["additional_special_tokens"]?.array ?? [] {
      let described = AddedSubword(value, id: 0)
      guard let subword = described ?? value.string.map({ AddedSubword(content: $0, id: 0) }),
        !additional.contains(where: { $0.hasSameContent(as: subword) })
      else { continue }
      additional.append(subword)
    }
  }

  /// The special subwords that transformers adds, in its order, each with whether more than its name
  /// is said.
  var specialSubwords: [(subword: AddedSubword, isDescribed: Bool)] {
    let defaults = family.names
    var result: [(AddedSubword, Bool)] = Self.roles.compactMap { role in
      if let subword = described[role] { return (subword, true) }
      guard let name = names[role] ?? defaults[role] else { return nil }
      if role == "mask", let mask = family.mask(name) { return (mask, true) }
      return (AddedSubword(content: name, id: 0), false)
    }
    result += additional.map { ($0, false) }
    return result
  }

  /// The members of a file's JSON object; nil when there is no such file.
  private static func members(
    _ path: String, expected: String
  ) throws(TokenizerError) -> JSONObject? {
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
    let contents =
      names.values.map(\.utf8.count) + (added + additional).map(\.content.utf8.count)
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

  /// Whether two are written with the same bytes.
  func hasSameContent(as other: AddedSubword) -> Bool {
    content.utf8.elementsEqual(other.content.utf8)
  }
}
