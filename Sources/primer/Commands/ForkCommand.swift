import ArgumentParser
import Experiments
import Foundation
import LabNotebook

/// Queues a run with another's settings, and with the weights of a point of it.
struct ForkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fork",
    abstract: "Run a run's settings again, changed, from the weights of one of its points.",
    discussion: """
      primer fork 12 --points                     the points that run #12 has left
      primer fork 12/primed --set seed=2          begin with what it primed
      primer fork 12/priming/150 --set priming.outer.learningRate=1e-5
      primer fork 12/best                         its checkpoint of the best dev F1
      primer fork 12 --set priming.steps=500      its settings only, from encoder.path

      Taken are the weights of encoder, adapter and head (--set start.keeps=encoder: only the \
      encoder's), and live settings as they were there. Optimizers, schedules, step counts, \
      learned step sizes and random numbers start from zero. The new run keeps a copy of what it begins \
      with, so that the other may go on or be deleted. With tuning.start = "fresh" tuning still \
      begins with a fresh adapter and head.
      """)

  @Argument(
    help: ArgumentHelp(
      "The run (number, last, or name), or a point of it: 12, 12/primed, 12/best, 12/priming/150, 12/tuned/hi.",
      valueName: "run[/point]"),
    completion: .custom { words, index, typed in RunCompletion.points(words, typed: typed) })
  var point: String

  @Option(
    name: .customLong("set"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "Settings that differ from the run's, as in priming.steps=100.", valueName: "key=value"))
  var changes: [Assignment] = []

  @Flag(help: "Only print the points that the run has left, and return.")
  var points = false

  @Flag(help: "Only queue it, print its number, and return.")
  var detach = false

  @OptionGroup var notebook: NotebookOptions
  @OptionGroup var output: OutputOptions

  /// What `--points --json` prints, one object a line.
  struct PointReport: Encodable {
    var point: String
    var checkpoint: Int?
    var devF1: Double?
  }

  func run() throws {
    guard let reference = StartReference(named: point) else {
      throw ValidationError("‘\(point)’ names no run; expected \(StartReference.expectation).")
    }
    let book = try notebook.openToRead()
    let run = try book.run(reference.run)
    let choices = StartPoints(run)
    if points {
      try printPoints(choices)
      return
    }
    var experiment = run.experiment
    if reference.which != .furthest {
      if let choice = choices.choice(reference.which) {
        experiment = experiment.beginning(at: choice)
      } else {
        // The notebook tells what there is.
        let name =
          if case .name(let name) = reference.run { name } else {
            String(point.prefix { $0 != "/" })
          }
        experiment[Settings.startCheckpoint] = "\(run.id)\(point.dropFirst(name.count))"
      }
    }
    for change in changes { try experiment.set(change) }
    try RunStart(experiment: experiment, path: run.folder + "/experiment.toml", detach: detach)
      .carryOut(notebook: notebook, output: output)
  }

  private func printPoints(_ points: StartPoints) throws {
    if output.json {
      for choice in points.choices {
        try printJSON(
          PointReport(
            point: choice.point.text, checkpoint: choice.checkpoint, devF1: choice.score))
      }
      return
    }
    guard !points.choices.isEmpty else {
      print("Run #\(points.run) has left no point to begin from.")
      return
    }
    var table = TextTable([.left(""), .left("")])
    for choice in points.choices { table.add([choice.point.text, choice.detail]) }
    print(table.text)
  }
}
