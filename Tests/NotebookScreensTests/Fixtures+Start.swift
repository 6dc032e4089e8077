import Experiments
import LabNotebook

extension Fixture {
  /// What run #1 has left: its best checkpoint with other live settings than its plan, the
  /// primed encoder, two languages.
  static let startPoints = StartPoints(
    run: 1,
    choices: [
      StartChoice(
        point: StartPoint(run: 1, place: .priming(step: 150)), score: 0.481,
        settings: ["priming.outer.learningRate": .number(0.005)], checkpoint: 3),
      StartChoice(point: StartPoint(run: 1, place: .primed)),
      StartChoice(point: StartPoint(run: 1, place: .tuned(language: "hi"))),
      StartChoice(point: StartPoint(run: 1, place: .tuned(language: "af"))),
    ])
}
