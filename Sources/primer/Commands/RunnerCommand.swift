import ArgumentParser
import LabNotebook

/// Takes queued runs in order until none is left; started by the other commands.
struct RunnerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runner", abstract: "Work off the notebook's queue.", shouldDisplay: false)

  @Flag(help: "Wait for more when the queue is empty.")
  var stay = false

  @OptionGroup var notebook: NotebookOptions

  func run() throws {
    let runner = try Runner(notebook: notebook.open(), stays: stay)
    try runner.runUntilEmpty()
  }
}
