import ArgumentParser
import Experiments
import LabNotebook
import NamedEntities
import RunFolders

/// Shows runs side by side, and whether their differences are more than noise.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare runs: settings, F1, errors, sentences.",
    discussion: """
      F1 of each language and split side by side, with the difference from the first run (or from \
      --control) and its 95 % interval: a paired bootstrap over the sentences, where both runs \
      have kept their predictions of the same ones. ▲ (better) and ▼ (worse) mark an interval that \
      leaves zero out.
      """)

  @Argument(help: ArgumentHelp("The runs, 2 to 8: numbers, last, or names.", valueName: "run"))
  var references: [RunReference]

  @Option(help: "The run that the others are compared with (default: the first).")
  var control: RunReference?

  @OptionGroup var details: DetailOptions

  @Option(
    defaultAsFlag: 5,
    help: ArgumentHelp(
      "Show sentences that changed, at most so many of each kind; 0 shows all.", valueName: "n"))
  var sentences: Int?

  @Option(help: "How many resamples the bootstrap draws.")
  var resamples = 10_000

  @OptionGroup var notebook: NotebookOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    let all = references + (control.map { [$0] } ?? [])
    guard Set(all).count > 1, Set(all).count <= 8 else {
      throw ValidationError("A comparison has 2 to 8 runs; these are \(Set(all).count).")
    }
    if Set(references).count < references.count {
      throw ValidationError("A run is named twice; each is compared once.")
    }
    if let sentences, sentences < 0 { throw ValidationError("--sentences is a number from 0.") }
    guard (100...1_000_000).contains(resamples) else {
      throw ValidationError("--resamples is a number from 100 to 1000000.")
    }
  }

  func run() throws {
    let notebook = try notebook.openToRead()
    let (runs, control) = try chosenRuns(notebook)
    let comparison = try details.comparison(
      runs, control: control, bootstrap: PairedBootstrap(resamples: resamples))
    let changes = try runs.flatMap { try Self.settingChanges(of: $0.id, notebook) }
    if output.json {
      try printJSON(
        ComparisonReport(
          comparison, settingChanges: changes, details: details, sentences: sentences))
      return
    }
    let lines = changes.map { change in
      "#\(change.run) changed \(change.key) from \(change.old) to \(change.new) at step "
        + "\(change.step)"
    }
    var sections = ComparisonText(comparison: comparison, settingChanges: lines).sections
    sections += details.sections(of: comparison)
    if let sentences {
      sections += ChangedSentencesText(comparison: comparison, limit: sentences).sections
    }
    print(sections.joined(separator: "\n\n"))
  }

  /// The runs with the control among them; one that was not named with the others stands first.
  private func chosenRuns(_ notebook: Notebook) throws -> (runs: [RunRecord], control: Int) {
    var runs = try references.map { try notebook.run($0) }
    guard Set(runs.map(\.id)).count == runs.count else {
      throw ValidationError("A run is named twice; each is compared once.")
    }
    var place = 0
    if let control {
      let run = try notebook.run(control)
      if let index = runs.firstIndex(where: { $0.id == run.id }) {
        place = index
      } else {
        runs.insert(run, at: 0)
      }
    }
    guard (2...8).contains(runs.count) else {
      throw ValidationError("A comparison has 2 to 8 runs; these are \(runs.count).")
    }
    return (runs, place)
  }

  private static func settingChanges(
    of run: RunID, _ notebook: Notebook
  ) throws -> [ComparisonReport.SettingChange] {
    try notebook.events(run).compactMap { logged in
      guard case .settingChanged(let key, let old, let new, let step, _) = logged.event else {
        return nil
      }
      return ComparisonReport.SettingChange(
        run: run, step: step, key: key, old: old.description, new: new.description)
    }
  }
}
