import ArgumentParser
import Foundation
import LabNotebook
import NamedEntities

/// Runs the grid of a study and prints its table.
struct StudyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "study",
    abstract: "Run methods × tunings × seeds and compare them.",
    discussion: """
      Runs that the notebook already has finished, or is working on, are not begun again: after \
      Ctrl-C the same command goes on. F1 is the mean over seeds ± the sample standard deviation, \
      in points. Whether a difference is more than noise is not tested.
      """)

  @Argument(help: "The study's file (TOML).")
  var file: String

  @Option(help: "The split that is compared.")
  var split = "test"

  @Flag(help: "Only queue the runs, and return.")
  var detach = false

  @OptionGroup var notebook: NotebookOptions

  func run() throws {
    let path = locatedPath(file)
    let study = try Study.load(path: path)
    guard study.base[Settings.evaluationSplits].contains(split) else {
      throw ValidationError("The study does not evaluate on \(split) (evaluation.splits).")
    }
    _ = try EngineProcess.locate()
    let book = try notebook.open()
    let ids = try queue(study, near: path, in: book)
    try Runner.startIfNeeded(notebook: book, program: try programPath())
    if detach {
      print("Queued: " + ids.map { "#\($0.id)" }.joined(separator: " "))
      return
    }
    try follow(ids.map(\.id), in: book)
    let runs = try ids.compactMap { cell in
      try book.run(cell.id).map { (cell: cell.cell, run: $0) }
    }
    print(StudyTable(study: study, split: split, runs: runs).text)
    if runs.contains(where: { $0.run.state != .finished }) { throw ExitCode.failure }
  }

  /// The run of each cell: one that the notebook has, or a new one.
  private func queue(
    _ study: Study, near path: String, in book: Notebook
  ) throws -> [(cell: Study.Cell, id: RunID)] {
    var result: [(cell: Study.Cell, id: RunID)] = []
    for cell in try study.cells() {
      let planned = try Notebook.resolved(cell.experiment, near: path)
      let known = try book.runs().last { run in
        run.experiment == planned && [.queued, .running, .paused, .finished].contains(run.state)
      }
      let id = try known?.id ?? book.enqueue(cell.experiment, near: path)
      result.append((cell, id))
    }
    return result
  }

  /// Waits for every run, and tells of each as it ends.
  private func follow(_ ids: [RunID], in book: Notebook) throws {
    var open = ids
    print("\(ids.count) runs; Ctrl-C leaves them going, the same command shows them again")
    while !open.isEmpty {
      _ = try book.markInterrupted()
      for id in open {
        guard let run = try book.run(id), run.state.isFinal else { continue }
        open.removeAll { $0 == id }
        let score = run.meanF1(split: split).map { String(format: ", F1 %.1f", 100 * $0) } ?? ""
        let reason = run.error.map { ": \($0)" } ?? ""
        print("#\(id) \(run.name): \(run.state.rawValue)\(score)\(reason)")
      }
      if !open.isEmpty { usleep(300_000) }
    }
  }
}

/// The table of a study: a row for each method and tuning, a column for each language.
struct StudyTable {
  let study: Study
  let split: String
  let runs: [(cell: Study.Cell, run: RunRecord)]

  var text: String {
    let languages = study.base[Settings.tuningLanguages]
    var scores = TextTable(
      [.left("method"), .left("tuning")] + languages.map { .right($0) }
        + [.right("mean"), .right("difference")])
    for tuning in study.tunings {
      let control = mean(study.control, tuning.name, language: nil)
      for method in study.methods {
        let cells = languages.map { cell(mean(method.name, tuning.name, language: $0)) }
        let whole = mean(method.name, tuning.name, language: nil)
        var difference = method.name == study.control ? "control" : "–"
        if method.name != study.control, let whole, let control {
          difference = String(format: "%+.1f", whole.mean - control.mean)
        }
        scores.add([method.name, tuning.name] + cells + [cell(whole), difference])
      }
    }
    var budget = TextTable([
      .left("method"), .right("encoder updates"), .right("sentences read priming"),
      .right("seconds a run"),
    ])
    for method in study.methods { budget.add(self.budget(of: method)) }
    return """

      F1 on \(split), mean ± standard deviation over \(study.seeds.count) seeds, in points

      \(scores.text)

      What each method spends in a run

      \(budget.text)

      Whether a difference is more than noise is not tested.
      """
  }

  /// The spread over seeds of a language's F1, or of the mean of all, in points.
  private func mean(_ method: String, _ tuning: String, language: String?) -> Spread? {
    let numbers = runs.filter {
      $0.cell.method == method && $0.cell.tuning == tuning && $0.run.state == .finished
    }.compactMap { cell -> Double? in
      guard let language else { return cell.run.meanF1(split: split) }
      return cell.run.results.first { $0.language == language && $0.split == split }?
        .scores.micro.f1
    }
    return Spread(numbers.map { 100 * $0 })
  }

  private func cell(_ spread: Spread?) -> String {
    guard let spread else { return "–" }
    let deviation = spread.deviation.map { String(format: " ±%.1f", $0) } ?? ""
    return String(format: "%.1f", spread.mean) + deviation
  }

  private func budget(of method: Study.Variant) -> [String] {
    let mine = runs.filter { $0.cell.method == method.name }
    guard let experiment = mine.first?.cell.experiment else { return [method.name, "–", "–", "–"] }
    let isPrimed = experiment[Settings.primingMethod] != "none"
    let moves = experiment[Settings.outerUpdates].contains("encoder")
    let steps = isPrimed ? experiment[Settings.primingSteps] : 0
    let seconds = Spread(
      mine.compactMap { cell in
        guard let start = cell.run.started, let end = cell.run.finished else { return nil }
        return end.timeIntervalSince(start)
      })
    return [
      method.name, String(moves ? steps : 0), String(steps * experiment.sentencesPerOuterStep),
      seconds.map { String(format: "%.0f", $0.mean) } ?? "–",
    ]
  }
}
