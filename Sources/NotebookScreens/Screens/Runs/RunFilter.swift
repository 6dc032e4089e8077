package import LabNotebook

/// What is typed after `/` in the list of runs, understood.
///
/// Words must all occur in what a run says of itself. `field:word` looks in one field only; `f1>60`,
/// `progress<=50`, `seed=3` compare a number; `-` before any of them turns it round; quotes hold
/// words together:
///
///     method:maml f1>60 tag:baseline -state:failed study:"does it pay"
///
/// Every setting is a field by its key, or by the end of it where that is enough: `inner.steps=5`.
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
  }

  private var terms: [Term] = []
  /// What cannot be understood of the text; nil when all can.
  package private(set) var problem: String?

  package init(_ text: String) {
    for word in Self.words(of: text.lowercased()) {
      let isNegated = word.hasPrefix("-") && word.count > 1
      let test = test(of: isNegated ? String(word.dropFirst()) : word)
      terms.append(Term(test: test, isNegated: isNegated))
    }
  }

  /// Whether every term applies to the run.
  package func matches(_ run: RunRecord) -> Bool {
    terms.allSatisfy { term in
      switch term.test {
      case .anywhere(let word): run.says(word) != term.isNegated
      case .contains(let field, let word): field.matches(word, run) != term.isNegated
      case .equals(let field, let word): field.texts(of: run).contains(word) != term.isNegated
      case .compares(let field, let sign, let value):
        Self.compare(field.number(of: run), sign, value) != term.isNegated
      case .nothing: false
      }
    }
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
    else { return .anywhere(word) }
    let name = String(word[..<place])
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

  private mutating func note(_ problem: String) {
    if self.problem == nil { self.problem = problem }
  }

  private static func compare(_ found: Double?, _ sign: String, _ wanted: Double) -> Bool {
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
