/// What reading on in a journal has brought: what is to be forgotten, and then what is new.
///
/// Rewinds are carried out already: nothing is told that a later line takes back.
package struct JournalChange: Sendable {
  /// A point, with the place of its line.
  package struct Point: Hashable, Sendable {
    /// The number of its series in `keys`.
    package var key: Int32
    /// The task of the meta-batch, from 1; 0 where there is none, or it is not known.
    package var task: Int32
    /// The inner step, from 1; 0 where there is none.
    package var innerStep: Int32
    /// The step of the phase, from 1.
    package var step: Int
    /// The value; may be no number, or infinite.
    package var value: Double
    /// When it was recorded, in seconds since 1970.
    package var time: Double
    /// The byte of the file at which its line begins.
    package var begin: Int
    /// The byte behind its line.
    package var end: Int
    /// Its number in the first version; 0 in the second.
    package var row: Int64
  }

  /// Something that happened, with the place of its line.
  package struct LoggedEvent: Hashable, Sendable {
    /// When it was recorded, in seconds since 1970.
    package var time: Double
    /// What happened.
    package var event: Event
    /// The request that was carried out by it.
    package var request: String?
    /// The byte of the file at which its line begins.
    package var begin: Int
    /// The byte behind its line.
    package var end: Int
    /// Its number in the first version; 0 in the second.
    package var row: Int64
  }

  /// A result, with the place of its line.
  package struct Result: Hashable, Sendable {
    /// The scores.
    package var result: EvaluationResult
    /// The byte of the file at which its line begins.
    package var begin: Int
    /// The byte behind its line.
    package var end: Int
    /// Its number in the first version; 0 in the second.
    package var row: Int64
  }

  /// A line that says nothing, and why.
  package struct Problem: Hashable, Sendable {
    /// The line's number in the file, from 1.
    package var line: Int
    /// What is wrong with it.
    package var reason: String
  }

  /// Whether all that was read of the run before is void: this change has everything that counts.
  ///
  /// The file is another than it was, or the run began again from nothing.
  package var isAnew = false
  /// The byte of the file from which on points, results and measured events (`Event.isMeasured`)
  /// that were read before are taken back; nil when none are.
  package var takenBackFrom: Int?
  /// The series of the points.
  package var keys: [SeriesKey] = []
  /// New points, in the order of the file.
  package var points: [Point] = []
  /// New events, in the order of the file.
  package var events: [LoggedEvent] = []
  /// New results, in the order of the file.
  package var results: [Result] = []
  /// The newest picture of the loops that the journal tells; nil when it tells no newer one.
  package var progress: RunProgress?
  /// The requests that were carried out.
  package var answered: [String] = []
  /// Lines that could not be read, the first hundred of them; an unfinished last line is none.
  package var problems: [Problem] = []
  /// How many lines could not be read.
  package var problemCount = 0

  /// No change.
  package init() {}

  /// Whether nothing has changed.
  package var isEmpty: Bool {
    !isAnew && takenBackFrom == nil && points.isEmpty && events.isEmpty && results.isEmpty
      && progress == nil && problemCount == 0
  }

  /// A point with all that is known of it.
  package subscript(index: Int) -> SeriesPoint {
    let point = points[index]
    return SeriesPoint(
      keys[Int(point.key)], step: point.step, task: point.task == 0 ? nil : Int(point.task),
      innerStep: point.innerStep == 0 ? nil : Int(point.innerStep), value: point.value,
      time: point.time)
  }

  /// Every point, with all that is known of each.
  package var seriesPoints: [SeriesPoint] { points.indices.map { self[$0] } }

  mutating func complain(_ line: Int, _ reason: String) {
    problemCount += 1
    if problems.count < 100 { problems.append(Problem(line: line, reason: reason)) }
  }

  /// Takes back what stands at a byte or after it.
  mutating func takeBack(from offset: Int) {
    points.removeAll { $0.begin >= offset }
    events.removeAll { $0.begin >= offset && $0.event.isMeasured }
    results.removeAll { $0.begin >= offset }
  }

  /// Takes back the rows of the first version after a mark, and every row of the second.
  ///
  /// - Returns: Whether there were any.
  mutating func takeBack(after mark: RowMark) -> Bool {
    let before = points.count + events.count + results.count
    points.removeAll { $0.row == 0 || $0.row > mark.metric }
    events.removeAll { $0.event.isMeasured && ($0.row == 0 || $0.row > mark.event) }
    results.removeAll { $0.row == 0 || $0.row > mark.result }
    return points.count + events.count + results.count < before
  }

  /// Forgets everything: the run begins again from nothing.
  mutating func clear() {
    (points, events, results, progress) = ([], [], [], nil)
    isAnew = true
    takenBackFrom = nil
  }
}

extension Event {
  /// Whether a run that goes on from an earlier point sees this again.
  package var isMeasured: Bool {
    switch self {
    case .innerStep, .outerStep, .trainingStep, .evaluation, .progress, .phase, .settingChanged,
      .checkpoint, .log:
      true
    case .started, .stateChanged, .resumed: false
    }
  }
}
