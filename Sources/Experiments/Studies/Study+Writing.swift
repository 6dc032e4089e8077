extension Study {
  /// The study as a file that `load` reads; its base is another file.
  package func toml(base: String) -> String {
    var lines = [
      "name = \(Self.quoted(name))", "base = \(Self.quoted(base))",
      "seeds = [\(seeds.map(String.init).joined(separator: ", "))]",
      "control = \(Self.quoted(control))",
    ]
    if match != .none { lines.append("match = \(Self.quoted(match.rawValue))") }
    if let matchTo { lines.append("matchTo = \(Self.quoted(matchTo))") }
    if !sharesPriming { lines.append("share = false") }
    for (kind, variants) in [("method", methods), ("tuning", tunings)] {
      for variant in variants {
        lines += ["", "[[\(kind)]]", "name = \(Self.quoted(variant.name))"]
        if let match = variant.match { lines.append("match = \(Self.quoted(match.rawValue))") }
        // A later change of a setting counts, and TOML has each key once.
        var last: [String: SettingValue] = [:]
        for change in variant.changes { last[change.key] = change.value }
        let changes = last.sorted { $0.key < $1.key }
          .map { "\(Self.quoted($0.key)) = \(Self.quoted($0.value.description))" }
        if !changes.isEmpty { lines.append("set = { \(changes.joined(separator: ", ")) }") }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A TOML string.
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
