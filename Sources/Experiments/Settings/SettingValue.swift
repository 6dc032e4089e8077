/// The value of a setting.
package enum SettingValue: Codable, Sendable {
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([String])
}

extension SettingValue: Hashable {
  /// Whether the values are the same; texts are by their bytes, as file systems and corpora have them.
  package static func == (left: Self, right: Self) -> Bool {
    switch (left, right) {
    case (.bool(let left), .bool(let right)): left == right
    case (.integer(let left), .integer(let right)): left == right
    case (.number(let left), .number(let right)): left == right
    case (.text(let left), .text(let right)): left.utf8.elementsEqual(right.utf8)
    case (.list(let left), .list(let right)):
      left.count == right.count && zip(left, right).allSatisfy { $0.utf8.elementsEqual($1.utf8) }
    default: false
    }
  }

  /// Hashes what is compared.
  package func hash(into hasher: inout Hasher) {
    switch self {
    case .bool(let value): hasher.combine(value)
    case .integer(let value): hasher.combine(value)
    case .number(let value): hasher.combine(value)
    case .text(let value): hasher.combine(Array(value.utf8))
    case .list(let values): hasher.combine(values.map { Array($0.utf8) })
    }
  }
}

extension SettingValue: CustomStringConvertible {
  /// The value as it is typed: lists separated by commas, numbers as short as they stay exact.
  package var description: String {
    switch self {
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .number(let value): shortest(value)
    case .text(let value): value
    case .list(let values): values.joined(separator: ", ")
    }
  }
}

