package import RunFolders

/// The series that charts draw.
extension SeriesKey {
  /// The loss after adaptation, over outer steps.
  package static let outerLoss = SeriesKey(.outerLoss)
  /// The loss over inner steps.
  package static let innerLoss = SeriesKey(.innerLoss)
  static let outerGradientNorm = SeriesKey(.outerGradientNorm)
  static let outerLearningRate = SeriesKey(.outerLearningRate)
  /// The loss of pretraining.
  package static let pretrainingLoss = SeriesKey(.trainingLoss(.pretraining))

  /// The loss of tuning a language.
  static func tuningLoss(_ language: String?) -> SeriesKey {
    SeriesKey(.trainingLoss(.tuning), language: language)
  }

  /// Whether it is F1 of a language and split.
  var isF1: Bool {
    if case .f1 = series { true } else { false }
  }

  /// Whether charts draw it; the losses of each task are kept for others.
  package var isDrawn: Bool {
    switch series {
    case .taskLoss, .lossBeforeAdaptation, .lossAfterAdaptation: false
    default: true
    }
  }
}

extension Sequence<SeriesKey> {
  /// The series in the order of their names, byte for byte.
  func sortedByName() -> [SeriesKey] {
    map { ($0, Array($0.name.utf8)) }.sorted { $0.1.lexicographicallyPrecedes($1.1) }.map(\.0)
  }
}
