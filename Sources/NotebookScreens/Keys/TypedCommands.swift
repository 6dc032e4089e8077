import Experiments
import LabNotebook
import RunFolders
import TerminalUI

/// The commands that are typed after `:`.
///
/// Every action can be called by its name; a few commands besides take an argument:
///
///     :theme light        :sort f1        :set tuning.epochs 20        :open 12
package enum TypedCommands {
  /// A command with an argument: what it is called, what it takes and what it does.
  package struct Command: Hashable, Sendable {
    package var name: String
    package var argument: String
    package var help: String
  }

  package static let commands: [Command] = [
    Command(name: "open", argument: "RUN or PATH", help: "Open a run or an experiment file."),
    Command(name: "set", argument: "KEY VALUE", help: "Change a setting of the form or the run."),
    Command(
      name: "fork", argument: "RUN or POINT",
      help: "Plan a run from another's settings, and weights: 12, 12/primed, 12/priming/150."),
    Command(name: "sort", argument: "COLUMN", help: "Sort the runs by a column or a setting."),
    Command(name: "group", argument: "BY", help: "Divide the runs: study, method or none."),
    Command(name: "columns", argument: "COLUMN…", help: "Show these columns, in this order."),
    Command(name: "compare", argument: "RUN RUN…", help: "Compare two to eight runs."),
    Command(
      name: "probe", argument: "RUN [RUN] [LANGUAGE…]",
      help: "Type a sentence and see what a run, two, or two languages of one find in it."),
    Command(name: "study", argument: "PATH", help: "Open the table of a study's file."),
    Command(name: "corpora", argument: "PATH", help: "Look at the corpus of a folder."),
    Command(name: "encoders", argument: "PATH", help: "Look at a model directory."),
    Command(name: "notes", argument: "WORDS", help: "Show the notes that have these words."),
    Command(name: "filter", argument: "TEXT", help: "Show only runs that match."),
    Command(name: "theme", argument: "NAME", help: "Use a theme."),
    Command(name: "note", argument: "TEXT", help: "Write the run's note."),
    Command(name: "rename", argument: "NAME", help: "Give the run another name."),
    Command(
      name: "export-chart", argument: "PATH",
      help: "Write the chart as SVG (a name that ends so) or as text; ! writes over a file."),
    Command(name: "smooth", argument: "WEIGHT", help: "Smooth the curves: off, auto, or 0 to 1."),
    Command(name: "x-axis", argument: "AXIS", help: "Count step, epoch or time along the x axis."),
    Command(name: "write", argument: "PATH", help: "Save the form's experiment as TOML."),
  ]

  /// The commands whose argument is a path that Tab completes.
  static let takingPaths: Set<String> = [
    "corpora", "encoders", "open", "study", "write", "export-chart",
  ]

  /// The names that stand for an action besides its own.
  static let shortNames: [String: Action] = ["q": .quit, "h": .help, "n": .new]

  /// All names that can begin a line, sorted.
  package static var names: [String] {
    let hidden: Set<Action> = [.confirm, .cancel, .complete]
    let actions = Action.allCases.filter { !hidden.contains($0) }.map(\.rawValue)
    return Set(actions + commands.map(\.name)).sorted()
  }

  /// The lines that this one can become.
  package static func completions(of line: String, in state: AppState) -> [String] {
    let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    guard let name = words.first else { return names }
    if words.count == 1 {
      // The shortest name is what was probably meant; where none begins so, what has it within, be
      // it only in what is said of it.
      let begun = names.filter { $0.hasPrefix(name) }
      if !begun.isEmpty { return begun.sorted { ($0.count, $0) < ($1.count, $1) } }
      let within = names.filter { $0.contains(name) }
      if !within.isEmpty || name.count < 3 { return within }
      let helps = helps(state.keys)
      let word = name.lowercased()
      return names.filter { helps[$0]?.lowercased().contains(word) ?? false }
    }
    let beginning = words.dropLast().joined(separator: " ")
    return arguments(of: name, words: words, in: state)
      .filter { $0.hasPrefix(words.last ?? "") }
      .map { "\(beginning) \($0)" }
  }

  /// What is said of each command.
  static func helps(_ keys: KeyMap) -> [String: String] {
    Dictionary(
      keys.all.map { ($0.action.rawValue, $0.help) }
        + commands.map { ($0.name, "\($0.argument): \($0.help)") }, uniquingKeysWith: { $1 })
  }

  private static var columnWords: [String] {
    RunColumn.plain.map(\.word) + Settings.all.map(\.key).filter { $0 != Settings.name.key }
  }

  private static func arguments(of name: String, words: [String], in state: AppState) -> [String] {
    switch (name, words.count) {
    case ("theme", 2): return state.themes
    case ("sort", 2): return columnWords.filter { RunColumn(word: $0)?.sorts ?? false }
    case ("columns", _): return columnWords.filter { !words.dropLast().contains($0) }
    case ("group", 2): return RunGrouping.allCases.map(\.rawValue)
    case ("smooth", 2): return Smoothing.choices.map(\.text)
    case ("x-axis", 2): return RunArrangement.Axis.allCases.map(\.rawValue)
    case ("probe", 2...4):
      let languages = RunID(words[1]).flatMap(state.runs.record).map {
        $0.experiment[Settings.tuningLanguages]
      }
      let runs = state.runs.visible.filter { $0.state.isFinal }.map { String($0.id) }
      return ((words.count < 4 ? runs : []) + (words.count > 2 ? languages ?? [] : []))
        .filter { !words.dropLast().contains($0) }
    case ("open", 2):
      return state.runs.visible.map { String($0.id) } + state.pathCompletions(of: words[1])
    case ("corpora", 2):
      return state.corpusPlaces.map(\.path).filter { !$0.contains(" ") }
        + state.pathCompletions(of: words[1], foldersOnly: true)
    case ("encoders", 2):
      return state.encoderPlaces.map(\.path).filter { !$0.contains(" ") }
        + state.pathCompletions(of: words[1], foldersOnly: true)
    case ("study", 2), ("write", 2), ("export-chart", 2):
      return state.pathCompletions(of: words[1])
    case ("compare", _):
      return state.runs.visible.map { String($0.id) }.filter { !words.dropLast().contains($0) }
    case ("set", 2):
      if case .experiment(let form) = state.stack.last { return form.descriptors.map(\.key) }
      return Settings.live.map(\.key)
    case ("fork", 2): return state.startCompletions(of: words[1])
    case ("set", 3) where words[1] == Settings.startCheckpoint.key:
      return state.startCompletions(of: words[2])
    case ("set", 3):
      if case .choice(let choices)? = Settings.descriptor(words[1])?.kind { return choices }
      return []
    default: return []
    }
  }
}

