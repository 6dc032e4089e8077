import Foundation
import TOMLKit

extension Experiment {
  /// The longest file that is read, in bytes.
  private static let longest = 1_000_000

  /// Reads an experiment's file.
  package static func load(path: String) throws -> Experiment {
    let data: Data
    do {
      // It may come from a pipe, which may never end.
      let file = try FileHandle(forReadingFrom: URL(filePath: path))
      defer { try? file.close() }
      data = try file.read(upToCount: longest + 1) ?? Data()
    } catch {
      throw ExperimentError(
        file: path, problem: "it cannot be read (\(error.localizedDescription))",
        expected: "an experiment in TOML")
    }
    guard data.count <= longest else {
      throw ExperimentError(
        file: path, problem: "it has more than \(longest) bytes",
        expected: "an experiment in TOML")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw ExperimentError(
        file: path, problem: "it is not UTF-8 text", expected: "an experiment in TOML")
    }
    return try Experiment(toml: text, file: path)
  }

  /// Reads an experiment from TOML; `file` is what errors call it.
  package init(toml: String, file: String) throws(ExperimentError) {
    try TOMLGuard.check(toml, file: file)
    let lines = KeyLines(toml)
    let table: TOMLTable
    do {
      table = try TOMLTable(string: toml)
    } catch let error as TOMLParseError {
      throw ExperimentError(
        file: file, line: error.source.begin.line,
        problem: "it is not TOML: \(error.description)")
    } catch {
      throw ExperimentError(file: file, problem: "it is not TOML: \(error)")
    }
    self.init()
    let all = withExtendedLifetime(table) { read(table, group: "") }
    let errors = all.prefix(Self.mostSuggestions).map { error in
      var located = error
      located.file = file
      located.line = error.key.flatMap(lines.line(of:))
      return located
    }
    if let first = errors.min(by: { $0.line ?? .max < $1.line ?? .max }) { throw first }
  }

  /// Reads what a notebook holds, perhaps written by another version of this program.
  ///
  /// Settings that this one does not accept have their defaults; `problem` tells of the first.
  package static func stored(_ toml: String) -> (experiment: Experiment, problem: String?) {
    var experiment = Experiment()
    do {
      try TOMLGuard.check(toml, file: nil)
      let table = try TOMLTable(string: toml)
      let errors = withExtendedLifetime(table) { experiment.read(table, group: "") }
      return (experiment, errors.first?.description)
    } catch {
      return (experiment, "its experiment is not TOML: \(error)")
    }
  }

  /// Takes what is right and tells what is not.
  private mutating func read(_ table: TOMLTable, group: String) -> [ExperimentError] {
    var errors: [ExperimentError] = []
    for name in table.keys.sorted() {
      guard let value = table[name] else { continue }
      let key = group.isEmpty ? name : "\(group).\(name)"
      if let descriptor = Settings.descriptor(key) {
        do throws(ExperimentError) {
          store(try Self.value(value, for: descriptor), for: descriptor)
        } catch {
          errors.append(error)
        }
      } else if Self.groups.contains(key) {
        if let inner = value.table {
          errors += read(inner, group: key)
        } else {
          errors.append(
            ExperimentError(
              key: key, problem: "\(key) is \(Self.spelled(value))",
              expected: "a table of settings, as \(key) = { … } or [\(key)]"))
        }
      } else {
        // One of thousands is not looked for among the settings.
        errors.append(
          errors.count < Self.mostSuggestions
            ? Self.unknown(key)
            : ExperimentError(key: key, problem: "\(key.prefix(80)) is not a setting"))
      }
    }
    return errors
  }

  private static let mostSuggestions = 20

  private static let groups: Set<String> = Set(
    Settings.all.flatMap { descriptor -> [String] in
      let parts = descriptor.group.split(separator: ".").map(String.init)
      return parts.indices.map { parts[...$0].joined(separator: ".") }
    })

  private static func value(
    _ value: any TOMLValueConvertible, for descriptor: SettingDescriptor
  ) throws(ExperimentError) -> SettingValue {
    guard let converted = converted(value, for: descriptor.kind),
      descriptor.kind.accepts(converted)
    else {
      throw ExperimentError(
        key: descriptor.key, problem: "\(descriptor.key) is \(spelled(value))",
        expected: descriptor.kind.expectation)
    }
    return converted
  }

  private static func converted(
    _ value: any TOMLValueConvertible, for kind: SettingKind
  ) -> SettingValue? {
    switch kind {
    case .bool: return value.bool.map(SettingValue.bool)
    case .integer: return value.int.map(SettingValue.integer)
    case .number:
      return (value.double ?? value.int.map(Double.init)).map(SettingValue.number)
    case .choice, .text, .path: return value.string.map(SettingValue.text)
    case .renames:
      guard let table = value.table else { return nil }
      let texts = table.keys.map { key in table[key]?.string.map { "\(key)=\($0)" } }
      return texts.contains(nil) ? nil : .list(sortedByBytes(texts.compactMap { $0 }))
    case .list, .choiceList, .names:
      guard let array = value.array else { return nil }
      let texts = array.map(\.string)
      return texts.contains(nil) ? nil : .list(texts.compactMap { $0 })
    }
  }

