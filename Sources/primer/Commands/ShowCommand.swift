import ArgumentParser
import Experiments
import Foundation
import LabNotebook
import RunFolders
import RunQueue

/// Shows what is known of one run.
struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one run: state, settings, results, errors, note.")

  @Argument(help: runHelp)
  var reference: RunReference

  @OptionGroup var details: DetailOptions
  @OptionGroup var notebook: NotebookOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if !details.wantsDetails, !(details.split + details.language).isEmpty {
      throw ValidationError(
        "--split and --language choose what --types, --errors and --confusion show.")
    }
  }

  func run() throws {
    let book = try notebook.openToRead()
    let run = try book.run(reference)
    if run.state == .queued { try NotebookOptions.tellOfAbandonedRuns(book) }
    let wait =
      run.state == .queued ? try book.queueWaits(QueueRule(of: book))[run.id] : nil
    let details = try self.details.wantsDetails ? self.details.comparison([run]) : nil
    if output.json {
      try printJSON(RunReport(run, details: details.map { ($0, self.details) }))
    } else {
      print(
        text(of: run, details: details, warning: try lastWarning(of: run, in: book), wait: wait))
    }
  }

  /// What a run that is under way told last of something that is wrong, as that it waits for room
  /// on the disk.
  private func lastWarning(of run: RunRecord, in book: Notebook) throws -> String? {
    guard !run.state.isFinal else { return nil }
    return try book.events(run.id).reversed().lazy.compactMap { entry -> String? in
      guard case .log(let level, let text) = entry.event, level != .info else { return nil }
      return "\(localTime(entry.time)): \(text)"
    }.first
  }

  private func text(
    of run: RunRecord, details: RunComparison?, warning: String?, wait: QueueWait?
  ) -> String {
    var facts = TextTable([.left(""), .left("")])
    facts.add(["Run", "#\(run.id) \(run.name)\(run.starred ? " ★" : "")"])
    let doubt = run.isEngineUnknown ? " as far as can be told from here" : ""
    let waits = wait.map { ", \($0.words)" } ?? ""
    facts.add(["State", run.state.rawValue + waits + doubt + (run.archived ? " (archived)" : "")])
    facts.add(["Created", localTime(run.created)])
    if let started = run.started { facts.add(["Started", localTime(started)]) }
    if let finished = run.finished { facts.add(["Ended", localTime(finished)]) }
    if let taken = run.timeTaken { facts.add(["Took", taken]) }
    if let progress = run.progress, !run.state.isFinal {
      facts.add(["Progress", ProgressText(progress: progress, losses: Losses()).text])
    }
    if let start = run.experiment.startWords {
      let name = RunFolder(run.folder).startName.map { " (\($0))" } ?? ""
      facts.add(["Began with", start + name])
    }
    facts.add(["Folder", run.folder])
    if let origin = RunFolder(run.folder).origin {
      facts.add(["Command", origin.command.map(\.quotedForShell).joined(separator: " ")])
      facts.add(["Started in", origin.folder])
      if let git = origin.git { facts.add(["Git", git.words]) }
      facts.add(["Version", "Primer \(origin.version)"])
    }
    if let error = run.error { facts.add(["Error", error]) }
    if let fault = run.fault { facts.add(["Cannot be read", fault]) }
    if let warning { facts.add(["Last warning", warning]) }
    var sections = [facts.text]
    if let table = resultsTable(of: run) { sections.append(table) }
    if let details { sections += self.details.sections(of: details) }
    let settings = run.experiment.toml().trimmingCharacters(in: .newlines)
    sections.append("Settings that differ from the defaults\n\n\(settings)")
    if !run.note.isEmpty { sections.append("Note\n\n\(run.note)") }
    return sections.joined(separator: "\n\n")
  }
}
