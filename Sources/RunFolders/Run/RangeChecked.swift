import Foundation
import NamedEntities

/// A value read from a file whose numbers are checked to be in the range that this program writes.
///
/// A file may have been damaged, or made by another program: a step of 9223372036854775807 is a
/// number, but adding 1 to it overflows.
package protocol RangeChecked {
  /// What is out of range; nil when everything is in range.
  var complaint: String? { get }
}

/// The ranges of the numbers that this program writes.
package enum ValueRange {
  /// The largest number that JSON, SQLite and Swift's Double hold alike.
  package static let largest: Int64 = 1 << 53

  /// Whether a number counts something.
  package static func isCount(_ number: Int) -> Bool { (0...Int(largest)).contains(number) }

  /// Whether a number is a span of seconds, or seconds since 1970 in this century or the next.
  package static func isTime(_ seconds: Double) -> Bool { (0..<6_000_000_000).contains(seconds) }

  /// Whether a number is seconds since 1970 on a clock that may be wrong.
  package static func isClockTime(_ seconds: Double) -> Bool { abs(seconds) < 60_000_000_000 }
}

extension RunProgress: RangeChecked {
  package var complaint: String? {
    let counts = [
      step, stepCount, task, taskCount, innerStep, innerStepCount, residentBytes,
    ]
    // What cannot be estimated yet is NaN, and shown as unknown.
    let isRight =
      counts.allSatisfy(ValueRange.isCount) && ValueRange.isTime(secondsElapsed)
      && (0...1).contains(fraction)
      && [secondsLeft, sentencesPerSecond].allSatisfy {
        $0.map { !$0.isFinite || (0...1e12).contains($0) } ?? true
      }
    return isRight ? nil : "the progress has a value out of range"
  }
}

extension EvaluationResult: RangeChecked {
  package var complaint: String? {
    let isRight =
      ([scores.micro] + scores.types.values).allSatisfy { score in
        [score.correct, score.predicted, score.gold].allSatisfy(ValueRange.isCount)
          && score.correct <= min(score.predicted, score.gold)
      }
      && [step, sentenceCount, cutSentenceCount].allSatisfy(ValueRange.isCount)
      && ValueRange.isTime(seconds)
      && !(language + split).contains { $0.isNewline || $0 == " " }
    return isRight ? nil : "the result for \(language) has a value out of range"
  }
}

extension Event: RangeChecked {
  package var complaint: String? {
    switch self {
    case .evaluation(let result): return result.complaint
    case .progress(let progress): return progress.complaint
    case .started(_, _, let threads, _): return Self.complaint([threads])
    case .innerStep(let step, let task, _, let inner, _):
      return Self.complaint([step, task, inner])
    case .outerStep(let step, _, _, _, _), .trainingStep(_, _, let step, _, _, _),
      .checkpoint(let step, _), .resumed(_, let step):
      return Self.complaint([step])
    case .settingChanged(_, _, _, let step, let tick): return Self.complaint([step, tick ?? 0])
    case .phase, .log, .stateChanged: return nil
    }
  }

  private static func complaint(_ counts: [Int]) -> String? {
    counts.first { !ValueRange.isCount($0) }.map { "\($0) in an event is not a count" }
  }
}

extension RowMark: RangeChecked {
  package var complaint: String? {
    [metric, event, result].first { !(0...ValueRange.largest).contains($0) }
      .map { "\($0) is not a row number" }
  }
}

extension RunMark: RangeChecked {
  package var complaint: String? {
    switch self {
    case .rows(let mark): mark.complaint
    case .offset(let offset, _):
      ValueRange.isCount(offset) ? nil : "\(offset) is not a valid position"
    }
  }
}

/// Thrown for a value that was decoded, but is out of range.
package struct ValueOutOfRange: Error, CustomStringConvertible {
  /// What is wrong with it.
  package let description: String
}

extension StoredJSON {
  /// Decodes a value and checks its range.
  package static func decode<Value: Decodable & RangeChecked>(
    _ type: Value.Type, _ text: String
  ) throws -> Value {
    let value = try decoder.decode(type, from: Data(text.utf8))
    if let complaint = value.complaint { throw ValueOutOfRange(description: complaint) }
    return value
  }
}
