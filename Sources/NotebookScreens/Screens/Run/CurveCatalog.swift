import Experiments
package import LabNotebook
package import RunFolders
package import TerminalUI

/// One curve of a chart: where its values are and how it is told apart.
package struct Curve: Hashable, Sendable {
  /// The series in the notebook.
  package var series: SeriesKey
  /// The series that is smoothed in its place, when it is another.
  package var smoothSeries: SeriesKey?
  /// What the legend calls it.
  package var label: String
  package var role: Role
  /// The language of tuning that it belongs to.
  package var language: String?
  /// What its x axis is.
  package var axis: SeriesAxis
  /// What the x axis of `smoothSeries` is.
  package var smoothAxis: SeriesAxis
  /// Whether it is drawn.
  package var isShown: Bool
}

/// Which curves a run has, and which of them belong together.
package struct CurveCatalog {
  let run: RunRecord
  let history: RunHistory
  private let axis: RunArrangement.Axis

  package init(run: RunRecord, history: RunHistory, axis: RunArrangement.Axis = .step) {
    self.run = run
    self.history = history
    self.axis = axis
  }

  /// The sets of which at least one series was measured.
  package var available: [RunCurves] {
    RunCurves.allCases.filter { set in
      set == .inner
        ? history.series[.innerLoss]?.isEmpty == false : !curves(of: set, hidden: []).isEmpty
    }
  }

  /// The axis of a set: the chosen one, or steps where the chosen one means nothing.
  package func axis(of set: RunCurves) -> RunArrangement.Axis {
    switch (set, axis) {
    case (.inner, _): .step
    case (_, .epoch): set.isOfTuning ? .epoch : .step
    default: axis
    }
  }

  /// Which set each chart shows: the one chosen for it, or one that no other shows.
  package func sets(for screen: RunScreen, among panes: [RunPane]) -> [RunPane: RunCurves] {
    let available = available
    var result: [RunPane: RunCurves] = [:]
    for pane in panes where pane.isChart {
      if let chosen = screen[chart: pane].chosen, available.contains(chosen) {
        result[pane] = chosen
      }
    }
    for pane in [RunPane.chart, .inner, .scoreCurves, .secondChart]
    where panes.contains(pane) && result[pane] == nil {
      let wanted = wishes(of: pane)
      let taken = Set(result.values)
      let free = wanted.filter { !taken.contains($0) }
      result[pane] =
        free.first(where: available.contains) ?? free.first { reasonNever($0) == nil }
        ?? free.first ?? wanted.first
    }
    return result
  }

  // A chart of something that the run never measures shows something else.
  private func wishes(of pane: RunPane) -> [RunCurves] {
    switch pane {
    case .inner: return reasonNever(.inner) == nil ? [.inner] : [.inner, .tuningLearningRate]
    case .scoreCurves:
      return [.f1, .gradientNorm, .learningRate]
        + (reasonNever(.f1) == nil ? [] : [.tuningGradientNorm, .tuningLearningRate])
    case .secondChart:
      return [.tuning, .gradientNorm, .loss, .pretraining, .learningRate, .tuningGradientNorm]
    default:
      let first: RunCurves =
        switch run.progress?.phase {
        case .tuning where !run.isOver, .evaluation where !run.isOver: .tuning
        case .pretraining: .pretraining
        default: .loss
        }
      return [first, .loss, .tuning, .pretraining, .f1]
    }
  }

  /// The curves of a set, in the order of their keys 1 to 8; none of `.inner`, which has no series.
  package func curves(of set: RunCurves, hidden: Set<SeriesKey>) -> [Curve] {
    let place = place(in: set)
    switch set {
    case .inner: return []
    case .loss:
      return place.curve(.outerLoss, "outer", .outerLoss, hidden)
        + place.curve(.innerLoss, "inner", .innerLoss, hidden)
    case .pretraining: return place.curve(.pretrainingLoss, "pretraining", .outerLoss, hidden)
    case .tuning: return place.languages(hidden) { $0.series == .trainingLoss(.tuning) }
    case .f1: return place.languages(hidden) { $0.isF1 }
    case .gradientNorm:
      return place.curve(.outerGradientNorm, "outer", .outerLoss, hidden)
        + place.curve(
          SeriesKey(.trainingGradientNorm(.pretraining)), "pretraining", .outerLoss, hidden)
    case .learningRate:
      return place.curve(.outerLearningRate, "outer", .outerLoss, hidden)
        + place.curve(
          SeriesKey(.trainingLearningRate(.pretraining)), "pretraining", .outerLoss, hidden)
    case .tuningGradientNorm:
      return place.languages(hidden) { $0.series == .trainingGradientNorm(.tuning) }
    case .tuningLearningRate:
      return place.languages(hidden) { $0.series == .trainingLearningRate(.tuning) }
    }
  }

  /// The part of the axis that all shown curves span together; nil when nothing was measured.
  package func extent(of set: RunCurves, hidden: Set<SeriesKey>) -> ClosedRange<Double>? {
    if set == .inner {
      guard let profile = history.innerProfile(tasks: 1, newest: true) else { return nil }
      return 0...Double(profile.losses.count)
    }
    var result: ClosedRange<Double>?
    for curve in curves(of: set, hidden: hidden) where curve.isShown {
      guard let extent = history.series[curve.series]?.extent(on: curve.axis) else { continue }
      let low = min(result?.lowerBound ?? extent.lowerBound, extent.lowerBound)
      result = low...max(result?.upperBound ?? extent.upperBound, extent.upperBound)
    }
    return result
  }

  private func place(in set: RunCurves) -> CurvePlace {
    CurvePlace(run: run, history: history, axis: axis(of: set))
  }
}

