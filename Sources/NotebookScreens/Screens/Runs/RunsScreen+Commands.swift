import Experiments
import LabNotebook
import TerminalUI

/// What is typed about the list of runs.
extension RunsScreen {
  package static let commands: [TypedCommand] = [
    TypedCommand(
      "open", "RUN or PATH", "Open a run or an experiment file.",
      path: { text in
        // A run's number is no path.
        text.first.map { $0.isNumber || $0 == "#" } ?? true ? nil : text
      },
      words: { words, app in
        guard words.count == 2 else { return [] }
        return app.runs.visible.map { String($0.id) } + app.pathCompletions(of: words[1])
      }
    ) { open($0, in: &$1) },
    TypedCommand(
      "sort", "COLUMN", "Sort the runs by a column or a setting.",
      words: { words, _ in
        words.count == 2 ? columnWords.filter { RunColumn(word: $0)?.sorts ?? false } : []
      }
    ) { sort(by: $0, in: &$1) },
    TypedCommand(
      "group", "BY", "Divide the runs: study, method or none.",
      words: { words, _ in words.count == 2 ? RunGrouping.allCases.map(\.rawValue) : [] }
    ) { group(by: $0, in: &$1) },
    TypedCommand(
      "columns", "COLUMN…", "Show these columns, in this order.",
      words: { words, _ in columnWords.filter { !words.dropLast().contains($0) } }
    ) { show(columns: $0, in: &$1) },
    TypedCommand("filter", "TEXT", "Show only runs that match.") { text, app in
      app.runs.filter = text
      return []
    },
    TypedCommand("jobs", "N", "Let so many runs be under way at once.") { text, app in
      guard let number = Int(text), Notebook.jobsRange.contains(number) else {
        let range = Notebook.jobsRange
        app.say(
          .error,
          "\(text) is not a number of runs; expected \(range.lowerBound)…\(range.upperBound).")
        return []
      }
      return [.notebook(.setJobs(number))]
    },
    TypedCommand("rename", "NAME", "Give the run another name.") { name, app in
      guard let run = app.currentRun else {
        app.say(.warning, "There is no run here.")
        return []
      }
      return [.notebook(.rename(name, run.id))]
    },
  ]

  private static var columnWords: [String] {
    RunColumn.plain.map(\.word) + ["f1:"]
      + Settings.all.map(\.key).filter { $0 != Settings.name.key }
  }

  private static func open(_ argument: String, in app: inout AppState) -> [Effect] {
    let number = argument.hasPrefix("#") ? String(argument.dropFirst()) : argument
    guard let id = RunID(number) else { return [.notebook(.load(path: argument))] }
    guard app.runs.record(id) != nil else {
      app.say(.error, "There is no run #\(id).")
      return []
    }
    app.stack.openAlone(RunScreen(id))
    app.runs.cursor = id
    return []
  }

  private static func sort(by column: String, in app: inout AppState) -> [Effect] {
    guard let order = RunColumn(word: column), order.sorts else {
      let all = RunColumn.plain.filter(\.sorts).map(\.word).joined(separator: ", ")
      app.say(.error, "There is no column \(column) to sort by; there are \(all), and settings.")
      return []
    }
    return sort(by: order, in: &app)
  }

  private static func group(by name: String, in app: inout AppState) -> [Effect] {
    guard let grouping = RunGrouping(rawValue: name) else {
      let all = RunGrouping.allCases.map(\.rawValue).joined(separator: ", ")
      app.say(.error, "Runs are not divided by \(name), but by \(all).")
      return []
    }
    return group(by: grouping, in: &app)
  }

  private static func show(columns words: String, in app: inout AppState) -> [Effect] {
    let words = words.split { $0 == " " || $0 == "," }.map(String.init)
    if let stranger = words.first(where: { RunColumn(word: $0) == nil }) {
      let all = RunColumn.plain.map(\.word).joined(separator: ", ")
      app.say(.error, "There is no column \(stranger); there are \(all), and settings.")
      return []
    }
    app.runs.columns = RunColumn.distinct(words)
    return [.notebook(.remember(app.runs.columns.map(\.word), key: "runs.columns"))]
  }
}
