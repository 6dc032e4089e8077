package import LabNotebook

/// One run, opened: which pane has the keys and how its chart is drawn.
package struct RunScreenState: Hashable, Sendable {
  /// The parts of the screen that can have the keys.
  package enum Pane: String, CaseIterable, Hashable, Sendable { case curves, scores, log }

  /// Which quantities are drawn together.
  package enum Curves: String, CaseIterable, Hashable, Sendable {
    case loss, tuning, pretraining, f1, gradientNorm, learningRate

    /// The title of the chart.
    package var title: String {
      switch self {
      case .loss: "Loss in priming"
      case .tuning: "Loss in tuning"
      case .pretraining: "Loss in pretraining"
      case .f1: "F1 over time"
      case .gradientNorm: "Gradient norm"
      case .learningRate: "Learning rate"
      }
    }
  }

  package let id: RunID
  package var pane: Pane = .curves
  /// Whether the pane has the whole screen.
  package var isEnlarged = false
  /// The curves chosen by hand; nil follows the run from phase to phase.
  package var chosenCurves: Curves?
  /// Series that are not drawn, by name.
  package var hidden: Set<String> = []
  package var isLogarithmic = false
  /// The steps shown, when zoomed; nil shows all.
  package var range: ClosedRange<Double>?
  /// The step whose values are read out.
  package var cursor: Double?
  /// How many lines the log is scrolled back from its end.
  package var logOffset = 0
  /// How many rows the scores are scrolled down.
  package var scoresOffset = 0

  package init(_ id: RunID) { self.id = id }
}
