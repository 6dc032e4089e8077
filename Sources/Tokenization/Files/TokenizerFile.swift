import Foundation

/// The parts of a `tokenizer.json` as the `tokenizers` library writes it.
struct TokenizerFile {
  let path: String
  /// Everything but the vocabulary, by key.
  private(set) var members = JSONObject()
  /// The model's own members, but for the vocabulary.
  private(set) var model = JSONObject()
  /// The vocabulary as it stands in the file.
  private(set) var vocabulary = SubwordList()
  /// A score for each subword, when the vocabulary is a list of pairs.
  private(set) var scores: [Double] = []
  /// An id for each subword, when the vocabulary is an object.
  private(set) var ids: [Int] = []
  /// The two subwords of each merge, one after the other.
  private(set) var merges = SubwordList()

  init(path: String) throws(TokenizerError) {
    self.path = path
    let expected = "a tokenizer.json as the tokenizers library writes it"
    let bytes = try TokenizerError.contents(of: path, expected: expected)
    do throws(JSONReader.Problem) {
      try read(bytes)
    } catch {
      throw TokenizerError(
        path: path, line: error.line, problem: error.text, expected: expected,
        advice: "Was the file downloaded to its end?")
    }
  }

  /// The parts that transformers makes of RoBERTa's older files, vocab.json and merges.txt.
  init(
    robertaFilesIn directory: String, _ configuration: TokenizerConfiguration
  ) throws(TokenizerError) {
    path = directory + "/vocab.json"
    let expected = "a JSON object from subwords to ids"
    let bytes = try TokenizerError.contents(of: path, expected: expected)
    do throws(JSONReader.Problem) {
      var reader = JSONReader(bytes)
      try readVocabulary(&reader, byteCount: bytes.count)
      try reader.end()
    } catch {
      throw TokenizerError(path: path, line: error.line, problem: error.text, expected: expected)
    }
    try readMerges(path: directory + "/merges.txt")
    let table = SubwordTable(try orderedVocabulary()) { _ in true }
    func special(_ role: String, _ standard: String) -> JSONValue {
      let name = configuration.names[role] ?? standard
      return .array([
        .string(name), table.id(of: Array(name.utf8)).map { .number(Double($0)) } ?? .null,
      ])
    }
    model["type"] = .string("BPE")
    members["pre_tokenizer"] = .object(["type": .string("ByteLevel")])
    members["post_processor"] = .object([
      "type": .string("RobertaProcessing"), "cls": special("cls", "<s>"),
      "sep": special("sep", "</s>"),
    ])
  }

