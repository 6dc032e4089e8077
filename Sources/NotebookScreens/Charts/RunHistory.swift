package import Experiments
import Foundation
package import LabNotebook
import NamedEntities
package import RunFolders

/// What was measured and said in one run, as far as it was read from the notebook.
package struct RunHistory: Sendable {
  /// The series as in the notebook's metrics; the inner losses of all languages are one, and the
  /// means of the tasks before and after adaptation are made here.
  package private(set) var series: [SeriesKey: SeriesHistory] = [:]
  /// The events in order; metrics and progress are not among them.
  package private(set) var events: [LoggedEvent] = []
  /// What happened, for the charts' marks.
  package private(set) var timeline = RunTimeline()
  /// The evaluations in order.
  package private(set) var evaluations: [EvaluationResult] = []
  /// The newest of them for each language and split.
  package private(set) var scores = RunScores()
  /// What the engine used lately, seen since the run was opened.
  package private(set) var vitals = RunVitals()

  private(set) var inner = InnerLosses(stepsPerTask: 1, tasksPerStep: 1)
  /// The languages of inner losses, and whose each of them is, by its place in them.
  package private(set) var innerLanguages: [String] = []
  private var innerOwners: [Int16] = []
  /// What the log says of each event, in small letters, for the search.
  private var sentences: [String] = []
  private var changes: [String: (old: SettingValue, new: SettingValue)] = [:]
  private var smoothing = Smoothing.off
  /// When each score of a language and split was recorded, and which of them are not yet known.
  private var scoreTimes: [SeriesKey: [Double]] = [:]
  private var scoreCounts: [SeriesKey: Int] = [:]
  private var untimedScores: Set<SeriesKey> = []

  package init() {}

  // MARK: Taking in

  /// Takes points of a series in, in the order they were recorded.
  package mutating func take(_ points: [MetricPoint], of key: SeriesKey, experiment: Experiment?) {
    guard !key.isF1 else {
      // Scores are drawn from the evaluations, which say in which phase they were made.
      scoreTimes[key, default: []] += points.map(\.time.timeIntervalSince1970)
      if untimedScores.contains(key) { makeScores(evaluations) }
      return
    }
    if key.series == .innerLoss { return takeInner(points, experiment) }
    // The tasks of a meta-batch have the same step.
    change(key, isDense: !key.isOfTask) { series in
      for point in points {
        series.append(
          step: point.step, value: point.value, time: point.time.timeIntervalSince1970)
      }
    }
  }

  /// Takes new events in.
  package mutating func take(_ logged: [LoggedEvent]) {
    events += logged
    for event in logged {
      timeline.take(event)
      sentences.append(EventText.sentence(event.event).text.lowercased())
      if case .settingChanged(let key, let old, let new, _, _) = event.event {
        changes[key] = (old, new)
      }
    }
  }

  /// Takes all evaluations over; those made while priming are also series over its steps.
  package mutating func take(_ results: [EvaluationResult]) {
    let known = evaluations.count
    evaluations = results
    // They only ever grow: a run that goes back to an earlier point begins a new history.
    if results.count >= known {
      addScores(results[known...])
    } else {
      makeScores(results)
    }
  }

  /// Takes a look at what the engine uses.
  package mutating func take(_ progress: RunProgress) { vitals.take(progress) }

  /// Takes a measurement of the engine's processor time.
  package mutating func take(processorShare: Double) { vitals.take(processorShare: processorShare) }

  /// Smooths every series, and those to come.
  package mutating func smooth(_ smoothing: Smoothing) {
    guard smoothing != self.smoothing else { return }
    self.smoothing = smoothing
    for key in series.keys { series[key]?.smooth(smoothing) }
  }

  private mutating func takeInner(_ points: [MetricPoint], _ experiment: Experiment?) {
    if series[.innerLoss] == nil {
      inner = InnerLosses(
        stepsPerTask: experiment?[Settings.innerSteps] ?? 1,
        tasksPerStep: experiment?[Settings.metaBatchSize] ?? 1)
    }
    var losses = inner
    var owners = innerOwners
    let places = points.map { place(of: $0.language) }
    var found: [(means: InnerLosses.Means, time: Double)] = []
    change(.innerLoss, isDense: false) { series in
      for (point, owner) in zip(points, places) {
        let time = point.time.timeIntervalSince1970
        let (place, means) = losses.take(point)
        series.append(step: place, value: point.value, time: time)
        // A resumed run takes back what came after it.
        owners.removeLast(max(owners.count - series.count + 1, 0))
        owners.append(owner)
        if let means { found.append((means, time)) }
      }
    }
    (inner, innerOwners) = (losses, owners)
    for (key, loss) in [
      (SeriesKey.meanBefore, \InnerLosses.Means.before), (.meanAfter, \.after),
    ] {
      change(key, isDense: true) { series in
        for (means, time) in found {
          series.append(step: means.step, value: means[keyPath: loss], time: time)
        }
      }
    }
  }

  /// The place of a language among those of inner losses; -1 where it is not known.
  private mutating func place(of language: String?) -> Int16 {
    guard let language else { return -1 }
    let same = innerLanguages.firstIndex { $0.utf8.elementsEqual(language.utf8) }
    if same == nil { innerLanguages.append(language) }
    return Int16(clamping: same ?? innerLanguages.count - 1)
  }

  private mutating func makeScores(_ results: [EvaluationResult]) {
    for key in series.keys where key.isF1 { series[key] = nil }
    scores = RunScores()
    scoreCounts = [:]
    untimedScores = []
    addScores(results[...])
  }

  private mutating func addScores(_ results: ArraySlice<EvaluationResult>) {
    for result in results {
      scores.take(result)
      let key = SeriesKey(.f1(split: result.split), language: result.language)
      let index = scoreCounts[key, default: 0]
      scoreCounts[key] = index + 1
      guard result.phase == .priming else { continue }
      // An evaluation and its point are recorded together, but the point may be read later.
      let times = scoreTimes[key] ?? []
      if index >= times.count { untimedScores.insert(key) }
      let time = index < times.count ? times[index] : times.last ?? 0
      change(key, isDense: false) { series in
        series.append(step: result.step, value: result.scores.micro.f1, time: time)
      }
    }
  }

  private mutating func change(
    _ key: SeriesKey, isDense: Bool, _ body: (inout SeriesHistory) -> Void
  ) {
    if series[key] == nil {
      var new = SeriesHistory(isDense: isDense)
      new.smooth(smoothing)
      series[key] = new
    }
    body(&series[key, default: SeriesHistory(isDense: isDense)])
  }

  // MARK: Reading

  /// The series that something is true of, sorted by name.
  package func keys(where isWanted: (SeriesKey) -> Bool) -> [SeriesKey] {
    series.keys.filter(isWanted).sortedByName()
  }

  /// When the run began, in seconds since 1970: what its wall time counts from.
  package var beginning: Double {
    timeline.beginning ?? series.values.compactMap(\.times.first).min() ?? 0
  }

  /// The series that tells best how the run as a whole goes: what a row of the list shows.
  package var summary: SeriesHistory? {
    for key in [SeriesKey.outerLoss, .pretrainingLoss] {
      if let found = series[key], !found.isEmpty { return found }
    }
    return keys { $0.series == .trainingLoss(.tuning) }.last.flatMap { series[$0] }
  }

  /// How many times as many losses are looked through for the tasks of one language.
  private static let languagesLookedThrough = 64

  /// The mean loss at each inner step of the first or the newest tasks; nil without an inner loop.
  ///
  /// - Parameter language: The language of the tasks; nil for all.
  package func innerProfile(
    tasks wanted: Int, newest: Bool, language: String? = nil
  ) -> InnerProfile? {
    guard let losses = series[.innerLoss], !losses.isEmpty, wanted > 0 else { return nil }
    let steps = inner.stepsPerTask
    let owner = language.flatMap { language in
      innerLanguages.firstIndex { $0.utf8.elementsEqual(language.utf8) }
    }
    if language != nil, owner == nil { return nil }
    let most = wanted * steps * (owner == nil ? 1 : Self.languagesLookedThrough)
    let length = min(most, losses.count)
    let range = newest ? (losses.count - length)..<losses.count : 0..<length
    var places = Array(range)
    if let owner {
      places = places.filter { innerOwners[$0] == Int16(owner) }
      places = newest ? places.suffix(wanted * steps) : Array(places.prefix(wanted * steps))
    }
    if places.isEmpty { return nil }
    var sums = [Double](repeating: 0, count: steps)
    var counts = [Int](repeating: 0, count: steps)
    for index in places {
      let step = inner.stepsTaken(at: losses.steps[index])
      sums[step] += losses.values[index]
      counts[step] += 1
    }
    return InnerProfile(
      losses: zip(sums, counts).map { $1 > 0 ? $0 / Double($1) : .nan },
      taskCount: counts.max() ?? 0)
  }

  /// The value a live setting has now: as last changed, or else as the experiment says.
  package func liveValue(of key: String, in experiment: Experiment) -> SettingValue? {
    changes[key]?.new ?? experiment[key: key]
  }

  /// The positions of the events whose line in the log has a text in it, whatever its case.
  package func events(containing text: String) -> [Int] {
    let wanted = text.lowercased()
    return wanted.isEmpty ? [] : sentences.indices.filter { sentences[$0].contains(wanted) }
  }

  /// The value a live setting had before it was last changed; nil when it never was.
  package func formerValue(of key: String) -> SettingValue? { changes[key]?.old }
}
