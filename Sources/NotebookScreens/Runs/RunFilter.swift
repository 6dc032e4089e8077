package import LabNotebook

/// What is typed after `/` in the list of runs, understood.
///
/// Words must all occur in the run's number, name, method, languages, state or note. `field:word`
/// looks in one field only, and `f1>60`, `progress<50`, `seed=3` compare a number:
///
///     method:maml state:finished f1>60
package struct RunFilter: Hashable, Sendable {
  private enum Term: Hashable, Sendable {
    case anywhere(String)
    case field(String, String)
    case number(String, Character, Double)
  }

  private let terms: [Term]

  package init(_ text: String) {
    terms = text.lowercased().split(separator: " ").map { Self.term(String($0)) }
  }

  /// Whether every term applies to the run.
  package func matches(_ run: RunRecord) -> Bool {
    terms.allSatisfy { term in
      switch term {
      case .anywhere(let word):
        Self.fields.contains { Self.text(of: $0, in: run).contains(word) }
      case .field(let name, let word):
        Self.text(of: name, in: run).contains(word)
      case .number(let name, let sign, let value):
        Self.compare(Self.number(of: name, in: run), sign, value)
      }
    }
  }

  private static let fields = ["id", "name", "method", "language", "state", "note"]

  private static func term(_ word: String) -> Term {
    if let index = word.firstIndex(where: { "<>=".contains($0) }),
      let value = Double(word[word.index(after: index)...]), index > word.startIndex
    {
      return .number(String(word[..<index]), word[index], value)
    }
    if let index = word.firstIndex(of: ":"), index > word.startIndex {
      return .field(String(word[..<index]), String(word[word.index(after: index)...]))
    }
    return .anywhere(word)
  }

  private static func text(of field: String, in run: RunRecord) -> String {
    switch field {
    case "id": "#\(run.id)"
    case "name": run.name.lowercased()
    case "method": run.methodName.lowercased()
    case "language", "languages":
      (run.primingLanguages + run.tuningLanguages).joined(separator: " ").lowercased()
    case "state": run.state.rawValue
    case "note": run.note.lowercased()
    case "star", "starred": run.starred ? "yes true" : "no false"
    default: run.experiment[key: field].map(SettingText.text)?.lowercased() ?? ""
    }
  }

  private static func number(of field: String, in run: RunRecord) -> Double? {
    switch field {
    case "f1": return run.shownF1.map { $0 * 100 }
    case "progress", "done": return run.fraction * 100
    case "id": return Double(run.id)
    case "time": return run.progress?.secondsElapsed
    default:
      switch run.experiment[key: field] {
      case .integer(let value): return Double(value)
      case .number(let value): return value
      default: return nil
      }
    }
  }

  private static func compare(_ found: Double?, _ sign: Character, _ wanted: Double) -> Bool {
    guard let found else { return false }
    switch sign {
    case "<": return found < wanted
    case ">": return found > wanted
    default: return found == wanted
    }
  }
}
