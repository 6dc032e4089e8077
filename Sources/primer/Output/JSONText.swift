/// JSON that keeps two keys apart which have different bytes and look alike, as entity types of a
/// corpus may: a dictionary of strings would make one of them.
indirect enum JSONText {
  case object([(key: String, value: JSONText)])
  case list([JSONText])
  case text(String)
  case integer(Int)
  case number(Double)
  case bool(Bool)
  case null

  /// One line, the keys of objects sorted by their bytes.
  var line: String {
    switch self {
    case .object(let members):
      let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      return "{" + sorted.map { "\(Self.quoted($0.key)):\($0.value.line)" }.joined(separator: ",")
        + "}"
    case .list(let values): return "[" + values.map(\.line).joined(separator: ",") + "]"
    case .text(let text): return Self.quoted(text)
    case .integer(let value): return String(value)
    case .number(let value):
      guard value.isFinite else { return Self.quoted("\(value)") }
      let text = value.description
      return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    case .bool(let value): return value ? "true" : "false"
    case .null: return "null"
    }
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
