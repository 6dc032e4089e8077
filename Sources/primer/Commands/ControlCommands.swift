import ArgumentParser
import Foundation
import LabNotebook

/// Holds a run after the step it is at.
struct PauseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause", abstract: "Hold a run after the step it is at.")

  @Argument(help: ArgumentHelp("The run: its number, or last.", valueName: "run")) var reference:
    RunReference
  @OptionGroup var notebook: NotebookOptions

  func run() throws {
    let notebook = try notebook.open()
    let run = try notebook.run(reference)
    try run.require([.running], to: "be paused")
    try notebook.request(.pause, for: run.id)
    print("Asked run #\(run.id) to pause. Go on with it: primer resume \(run.id)")
  }
}

/// Lets a paused run go on, or queues one again that ended early.
struct ResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Let a paused run go on, or begin one again that ended early.")

  @Argument(help: ArgumentHelp("The run: its number, or last.", valueName: "run")) var reference:
    RunReference
  @OptionGroup var notebook: NotebookOptions

  func run() throws {
    let notebook = try notebook.open()
    _ = try notebook.markInterrupted()
    let run = try notebook.run(reference)
    try run.require([.paused, .stopped, .interrupted, .failed], to: "be resumed")
    if run.state == .paused {
      try notebook.request(.resume, for: run.id)
      print("Run #\(run.id) goes on. See it: primer show \(run.id)")
      return
    }
    try notebook.requeue(run.id)
    try Runner.startIfNeeded(notebook: notebook, program: try programPath())
    print("Run #\(run.id) is queued to begin again. See it: primer show \(run.id)")
  }
}

/// Ends a run after the step it is at.
struct StopCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop", abstract: "End a run after the step it is at.")

  @Argument(help: ArgumentHelp("The run: its number, or last.", valueName: "run")) var reference:
    RunReference
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
      run's record.
      """)

  @Argument(help: ArgumentHelp("The run: its number, or last.", valueName: "run")) var reference:
    RunReference
  @Argument(help: ArgumentHelp("The setting and its new value.", valueName: "key=value"))
  var change: Assignment
  @OptionGroup var notebook: NotebookOptions

  func run() throws {
    var experiment = Experiment()
    try experiment.set(change)
    let live = Settings.all.filter(\.isLive).map(\.key)
    guard live.contains(change.key) else {
      throw ValidationError(
        "‘\(change.key)’ cannot change while a run is under way; these can: "
          + live.joined(separator: ", "))
    }
    let notebook = try notebook.open()
    let run = try notebook.run(reference)
    try run.require([.queued, .running, .paused], to: "have a setting changed")
    try notebook.request(.set(key: change.key, value: change.value), for: run.id)
    print("Asked run #\(run.id) to set \(change.key) to \(change.value).")
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
