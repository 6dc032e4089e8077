import Foundation

/// The values of a grid over one setting, as one types them.
///
///     0.01, 0.03, 0.1          these; spaces between them will do
///     1-5, or 1..5             whole numbers, both ends included
///     0..100 by 25             0, 25, 50, 75, 100
///     0.1..0.5 in 5            five, evenly
///     1e-4..1e-1 log 4         four, each the same factor from the last
///     en, de; fr               lists: the first of two languages, the second of one
package struct GridValues: Hashable, Sendable {
  /// The values as the setting reads them, in the order typed, each once.
  package let values: [SettingValue]

  /// The largest grid that a line can ask for.
  package static let limit = 200

  /// Reads a line; throws where it says nothing or the setting does not accept a value.
  package init(_ text: String, of descriptor: SettingDescriptor) throws(ExperimentError) {
    let texts =
      switch descriptor.kind {
      case .integer, .number: try Self.numbers(text, descriptor)
      case .list, .choiceList, .names, .renames: Self.parts(text, separator: ";")
      case .bool, .choice, .path: Self.parts(text, separator: ",")
      case .text: Self.parts(text, separator: ";")
      }
    var distinct: [SettingValue] = []
    for text in texts {
      guard let value = descriptor.kind.parse(text) else {
        throw Self.error(
          descriptor, "‘\(text)’ is not one of its values", descriptor.kind.expectation)
      }
      if !distinct.contains(value) { distinct.append(value) }
    }
    guard !distinct.isEmpty else {
      throw Self.error(descriptor, "there are no values", Self.help(for: descriptor.kind))
    }
    values = distinct
  }

  /// How the values of a kind can be typed.
  package static func help(for kind: SettingKind) -> String {
    switch kind {
    case .integer: "1 2 4 or 1-5 or 0..100 by 25"
    case .number: "0.01 0.1 or 0.1..0.5 in 5 or 1e-4..1e-1 log 4"
    case .list, .choiceList: "en, de; en; fr (a list, then ; and the next)"
    case .names: "PER, LOC; PER (a list, then ; and the next)"
    case .renames: "GPE=LOC, FAC=LOC; GPE=LOC (a list, then ; and the next)"
    case .bool: "true, false"
    case .choice(let choices): choices.joined(separator: ", ")
    case .path: "a/path, another/path"
    case .text: "one; another"
    }
  }

  private static func parts(_ text: String, separator: Character) -> [String] {
    text.split(separator: separator).map { trimmed($0) }.filter { !$0.isEmpty }
  }

  private static func trimmed(_ text: Substring) -> String {
    var rest = text
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }

  /// Numbers and ranges, between commas or spaces.
  private static func numbers(
    _ text: String, _ descriptor: SettingDescriptor
  ) throws(ExperimentError) -> [String] {
    var all: [String] = []
    for part in parts(text, separator: ",") {
      var words = part.split(whereSeparator: \.isWhitespace).map(String.init)[...]
      while let word = words.popFirst() {
        let range = spelledOut(word)
        guard range.contains("..") else {
          all.append(word)
          continue
        }
        let isStepped = words.first.map(["by", "in", "log"].contains) ?? false
        let how = isStepped ? Array(words.prefix(2)) : []
        words = words.dropFirst(how.count)
        all += try self.range([range] + how, descriptor)
      }
    }
    return all
  }

  /// A range of whole numbers that is typed as `1-5`, or with an ellipsis, as `1..5`.
  private static func spelledOut(_ word: String) -> String {
    let ends = word.split(separator: "-", omittingEmptySubsequences: false)
    let isDashed =
      ends.count == 2 && ends.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { 48...57 ~= $0 } }
    return isDashed ? "\(ends[0])..\(ends[1])" : word.replacing("…", with: "..")
  }

  private static func range(
    _ words: [String], _ descriptor: SettingDescriptor
  ) throws(ExperimentError) -> [String] {
    let text = words.joined(separator: " ")
    let ends = words[0].components(separatedBy: "..").map { Double($0) }
    guard ends.count == 2, let first = ends[0], let last = ends[1], first.isFinite, last.isFinite
    else {
      throw error(descriptor, "‘\(text)’ is not a range", help(for: descriptor.kind))
    }
    let numbers: [Double]
    switch (words.count, words.dropFirst().first) {
    case (1, _) where first == first.rounded() && last == last.rounded():
      numbers = steps(from: first, to: last, by: first <= last ? 1 : -1)
    case (3, "by"?):
      guard let step = Double(words[2]), step.isFinite, step != 0, (last - first) * step >= 0 else {
        throw error(descriptor, "‘\(words[2])’ leads nowhere", "a step towards the range's end")
      }
      numbers = steps(from: first, to: last, by: step)
    case (3, "in"?), (3, "log"?):
      guard let count = Int(words[2]), count > 1, count <= limit else {
        throw error(descriptor, "‘\(words[2])’ is not a count", "a whole number from 2 to \(limit)")
      }
      let isLog = words[1] == "log"
      guard !isLog || first > 0 && last > 0 else {
        throw error(descriptor, "a logarithm needs both ends above 0", help(for: descriptor.kind))
      }
      numbers = (0..<count).map { index in
        let share = Double(index) / Double(count - 1)
        if index == count - 1 { return last }
        let value = isLog ? first * pow(last / first, share) : first + (last - first) * share
        return rounded(value)
      }
    default: throw error(descriptor, "‘\(text)’ is not a range", help(for: descriptor.kind))
    }
    guard numbers.count <= limit else {
      throw error(
        descriptor, "‘\(text)’ has \(numbers.count) values", "a grid of at most \(limit)")
    }
    if case .integer = descriptor.kind { return numbers.map { shortest($0.rounded()) } }
    return numbers.map { shortest($0) }
  }

  private static func steps(from first: Double, to last: Double, by step: Double) -> [Double] {
    // One more than the limit is enough to say that it is too many.
    let count = min(((last - first) / step + 1e-9).rounded(.down), Double(limit)) + 1
    return (0..<Int(count)).map { rounded(first + Double($0) * step) }
  }

  /// Six digits: what arithmetic adds behind them was not meant.
  private static func rounded(_ value: Double) -> Double {
    guard value != 0 else { return 0 }
    guard value != value.rounded() || abs(value) >= 1e6 else { return value }
    return Double(String(format: "%.6g", value)) ?? value
  }

  private static func error(
    _ descriptor: SettingDescriptor, _ problem: String, _ expected: String
  ) -> ExperimentError {
    ExperimentError(key: descriptor.key, problem: problem, expected: expected)
  }
}
