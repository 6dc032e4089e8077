import ArgumentParser
import Experiments
import Files
import Foundation

/// Writes a starter experiment or study.
struct NewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Write a file to begin an experiment or a study with.",
    discussion: """
      primer new mine.toml                      every setting, its default as a comment
      primer new --preset sample mine.toml      the sample experiment
      primer new --preset study grid.toml       a study; its experiment beside it: grid-base.toml

      Then change it, and: primer run mine.toml, or primer study grid.toml.
      """)

  /// What a file begins with.
  enum Preset: String, CaseIterable, ExpressibleByArgument {
    /// Every setting has its default.
    case defaults
    /// The sample experiment.
    case sample
    /// The controls of the sample experiment.
    case none, multitask
    case oneStep = "one-step"
    case plainMAML = "plain-maml"
    /// An encoder made from text.
    case pretraining
    /// Methods × seeds, over an experiment beside it.
    case study

    /// The sample that it is; nil for one that is made here.
    var sample: String? {
      switch self {
      case .defaults: nil
      case .sample, .study: "sample"
      case .none, .multitask, .oneStep, .plainMAML: "control-\(rawValue)"
      case .pretraining: "pretraining"
      }
    }
  }

  @Option(help: "What it begins with.")
  var preset = Preset.defaults

  @Flag(help: "Write over a file that is there.")
  var force = false

  @Argument(help: "The file to write (TOML).", completion: .file(extensions: ["toml"]))
  var file: String

  func validate() throws {
    if (file as NSString).pathExtension.lowercased() != "toml" {
      throw ValidationError("FILE is \(file); expected a name that ends in .toml.")
    }
  }

  func run() throws {
    var experiment = Experiment()
    if let sample = preset.sample {
      let name = "sample-data/experiments/\(sample).toml"
      guard let path = ResourceLocator.resolve(name, near: nil) else {
        throw CommandFailure(
          "\(name), which came with the program, is not there; --preset defaults needs it not")
      }
      // Its paths are of the files that came with the program, wherever the new file lies.
      experiment = try Experiment.load(path: path).resolved(near: path)
    }
    if preset != .study {
      let heading = "Run it: primer run \(file.quotedForShell)"
      try ExportTarget(path: file, force: force).write(experiment.annotatedToml(heading: heading))
      print("Wrote \(file). Change it, then: primer run \(file.quotedForShell)")
      return
    }
    let stem = (file as NSString).deletingPathExtension
    let base = "\(stem)-base.toml"
    for path in [file, base] { try ExportTarget(path: path, force: force).prepareFile() }
    try ExportTarget(path: base, force: force).write(
      experiment.annotatedToml(heading: "What every run of \(file) has in common."))
    try ExportTarget(path: file, force: force).write(
      Self.study(
        name: (stem as NSString).lastPathComponent, base: (base as NSString).lastPathComponent))
    print("Wrote \(file) and \(base). Change them, then: primer study \(file.quotedForShell)")
  }

  /// A study of the usual methods.
  private static func study(name: String, base: String) -> String {
    """
    # Methods × tunings × seeds over one experiment. Run it: primer study FILE
    name = "\(name)"
    base = "\(base)"
    seeds = [1, 2, 3]
    control = "no priming"        # what the others are compared with
    match = "updates"             # or "sentences", "time", "none": the budget that methods share
    matchTo = "priming"

    [[method]]
    name = "no priming"
    set = { "priming.method" = "none" }

    [[method]]
    name = "multi-task"
    set = { "priming.method" = "multitask" }

    [[method]]
    name = "one inner step"
    set = { "priming.inner.steps" = 1 }

    [[method]]
    name = "priming"

    [[tuning]]
    name = "adapter"
    set = { "tuning.updates" = "adapter+head" }

    # [[tuning]]
    # name = "full"
    # set = { "tuning.updates" = "all" }

    # [grid]                      # every combination of these too
    # "priming.inner.learningRate" = [0.03, 0.1]

    """
  }
}
