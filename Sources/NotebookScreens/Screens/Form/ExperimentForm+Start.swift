package import Experiments
package import LabNotebook
import RunFolders
import TerminalUI

/// The points from which a run can begin, of the runs that were asked for them.
package struct KnownStartPoints: Sendable {
  /// What each run has left.
  package var ofRuns: [RunID: StartPoints] = [:]
  /// The run of the point that is being typed.
  var asked: RunID?

  package init() {}

  package subscript(run: RunID) -> StartPoints? { ofRuns[run] }
}

/// Forking from a checkpoint: which run and which point of it the weights are taken from.
extension ExperimentForm {
  private static var key: String { Settings.startCheckpoint.key }

  /// Why no point can be chosen to begin from; nil when one can.
  static func reasonNotToForkFrom(_ app: AppState) -> String? {
    if let form = app.stack.top(ExperimentForm.self) {
      if form.experiment[Settings.kind] == .pretraining {
        return "Pretraining makes an encoder from text; it begins from no run."
      }
      return app.runsToBeginFrom.isEmpty ? "There is no run yet that has left a checkpoint." : nil
    }
    if let reason = app.reasonUnusable(.fork) { return reason }
    guard let run = app.currentRun else { return nil }
    if run.isPretraining {
      return "Run #\(run.id) made an encoder; plan a run with it as encoder.path (\(app.newKey))."
    }
    return run.state == .queued ? "Run #\(run.id) has not begun; it has no checkpoint yet." : nil
  }

  /// Opens the list of points: of the run here, or of the one that the form begins from.
  static func chooseStart(in app: inout AppState) -> [Effect] {
    guard let form = app.stack.top(ExperimentForm.self) else {
      guard let run = app.currentRun else { return [] }
      return openPoints(of: run.id, opensForm: true, in: &app)
    }
    let named = StartReference(form.text(key)).flatMap { app.runNumber(of: $0.run) }
    let origin = form.opened.name.split(separator: "#").last.flatMap { RunID($0) }
    guard let run = named ?? origin, app.runsToBeginFrom.contains(where: { $0.id == run }) else {
      openStartRuns(in: &app)
      return []
    }
    return openPoints(of: run, opensForm: false, in: &app)
  }

  fileprivate static func openStartRuns(in app: inout AppState) {
    let items = app.runsToBeginFrom.map { run in
      Chooser.Item(
        .run(run.id), "#\(run.id) \(run.name)",
        detail: "\(run.state.rawValue), \(run.methodName)")
    }
    app.overlay = Chooser(StartRunChoice(), title: "Begin with the weights of", items: items)
  }

  fileprivate static func openPoints(
    of run: RunID, opensForm: Bool, in app: inout AppState
  ) -> [Effect] {
    let choice = StartPointChoice(run: run, opensForm: opensForm)
    app.overlay = Chooser(
      choice, title: "Begin with the weights of #\(run)", items: choice.items(app))
    // What a run has left changes while it goes on.
    return [.notebook(.findStartPoints(run))]
  }

  /// Takes what a run has left, and offers it where it is asked for.
  static func take(_ points: StartPoints, in app: inout AppState) {
    app.startPoints.ofRuns[points.run] = points
    if var chooser = app.overlay as? Chooser {
      guard let choice = chooser.kind as? StartPointChoice, choice.run == points.run else { return }
      let selected = chooser.current?.value
      let wasFirst = chooser.cursor == 0
      chooser.items = choice.items(app)
      let place = chooser.shown.firstIndex { $0.value == selected }
      chooser.cursor = wasFirst ? 0 : place ?? 0
      app.overlay = chooser
    } else if app.typedStartRun == points.run {
      app.refreshCandidates()
    }
  }

  /// Begins at another point, and shows the setting that says so.
  fileprivate mutating func begin(at point: StartPoint?) -> [Effect] {
    if let point {
      take(experiment.beginning(at: StartChoice(point: point)))
    } else {
      _ = set(Self.key, to: "")
    }
    search = ""
    showsChangedOnly = false
    cursorKey = Self.key
    return checkFiles
  }

  /// Opens the form with the settings of a run as they were at a point, beginning there.
  fileprivate static func openFork(
    of id: RunID, at point: StartPoint?, in app: inout AppState
  ) -> [Effect] {
    guard let run = app.runs.record(id) else { return [] }
    var form = ExperimentForm(run.experiment, origin: "run #\(id)")
    guard let point else { return open(form, in: &app) }
    let choice = app.startPoints[id]?.choices.first { $0.point == point }
    form.take(run.experiment.beginning(at: choice ?? StartChoice(point: point)))
    form.cursorKey = key
    return open(form, in: &app)
  }

  // MARK: Typed

