import Foundation

/// What `primer doctor` found about one thing, and how to mend it.
struct Finding: Codable {
  /// How bad it is.
  enum Status: String, Codable {
    case ok, warning, problem
  }

  /// The thing: `notebook`, `terminal`, `engine`.
  var area: String
  var status: Status
  /// What is so.
  var text: String
  /// What to do about it, where something is wrong.
  var advice: String?

  static func ok(_ area: String, _ text: String) -> Finding {
    Finding(area: area, status: .ok, text: text)
  }

  static func warning(_ area: String, _ text: String, advice: String) -> Finding {
    Finding(area: area, status: .warning, text: text, advice: advice)
  }

  static func problem(_ area: String, _ text: String, advice: String) -> Finding {
    Finding(area: area, status: .problem, text: text, advice: advice)
  }

  /// One line for a person: `problem  notebook: the folder is read-only. Make it …`.
  var line: String {
    let status = self.status.rawValue.padding(toLength: 7, withPad: " ", startingAt: 0)
    return "\(status)  \(area): \(text)\(advice.map { ". \($0)" } ?? "")"
  }
}