/// Makes curves on one kind of x axis.
private struct CurvePlace {
  let run: RunRecord
  let history: RunHistory
  let axis: RunArrangement.Axis

  func curve(
    _ key: SeriesKey, _ label: String, _ role: Role, _ hidden: Set<SeriesKey>,
    language: String? = nil
  ) -> [Curve] {
    guard let series = history.series[key], !series.isEmpty else { return [] }
    let isInner = key == .innerLoss
    return [
      Curve(
        series: key, smoothSeries: isInner ? RunHistory.innerMean : nil, label: label, role: role,
        language: language, axis: axis(scale: isInner ? history.inner.scale : 1, language),
        smoothAxis: axis(scale: 1, language), isShown: !hidden.contains(key))
    ]
  }

  func languages(_ hidden: Set<SeriesKey>, where isWanted: (SeriesKey) -> Bool) -> [Curve] {
    history.keys(where: isWanted).enumerated().flatMap { index, key in
      let name = key.language ?? ""
      if case .f1(let split) = key.series {
        return curve(key, "\(name) \(split)", .series(index), hidden)
      }
      return curve(key, name, .series(index), hidden, language: key.language)
    }
  }

  private func axis(scale: Double, _ language: String?) -> SeriesAxis {
    switch axis {
    case .step: .steps(scale: scale)
    case .epoch: .steps(scale: 1 / stepsPerEpoch(language))
    case .time: .time(since: history.beginning)
    }
  }

  /// How many steps of tuning a language's epoch has: as it was, or as its settings say.
  private func stepsPerEpoch(_ language: String?) -> Double {
    let epochs = Double(max(run.experiment[Settings.tuningEpochs], 1))
    if let steps = history.scores.tuningSteps(of: language), steps > 0 {
      return Double(steps) / epochs
    }
    if let progress = run.progress, progress.phase == .tuning, progress.language == language,
      progress.stepCount > 0
    {
      return Double(progress.stepCount) / epochs
    }
    let sentences = run.experiment[Settings.tuningSentences]
    if sentences > 0 {
      let batch = Double(max(run.experiment[Settings.tuningBatchSize], 1))
      return (Double(sentences) / batch).rounded(.up)
    }
    // Of a language that is being evaluated every step was measured.
    let steps = history.series[.tuningLoss(language)]?.steps.last ?? 1
    return max(Double(steps) / epochs, 1)
  }
}
