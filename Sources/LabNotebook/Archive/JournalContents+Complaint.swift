import Foundation
import NamedEntities

/// Whether a journal of somebody else says only what this program would have written: what it says
/// comes into the book, where nothing is looked at twice.
extension JournalContents {
  /// What is wrong with it; nil when nothing is.
  var complaint: String? {
    guard let header else { return "its first line is missing" }
    if !state.isFinal {
      return "it is \(state.rawValue); only runs that have ended can be taken in"
    }
    let times =
      [header.created, started, finished].compactMap(\.self) + points.map(\.time)
      + events.map(\.time)
    if let time = times.first(where: { !Plausibility.isTime($0) }) { return "\(time) is no time" }
    for (ids, what) in [
      (points.map(\.id), "points"), (events.map(\.id), "events"), (results.map(\.id), "results"),
    ] {
      if let problem = Self.complaint(ofNumbers: ids) { return "its \(what) \(problem)" }
    }
    if let step = points.first(where: { !Plausibility.isCount($0.step) })?.step {
      return "\(step) is no step"
    }
    if !(0...Self.mostRewinds).contains(rewinds) { return "it went back \(rewinds) times" }
    return columnComplaint ?? progress?.complaint ?? resultComplaint
  }

  private static let mostRewinds = 1_000_000
  private static func complaint(ofNumbers numbers: [Int64]) -> String? {
    let sorted = numbers.sorted()
    if let first = sorted.first, let last = sorted.last,
      first < 1 || last - first > Plausibility.largest
    {
      return "have numbers that no notebook gives"
    }
    return zip(sorted, sorted.dropFirst()).contains { $0 == $1 } ? "are in it twice" : nil
  }

  private var columnComplaint: String? {
    for (column, value) in columns {
      let isRight =
        switch (column, value) {
        case (_, .null):
          [.position, .deleted, .error, .started, .finished, .host, .processID].contains(column)
        case (.name, .text), (.note, .text), (.study, .text), (.error, .text), (.host, .text): true
        case (.tags, .text(let text)):
          text.split(separator: " ", omittingEmptySubsequences: false).allSatisfy {
            text.isEmpty || Notebook.isTag(String($0))
          }
        case (.starred, .number(let number)), (.archived, .number(let number)):
          number == 0 || number == 1
        case (.position, .number(let number)): abs(number) <= Double(Plausibility.largest)
        case (.deleted, .number(let number)): Plausibility.isTime(number)
        default: false
        }
      if !isRight { return "its \(column.rawValue) is none" }
    }
    return nil
  }

  private var resultComplaint: String? {
    let inEvents = events.compactMap { entry in
      if case .evaluation(let result) = entry.event { result } else { nil as EvaluationResult? }
    }
    return (results.map(\.result) + inEvents).lazy.compactMap(\.complaint).first
  }
}
