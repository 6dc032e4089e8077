import ArgumentParser
import Experiments
import Foundation
import LabNotebook
import NotebookScreens
import RunFolders

/// Lists the runs of the notebook, the newest last.
struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "List the runs of the notebook.",
    discussion: """
      primer runs --filter 'method:maml f1>40 not failed' --sort f1 --limit 10
      primer runs --filter 'study:"does it pay?"' --csv > runs.csv

      --filter takes what / takes in the list of runs: words that must occur, FIELD:WORD, F1>60, \
      f1:nl>60, SETTING=VALUE, starred, `not` or - before one of them, `or` between them. --sort \
      takes a column of that list (f1, f1:nl, name, created, time, …) or a setting's key; F1 and \
      dates begin with the largest, everything else with the smallest. --csv prints one table of \
      all runs with every setting and F1.
      """)

  @Flag(help: "List archived runs too.")
  var all = false

  @Flag(help: "List what is deleted, and can be restored.")
  var bin = false

  @Option(
    help: ArgumentHelp("Only runs that this applies to.", valueName: "text"),
    completion: .list(RunFilterField.plain.map { "\($0.name):" }))
  var filter: String?

  @Option(
    help: ArgumentHelp("By what they are sorted (default: their numbers).", valueName: "key"),
    completion: .list(NotebookScreens.RunColumn.plain.filter(\.sorts).map(\.word)))
  var sort: String?

  @Flag(help: "Turn the order round.")
  var reverse = false

  @Option(
    help: ArgumentHelp(
      "At most so many: the first of the order, or the newest without --sort.", valueName: "n"))
  var limit: Int?

  @Flag(help: "Print one CSV table: what the runs are, every setting, F1.")
  var csv = false

  @OptionGroup var notebook: NotebookOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if csv, output.json { throw ValidationError("--csv and --json exclude each other.") }
    if let limit, limit < 1 { throw ValidationError("--limit is a number from 1.") }
    if let filter, let problem = RunFilter(filter).problem {
      throw ValidationError("--filter: \(problem)")
    }
    if let sort, NotebookScreens.RunColumn(word: sort)?.sorts != true {
      let words = NotebookScreens.RunColumn.plain.filter(\.sorts).map(\.word)
      throw ValidationError(
        "--sort is \(sort); expected one of \(words.joined(separator: ", ")), f1:LANGUAGE, or a "
          + "setting's key.")
    }
  }

  func run() throws {
    let notebook = try notebook.openToRead()
    try NotebookOptions.tellOfAbandonedRuns(notebook)
    let filter = filter.map { RunFilter($0) }
    let chosen = try notebook.runs().filter { run in
      (bin ? run.deleted != nil : run.deleted == nil && (all || !run.archived))
        && filter?.matches(run) ?? true
    }
    let runs = ordered(chosen)
    if csv {
      try StandardStreams.write(RunSheet.csv(runs))
    } else if output.json {
      for run in runs { try printJSON(RunReport(run)) }
    } else if runs.isEmpty, filter != nil {
      print("The filter applies to no run.")
    } else if runs.isEmpty, bin {
      print("Nothing is deleted.")
    } else {
      Self.list(runs, of: notebook)
    }
  }

  /// The runs in their order, no more than are wanted.
  private func ordered(_ runs: [RunRecord]) -> [RunRecord] {
    guard let column = sort.flatMap({ NotebookScreens.RunColumn(word: $0) }) else {
      let newest = limit.map { Array(runs.suffix($0)) } ?? runs
      return reverse ? newest.reversed() : newest
    }
    let isDescending = column.beginsDescending != reverse
    let sorted = runs.sorted { first, second in
      guard let isBefore = column.compare(first, second) else { return first.id < second.id }
      return isBefore != isDescending
    }
    return limit.map { Array(sorted.prefix($0)) } ?? sorted
  }

  /// Prints the runs as they are listed without options.
  static func printList(of notebook: Notebook) throws {
    list(try notebook.runs().filter { $0.deleted == nil && !$0.archived }, of: notebook)
  }

  private static func list(_ runs: [RunRecord], of notebook: Notebook) {
    print(
      runs.isEmpty
        ? "No run in \(notebook.folder) yet. Start one: \(notebook.command("run FILE"))"
        : table(of: runs))
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
