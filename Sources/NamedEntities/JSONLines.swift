import Foundation

/// The reading of one file of JSON lines, as `datasets` writes them by `to_json`.
///
///     {"id":"0","tokens":["Ada","ran"],"ner_tags":[1,0]}
///     {"tokens":["Ada","ran"],"ner_tags":["B-PER","O"]}
///
/// Numbers have their names from `ClassNames`.
struct JSONLines {
  private let file: CorpusFile
  private let bytes: Bytes
  private let limit: Int?
  private let scheme: TagScheme?

  private var contents = CorpusFile.Contents()
  private var schemes = SchemeDetection()
  /// The tags by their names' bytes.
  private var known: [[UInt8]: ChunkTag] = [:]
  /// Whether the tags are types alone; nil before the first is seen.
  private var hasPlainTags: Bool?
  /// The names of numbers, once they are needed.
  private var names: [String]?

  private static let linesBetweenLooks = 1024
  private static let example = #"`{"tokens":["Ada","ran"],"ner_tags":["B-PER","O"]}`"#

  /// The keys under which words and tags are looked for, the preferred ones first.
  private static let wordKeys = ["tokens", "words"]
  private static let tagKeys = ["ner_tags", "ner", "tags", "labels", "ner_labels", "iob_tags"]

  init(_ file: CorpusFile, of bytes: Bytes, limit: Int?, scheme: TagScheme?) {
    self.file = file
    self.bytes = bytes
    self.limit = limit
    self.scheme = scheme
  }

  mutating func carryOut(
    isCancelled: () -> Bool
  ) throws(CorpusError) -> CorpusFile.Contents {
    var wasCancelled = false
    let bytes = bytes
    try bytes.forEachLine { line, number throws(CorpusError) in
      if number % Self.linesBetweenLooks == 0, isCancelled() {
        wasCancelled = true
        return false
      }
      if !line.isBlankLine { try take(line.droppingMarksAtEnds, number) }
      return contents.sentences.count < limit ?? .max
    }
    if contents.sentences.isEmpty, limit != 0, !wasCancelled {
      throw CorpusError(
        path: file.path,
        problem: bytes.isEmpty ? "the file is empty" : "there is no sentence in the file",
        expected: "lines of objects as \(Self.example)",
        advice: "Check that the corpus was fetched whole.")
    }
    contents.scheme = scheme ?? (hasPlainTags == true ? .io : schemes.scheme)
    return contents
  }

  // MARK: One line

  private mutating func take(_ line: Bytes, _ number: Int) throws(CorpusError) {
    guard line.first != UInt8(ascii: "[") else {
      throw CorpusError(
        path: file.path, line: number, problem: "the file is a JSON array",
        expected: "lines of objects as \(Self.example)",
        advice: "Write it with ds[split].to_json(path), which writes an object a line.")
    }
    let row: Row
    do {
      row = try JSONDecoder().decode(Row.self, from: Data(line))
    } catch let problem as CorpusLineProblem {
      return try leaveOut(number, problem)
    } catch {
      return try leaveOut(
        number,
        CorpusLineProblem(
          problem: "the line is not a JSON object with words and tags",
          advice: "Write it with ds[split].to_json(path)."))
    }
    if row.tags.isEmpty { return }
    if row.hasNumbers, names == nil { names = try numberNames(row.tagKey, number) }
    if hasPlainTags == nil { hasPlainTags = scheme == .io || scheme == nil && arePlain(row) }
    var (words, tags): ([String], [ChunkTag]) = ([], [])
    do throws(CorpusLineProblem) {
      for (word, tag) in zip(row.words, row.tags) {
        tags.append(try chunk(tag))
        words.append(try Self.checked(word))
      }
    } catch {
      return try leaveOut(number, error)
    }
    schemes.add(tags)
    contents.sentences.append(
      Sentence(words: words, spans: entitySpans(of: tags), id: contents.sentences.count))
  }

  private mutating func leaveOut(
    _ number: Int, _ problem: CorpusLineProblem
  ) throws(CorpusError) {
    guard file.options.skipsBadLines else {
      throw CorpusError(
        path: file.path, line: number, problem: problem.problem,
        expected: "an object as \(Self.example)", advice: problem.advice)
    }
    contents.skipped.append(SkippedLine(line: number, problem: problem.problem))
  }