extension AppState {
  /// Does what a typed command says.
  mutating func run(command line: String) -> [Effect] {
    let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
    guard let name = parts.first else { return [] }
    let argument = parts.count > 1 ? parts[1].trimmingSuffix(while: \.isWhitespace) : ""
    if argument.isEmpty {
      if let action = Action(rawValue: name) ?? TypedCommands.shortNames[name] {
        return perform(action)
      }
      if let command = TypedCommands.commands.first(where: { $0.name == name }) {
        say(.error, ":\(name) needs \(command.argument). \(command.help)")
        return []
      }
      return unknown(name)
    }
    switch name {
    case "open": return open(argument)
    case "set": return set(argument)
    case "sort": return sort(by: argument)
    case "fork": return fork(argument)
    case "compare": return compare(argument)
    case "probe": return openProbe(argument)
    case "study": stack.append(.study(StudyScreenState(path: argument)))
    case "group": return group(by: argument)
    case "columns": return show(columns: argument)
    case "corpora": return openCorpora(Self.folder(argument))
    case "encoders": return openEncoders(Self.folder(argument))
    case "notes":
      openNotes()
      searchNotes(for: argument)
    case "filter": runs.filter = argument
    case "export-chart": return exportChart(to: argument, overwrites: false)
    case "export-chart!": return exportChart(to: argument, overwrites: true)
    case "smooth":
      if let smoothing = Smoothing(argument) { return smooth(smoothing, nil) }
      say(.error, ":smooth needs off, auto, or a weight from 0 to below 1, such as 0.95.")
    case "x-axis": return count(named: argument)
    case "theme":
      if themes.contains(argument) { return [.useTheme(argument)] }
      say(.error, "There is no theme \(argument); there are \(themes.joined(separator: ", ")).")
    case "note", "rename":
      guard let run = currentRun else {
        say(.warning, "There is no run here.")
        return []
      }
      return [
        .notebook(
          name == "note"
            ? .saveNote(.run(run.id), argument, expecting: run.note) : .rename(argument, run.id))
      ]
    case "write":
      guard case .experiment(let form) = stack.last else {
        say(
          .warning,
          ":write saves the form's experiment; open the form first (\(newKey), \(forkKey)).")
        return []
      }
      return [.notebook(.save(form.experiment, path: argument, replaces: argument == form.path))]
    default: return unknown(name)
    }
    return []
  }

