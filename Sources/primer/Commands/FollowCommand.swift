import ArgumentParser
import Experiments
import LabNotebook
import RunFolders

/// Watches a run until it ends.
struct FollowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "follow",
    abstract: "Watch a run until it ends.",
    discussion: """
      Prints what happens and where the run is. Ctrl-C ends watching and leaves the run going. The \
      exit status is 0 for a run that finished, 1 for one that failed, 3 for one that was stopped, \
      4 for one that was interrupted, 130 after Ctrl-C. With --json each line is an object whose \
      "event" is state, started, phase, evaluation, settingChanged, resumed, log or progress.
      """)

  @Argument(help: runHelp)
  var reference: RunReference

  @OptionGroup var notebook: NotebookOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let book = try notebook.openToRead()
    let run = try book.run(reference)
    if run.state == .queued { try NotebookOptions.tellOfAbandonedRuns(book) }
    let audience: any RunAudience =
      output.json
      ? FollowLines(run: run.id)
      : FollowText(FollowDisplay(usesStandardError: false), notebook: book)
    let end = try RunFollower(
      notebook: book, id: run.id, audience: audience, role: .watcher
    ).follow()
    if let run = end.run, !output.json {
      print(endText(of: run, in: book))
      if let error = run.error, run.state == .failed || run.state == .interrupted {
        printError("Error: run #\(run.id) \(run.state.rawValue): \(error)")
      }
    }
    if end.status != 0 { throw ExitCode(end.status) }
  }
}