  private static func checked(_ word: String) throws(CorpusLineProblem) -> String {
    if word.utf8.allSatisfy({ $0.isBlank || $0 == 10 }) { throw .emptyWord }
    if word.utf8.contains(where: { $0 == .tab || $0 == 10 || $0 == 13 }) {
      throw CorpusLineProblem(
        problem: "the word ‘\(word.withVisibleControls)’ has a tab or a line break in it",
        advice: "Write words without them.")
    }
    return word
  }

  private mutating func chunk(_ tag: Row.Tag) throws(CorpusLineProblem) -> ChunkTag {
    let name: String
    switch tag {
    case .name(let text): name = text
    case .number(let number):
      let names = names ?? []
      guard names.indices.contains(number) else {
        throw CorpusLineProblem(
          problem: "the tag \(number) has no name; there are names of 0 to \(names.count - 1)",
          advice: "Check the list of names.")
      }
      name = names[number]
    }
    let bytes = Array(name.utf8)
    guard bytes.count <= CorpusTag.longest else {
      throw CorpusLineProblem(
        problem: "a tag has \(bytes.count) bytes",
        advice: "Write tags of at most \(CorpusTag.longest) bytes, as B-PER.")
    }
    if bytes.contains(where: { $0 == .tab || $0 == 10 || $0 == 13 }) {
      throw CorpusLineProblem(
        problem: "the tag ‘\(name.linesWithVisibleControls)’ has a tab or a line break in it",
        advice: "Write tags without them.")
    }
    if let chunk = known[bytes] { return chunk }
    let read = bytes.withUnsafeBufferPointer { bytes in
      hasPlainTags == true ? CorpusTag(plain: bytes[...]) : CorpusTag(bytes[...])
    }
    guard let read, scheme?.allows(read.chunk) ?? true else {
      throw CorpusLineProblem(
        problem: "‘\(name)’ is not a tag this program knows",
        advice: "Convert the tags to IOB1, IOB2 or BIOES.")
    }
    if read.isBilou { schemes.hasBilou = true }
    known[bytes] = read.chunk
    return read.chunk
  }

  // MARK: Names

  private func numberNames(_ key: String, _ number: Int) throws(CorpusError) -> [String] {
    if !file.options.tagNames.isEmpty { return file.options.tagNames }
    if let names = ClassNames.beside(file.path, key: key) { return names }
    throw CorpusError(
      path: file.path, line: number, problem: "\(key) are numbers without names",
      expected: "the names in dataset_info.json or a list in \(key).json beside the file",
      advice:
        "Write them with ds[split].info.write_to_directory(folder), or set data.tags to the list "
        + #"of names, as ["O", "B-PER", "I-PER"]."#)
  }

  /// Whether tags are types alone: no name has a letter and a hyphen before a type.
  private func arePlain(_ row: Row) -> Bool {
    if row.hasNumbers { return Self.arePlain(names ?? []) }
    var seen: [String] = []
    var count = 0
    bytes.forEachLine { line, _ in
      if let row = try? JSONDecoder().decode(Row.self, from: Data(line.droppingMarksAtEnds)) {
        for case .name(let name) in row.tags { seen.append(name) }
        count += 1
      }
      return count < 500
    }
    return Self.arePlain(seen)
  }

  private static func arePlain(_ names: [String]) -> Bool {
    var (outside, others) = (0, 0)
    for name in names {
      let bytes = Array(name.utf8)
      if bytes == [UInt8(ascii: "O")] {
        outside += 1
      } else if bytes.count < 2 || bytes[1] == UInt8(ascii: "-") {
        return false
      } else {
        others += 1
      }
    }
    return outside > 0 && others > 0
  }

  /// The words and tags of an object.
  private struct Row: Decodable {
    enum Tag {
      case name(String)
      case number(Int)
    }

    private struct Key: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    let words: [String]
    let tags: [Tag]
    let tagKey: String

    var hasNumbers: Bool {
      if case .number? = tags.first { true } else { false }
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      func present(_ keys: [String], _ what: String) throws -> Key {
        guard let key = keys.map(Key.init).first(where: container.contains) else {
          throw CorpusLineProblem(
            problem: "the object has no \(what) (no key \(keys.joined(separator: ", ")))",
            advice: "Rename the column before it is written, as "
              + "ds.rename_column(name, \"\(keys[0])\").")
        }
        return key
      }
      let tagKey = try present(JSONLines.tagKeys, "tags")
      self.tagKey = tagKey.stringValue
      words = try container.decode([String].self, forKey: present(JSONLines.wordKeys, "words"))
      if let names = try? container.decode([String].self, forKey: tagKey) {
        tags = names.map(Tag.name)
      } else {
        tags = try container.decode([Int].self, forKey: tagKey).map(Tag.number)
      }
      guard words.count == tags.count else {
        throw CorpusLineProblem(
          problem: "there are \(words.count) words and \(tags.count) tags",
          advice: "Write a tag for each word.")
      }
    }
  }
}

/// The names of the numbers that stand for tags, from a file beside the corpus's.
enum ClassNames {
  private static let lists = ["tags", "labels"]
  private static let limit = 16 << 20

