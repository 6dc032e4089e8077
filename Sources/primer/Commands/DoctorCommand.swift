import ArgumentParser
import LabNotebook
import Foundation
import RunFolders

/// Looks for what could keep the program from working, and says how to mend it.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Check the notebook, the terminal, the files and the engine.",
    discussion: "The exit status is 1 if there is a problem.")

  @OptionGroup var notebook: NotebookOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let checks: [() -> [Finding]] = [
      { [.ok("primer", PrimerCommand.version)] },
      { NotebookCheck(folder: notebook.folder).findings },
      { TerminalFacts.current.findings },
      { FilesCheck().findings },
      { EngineCheck().findings },
    ]
    var problems = 0
    for check in checks {
      for finding in check() {
        if finding.status == .problem { problems += 1 }
        if output.json { try printJSON(finding) } else { print(finding.line) }
      }
      flushOutput()
    }
    if problems > 0 { throw ExitCode.failure }
  }
}
