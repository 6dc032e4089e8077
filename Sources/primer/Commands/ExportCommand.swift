import ArgumentParser
import Experiments
import Foundation
import LabNotebook
import RunFolders
import RunQueue
import NotebookScreens

/// Writes what a run measured or made in the format of another program.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a run's curves, scores, predictions or models, or runs whole.",
    discussion: """
      What was measured:
        csv          every point and every score, a number a row (a file)
        jsonl        the run, its points, its evaluations as JSON lines (a file)
        tensorboard  every point and every score as events (a folder)
        latex        precision, recall, F1 of each language and split (a file)
        markdown     the same table for a page (a file)
        conll        words with gold and predicted tag: LANGUAGE.SPLIT.conll in
                     a folder; a file with --language and --split
      What was made, a folder for each language, or PATH itself with --language:
        adapterhub   adapter and head: model.load_adapter(folder)
        peft         adapter and head: PeftModel.from_pretrained(model, folder)
        huggingface  whole: BertForTokenClassification.from_pretrained(folder)

      Everything:
        primer       one run or several, whole, in one file that any notebook takes
                     in by primer import; --without-checkpoints makes it smaller

      PATH - is standard output, for what is one file of text.
      """)

  /// What can be written.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case csv, jsonl, tensorboard, adapterhub, peft, huggingface, latex, markdown, conll
    case primer

    /// Whether the engine writes it, since it is made of parameters.
    var isModel: Bool { [.adapterhub, .peft, .huggingface].contains(self) }
  }

  @Argument(help: runHelp)
  var references: [RunReference]

  @Option(help: "What to write.")
  var format: Format

  @Option(help: ArgumentHelp("Where to: a file or a folder.", valueName: "path"))
  var out: String

  @Option(help: ArgumentHelp("One language alone.", valueName: "code"))
  var language: String?

  @Option(help: "One split alone (conll).")
  var split: String?

  @Flag(help: "Write over what is there.")
  var force = false

  @Flag(help: "With adapters, also write the encoder that they belong on: PATH/encoder.")
  var withEncoder = false

  @Flag(help: "Leave out the checkpoints from which the runs could resume (primer).")
  var withoutCheckpoints = false

  @OptionGroup var notebook: NotebookOptions

  func validate() throws {
    if references.count > 1, format != .primer {
      throw ValidationError("Several runs can be written by --format primer alone.")
    }
    if withoutCheckpoints, format != .primer {
      throw ValidationError("--without-checkpoints is for --format primer.")
    }
    if language != nil, format == .primer {
      throw ValidationError("--language is not for --format primer, which writes runs whole.")
    }
    if out == "-", format == .primer {
      throw ValidationError("--format primer writes a file; expected a path, not -.")
    }
    if split != nil, format != .conll { throw ValidationError("--split is for --format conll.") }
    if withEncoder, format != .adapterhub, format != .peft {
      throw ValidationError("--with-encoder is for --format adapterhub and peft.")
    }
    if out == "-", format.isModel || format == .tensorboard {
      throw ValidationError("--format \(format.rawValue) writes a folder; expected a path, not -.")
    }
  }

  func run() throws {
    let book = try notebook.openToRead()
    let runs = try references.map { try book.run($0) }
    let run = runs[0]
    try checkLanguage(of: run)
    let target = ExportTarget(path: out, force: force)
    switch format {
    case .primer: try writeWhole(book, runs, to: target)
    case .csv, .jsonl, .tensorboard: try writeMeasurements(book, run, to: target)
    case .latex, .markdown: try writeTable(run, to: target)
    case .conll: try PredictionExport(run: run, language: language, split: split).write(to: target)
    case .adapterhub, .peft, .huggingface: try handToEngine(run, target)
    }
  }

  private func writeWhole(_ book: Notebook, _ runs: [RunRecord], to target: ExportTarget) throws {
    try target.prepareFile()
    let report = try book.export(
      runs.map(\.id), to: target.absolutePath, hasCheckpoints: !withoutCheckpoints)
    for path in report.leftOut { printError("Left out, since it is not a regular file: \(path)") }
    let numbers = report.runs.map { "#\($0)" }.joined(separator: ", ")
    print(
      "\(numbers) with \(report.files) files, \(Formatting.bytes(report.bytes)). "
        + "Take in: primer import \(out)")
  }

  private func checkLanguage(of run: RunRecord) throws {
    let known = run.experiment[Settings.tuningLanguages]
    guard let language, !known.contains(language) else { return }
    throw CommandFailure(
      "run #\(run.id) has no target language \(language): its languages are "
        + known.joined(separator: ", "))
  }

  private func writeMeasurements(
    _ book: Notebook, _ run: RunRecord, to target: ExportTarget
  ) throws {
    let measured = try Measurements(book, run: run, language: language)
    guard !measured.series.isEmpty || !measured.evaluations.isEmpty else {
      throw CommandFailure("run #\(run.id) is \(run.state.rawValue): nothing is measured yet")
    }
    tellIfUnfinished(run)
    var text = ""
    switch format {
    case .csv: measured.eachCSVLine { text += $0 + "\n" }
    case .jsonl: try measured.eachJSONLine { text += $0 + "\n" }
    default:
      let time = Int((run.started ?? run.created).timeIntervalSince1970)
      try target.write(
        EventFile(measured).data,
        inFolderAs: "events.out.tfevents.\(time).primer-run-\(run.id)")
      return
    }
    try target.write(text)
  }

  private func writeTable(_ run: RunRecord, to target: ExportTarget) throws {
    guard let table = ScoreTable(run, language: language) else {
      throw CommandFailure(
        "run #\(run.id) is \(run.state.rawValue) and has no F1 after tuning"
          + (run.state.isFinal ? "" : " yet"))
    }
    tellIfUnfinished(run)
    try target.write(format == .latex ? table.latex : table.markdown)
  }

  private func handToEngine(_ run: RunRecord, _ target: ExportTarget) throws {
    guard run.state.isFinal else {
      throw CommandFailure(
        "run #\(run.id) is \(run.state.rawValue); expected one that has ended, since its models "
          + "are not whole yet")
    }
    try target.checkFolder()
    try EngineProcess.replaceCurrentProcess(
      arguments: [
        "export-model", "--folder", run.folder, "--format",
        format.rawValue, "--out", target.absolutePath,
      ] + (language.map { ["--language", $0] } ?? []) + (withEncoder ? ["--with-encoder"] : []))
  }

  private func tellIfUnfinished(_ run: RunRecord) {
    guard run.state != .finished else { return }
    printError("run #\(run.id) is \(run.state.rawValue): this is what it has measured so far")
  }
}
