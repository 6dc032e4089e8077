import ArgumentParser
import Experiments
import Foundation
import LabNotebook
import RunFolders

/// Lists the runs of the notebook, the newest last.
struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "List the runs of the notebook.")

  @Flag(help: "List archived runs too.")
  var all = false

  @Flag(help: "List what is deleted, and can be restored.")
  var bin = false

  @OptionGroup var notebook: NotebookOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let notebook = try notebook.openToRead()
    try NotebookOptions.tellOfAbandonedRuns(notebook)
    let runs = try notebook.runs().filter { run in
      bin ? run.deleted != nil : run.deleted == nil && (all || !run.archived)
    }
    if output.json {
      for run in runs { try printJSON(RunReport(run)) }
    } else if runs.isEmpty, bin {
      print("Nothing is deleted.")
    } else {
      Self.list(runs, of: notebook)
    }
  }

  /// Prints the runs as they are listed without options.
  static func printList(of notebook: Notebook) throws {
    list(try notebook.runs().filter { $0.deleted == nil && !$0.archived }, of: notebook)
  }

  private static func list(_ runs: [RunRecord], of notebook: Notebook) {
    print(
      runs.isEmpty
        ? "No run in \(notebook.folder) yet. Start one: primer run FILE" : table(of: runs))
  }

  private static func table(of runs: [RunRecord]) -> String {
    var table = TextTable([
      .right("run"), .left("state"), .left("name"), .left("method"), .left("tuned on"),
      .right("F1 dev"), .right("F1 test"), .right("done"), .left("created"),
    ])
    for run in runs {
      let done = run.state == .finished ? 1 : run.progress?.fraction ?? 0
      table.add([
        "#\(run.id)", run.state.rawValue, (run.starred ? "★ " : "") + run.name,
        run.experiment[Settings.primingMethod].rawValue,
        run.experiment[Settings.tuningLanguages].joined(separator: " "),
        percentage(run.meanF1(split: "dev")), percentage(run.meanF1(split: "test")),
        "\(Int(done * 100)) %", localTime(run.created),
      ])
    }
    return table.text
  }
}
