import Experiments
import LabNotebook
import RunFolders
import TerminalUI

/// Forking from a checkpoint: which run and which point of it the weights are taken from.
extension AppState {
  private var key: String { Settings.startCheckpoint.key }

  /// Why no point can be chosen to begin from; nil when one can.
  var reasonNotToForkFrom: String? {
    if case .experiment(let form)? = stack.last {
      if form.experiment[Settings.kind] == .pretraining {
        return "Pretraining makes an encoder from text; it begins from no run."
      }
      return runsToBeginFrom.isEmpty ? "There is no run yet that has left a checkpoint." : nil
    }
    if let reason = reasonUnusable(.fork) { return reason }
    guard let run = currentRun else { return nil }
    if run.isPretraining {
      return "Run #\(run.id) made an encoder; plan a run with it as encoder.path (\(newKey))."
    }
    return run.state == .queued ? "Run #\(run.id) has not begun; it has no checkpoint yet." : nil
  }

  /// The runs that may have left a point, the newest first.
  private var runsToBeginFrom: [RunRecord] {
    runs.records.reversed().filter {
      $0.deleted == nil && $0.state != .queued && !$0.isPretraining
    }
  }

  /// Opens the list of points: of the run here, or of the one that the form begins from.
  mutating func chooseStart() -> [Effect] {
    guard case .experiment(let form)? = stack.last else {
      guard let run = currentRun else { return [] }
      return openPoints(of: run.id, opensForm: true)
    }
    let named = StartReference(form.text(key)).flatMap { runNumber(of: $0.run) }
    let origin = form.opened.name.split(separator: "#").last.flatMap { RunID($0) }
    guard let run = named ?? origin, runsToBeginFrom.contains(where: { $0.id == run }) else {
      openStartRuns()
      return []
    }
    return openPoints(of: run, opensForm: false)
  }

  private mutating func openStartRuns() {
    let items = runsToBeginFrom.map { run in
      Chooser.Item(
        .run(run.id), "#\(run.id) \(run.name)",
        detail: "\(run.state.rawValue), \(run.methodName)")
    }
    overlay = .chooser(Chooser(.startRun, title: "Begin with the weights of", items: items))
  }

  private mutating func openPoints(of run: RunID, opensForm: Bool) -> [Effect] {
    overlay = .chooser(
      Chooser(
        .startPoint(run, opensForm: opensForm), title: "Begin with the weights of #\(run)",
        items: pointItems(of: run, opensForm: opensForm)))
    // What a run has left changes while it goes on.
    return [.notebook(.findStartPoints(run))]
  }

  private func pointItems(of run: RunID, opensForm: Bool) -> [Chooser.Item] {
    var items = (startPoints[run]?.byUse ?? []).map { choice in
      Chooser.Item(.point(choice.point), choice.point.place.text, detail: choice.detail)
    }
    let isEmpty = startPoints[run]?.choices.isEmpty ?? false
    items.append(
      Chooser.Item(
        .defaults, "no point",
        detail: (isEmpty ? "Run #\(run) has left none. " : "") + "The weights of encoder.path."))
    if !opensForm {
      items.append(Chooser.Item(.another, "another run…", detail: "Points of another run."))
    }
    return items
  }

  /// Takes what a run has left, and offers it where it is asked for.
  mutating func take(_ points: StartPoints) {
    startPoints[points.run] = points
    switch overlay {
    case .chooser(var chooser):
      guard case .startPoint(points.run, let opensForm) = chooser.purpose else { return }
      let selected = chooser.current?.value
      let wasFirst = chooser.cursor == 0
      chooser.items = pointItems(of: points.run, opensForm: opensForm)
      let place = chooser.shown.firstIndex { $0.value == selected }
      chooser.cursor = wasFirst ? 0 : place ?? 0
      overlay = .chooser(chooser)
    case .prompt(var prompt) where prompt.candidate == nil:
      guard typedStartRun == points.run else { return }
      prompt.candidates = candidates(for: prompt)
      overlay = .prompt(prompt)
    default: return
    }
  }

  /// Takes a run or a point that was chosen to begin from.
  mutating func takeStart(_ value: Chooser.Value, for purpose: Chooser.Purpose) -> [Effect] {
    switch (value, purpose) {
    case (.run(let run), _): return openPoints(of: run, opensForm: false)
    case (.another, _):
      openStartRuns()
      return []
    case (.point(let point), .startPoint(let run, true)):
      return openFork(of: run, at: point)
    case (_, .startPoint(let run, true)):
      let effects = openFork(of: run, at: nil)
      changeForm { _ = $0.set(Settings.startCheckpoint.key, to: "") }
      return effects
    case (.point(let point), _):
      guard case .experiment(var form)? = stack.last else { return [] }
      form.take(form.experiment.beginning(at: StartChoice(point: point)))
      return show(form)
    case (.defaults, _):
      guard case .experiment(var form)? = stack.last else { return [] }
      _ = form.set(key, to: "")
      return show(form)
    default: return []
    }
  }

  private mutating func show(_ form: ExperimentFormState) -> [Effect] {
    var form = form
    form.search = ""
    form.showsChangedOnly = false
    form.cursorKey = key
    stack[stack.count - 1] = .experiment(form)
    return checkFiles(form)
  }

  /// Opens the form with the settings of a run as they were at a point, beginning there.
  private mutating func openFork(of id: RunID, at point: StartPoint?) -> [Effect] {
    guard let run = runs.record(id) else { return [] }
    var form = ExperimentFormState(run.experiment, origin: "run #\(id)")
    guard let point else { return open(form) }
    let choice = startPoints[id]?.choices.first { $0.point == point }
    form.take(run.experiment.beginning(at: choice ?? StartChoice(point: point)))
    form.cursorKey = key
    return open(form)
  }

  // MARK: Typed

  /// `:fork 12`, `:fork 12/primed`.
  mutating func fork(_ argument: String) -> [Effect] {
    guard let reference = StartReference(argument) else {
      say(.error, ":fork needs \(StartReference.expectation).")
      return []
    }
    guard let id = runNumber(of: reference.run), let run = runs.record(id) else {
      say(.error, "There is no run \(argument.prefix { $0 != "/" }).")
      return []
    }
    // A run alone gives its settings, as the key does.
    guard argument.contains("/") else { return openFork(of: id, at: nil) }
    if case .place(let place) = reference.which {
      return openFork(of: id, at: StartPoint(run: id, place: place))
    }
    var form = ExperimentFormState(run.experiment, origin: "run #\(id)")
    _ = form.set(key, to: argument)
    return open(form)
  }

  private func runNumber(of reference: RunReference) -> RunID? {
    switch reference {
    case .number(let id): id
    case .last: runs.records.map(\.id).max()
    }
  }

  /// The run of the point that is being typed, where one is.
  private var typedStartRun: RunID? {
    let text: String
    if case .prompt(let prompt) = overlay {
      guard case .command = prompt.purpose else { return nil }
      let words = prompt.line.text.split(separator: " ").map(String.init)
      guard
        words.count == 2 && words[0] == "fork"
          || words.count == 3 && words[0] == "set" && words[1] == key
      else { return nil }
      text = words[words.count - 1]
    } else if overlay == nil, case .experiment(let form)? = stack.last, let edit = form.edit,
      edit.key == key
    {
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

  /// Asks which points the run has whose point is being typed, where that was not asked.
  mutating func refreshStartPoints() -> [Effect] {
    guard let run = typedStartRun else {
      askedStart = nil
      return []
    }
    guard run != askedStart else { return [] }
    askedStart = run
    return [.notebook(.findStartPoints(run))]
  }
}