  private static func spelled(_ value: any TOMLValueConvertible) -> String {
    switch value.type {
    case .int: value.int.map(String.init) ?? "an integer"
    case .double: value.double.map { shortest($0) } ?? "a number"
    case .bool: value.bool == true ? "true" : "false"
    case .string: "‘\(value.string ?? "")’"
    case .array:
      "[" + (value.array?.map { spelled($0) }.joined(separator: ", ") ?? "") + "]"
    default: "a \(value.type.description)"
    }
  }

  // MARK: Writing

  /// The settings that differ from their defaults, and the name, as a file.
  package func toml() -> String {
    text { $0.key == Settings.name.key || values[$0.key] != nil }
  }

  /// Every setting, as a file.
  package func resolvedToml() -> String {
    text { _ in true }
  }

  private func text(where isIncluded: (SettingDescriptor) -> Bool) -> String {
    var groups: [(name: String, settings: [SettingDescriptor])] = []
    for descriptor in Settings.all where isIncluded(descriptor) {
      if groups.last?.name == descriptor.group {
        groups[groups.count - 1].settings.append(descriptor)
      } else {
        groups.append((descriptor.group, [descriptor]))
      }
    }
    return groups.map { group in
      (group.name.isEmpty ? "" : "\n[\(group.name)]\n")
        + group.settings.map { "\($0.name) = \(quoted(of: $0))\n" }
        .joined()
    }.joined()
  }

  private func quoted(of setting: SettingDescriptor) -> String {
    quoted(self[key: setting.key] ?? setting.defaultValue, setting.kind)
  }

  func quoted(_ value: SettingValue, _ kind: SettingKind) -> String {
    switch value {
    case .list(let texts) where kind == .renames:
      let pairs = texts.map { text in
        text.utf8.split(separator: UInt8(ascii: "=")).map { quoted(String(Substring($0))) }
          .joined(separator: " = ")
      }
      return pairs.isEmpty ? "{}" : "{ \(pairs.joined(separator: ", ")) }"
    case .bool, .integer: return value.description
    case .number(let number):
      // TOML wants a digit on each side of a point, and a float to look like one.
      let text = shortest(number)
      return text.contains(".") || text.contains("e") ? text : text + ".0"
    case .text(let text): return quoted(text)
    case .list(let texts): return "[" + texts.map(quoted).joined(separator: ", ") + "]"
    }
  }

  private func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar -> String in
      switch scalar {
      case "\"": "\\\""
      case "\\": "\\\\"
      default: String(scalar)
      }
    }
    return "\"" + escaped.joined() + "\""
  }
}

/// Where keys stand in a TOML text, for errors: the parser does not say.
///
/// Follows `[group]` headers and `key =` at the beginning of lines; a key of an inline table is on
/// the line of the table, or on a later one that names it before the next header.
struct KeyLines {
  private var lines: [(number: Int, group: String, text: String)] = []

  init(_ toml: String) {
    var group = ""
    for (index, line) in toml.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let text = line.trimmingCharacters(in: .whitespaces)
      if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
        group = String(text[text.index(after: text.startIndex)..<end])
          .trimmingCharacters(in: .whitespaces)
        lines.append((index + 1, group, ""))
      } else if !text.hasPrefix("#") {
        lines.append((index + 1, group, text))
      }
    }
  }

  /// The line, from 1, on which a key is set.
  func line(of key: String) -> Int? {
    var candidates: [(number: Int, depth: Int)] = []
    for line in lines {
      if line.group == key { candidates.append((line.number, key.count)) }
      guard let rest = remainder(of: key, under: line.group) else { continue }
      // The longest part of the rest that this line sets: `steps`, `inner.steps`, or `inner = {`.
      for prefix in prefixes(of: rest) where sets(prefix, line.text) {
        let missing = rest.dropFirst(prefix.count + (prefix.count < rest.count ? 1 : 0))
        let name = missing.split(separator: ".").last.map(String.init)
        if let name, !mentions(name, line.text) { continue }
        candidates.append((line.number, line.group.count + prefix.count))
      }
    }
    return candidates.max { $0.depth < $1.depth }?.number
  }

  private func remainder(of key: String, under group: String) -> String? {
    if group.isEmpty { return key }
    guard key.hasPrefix(group + ".") else { return nil }
    return String(key.dropFirst(group.count + 1))
  }

  private func prefixes(of key: String) -> [String] {
    let parts = key.split(separator: ".")
    return parts.indices.map { parts[...$0].joined(separator: ".") }
  }

  private func sets(_ key: String, _ text: String) -> Bool {
    guard let equals = text.firstIndex(of: "=") else { return false }
    let name = text[..<equals].filter { !$0.isWhitespace && $0 != "\"" }
    return name == key
  }

  private func mentions(_ name: String, _ text: String) -> Bool {
    text.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }.contains { $0 == name }
  }
}
