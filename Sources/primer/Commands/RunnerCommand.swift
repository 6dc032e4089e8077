import ArgumentParser
import Foundation
import LabNotebook
import RunQueue

/// Takes queued runs in order until none is left; started by the other commands.
struct RunnerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runner",
    abstract: "Work off the notebook's queue.",
    discussion: """
      Other commands start it when it is needed, in the background, where it ends with the queue. \
      With --foreground it stays, waits for more, and tells of each run on standard error. SIGTERM \
      or Ctrl-C: it takes no more runs, has the engines stop with checkpoints, puts those runs back \
      to the head of the queue, and ends with status 0; a second one does not wait for the engines. \
      --jobs sets how many runs are under way at once, as primer jobs does.

      As a service of systemd that goes on after logging out and after a restart of the machine:

        primer runner --unit > ~/.config/systemd/user/primer.service
        systemctl --user enable --now primer && loginctl enable-linger
      """)

  @Flag(help: "Stay when the queue is empty, and tell of each run on standard error.")
  var foreground = false

  @Flag(help: "Wait for more when the queue is empty.")
  var stay = false

  @Flag(help: "Print a unit file for systemd, and end.")
  var unit = false

  @Option(
    help: ArgumentHelp(
      "Set how many runs of this notebook are under way at once.", valueName: "n"))
  var jobs: JobCount?

  @OptionGroup var notebook: NotebookOptions

  func run() throws {
    if unit {
      print(try unitFile, terminator: "")
      return
    }
    EndRequests.startCounting()
    let book = try notebook.openOrMake()
    if let jobs { try book.setJobs(jobs.number) }
    if foreground { try waitForAnother(book) }
    if EndRequests.count > 0 { return }
    let runner = try Runner(
      notebook: book, stays: stay || foreground, endRequests: { EndRequests.count },
      tell: { if foreground { printError($0) } })
    if foreground { printError("Working on \(book.folder)") }
    try runner.runUntilEmpty()
  }

  /// Waits until the runner that another command started has ended.
  private func waitForAnother(_ book: Notebook) throws {
    var told = false
    while Runner.isAlive(notebookFolder: book.folder), EndRequests.count == 0 {
      if !told { printError("Another runner works on \(book.folder); waiting until it ends") }
      told = true
      usleep(500_000)
    }
  }

  /// A unit for `systemd --user`: only the runner is asked to end, and has time to write a
  /// checkpoint.
  private var unitFile: String {
    get throws {
      let folder = URL(filePath: (notebook.folder as NSString).expandingTildeInPath).path
      return """
        [Unit]
        Description=Primer: works off the queue of \(folder.replacing("%", with: "%%"))

        [Service]
        ExecStart=\(try quoted(programPath())) runner --foreground --notebook \(try quoted(folder))
        KillMode=mixed
        TimeoutStopSec=15min
        Restart=on-failure
        RestartSec=30

        [Install]
        WantedBy=default.target

        """
    }
  }

  /// A path as one word of a command of systemd, for which some characters mean something.
  private func quoted(_ path: String) throws -> String {
    if path.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      throw CommandFailure("\(path) has a control character, which no unit file can have")
    }
    let escaped = path.reduce(into: "") { text, character in
      switch character {
      case "%", "$": text += "\(character)\(character)"
      case "\\", "\"": text += "\\\(character)"
      default: text.append(character)
      }
    }
    return "\"\(escaped)\""
  }
}
