import ArgumentParser
import Experiments
import Foundation
import LabNotebook
import RunFolders
import RunQueue
import NamedEntities

/// How the table of a study is printed.
enum StudyFormat: String, CaseIterable, ExpressibleByArgument {
  case text, markdown, latex, csv
}

/// Runs the grid of a study and prints its table.
struct StudyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "study",
    abstract: "Run methods × tunings × seeds and compare them.",
    discussion: """
      Runs that the notebook already has finished, or is working on, are not begun again: after \
      Ctrl-C the same command goes on. Cells that differ only in tuning prime their encoder once. \
      With match = "updates", "sentences" or "time" in the study's file every method is given the \
      budget of the reference; by time, each is timed first in a short run of its own, and the \
      runner queues the grid when these have finished.
      """)

  @Argument(help: "The study's file (TOML).")
  var file: String

  @Option(help: "The split that is compared.")
  var split = "test"

  @Flag(help: "Only queue the runs, and return.")
  var detach = false

  @Flag(help: "Print the table of the runs that there are; start none.")
  var noRun = false

  @Option(help: "How the table is printed.")
  var format = StudyFormat.text

  @Option(help: "The method that the others are compared with; without it, the file's.")
  var control: String?

  @Option(help: "How many resamples the intervals rest on.")
  var resamples = 10_000

  @OptionGroup var output: OutputOptions
  @OptionGroup var notebook: NotebookOptions

  func validate() throws {
    guard resamples >= 100 else {
      throw ValidationError("--resamples is \(resamples); expected at least 100.")
    }
  }

  func run() throws {
    let path = locatedPath(file)
    let plan = try Study.load(path: path)
    var study = plan
    if let control {
      let names = study.methods.map(\.name)
      guard names.contains(control) else {
        throw ValidationError(
          "The study has no method \(control); expected one of \(names.joined(separator: ", ")).")
      }
      study.control = control
    }
    guard study.base[Settings.evaluationSplits].contains(where: { $0.rawValue == split }) else {
      throw ValidationError("The study does not evaluate on \(split) (evaluation.splits).")
    }
    if noRun {
      let book = try notebook.openToRead()
      try report(study, near: path, in: book)
      return
    }
    for warning in try plan.warnings(near: path) { printError("Warning: \(warning)") }
    _ = try EngineProcess.locate()
    let book = try notebook.openOrMake()
    // The screens find the study in the notebook, by its plan and by its runs.
    var launched = try StudyLauncher.launch(plan, near: path, in: book)
    try Runner.startIfNeeded(notebook: book, program: try programPath())
    if !launched.timing.isEmpty, !detach {
      tell("Timing methods first")
      try follow(launched.timing, in: book)
      // The runner may have queued the grid already; then there is nothing left to queue.
      if let problem = try StudyTiming(plan, near: path, in: book).problem { throw problem }
      launched = try StudyLauncher.launch(plan, near: path, in: book)
      try Runner.startIfNeeded(notebook: book, program: try programPath())
    }
    if detach {
      let runs = launched.timing.isEmpty ? launched.grid : launched.timing
      print("Queued: " + runs.map { "#\($0)" }.joined(separator: " "))
      if !launched.timing.isEmpty {
        tell("These time the methods; the grid is queued when they have finished.")
      }
      return
    }
    try follow(launched.grid, in: book)
    try report(study, near: path, in: book)
    if try launched.grid.contains(where: { try book.run($0)?.state != .finished }) {
      throw ExitCode.failure
    }
  }

  /// Waits for every run, and tells of each as it ends.
  private func follow(_ ids: [RunID], in book: Notebook) throws {
    var open = ids
    tell("\(ids.count) runs; Ctrl-C leaves them going, the same command shows them again")
    var looks = 0
    while !open.isEmpty {
      try book.refresh(.open)
      // A runner that was killed leaves runs that nobody would take.
      looks += 1
      if looks % 16 == 0, try !Runner.abandonedRuns(of: book).isEmpty {
        try Runner.startIfNeeded(notebook: book, program: try programPath())
      }
      for id in open {
        guard let run = try book.run(id), run.state.isFinal else { continue }
        open.removeAll { $0 == id }
        let score = run.meanF1(split: split).map { String(format: ", F1 %.1f", 100 * $0) } ?? ""
        let reason = run.error.map { ": \($0)" } ?? ""
        tell("#\(id) \(run.name): \(run.state.rawValue)\(score)\(reason)")
      }
      if !open.isEmpty { usleep(300_000) }
    }
  }

  /// A line about the runs' course: to the side when the table is for another program.
  private func tell(_ line: String) {
    if output.json || format != .text {
      printError(line)
    } else {
      print(line)
      flushOutput()
    }
  }

  private func report(_ study: Study, near path: String, in book: Notebook) throws {
    let entries = try study.entries(in: book, near: path)
      .compactMap { entry -> StudyResults.Entry? in
        try entry.run.map { try StudyResults.Entry(cell: entry.cell, run: $0, in: book) }
      }
    let results = try StudyResults(
      study: study, split: split, entries: entries,
      bootstrap: PairedBootstrap(resamples: resamples))
    if output.json {
      try printJSON(results)
      return
    }
    switch format {
    case .text: print(StudyTable(results).text)
    case .markdown: print(results.markdown(), terminator: "")
    case .latex: print(results.latex(), terminator: "")
    case .csv: print(results.csv(), terminator: "")
    }
    for problem in results.problems { printError("Note: \(problem)") }
  }
}