  /// Merges a line each, after a line that says the version.
  private mutating func readMerges(path: String) throws(TokenizerError) {
    let expected = "a line \"#version\", then two subwords a line"
    let lines = try TokenizerError.contents(of: path, expected: expected)
      .split(separator: 10, omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() where number > 0 && !line.isEmpty {
      let parts = line.split { $0 == 32 || $0 == 13 }
      guard parts.count == 2 else {
        throw TokenizerError(
          path: path, line: number + 1, problem: "the line has \(parts.count) subwords",
          expected: expected)
      }
      for part in parts { merges.append(part) }
    }
  }

  /// An error about this file.
  func error(_ problem: String, expected: String, advice: String = "") -> TokenizerError {
    TokenizerError(path: path, problem: problem, expected: expected, advice: advice)
  }

  private mutating func read(_ bytes: [UInt8]) throws(JSONReader.Problem) {
    var reader = JSONReader(bytes)
    var (members, model) = (JSONObject(), JSONObject())
    var file = self
    try reader.object { reader, key throws(JSONReader.Problem) in
      let first = try reader.peek()
      if key == "model", first == UInt8(ascii: "{") {
        try reader.object { reader, key throws(JSONReader.Problem) in
          if key == "vocab" {
            try file.readVocabulary(&reader, byteCount: bytes.count)
          } else if key == "merges", try reader.peek() == UInt8(ascii: "[") {
            try file.readMerges(&reader)
          } else {
            model[key] = try reader.value(depth: 2)
          }
        }
      } else {
        members[key] = try reader.value(depth: 1)
      }
    }
    try reader.end()
    file.members = members
    file.model = model
    self = file
  }

  private mutating func readVocabulary(
    _ reader: inout JSONReader, byteCount: Int
  ) throws(JSONReader.Problem) {
    var (list, scores, ids) = (SubwordList(), [Double](), [Int]())
    list.reserve(count: byteCount / 48, bytes: byteCount / 6)
    if try reader.peek() == UInt8(ascii: "[") {
      try reader.array { reader throws(JSONReader.Problem) in
        scores.append(try reader.pair(into: &list))
      }
    } else {
      try reader.object { reader, key throws(JSONReader.Problem) in
        list.append(key.utf8)
        guard let id = Int(exactly: try reader.number()), id >= 0 else {
          throw reader.problem("the vocabulary has an id that is not a whole number from 0")
        }
        ids.append(id)
      }
    }
    if let length = list.tooLong {
      throw reader.problem("the vocabulary has a subword of \(length) bytes")
    }
    (vocabulary, self.scores, self.ids) = (list, scores, ids)
  }

  /// Merges as texts `"l o"`, or as pairs of texts.
  private mutating func readMerges(_ reader: inout JSONReader) throws(JSONReader.Problem) {
    var list = SubwordList()
    try reader.array { reader throws(JSONReader.Problem) in
      if try reader.peek() == UInt8(ascii: "[") {
        var count = 0
        try reader.array { reader throws(JSONReader.Problem) in
          try reader.string(into: &list)
          count += 1
        }
        guard count == 2 else { throw reader.problem("a merge has \(count) parts; expected two") }
        return
      }
      let parts = Array(try reader.string().utf8).split(
        separator: 32, omittingEmptySubsequences: false)
      guard parts.count == 2 else {
        throw reader.problem("a merge has \(parts.count) parts; expected two")
      }
      for part in parts { list.append(part) }
    }
    merges = list
  }

  /// The vocabulary of an object in the order of the ids; an id that has no subword gets an
  /// empty one.
  func orderedVocabulary() throws(TokenizerError) -> SubwordList {
    let count = (ids.max() ?? -1) + 1
    guard count <= 2 * ids.count + 1000 else {
      throw error(
        "the vocabulary has the id \(count - 1) and only \(ids.count) subwords",
        expected: "ids from 0, with few left out")
    }
    var places = [Int?](repeating: nil, count: count)
    for (place, id) in ids.enumerated() {
      if let other = places[id] {
        throw error(
          "the vocabulary's \"\(vocabulary.string(of: place))\" has the id \(id) of "
            + "\"\(vocabulary.string(of: other))\"", expected: "an id for each subword")
      }
      places[id] = place
    }
    var result = SubwordList()
    for place in places { result.append(place.map { vocabulary.bytes(of: $0) } ?? []) }
    return result
  }

  /// The added subwords as they stand in the file.
  func added() throws(TokenizerError) -> [AddedSubword] {
    guard let value = members["added_tokens"], !value.isNull else { return [] }
    guard let entries = value.array else {
      throw error("added_tokens is not a list", expected: "a list of objects with id and content")
    }
    var result: [AddedSubword] = []
    for (number, entry) in entries.enumerated() {
      guard let subword = AddedSubword(entry) else {
        throw error(
          "entry \(number) of added_tokens cannot be read",
          expected: "an object with id (a whole number) and content (a text, of at most "
            + "\(SubwordList.maximumLength) bytes)")
      }
      result.append(subword)
    }
    return result
  }

  /// The special subwords around a sentence: one on each side, or two on one, or fewer.
  func template() throws(TokenizerError) -> SentenceTemplate {
    let result = try template(members["post_processor"] ?? .null)
    try check(result)
    return result
  }

  /// An encoder leaves room for two, and a list of lists could ask for any number.
  private func check(_ template: SentenceTemplate) throws(TokenizerError) {
    let count = template.before.count + template.after.count
    guard count <= 2 else {
      throw error(
        "its post_processor puts \(count) special subwords around a sentence",
        expected: "at most two, as those of BERT and XLM-R do")
    }
  }

  private func template(_ value: JSONValue) throws(TokenizerError) -> SentenceTemplate {
    if value.isNull { return SentenceTemplate() }
    let expected = "TemplateProcessing, BertProcessing, RobertaProcessing, or null"
    switch value["type"]?.string {
    case "TemplateProcessing": return try processingTemplate(value)
    case "BertProcessing", "RobertaProcessing":
      guard let start = value["cls"]?.array?.last?.integer,
        let end = value["sep"]?.array?.last?.integer, start >= 0, end >= 0
      else {
        throw error("its post_processor has no cls or no sep", expected: "a pair [text, id] each")
      }
      return SentenceTemplate(before: [start], after: [end])
    case "ByteLevel": return SentenceTemplate()
    case "Sequence":
      var result = SentenceTemplate()
      for processor in value["processors"]?.array ?? [] {
        let outer = try template(processor)
        result.before = outer.before + result.before
        result.after += outer.after
        try check(result)
      }
      return result
    case let type:
      throw error("its post_processor is of type \(type ?? "?")", expected: expected)
    }
  }

  private func processingTemplate(_ value: JSONValue) throws(TokenizerError) -> SentenceTemplate {
    let expected = "a single template of special tokens around one sequence"
    guard let items = value["single"]?.array else {
      throw error("its post_processor has no template \"single\"", expected: expected)
    }
    var result = SentenceTemplate()
    var isAfter = false
    for item in items {
      if item["Sequence"] != nil {
        guard !isAfter else { throw error("its template has two sequences", expected: expected) }
        isAfter = true
      } else if let name = item["SpecialToken"]?["id"]?.string,
        let ids = value["special_tokens"]?[name]?["ids"]?.array?.map(\.integer),
        ids.allSatisfy({ $0.map { $0 >= 0 } ?? false })
      {
        if isAfter {
          result.after += ids.compactMap { $0 }
        } else {
          result.before += ids.compactMap { $0 }
        }
        try check(result)
      } else {
        throw error("its template has an item that cannot be read", expected: expected)
      }
    }
    guard isAfter else { throw error("its template has no sequence", expected: expected) }
    return result
  }
}