/// The shortest text that reads back as the same number: `0.03`, `2e-5`, `16`.
func shortest(_ value: Double) -> String {
  if value == value.rounded(), abs(value) < 1e6 { return String(Int(value)) }
  let text = String(value)
  guard let mark = text.firstIndex(of: "e") else {
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
  var mantissa = String(text[..<mark])
  if mantissa.hasSuffix(".0") { mantissa.removeLast(2) }
  guard let exponent = Int(text[text.index(after: mark)...]) else { return text }
  return "\(mantissa)e\(exponent)"
}

/// What a setting accepts.
package enum SettingKind: Hashable, Sendable {
  case bool
  case integer(ClosedRange<Int>)
  case number(ClosedRange<Double>)
  case choice([String])
  case text
  /// A file or folder; relative ones are looked for as `ResourceLocator` says.
  case path
  /// Texts that can name a folder, as languages.
  case list
  /// Texts, each at most once, as entity types.
  case names
  /// Texts `FROM=TO`, each `FROM` at most once, sorted; a table in a file.
  case renames
  /// Some of the choices, each at most once.
  case choiceList([String])

  /// What is expected, in words for an error.
  package var expectation: String {
    switch self {
    case .bool: "true or false"
    case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .number(let range):
      "a number from \(shortest(range.lowerBound)) to \(shortest(range.upperBound))"
    case .choice(let choices): "one of \(choices.joined(separator: ", "))"
    case .text: "a text in quotes"
    case .path: "a path in quotes"
    case .list, .names: "a list of texts"
    case .renames: "a table of texts, as { GPE = \"LOC\" }"
    case .choiceList(let choices): "a list of some of \(choices.joined(separator: ", "))"
    }
  }

  /// What is accepted, as short as a table needs it: `0…1000`, `first | second`, `text`.
  package var range: String {
    switch self {
    case .bool: "true | false"
    case .integer(let range):
      "\(range.lowerBound)…\(range.upperBound >= 2_147_483_647 ? "2³¹" : "\(range.upperBound)")"
    case .number(let range): "\(shortest(range.lowerBound))…\(shortest(range.upperBound))"
    case .choice(let choices): choices.joined(separator: " | ")
    case .choiceList(let choices): "any of " + choices.joined(separator: ", ")
    case .list, .names: "a list, separated by commas"
    case .renames: "FROM=TO, separated by commas"
    case .path: "a path"
    case .text: "text"
    }
  }

  /// Whether a value is of this kind and within its range.
  package func accepts(_ value: SettingValue) -> Bool {
    switch (self, value) {
    case (.bool, .bool): true
    case (.integer(let range), .integer(let value)): range.contains(value)
    case (.number(let range), .number(let value)): value.isFinite && range.contains(value)
    case (.choice(let choices), .text(let value)): choices.contains(value)
    case (.text, .text(let value)), (.path, .text(let value)): isOneLine(value)
    case (.list, .list(let values)):
      Set(values).count == values.count && values.allSatisfy(isPlainName)
    case (.names, .list(let values)):
      areDistinct(values) && values.allSatisfy(isName)
    case (.renames, .list(let values)):
      values.allSatisfy(isRename) && areDistinct(values.map { $0.prefix { $0 != "=" } })
        && values == sortedByBytes(values)
    case (.choiceList(let choices), .list(let values)):
      Set(values).count == values.count && values.allSatisfy(choices.contains)
    default: false
    }
  }

  private func areDistinct(_ texts: [some StringProtocol]) -> Bool {
    Set(texts.map { Array($0.utf8) }).count == texts.count
  }

  private func isName(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && isOneLine(String(text)) && !text.utf8.contains(UInt8(ascii: ","))
      && trimming(String(text)).utf8.count == text.utf8.count
  }

  private func isRename(_ text: String) -> Bool {
    let sides = text.utf8.split(separator: UInt8(ascii: "="), omittingEmptySubsequences: false)
      .map { String(Substring($0)) }
    return sides.count == 2 && sides.allSatisfy(isName)
  }

  private func isOneLine(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
  }

  /// A language's code names a folder, so it has no separators and does not climb out of one.
  private func isPlainName(_ text: String) -> Bool {
    !text.isEmpty && text != "." && text != ".." && isOneLine(text)
      && !text.contains { $0 == "/" || $0 == "," || $0.isWhitespace }
  }

  /// Reads a value as it is typed; nil when it is not of this kind.
  package func parse(_ text: String) -> SettingValue? {
    let trimmed = trimming(text)
    let value: SettingValue? =
      switch self {
      case .bool: Bool(trimmed).map(SettingValue.bool)
      case .integer: Int(trimmed).map(SettingValue.integer)
      case .number: Double(trimmed).map(SettingValue.number)
      case .choice, .path: .text(trimmed)
      case .text: .text(text)
      case .list, .choiceList, .names: .list(Self.parts(trimmed))
      case .renames:
        .list(
          sortedByBytes(
            Self.parts(trimmed).map { part in
              part.utf8.split(separator: UInt8(ascii: "="), omittingEmptySubsequences: false)
                .map { trimming(String(Substring($0))) }.joined(separator: "=")
            }))
      }
    guard let value, accepts(value) else { return nil }
    return value
  }

  private static func parts(_ text: String) -> [String] {
    text.utf8.split(separator: UInt8(ascii: ",")).map { trimming(String(Substring($0))) }
      .filter { !$0.isEmpty }
  }
}

/// The text without the white space before and behind it.
private func trimming(_ text: String) -> String {
  var rest = Substring(text)
  while rest.first?.isWhitespace == true { rest.removeFirst() }
  while rest.last?.isWhitespace == true { rest.removeLast() }
  return String(rest)
}

/// Texts in the order of their bytes.
func sortedByBytes(_ texts: [String]) -> [String] {
  texts.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
}

/// A Swift type that a setting's value can have.
package protocol SettingRepresentable: Sendable {
  /// The Swift value of a setting's value; nil when it is of another type.
  init?(setting value: SettingValue)
  /// The value as a setting holds it.
  var settingValue: SettingValue { get }
}

extension Bool: SettingRepresentable {
  package init?(setting value: SettingValue) {
    guard case .bool(let value) = value else { return nil }
    self = value
  }
  package var settingValue: SettingValue { .bool(self) }
}

extension Int: SettingRepresentable {
  package init?(setting value: SettingValue) {
    guard case .integer(let value) = value else { return nil }
    self = value
  }
  package var settingValue: SettingValue { .integer(self) }
}

extension Double: SettingRepresentable {
  package init?(setting value: SettingValue) {
    guard case .number(let value) = value else { return nil }
    self = value
  }
  package var settingValue: SettingValue { .number(self) }
}

extension String: SettingRepresentable {
  package init?(setting value: SettingValue) {
    guard case .text(let value) = value else { return nil }
    self = value
  }
  package var settingValue: SettingValue { .text(self) }
}
