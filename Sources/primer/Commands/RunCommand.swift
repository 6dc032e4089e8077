import ArgumentParser
import Experiments
import Foundation
import LabNotebook
import RunFolders
import RunQueue

/// Queues an experiment, starts the runner if none is there, and follows the run.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run an experiment and follow it.",
    discussion: """
      The work is done by a process of its own, so it goes on if this one ends. Ctrl-C asks the \
      run to stop after its step; a second Ctrl-C stops watching at once. The exit status is 0 \
      for a finished run, 1 for a failed one, 130 after Ctrl-C.
      """)

  @Argument(help: "The experiment's file (TOML).")
  var file: String

  @Option(
    name: .customLong("set"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "Settings that differ from the file's, as in priming.steps=100.", valueName: "key=value"))
  var changes: [Assignment] = []

  @Flag(help: "Only queue it, print its number, and return.")
  var detach = false

  @OptionGroup var notebook: NotebookOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let path = locatedPath(file)
    var experiment = try Experiment.load(path: path)
    for change in changes { try experiment.set(change) }
    try RunStart(experiment: experiment, path: path, detach: detach)
      .carryOut(notebook: notebook, output: output)
  }
}

/// Queues an experiment, sees to it that somebody works, and follows it to its end.
struct RunStart {
  /// What is to be run.
  var experiment: Experiment
  /// The experiment's file, which its relative paths may be relative to.
  var path: String
  /// Whether to return as soon as it is queued.
  var detach: Bool

  func carryOut(notebook: NotebookOptions, output: OutputOptions) throws {
    try experiment.validated()
    for warning in experiment.warnings + experiment.fileWarnings(near: path) {
      printError("Warning: \(warning)")
    }
    _ = try EngineProcess.locate()  // a run that nobody can carry out is not queued
    let notebook = try notebook.openOrMake()
    let id = try notebook.enqueue(experiment, near: path)
    try Runner.startIfNeeded(notebook: notebook, program: try programPath())
    if detach {
      if output.json { try printJSON(["id": id]) } else { print("#\(id)") }
      return
    }
    let display = FollowDisplay(usesStandardError: output.json)
    let follower = RunFollower(
      notebook: notebook, id: id, audience: FollowText(display, notebook: notebook),
      role: .starter)
    let end = try follower.follow()
    if let run = end.run {
      if output.json {
        try printJSON(RunReport(run))
      } else {
        print(endText(of: run, in: notebook))
      }
      if let error = run.error, run.state == .failed || run.state == .interrupted {
        printError("Error: run #\(id) \(run.state.rawValue): \(error)")
      }
    }
    if end.status != 0 { throw ExitCode(end.status) }
  }
}

/// How a run ended, and its F1.
func endText(of run: RunRecord, in notebook: Notebook) -> String {
  var lines = [
    "Run #\(run.id) \(run.state.rawValue)\(run.timeTaken.map { " after \($0)" } ?? "")"
  ]
  if let table = resultsTable(of: run) { lines += ["", table] }
  if run.state == .stopped || run.state == .interrupted {
    lines += ["", "Resume it: \(notebook.command("resume \(run.id)"))"]
  }
  return lines.joined(separator: "\n")
}

extension Experiment {
  /// Changes a setting as the command line says; a key or a value that is wrong is wrong usage.
  mutating func set(_ change: Assignment) throws {
    do throws(ExperimentError) {
      try set(change.key, to: change.value)
    } catch {
      throw ValidationError("\(error)")
    }
  }
}

/// The path of this program, to start it again as the runner.
func programPath() throws -> String {
  try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
}