  /// The names that a file in the folder of another file, or in the folder above it, has for a column.
  static func beside(_ path: String, key: String) -> [String]? {
    let folder = (path as NSString).deletingLastPathComponent
    let above = (folder as NSString).deletingLastPathComponent
    for folder in [folder, above] {
      for name in ["dataset_info.json", "dataset_infos.json"] {
        if let info = json("\(folder)/\(name)"), let names = features(in: info, key) {
          return names
        }
      }
      for list in [key] + lists {
        if let names = json("\(folder)/\(list).json").flatMap(names) { return names }
        if let names = lines("\(folder)/\(list).txt") { return names }
      }
    }
    return nil
  }

  private static func json(_ path: String) -> Any? {
    guard let data = try? OrdinaryFile.contents(of: path, limit: limit) else { return nil }
    return try? JSONSerialization.jsonObject(with: data)
  }

  private static func lines(_ path: String) -> [String]? {
    guard let data = try? OrdinaryFile.contents(of: path, limit: limit),
      let text = String(validating: data, as: UTF8.self)
    else { return nil }
    let lines = text.utf8.split(separator: 10).map { line in
      String(Substring(line)).trimmingCharacters(in: .whitespaces)
    }
    return lines.isEmpty ? nil : lines
  }

  /// The names of the class of a column, in the features of a data set or of one of several.
  private static func features(in info: Any, _ key: String) -> [String]? {
    guard let object = info as? [String: Any] else { return nil }
    if let features = object["features"] as? [String: Any] {
      return features[key].flatMap(deepNames)
    }
    return object.sorted { $0.key < $1.key }.lazy.compactMap { features(in: $0.value, key) }.first
  }

  /// The first list of names in a feature, however deep: `{"feature": {"names": […]}}`.
  private static func deepNames(_ value: Any) -> [String]? {
    if let object = value as? [String: Any] {
      if let own = object["names"].flatMap(names) { return own }
      return object.sorted { $0.key < $1.key }.lazy.compactMap { deepNames($0.value) }.first
    }
    return (value as? [Any])?.lazy.compactMap(deepNames).first
  }

  /// The names of a list, of `{"names": […]}`, `{"0": "O", …}` or `{"O": 0, …}`.
  private static func names(_ value: Any) -> [String]? {
    if let list = value as? [String] { return list.isEmpty ? nil : list }
    guard let object = value as? [String: Any], !object.isEmpty else { return nil }
    if let inner = object["names"] { return names(inner) }
    let byID = (0..<object.count).compactMap { object[String($0)] as? String }
    if byID.count == object.count { return byID }
    let ids = object.compactMap { name, id in (id as? Int).map { (name, $0) } }
      .sorted { $0.1 < $1.1 }
    guard ids.count == object.count, ids.map(\.1) == Array(0..<ids.count) else { return nil }
    return ids.map(\.0)
  }
}
