import ArgumentParser
import Experiments
import Foundation
import LabNotebook
import NamedEntities
import Reports
import RunFolders

/// Writes what runs or a study came to as one file for somebody who does not have the notebook.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write what runs or a study came to as one HTML or Markdown file.",
    discussion: """
      primer report 3 --out run.html                  one run
      primer report 3 7 9 --control 3 --out a.html    runs side by side
      primer report "does it pay?" --out study.md     a study, by name or by its file

      The file needs nothing else: tables with 95 % intervals, curves, settings, budgets, machine, \
      notes, and what repeats it. Text under the headings Hypothesis and Conclusion of the \
      notebook's page that is named like the study (--page NAME: another one) has a place of its \
      own: primer notes --page NAME --write TEXT.
      """)

  @Argument(
    help: ArgumentHelp(
      "Runs (numbers, last, or names), or one study: its name or its file.", valueName: "run|study"),
    completion: .custom { words, _, _ in RunCompletion.runsAndStudies(words) })
  var targets: [String]

  @Option(
    help: ArgumentHelp(
      "The file: .html, or .md for Markdown; - prints Markdown.", valueName: "path"),
    completion: .file(extensions: ["html", "md"]))
  var out: String

  @Option(help: "The run, or the study's method, that the others are compared with.")
  var control: String?

  @Option(help: "The split that a study's table compares (default: test).")
  var split: String?

  @Option(help: ArgumentHelp("The page of the notebook about them.", valueName: "name"))
  var page: String?

  @Option(help: "How many resamples the intervals rest on.")
  var resamples = 10_000

  @Flag(help: "Write over a file that is there.")
  var force = false

  @OptionGroup var notebook: NotebookOptions

  /// What a report is written as.
  private enum Format {
    case html, markdown

    init?(path: String) {
      switch (path as NSString).pathExtension.lowercased() {
      case "html", "htm": self = .html
      case "md", "markdown": self = .markdown
      default:
        if path != "-" { return nil }
        self = .markdown
      }
    }
  }

  func validate() throws {
    if Format(path: out) == nil {
      throw ValidationError("--out is \(out); expected a name that ends in .html or .md, or -.")
    }
    guard (100...1_000_000).contains(resamples) else {
      throw ValidationError("--resamples is a number from 100 to 1000000.")
    }
    if let split, !CorpusFormat.splits.contains(split) {
      throw ValidationError(
        "‘\(split)’ is not a split; expected one of \(CorpusFormat.splits.joined(separator: ", "))."
      )
    }
  }

  func run() throws {
    let book = try notebook.openToRead()
    let target = ExportTarget(path: out, force: force)
    if out != "-" { try target.prepareFile() }
    let study = targets.count == 1 ? try study(targets[0], in: book) : nil
    let report = try study.map { try studyReport($0, in: book) } ?? runsReport(in: book)
    try target.write(Format(path: out) == .html ? report.html : report.markdown)
    if out != "-" { print("\(report.title): \(out)") }
  }

  private func runsReport(in book: Notebook) throws -> Report {
    if split != nil { throw ValidationError("--split is for the report of a study.") }
    func run(_ text: String) throws -> RunRecord {
      guard let reference = RunReference(argument: text) else {
        throw ValidationError("‘\(text)’ names no run; expected its number, last, or its name.")
      }
      return try book.run(reference)
    }
    var runs = try targets.map(run)
    guard Set(runs.map(\.id)).count == runs.count else {
      throw ValidationError("A run is named twice; each is reported once.")
    }
    var place = 0
    if let control {
      let chosen = try run(control)
      if let index = runs.firstIndex(where: { $0.id == chosen.id }) {
        place = index
      } else {
        runs.insert(chosen, at: 0)
      }
    }
    let studies = Set(runs.map(\.study))
    let name = page ?? (studies.count == 1 ? studies.first.flatMap { $0.isEmpty ? nil : $0 } : nil)
    return try RunsReport(
      runs, control: place, page: try name.flatMap { try find($0, in: book) }, in: book,
      bootstrap: PairedBootstrap(resamples: resamples)
    ).report()
  }

  /// The file of the study that a text names: a file, or one that the notebook keeps; nil where it
  /// names none.
  private func study(_ text: String, in book: Notebook) throws -> String? {
    if RunReference(plain: text) != nil { return nil }
    let kept = book.keptStudies()
    if let study = kept.first(where: { $0.name.utf8.elementsEqual(text.utf8) }) {
      return study.path
    }
    if try book.runs().contains(where: { $0.name.utf8.elementsEqual(text.utf8) }) { return nil }
    let path = locatedPath((text as NSString).expandingTildeInPath)
    if FileManager.default.fileExists(atPath: path) { return path }
    guard RunReference(argument: text) != nil else { return nil }
    let known =
      kept.isEmpty
      ? "the notebook has no study"
      : "its studies are " + kept.map(\.name).joined(separator: ", ")
    throw CommandFailure("‘\(text)’ names neither a run, nor a study, nor a file; \(known)")
  }

  private func studyReport(_ file: String, in book: Notebook) throws -> Report {
    var study = try Study.load(path: file)
    if let control {
      let names = study.methods.map(\.name)
      guard names.contains(control) else {
        throw ValidationError(
          "The study has no method \(control); expected one of \(names.joined(separator: ", ")).")
      }
      study.control = control
    }
    if let split, !study.base[Settings.evaluationSplits].contains(where: { $0.rawValue == split }) {
      throw ValidationError("The study does not evaluate on \(split) (evaluation.splits).")
    }
    return try StudyReport(
      study, near: file, split: split,
      page: try find(page ?? StudyReport.pageName(of: study.name), in: book), in: book,
      bootstrap: PairedBootstrap(resamples: resamples)
    ).report()
  }

  /// The page of a name; one that was asked for and is not there is an error.
  private func find(_ name: String, in book: Notebook) throws -> Page? {
    let found = try book.pages().first { $0.name.utf8.elementsEqual(name.utf8) }
    if found == nil, page != nil {
      throw CommandFailure("There is no page ‘\(name)’ in \(book.folder).")
    }
    return found
  }
}
