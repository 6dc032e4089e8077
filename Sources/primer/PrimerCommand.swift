import ArgumentParser
import Foundation
import LabNotebook
import RunFolders
import RunQueue
import NotebookScreens
import TerminalUI

/// The program: without a command the notebook on the screen, with one that command.
///
///     $ primer
///     $ primer run sample-data/experiments/sample.toml --set seed=2
@main
struct PrimerCommand: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "primer",
    abstract: "A lab notebook in the terminal for meta-learning experiments on entity tagging.",
    discussion: """
      Without a command it opens the notebook on the screen, or lists the runs where there is no \
      terminal. Runs go on in a process of their own: \
      leaving the screen, or losing the connection, does not end them.
      """,
    version: version,
    groupedSubcommands: [
      CommandGroup(
        name: "Runs",
        subcommands: [
          NewCommand.self, RunCommand.self, ForkCommand.self, StudyCommand.self, RunsCommand.self,
          ShowCommand.self,
          FollowCommand.self, CompareCommand.self, ReportCommand.self, PauseCommand.self,
          ResumeCommand.self,
          StopCommand.self, CheckpointCommand.self, SetCommand.self, NoteCommand.self,
          NotesCommand.self, ExportCommand.self,
        ]),
      CommandGroup(
        name: "Order in the notebook",
        subcommands: [
          TagCommand.self, StarCommand.self, RenameCommand.self, ArchiveCommand.self,
          DeleteCommand.self, RestoreCommand.self, ImportCommand.self, DiskCommand.self,
        ]),
      CommandGroup(
        name: "The queue", subcommands: [QueueCommand.self, JobsCommand.self, RunnerCommand.self]),
      CommandGroup(
        name: "Models and corpora",
        subcommands: [
          PredictCommand.self, PretrainCommand.self, TokenizeCommand.self, DataCommand.self,
          EncodersCommand.self, ScoreCommand.self,
        ]),
      CommandGroup(
        name: "Help and checks",
        subcommands: [
          DescribeCommand.self, KeysCommand.self, ScreenshotCommand.self, DoctorCommand.self,
          RepairCommand.self,
          VerifyCommand.self, BenchCommand.self, FeelCommand.self,
        ]),
    ])

  @OptionGroup var notebook: NotebookOptions

  @OptionGroup var screen: ScreenOptions

  /// Hands commands that compute to the engine before anything of them is read here.
  static func main() {
    StandardStreams.keepNumbers()
    let arguments = Array(CommandLine.arguments.dropFirst())
    do {
      if let forEngine = try EngineCommands.engineArguments(arguments) {
        try EngineProcess.replaceCurrentProcess(arguments: forEngine)
      }
      var command = try parseAsRoot(arguments)
      try command.run()
    } catch {
      end(with: error)
    }
    flushOutput()
  }

  /// Ends the program: what was asked for (help, a version, a completion script) is on standard
  /// output, a failure on standard error, where nothing of it steers the terminal.
  private static func end(with error: any Error) -> Never {
    let status = exitCode(for: error)
    let message = fullMessage(for: error)
    if status.isSuccess, !message.isEmpty { printRaw(message + "\n") }
    flushOutput()
    if !status.isSuccess, !message.isEmpty { printError(message) }
    Foundation.exit(status.rawValue)
  }

  func run() throws {
    do {
      try TerminalSession.run(
        notebookFolder: notebook.folder, themeName: screen.theme,
        keys: screen.keys)
    } catch let error as TerminalError where error.isNoScreen {
      // What can be seen without a screen: the list of the runs.
      if case .notATerminal = error {} else { printError("\(error). These are the runs:") }
      try RunsCommand.printList(of: try bookToList())
    }
  }

  /// The notebook; as the screens would have made it, where it is not there.
  private func bookToList() throws -> Notebook {
    do {
      return try notebook.openToRead()
    } catch let error as NotebookError where error.kind == .missing {
      return try notebook.openOrMake()
    }
  }
}
