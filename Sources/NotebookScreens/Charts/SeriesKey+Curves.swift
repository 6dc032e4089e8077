package import RunFolders

/// The series that charts draw.
extension SeriesKey {
  /// The loss after adaptation, over outer steps.
  package static let outerLoss = SeriesKey(.outerLoss)
  /// The loss over inner steps.
  package static let innerLoss = SeriesKey(.innerLoss)
  /// The mean loss of an outer step's tasks before they are adapted, and at their last inner step.
  package static let meanBefore = SeriesKey(.lossBeforeAdaptation)
  package static let meanAfter = SeriesKey(.lossAfterAdaptation)
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

  /// Whether each task of a meta-batch has a value of its own.
  var isOfTask: Bool {
    switch series {
    case .taskLoss, .lossBeforeAdaptation, .lossAfterAdaptation: language != nil
    default: false
    }
  }

  /// Whether charts draw it: of the losses of tasks, those after adaptation, by language.
  package var isDrawn: Bool {
    switch series {
    case .taskLoss, .lossAfterAdaptation: language != nil
    case .lossBeforeAdaptation: false
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
