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
    if let time = times.first(where: { !Self.isTime($0) }) { return "\(time) is no time" }
    for (ids, what) in [
      (points.map(\.id), "points"), (events.map(\.id), "events"), (results.map(\.id), "results"),
    ] {
      if let problem = Self.complaint(ofNumbers: ids) { return "its \(what) \(problem)" }
    }
    if let step = points.first(where: { !Self.isCount($0.step) })?.step {
      return "\(step) is no step"
    }
    if !(0...Self.mostRewinds).contains(rewinds) { return "it went back \(rewinds) times" }
    return columnComplaint ?? progressComplaint ?? resultComplaint
  }

  private static let mostRewinds = 1_000_000
  /// The largest number that JSON, SQLite and Swift's Double hold alike.
  private static let largest: Int64 = 1 << 53

  /// Whether a number is seconds since 1970 in this century or the next.
  private static func isTime(_ seconds: Double) -> Bool { (0..<6_000_000_000).contains(seconds) }

  private static func isCount(_ number: Int) -> Bool { (0...Int(largest)).contains(number) }

  private static func complaint(ofNumbers numbers: [Int64]) -> String? {
    let sorted = numbers.sorted()
    if let first = sorted.first, let last = sorted.last, first < 1 || last - first > largest {
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
        case (.position, .number(let number)): abs(number) <= Double(Self.largest)
        case (.deleted, .number(let number)): Self.isTime(number)
        default: false
        }
      if !isRight { return "its \(column.rawValue) is none" }
    }
    return nil
  }

  private var progressComplaint: String? {
    guard let progress else { return nil }
    let counts = [
      progress.step, progress.stepCount, progress.task, progress.taskCount, progress.innerStep,
      progress.innerStepCount, progress.residentBytes,
    ]
    let seconds = [progress.secondsElapsed, progress.secondsLeft ?? 0]
    let isRight =
      counts.allSatisfy(Self.isCount) && seconds.allSatisfy(Self.isTime)
      && (0...1).contains(progress.fraction)
      && (0...1e12).contains(progress.sentencesPerSecond ?? 0)
    return isRight ? nil : "its progress is none"
  }

  private var resultComplaint: String? {
    let inEvents = events.compactMap { entry in
      if case .evaluation(let result) = entry.event { result } else { nil as EvaluationResult? }
    }
    for result in results.map(\.result) + inEvents {
      let scores = [result.scores.micro] + result.scores.types.values
      let isRight =
        scores.allSatisfy { score in
          [score.correct, score.predicted, score.gold].allSatisfy(Self.isCount)
            && score.correct <= min(score.predicted, score.gold)
        }
        && [result.step, result.sentenceCount, result.cutSentenceCount].allSatisfy(Self.isCount)
        && Self.isTime(result.seconds)
        && !(result.language + result.split).contains { $0.isNewline || $0 == " " }
      if !isRight { return "a result for \(result.language) is none" }
    }
    return nil
  }
}
