/// What `primer doctor` found about one thing, and how to mend it.
///
/// The engine prints its own findings as JSON, one object a line; the program shows all alike.
package struct Finding: Codable, Hashable, Sendable {
  /// How bad it is.
  package enum Status: String, Codable, Hashable, Sendable {
    case ok, warning, problem
  }

  /// The thing: `notebook`, `terminal`, `engine`.
  package var area: String
  /// How bad it is.
  package var status: Status
  /// What is so.
  package var text: String
  /// What to do about it, where something is wrong.
  package var advice: String?

  /// Something that is as it should be.
  package static func ok(_ area: String, _ text: String) -> Finding {
    Finding(area: area, status: .ok, text: text)
  }

  /// Something that could be better.
  package static func warning(_ area: String, _ text: String, advice: String) -> Finding {
    Finding(area: area, status: .warning, text: text, advice: advice)
  }

  /// Something that keeps the program from working.
  package static func problem(_ area: String, _ text: String, advice: String) -> Finding {
    Finding(area: area, status: .problem, text: text, advice: advice)
  }

  /// One line for a person: `problem  notebook: the folder is read-only. Make it …`.
  package var line: String {
    let name = status.rawValue + String(repeating: " ", count: 7 - status.rawValue.count)
    let end = text.hasSuffix(".") ? "" : "."
    return "\(name)  \(area): \(text)\(advice.map { "\(end) \($0)" } ?? "")"
  }
}
