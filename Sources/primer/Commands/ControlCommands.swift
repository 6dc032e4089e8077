import ArgumentParser
import Experiments
import Foundation
import LabNotebook
import RunFolders
import RunQueue

/// Holds a run after the step it is at.
struct PauseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause", abstract: "Hold a run after the step it is at.")

  @Argument(help: runHelp) var reference: RunReference
  @OptionGroup var notebook: NotebookOptions

  func run() throws {
    let notebook = try notebook.open()
    let run = try notebook.run(reference)
    try run.require([.running], to: "be paused")
    try notebook.request(.pause, for: run.id)
    print("Asked run #\(run.id) to pause. Resume it: \(notebook.command("resume \(run.id)"))")
  }
}

/// Lets a paused run go on, or one that ended early.
struct ResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Resume a run that is paused or ended early.",
    discussion: """
      A run that was stopped, failed or was interrupted resumes from its last checkpoint, and ends \
      in the same numbers as if it had never been interrupted. A setting that is changed first, with \
      --set or `primer set`, is changed from there on. A run that waits in the queue gets a runner, \
      if it has none.
      """)

  @Argument(help: runHelp) var reference: RunReference
  @Flag(
    name: [.customLong("restart"), .customLong("anew")],
    help: "Restart from step 0; everything the run has measured is deleted.")
  var restarts = false
  @Option(
    name: .customLong("set"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "Live settings to change when it resumes, as in priming.steps=600.", valueName: "key=value"))
  var changes: [Assignment] = []
  @Flag(
    help: """
      Take the run over from an engine on another machine of which nobody can tell if it still \
      works.
      """)
  var takeOver = false
  @OptionGroup var notebook: NotebookOptions

  func run() throws {
    let controls = try changes.map { try $0.control() }
    let notebook = try notebook.open()
    let run = try notebook.run(reference)
    if !run.isEngineUnknown {
      try run.require([.queued, .paused, .stopped, .interrupted, .failed], to: "be resumed")
    }
    for control in controls { try notebook.request(control, for: run.id) }
    if run.state == .paused, !restarts, !takeOver {
      try notebook.request(.resume, for: run.id)
      print("Run #\(run.id) resumes. Watch it: \(notebook.command("follow \(run.id)"))")
      return
    }
    try notebook.requeue(run.id, anew: restarts, takeOver: takeOver)
    try Runner.startIfNeeded(notebook: notebook, program: try programPath())
    let isFromStart = restarts || !run.hasCheckpoint
    let place = isFromStart ? "to restart from step 0" : "to resume from its last checkpoint"
    let watching = notebook.command("follow \(run.id)")
    print("Run #\(run.id) is queued \(place). Watch it: \(watching)")
  }
}

/// Has a checkpoint written now.
struct CheckpointCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "checkpoint", abstract: "Write a checkpoint of a run after the step it is at.")

  @Argument(help: runHelp) var reference: RunReference
  @OptionGroup var notebook: NotebookOptions

  func run() throws {
    let notebook = try notebook.open()
    let run = try notebook.run(reference)
    try run.require([.running, .paused], to: "write a checkpoint")
    try notebook.request(.checkpoint, for: run.id)
    print("Asked run #\(run.id) for a checkpoint.")
  }
}

/// Ends a run after the step it is at.
struct StopCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop", abstract: "End a run after the step it is at.")

  @Argument(help: runHelp) var reference: RunReference
  @OptionGroup var notebook: NotebookOptions

  func run() throws {
    let notebook = try notebook.open()
    let run = try notebook.run(reference)
    try run.require([.queued, .running, .paused], to: "be stopped")
    try notebook.request(.stop, for: run.id)
    print("Asked run #\(run.id) to stop.")
  }
}

/// Changes a setting of a run that is under way.
struct SetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set",
    abstract: "Change a setting of a run that is under way.",
    discussion: """
      Only live settings can change; `primer describe` marks them. The change is written into the \
      run's record. A run that ended early keeps it until it goes on.
      """)

  @Argument(help: runHelp) var reference: RunReference
  @Argument(help: ArgumentHelp("The setting and its new value.", valueName: "key=value"))
  var change: Assignment
  @OptionGroup var notebook: NotebookOptions

  func run() throws {
    let control = try change.control()
    let notebook = try notebook.open()
    let run = try notebook.run(reference)
    try run.require(
      [.queued, .running, .paused, .stopped, .interrupted, .failed], to: "have a setting changed")
    try notebook.request(control, for: run.id)
    let when = run.state.isFinal ? " when it resumes: \(notebook.command("resume \(run.id)"))" : "."
    print("Asked run #\(run.id) to set \(change.key) to \(change.value)\(when)")
  }
}

extension Assignment {
  /// The request to change the setting; throws unless it can change while a run is under way.
  fileprivate func control() throws -> Control {
    var experiment = Experiment()
    try experiment.set(self)
    let live = Settings.live.map(\.key)
    guard live.contains(key) else {
      throw ValidationError(
        "‘\(key)’ cannot change while a run is under way; these can: "
          + live.joined(separator: ", "))
    }
    return .set(key: key, value: try Settings.value(of: key, value))
  }
}

extension RunRecord {
  /// Throws unless the run is in one of `states`.
  fileprivate func require(_ states: [RunState], to action: String) throws {
    if states.contains(state) { return }
    let names = states.map(\.rawValue)
    let list =
      names.count == 1
      ? names[0] : names.dropLast().joined(separator: ", ") + " or " + names[names.count - 1]
    throw CommandFailure("run #\(id) is \(state.rawValue): a run must be \(list) to \(action)")
  }
}