  private mutating func unknown(_ name: String) -> [Effect] {
    let near = TypedCommands.names.filter { $0.hasPrefix(name.prefix(2)) }.prefix(4)
    let hint =
      near.isEmpty
      ? "\(keys.name(of: .help, in: context)) shows them all"
      : "near: " + near.joined(separator: ", ")
    say(.error, "There is no command :\(name) (\(hint)).")
    return []
  }

  private mutating func open(_ argument: String) -> [Effect] {
    let number = argument.hasPrefix("#") ? String(argument.dropFirst()) : argument
    guard let id = RunID(number) else { return [.notebook(.load(path: argument))] }
    guard runs.record(id) != nil else {
      say(.error, "There is no run #\(id).")
      return []
    }
    stack = [.run(RunScreenState(id))]
    runs.cursor = id
    return []
  }

  private mutating func sort(by column: String) -> [Effect] {
    guard let order = RunColumn(word: column), order.sorts else {
      let all = RunColumn.plain.filter(\.sorts).map(\.word).joined(separator: ", ")
      say(.error, "There is no column \(column) to sort by; there are \(all), and settings.")
      return []
    }
    return sort(by: order)
  }

  private mutating func compare(_ argument: String) -> [Effect] {
    let words = argument.split { $0 == " " || $0 == "," }.map {
      $0.hasPrefix("#") ? String($0.dropFirst()) : String($0)
    }
    var chosen: [RunRecord] = []
    for word in words {
      guard let run = RunID(word).flatMap(runs.record) else {
        say(.error, "There is no run #\(word).")
        return []
      }
      if !chosen.contains(where: { $0.id == run.id }) { chosen.append(run) }
    }
    guard (2...CompareScreenState.largest).contains(chosen.count) else {
      say(.error, "A comparison has 2 to \(CompareScreenState.largest) runs.")
      return []
    }
    stack = [.compare(CompareScreenState(chosen))]
    return []
  }

  private mutating func group(by name: String) -> [Effect] {
    guard let grouping = RunGrouping(rawValue: name) else {
      let all = RunGrouping.allCases.map(\.rawValue).joined(separator: ", ")
      say(.error, "Runs are not divided by \(name), but by \(all).")
      return []
    }
    return group(by: grouping)
  }

  private mutating func show(columns words: String) -> [Effect] {
    let words = words.split { $0 == " " || $0 == "," }.map(String.init)
    if let stranger = words.first(where: { RunColumn(word: $0) == nil }) {
      let all = RunColumn.plain.map(\.word).joined(separator: ", ")
      say(.error, "There is no column \(stranger); there are \(all), and settings.")
      return []
    }
    runs.columns = words.compactMap(RunColumn.init(word:)).reduce(into: []) {
      if !$0.contains($1) { $0.append($1) }
    }
    return [.notebook(.remember(runs.columns.map(\.word), key: "runs.columns"))]
  }

  private mutating func set(_ argument: String) -> [Effect] {
    let parts = argument.split(separator: " ", maxSplits: 1).map(String.init)
    guard parts.count == 2 else {
      say(.error, ":set needs KEY VALUE, such as :set tuning.epochs 20.")
      return []
    }
    if case .experiment(var form) = stack.last {
      if let error = form.set(parts[0], to: parts[1]) {
        say(.error, error)
      } else {
        form.cursorKey = parts[0]
        stack[stack.count - 1] = .experiment(form)
        return checkFiles(form)
      }
      return []
    }
    guard let run = currentRun else {
      say(.warning, "There is no run here.")
      return []
    }
    guard Settings.live.contains(where: { $0.key == parts[0] }) else {
      say(.error, "\(parts[0]) cannot change while a run runs; fork the run instead (\(forkKey)).")
      return []
    }
    if let reason = reasonUnusable(.liveSettings) {
      say(.warning, reason)
      return []
    }
    do {
      let value = try Settings.value(of: parts[0], parts[1])
      say(.information, "Asked run #\(run.id) for \(parts[0]) = \(parts[1]).")
      return [.notebook(.control(.set(key: parts[0], value: value), run.id))]
    } catch {
      say(.error, error.shortDescription)
      return []
    }
  }
}

extension String {
  fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> String {
    var text = self
    while let last = text.last, predicate(last) { text.removeLast() }
    return text
  }
}