  /// `:fork 12`, `:fork 12/primed`.
  static func fork(_ argument: String, in app: inout AppState) -> [Effect] {
    guard let reference = StartReference(argument) else {
      app.say(.error, ":fork needs \(StartReference.expectation).")
      return []
    }
    guard let id = app.runNumber(of: reference.run), let run = app.runs.record(id) else {
      app.say(.error, "There is no run \(argument.prefix { $0 != "/" }).")
      return []
    }
    // A run alone gives its settings, as the key does.
    guard argument.contains("/") else { return openFork(of: id, at: nil, in: &app) }
    if case .place(let place) = reference.which {
      return openFork(of: id, at: StartPoint(run: id, place: place), in: &app)
    }
    var form = ExperimentForm(run.experiment, origin: "run #\(id)")
    _ = form.set(key, to: argument)
    return open(form, in: &app)
  }

  /// Asks which points the run has whose point is being typed, where that was not asked.
  package static func refresh(_ app: inout AppState) -> [Effect] {
    guard let run = app.typedStartRun else {
      app.startPoints.asked = nil
      return []
    }
    guard run != app.startPoints.asked else { return [] }
    app.startPoints.asked = run
    return [.notebook(.findStartPoints(run))]
  }
}

/// The run from whose point another begins.
private struct StartRunChoice: ChooserKind {
  func take(_ value: Chooser.Value, in app: inout AppState) -> [Effect] {
    guard case .run(let run) = value else { return [] }
    return ExperimentForm.openPoints(of: run, opensForm: false, in: &app)
  }
}

/// The point of a run from which another begins; for the form, or to open it.
struct StartPointChoice: ChooserKind {
  let run: RunID
  let opensForm: Bool

  /// The points, as far as they are known.
  fileprivate func items(_ app: AppState) -> [Chooser.Item] {
    let points = app.startPoints[run]
    var items = (points?.byUse ?? []).map { choice in
      Chooser.Item(.point(choice.point), choice.point.place.text, detail: choice.detail)
    }
    let isEmpty = points?.choices.isEmpty ?? false
    items.append(
      Chooser.Item(
        .defaults, "no point",
        detail: (isEmpty ? "Run #\(run) has left none. " : "") + "The weights of encoder.path."))
    if !opensForm {
      items.append(Chooser.Item(.another, "another run…", detail: "Points of another run."))
    }
    return items
  }

  func take(_ value: Chooser.Value, in app: inout AppState) -> [Effect] {
    switch value {
    case .another:
      ExperimentForm.openStartRuns(in: &app)
      return []
    case .point(let point) where opensForm:
      return ExperimentForm.openFork(of: run, at: point, in: &app)
    case .point(let point):
      return app.stack.changeTop(ExperimentForm.self) { $0.begin(at: point) } ?? []
    case .defaults where opensForm:
      let effects = ExperimentForm.openFork(of: run, at: nil, in: &app)
      app.stack.changeTop(ExperimentForm.self) {
        _ = $0.set(Settings.startCheckpoint.key, to: "")
      }
      return effects
    case .defaults:
      return app.stack.changeTop(ExperimentForm.self) { $0.begin(at: nil) } ?? []
    default: return []
    }
  }
}

extension AppState {
  /// The runs that may have left a point, the newest first.
  fileprivate var runsToBeginFrom: [RunRecord] {
    runs.records.reversed().filter {
      $0.deleted == nil && $0.state != .queued && !$0.isPretraining
    }
  }

  fileprivate func runNumber(of reference: RunReference) -> RunID? {
    switch reference {
    case .number(let id): id
    case .last: runs.records.map(\.id).max()
    case .name: nil
    }
  }

  /// The run of the point that is being typed, where one is.
  fileprivate var typedStartRun: RunID? {
    let key = Settings.startCheckpoint.key
    let text: String
    if let prompt = overlay as? Prompt {
      guard prompt.kind is CommandPrompt else { return nil }
      let words = prompt.line.text.split(separator: " ").map(String.init)
      guard
        words.count == 2 && words[0] == "fork"
          || words.count == 3 && words[0] == "set" && words[1] == key
      else { return nil }
      text = words[words.count - 1]
    } else if overlay == nil, let edit = stack.top(ExperimentForm.self)?.edit, edit.key == key {
      text = edit.line.text
    } else {
      return nil
    }
    guard text.contains("/"),
      let run = RunReference(argument: String(text.prefix { $0 != "/" })).flatMap(runNumber)
    else { return nil }
    return runs.record(run) == nil ? nil : run
  }

  /// The points that a text can become: runs first, behind the slash what the run has left.
  func startCompletions(of text: String) -> [String] {
    guard let slash = text.firstIndex(of: "/") else {
      return runsToBeginFrom.map { "\($0.id)/" }.filter { $0.hasPrefix(text) }
    }
    let name = String(text[..<slash])
    guard let run = RunReference(argument: name).flatMap(runNumber), let points = startPoints[run]
    else { return [] }
    let best = points.choice(.best) == nil ? [] : ["best"]
    return (points.byUse.map(\.point.place.text) + best).map { "\(name)/\($0)" }
      .filter { $0.hasPrefix(text) }
  }
}
