/// What a series of numbers measures.
///
/// Whose numbers they are, a language's or all languages', stands with each point.
package enum Series: Hashable, Sendable {
  /// The mean over the tasks of an outer step of the loss by which the outer step moves.
  case outerLoss
  /// That loss of one task, with its language.
  case taskLoss
  /// The norm of the outer gradient before clipping.
  case outerGradientNorm
  /// The learning rate of the outer optimizer.
  case outerLearningRate
  /// The loss before each inner step of a task, with its language.
  case innerLoss
  /// The loss of a task's first inner step: that of the parameters before they are adapted.
  case lossBeforeAdaptation
  /// The loss of a task's last inner step, which is the last that is measured while adapting.
  case lossAfterAdaptation
  /// The loss of a step of tuning (with the language) or pretraining (without).
  case trainingLoss(RunPhase)
  /// The norm of that step's gradient before clipping.
  case trainingGradientNorm(RunPhase)
  /// That step's learning rate.
  case trainingLearningRate(RunPhase)
  /// F1 of a language on a split, 0…1.
  case f1(split: String)
  /// A series that this program does not know, by its name; read from a file of another version.
  case other(String)

  /// The series of a point that belongs to no language alone, by its name in files.
  private static let plain: [(series: Series, name: String)] = [
    (.outerLoss, "outer/loss"), (.taskLoss, "outer/taskLoss"),
    (.outerGradientNorm, "outer/gradientNorm"), (.outerLearningRate, "outer/learningRate"),
    (.innerLoss, "inner/loss"), (.lossBeforeAdaptation, "inner/lossBefore"),
    (.lossAfterAdaptation, "inner/lossAfter"),
  ]

  /// The series' name in a journal, without a language.
  package var name: String { name(language: nil) }

  /// The name by which people, exports and journals of the first version know the series of a
  /// language: `tuning/hi/loss`, `f1/hi/dev`, `outer/loss`.
  ///
  /// - Parameter language: The language; nil for the series of all of them.
  package func name(language: String?) -> String {
    let middle = language.map { "/\($0)" } ?? ""
    switch self {
    case .outerLoss: return "outer/loss"
    case .taskLoss: return language.map { "outer/\($0)/loss" } ?? "outer/taskLoss"
    case .outerGradientNorm: return "outer/gradientNorm"
    case .outerLearningRate: return "outer/learningRate"
    case .innerLoss: return "inner\(middle)/loss"
    case .lossBeforeAdaptation: return "inner\(middle)/lossBefore"
    case .lossAfterAdaptation: return "inner\(middle)/lossAfter"
    case .trainingLoss(let phase): return "\(phase.rawValue)\(middle)/loss"
    case .trainingGradientNorm(let phase): return "\(phase.rawValue)\(middle)/gradientNorm"
    case .trainingLearningRate(let phase): return "\(phase.rawValue)\(middle)/learningRate"
    case .f1(let split): return "f1\(middle)/\(split)"
    case .other(let name): return name
    }
  }

  /// The series of a name without a language, as a journal has it.
  package init(name: String) {
    if let known = Self.plain.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) {
      self = known.series
      return
    }
    let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    guard parts.count == 2 else {
      self = .other(name)
      return
    }
    self =
      Self.inPhase(parts[0], parts[1]) ?? (parts[0] == "f1" ? .f1(split: parts[1]) : .other(name))
  }

  /// The series and the language of a name of the first version, in which a language stands in the
  /// middle.
  package static func named(_ name: String) -> (series: Series, language: String?) {
    let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    guard parts.count >= 3, let first = parts.first, let last = parts.last else {
      return (Series(name: name), nil)
    }
    let language = parts[1..<parts.count - 1].joined(separator: "/")
    switch (first, last) {
    case ("f1", _): return (.f1(split: last), language)
    case ("outer", "loss"): return (.taskLoss, language)
    case ("inner", "loss"): return (.innerLoss, language)
    case ("inner", "lossBefore"): return (.lossBeforeAdaptation, language)
    case ("inner", "lossAfter"): return (.lossAfterAdaptation, language)
    default:
      if let series = inPhase(first, last) { return (series, language) }
      return (.other(name), nil)
    }
  }

  private static func inPhase(_ phase: String, _ what: String) -> Series? {
    guard let phase = RunPhase(rawValue: phase), [.tuning, .pretraining].contains(phase) else {
      return nil
    }
    switch what {
    case "loss": return .trainingLoss(phase)
    case "gradientNorm": return .trainingGradientNorm(phase)
    case "learningRate": return .trainingLearningRate(phase)
    default: return nil
    }
  }
}

/// A series of one language, or of all together.
package struct SeriesKey: Hashable, Sendable {
  /// What is measured.
  package var series: Series
  /// The language whose numbers they are; nil where they are of all, or where it is not known.
  package var language: String?

  /// The series of a language.
  package init(_ series: Series, language: String? = nil) {
    self.series = series
    self.language = language
  }

  /// A series by the name that people and exports know it by.
  package init(name: String) {
    (series, language) = Series.named(name)
  }

  /// The name by which people and exports know it.
  package var name: String { series.name(language: language) }
}
