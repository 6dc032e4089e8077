import ArgumentParser
import Experiments
import Foundation
import LabNotebook
import RunFolders
import RunQueue

/// Lists the runs that wait, and gives them another order.
struct QueueCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "queue",
    abstract: "List the runs that wait, move one, or cancel some.",
    discussion: """
      primer queue                      what is under way, and what waits
      primer queue move 7 first         last, before RUN, after RUN
      primer queue cancel 7 8
      """,
    subcommands: [ListQueue.self, MoveInQueue.self, CancelQueued.self],
    defaultSubcommand: ListQueue.self)
}

/// Lists what is under way and what waits.
struct ListQueue: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List what is under way and what waits, in order.")

  @OptionGroup var notebook: NotebookOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let notebook = try notebook.openToRead()
    let active = try notebook.runs().filter { [.running, .paused].contains($0.state) }
    let waiting = try notebook.queue()
    if output.json {
      for run in active + waiting { try printJSON(RunReport(run)) }
      return
    }
    if active.isEmpty, waiting.isEmpty {
      print("Nothing is under way, and nothing waits. Start a run: \(notebook.command("run FILE"))")
      return
    }
    var table = TextTable([
      .right("place"), .right("run"), .left("state"), .left("name"), .left("method"),
      .left("created"), .left("waits for"),
    ])
    let waits = try notebook.queueWaits(QueueRule(of: notebook, onProblem: { printError($0) }))
    for (place, run) in active.map({ ("", $0) }) + waiting.enumerated().map({ ("\($0 + 1)", $1) }) {
      table.add([
        place, "#\(run.id)", run.state.rawValue, run.name,
        run.experiment[Settings.primingMethod].rawValue,
        localTime(run.created), waits[run.id]?.object ?? "",
      ])
    }
    print(table.text)
    if active.isEmpty, !Runner.isAlive(notebookFolder: notebook.folder) {
      printError(
        "No runner works on the queue. Start one: \(notebook.command("runner --foreground"))")
    }
  }
}

/// Gives a queued run another place.
struct MoveInQueue: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "move", abstract: "Give a queued run another place.",
    usage: "primer queue move <run> first|last|before <run>|after <run>")

  @Argument(help: runHelp)
  var reference: RunReference

  @Argument(
    help: ArgumentHelp("Where to: first, last, before or after.", valueName: "place"),
    completion: .list(["first", "last", "before", "after"]))
  var place: String

  @Argument(help: ArgumentHelp("The other run, for before and after.", valueName: "run"))
  var other: RunReference?

  @OptionGroup var notebook: NotebookOptions

  func validate() throws {
    switch (place, other) {
    case ("first", nil), ("last", nil), ("before", _?), ("after", _?): return
    case ("before", nil), ("after", nil):
      throw ValidationError("\(place) needs another run: primer queue move 7 \(place) 5")
    default:
      throw ValidationError(
        "‘\(place)’ is not a place; expected first, last, before RUN or after RUN.")
    }
  }

  func run() throws {
    let notebook = try notebook.open()
    let run = try notebook.run(reference)
    let target: QueuePlace
    switch (place, try other.map { try notebook.run($0).id }) {
    case ("before", let other?): target = .before(other)
    case ("after", let other?): target = .after(other)
    case ("first", _): target = .first
    default: target = .last
    }
    try notebook.move(run.id, to: target)
    let order = try notebook.queue().map { "#\($0.id)" }.joined(separator: " ")
    print("The queue is now: \(order)")
  }
}

/// Takes runs out of the queue.
struct CancelQueued: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "Take runs out of the queue; they count as stopped.")

  @Argument(help: runsHelp)
  var references: [RunReference]

  @OptionGroup var notebook: NotebookOptions

  func run() throws {
    let notebook = try notebook.open()
    let runs = try references.map { try notebook.run($0) }
    if let other = runs.first(where: { $0.state != .queued }) {
      throw CommandFailure(
        "run #\(other.id) is \(other.state.rawValue): only what is queued can be cancelled; "
          + "end a run that is under way with \(notebook.command("stop \(other.id)"))")
    }
    for run in runs { try notebook.request(.stop, for: run.id) }
    let numbers = runs.map { "#\($0.id)" }.joined(separator: ", ")
    print(
      "Cancelled \(numbers). Queue it again: \(notebook.command("resume \(runs[0].id)"))")
  }
}
