package import LabNotebook

/// What is typed after `/` in the list of runs, understood.
///
/// Words must all occur in what a run says of itself. `field:word` looks in one field only; `f1>60`,
/// `progress<=50`, `seed=3` compare a number; `-` before any of them turns it round; quotes hold
/// words together:
///
///     method:maml f1>60 tag:baseline -state:failed study:"does it pay"
///
/// `f1:nl>60` is of one language; `a or b`, `not failed`, `starred` are understood, and spaces around
/// signs. Every setting is a field by its key, or by the end of it where that is enough: `inner.steps=5`.
package struct RunFilter: Hashable, Sendable {
  private enum Test: Hashable, Sendable {
    case anywhere(String)
    case contains(RunFilterField, String)
    case equals(RunFilterField, String)
    case compares(RunFilterField, String, Double)
    case nothing
  }

  private struct Term: Hashable, Sendable {
    var test: Test
    var isNegated: Bool

    func applies(to run: RunRecord) -> Bool {
      switch test {
      case .anywhere(let word): run.says(word) != isNegated
      case .contains(let field, let word): field.matches(word, run) != isNegated
      case .equals(let field, let word): field.texts(of: run).contains(word) != isNegated
      case .compares(let field, let sign, let value):
        RunFilter.compare(field.number(of: run), sign, value) != isNegated
      case .nothing: false
      }
    }
  }

  /// What may apply: terms that all do, or others after `or`.
  private var alternatives: [[Term]] = []
  /// What cannot be understood of the text; nil when all can.
  package private(set) var problem: String?

  package init(_ text: String) {
    var terms: [Term] = []
    var isNegated = false
    for word in Self.joined(Self.words(of: text.lowercased())) {
      switch word {
      case "or", "|":
        if !terms.isEmpty { alternatives.append(terms) }
        (terms, isNegated) = ([], false)
      case "and": continue
      case "not": isNegated.toggle()
      default:
        let isMinus = word.hasPrefix("-") && word.count > 1
        let test = test(of: isMinus ? String(word.dropFirst()) : word)
        terms.append(Term(test: test, isNegated: isNegated != isMinus))
        isNegated = false
      }
    }
    if !terms.isEmpty || alternatives.isEmpty { alternatives.append(terms) }
  }

  /// Whether every term of one of the alternatives applies to the run.
  package func matches(_ run: RunRecord) -> Bool {
    alternatives.contains { terms in terms.allSatisfy { $0.applies(to: run) } }
  }

  /// Words with the signs and values that belong to them: `f1 > 60` is `f1>60`.
  private static func joined(_ words: [String]) -> [String] {
    func isSign(_ character: Character?) -> Bool { character.map { ":<>=".contains($0) } ?? false }
    var result: [String] = []
    for word in words {
      let continues = isSign(word.first) || isSign(result.last?.last)
      if continues, let last = result.last {
        result[result.count - 1] = last + word
      } else {
        result.append(word)
      }
    }
    return result
  }

  /// The text in words, at spaces that do not stand within quotes; the quotes are left out.
  static func words(of text: String) -> [String] {
    var words: [String] = []
    var word = ""
    var isQuoted = false
    for character in text {
      if character == "\"" {
        isQuoted.toggle()
      } else if character == " ", !isQuoted {
        if !word.isEmpty { words.append(word) }
        word = ""
      } else {
        word.append(character)
      }
    }
    return word.isEmpty ? words : words + [word]
  }

  private mutating func test(of word: String) -> Test {
    guard let place = word.firstIndex(where: { ":<>=".contains($0) }), place > word.startIndex
    else { return word == "starred" ? .contains(.star, "yes") : .anywhere(word) }
    let name = String(word[..<place])
    if name == "f1", word[place] == ":", let inner = languageTest(word[word.index(after: place)...])
    {
      return inner
    }
    var sign = String(word[place])
    var value = String(word[word.index(after: place)...])
    if "<>".contains(sign), value.hasPrefix("=") {
      sign += "="
      value.removeFirst()
    }
    guard let field = RunFilterField(name) else {
      note("There is no field ‘\(name)’ (near: \(RunFilterField.near(name))).")
      return .nothing
    }
    // Nothing was typed yet: everything matches.
    if value.isEmpty { return .anywhere("") }
    let number = Double(value).map { $0.isFinite ? $0 : 0 }
    switch sign {
    case ":": return .contains(field, value)
    case "=" where number == nil || !field.isNumeric: return .equals(field, value)
    default:
      guard let number, field.isNumeric else {
        note(
          field.isNumeric
            ? "\(name) is compared with a number: \(name)\(sign)60."
            : "\(name) is not a number; write \(name):word.")
        return .nothing
      }
      return .compares(field, sign, number)
    }
  }

  /// `nl>60` behind `f1:`.
  private func languageTest(_ text: Substring) -> Test? {
    guard let place = text.firstIndex(where: { "<>=".contains($0) }), place > text.startIndex else {
      return nil
    }
    var sign = String(text[place])
    var value = text[text.index(after: place)...]
    if sign != "=", value.hasPrefix("=") {
      sign += "="
      value.removeFirst()
    }
    if value.isEmpty { return .anywhere("") }
    guard let number = Double(value), number.isFinite else { return nil }
    return .compares(.languageF1(String(text[..<place])), sign, number)
  }

  private mutating func note(_ problem: String) {
    if self.problem == nil { self.problem = problem }
  }

  fileprivate static func compare(_ found: Double?, _ sign: String, _ wanted: Double) -> Bool {
    guard let found else { return false }
    switch sign {
    case "<": return found < wanted
    case ">": return found > wanted
    case "<=": return found <= wanted
    case ">=": return found >= wanted
    default: return abs(found - wanted) <= 1e-9 * max(abs(wanted), 1)
    }
  }
}
