import ArgumentParser
import Experiments

/// Makes a small encoder from text, as a run that can be followed like any other.
struct PretrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pretrain",
    abstract: "Make a small encoder by masked-language modelling.",
    discussion: """
      The file's [pretraining] settings say how; `primer describe pretraining` lists them. The \
      result is a Hugging Face model directory with the curve of its loss beside it.
      """)

  @Argument(help: "The experiment's file (TOML).")
  var file: String

  @Option(help: "Where the model directory is written; otherwise as the file says.")
  var to: String?

  @Option(
    name: .customLong("set"), parsing: .upToNextOption,
    help: ArgumentHelp("Settings that differ from the file's.", valueName: "key=value"))
  var changes: [Assignment] = []

  @Flag(help: "Only queue it, print its number, and return.")
  var detach = false

  @OptionGroup var notebook: NotebookOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let path = locatedPath(file)
    var experiment = try Experiment.load(path: path)
    for change in changes { try experiment.set(change) }
    experiment[Settings.kind] = .pretraining
    if let to { try experiment.set(Settings.pretrainingOutput.key, to: to) }
    try RunStart(experiment: experiment, path: path, detach: detach)
      .carryOut(notebook: notebook, output: output)
  }
}
