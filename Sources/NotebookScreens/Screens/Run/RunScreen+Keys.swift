import Experiments
import LabNotebook
import RunFolders
package import TerminalUI

extension KeyContext {
  package static let run = KeyContext("Run")
  package static let runLog = KeyContext("Run: the log")
  package static let runSettings = KeyContext("Run: the settings")
  package static let panes = KeyContext("Panes")
  package static let liveSettings = KeyContext("Live settings")
}

extension Action {
  package static let pause = Action("pause")
  package static let stop = Action("stop")
  package static let resume = Action("resume")
  package static let restart = Action("restart")
  package static let liveSettings = Action("live-settings")
  package static let checkpoint = Action("checkpoint")
  package static let smooth = Action("smooth")
  package static let xAxis = Action("x-axis")
  package static let nextMark = Action("next-event")
  package static let previousMark = Action("previous-event")
  package static let exportChart = Action("export-chart")
  package static let nextMatch = Action("next-match")
  package static let previousMatch = Action("previous-match")
  package static let panes = Action("panes")
  package static let hidePane = Action("hide-pane")
  package static let paneEarlier = Action("pane-earlier")
  package static let paneLater = Action("pane-later")
  package static let resetPanes = Action("reset-panes")
}

/// The keys of the run screen, of its single panes, and of what stands in front of it.
extension RunScreen {
  static let restartHelp = "Restart a run that ended early from step 0 (asks first)."
  static let resumeHelp = "Resume a run that ended early from its last checkpoint."
  static let pauseHelp = "Pause the run, or resume a paused one."

  package static let keys: [KeyTable.Binding] =
    screenKeys + seriesKeys + [
      bind([c("n")], .nextMatch, "Next", "Go to the next match of the search.", .runLog),
      bind([c("N")], .previousMatch, "Previous", "Go to the match before.", .runLog),
      bind([.enter], .edit, "Change", "Type a new value for the live setting.", .runSettings),
      bind([c(" "), .enter], .mark, "Show or hide", "Show the pane, or hide it.", .panes),
      bind([c("K"), c("{")], .paneEarlier, "Forward", "Move it towards the first place.", .panes),
      bind([c("J"), c("}")], .paneLater, "Backward", "Move it towards the last place.", .panes),
      bind([c("r")], .resetPanes, "Reset", "Arrange all panes as they were at first.", .panes),
      bind([.up, c("k")], .up, "Up", "Move up.", .panes),
      bind([.down, c("j")], .down, "Down", "Move down.", .panes),
      bind([.escape, c("q"), c("m")], .cancel, "Close", "Close the list.", .panes),

      bind([.enter], .edit, "Change", "Type a new value for the setting.", .liveSettings),
      bind([.up, c("k")], .up, "Up", "Move up.", .liveSettings),
      bind([.down, c("j")], .down, "Down", "Move down.", .liveSettings),
      bind([.escape, c("q"), c("e")], .cancel, "Close", "Close the list.", .liveSettings),
    ]

  private static let screenKeys: [KeyTable.Binding] = [
    bind([c("p")], .pause, "Pause", pauseHelp, .run),
    bind([c("x")], .stop, "Stop", "Stop the run (asks first).", .run),
    bind([c("e")], .liveSettings, "Settings", "Change a setting of the run while it runs.", .run),
    bind(
      [c("v")], .curves, "Curves", "Show the next set of curves: loss, tuning, F1 and more.", .run),
    bind(
      [c("P")], .probe, "Probe", "Type a sentence and see which entities the run finds.", .run),
    bind([c("c")], .checkpoint, "Checkpoint", "Write a checkpoint now.", .run),
    bind(
      [c("s")], .smooth, "Smooth", "Smooth the curves more, less or not at all (:smooth 0.95).",
      .run),
    bind([c("a")], .xAxis, "Axis", "Count steps, epochs or wall time along the x axis.", .run),
    bind([c("y")], .logScale, "Log", "Draw the y axis logarithmic, or linear again.", .run),
    bind(
      [c("+"), c("=")], .zoomIn, "Zoom", "Zoom in on the middle, or on the chart's cursor.", .run),
    bind(
      [c("z")], .enlarge, "Enlarge", "Give the whole screen to the pane, or take it back.", .run),
    bind([c("m")], .panes, "Panes", "Choose which panes are shown, and where.", .run),
    bind(
      [c("w")], .exportChart, "Export", "Write the chart as SVG, or as text (asks for the path).",
      .run),
    bind([c("f")], .fork, "Fork", "Plan a new experiment from this run's settings.", .run),
    bind([c("F")], .forkFrom, "Fork from", ExperimentForm.forkFromHelp, .run),
    bind([c("R")], .resume, "Resume", resumeHelp, .run),
    bind([c("N")], .note, "Note", "Write the run's note.", .run),
    bind([c("*")], .star, "Star", "Star the run, or take its star away.", .run),
    bind([c("A")], .restart, "Restart", restartHelp, .run),
    bind([c("/")], .search, "Search", "Search in the log.", .run),
    bind([c("-")], .zoomOut, "Out", "Zoom out.", .run),
    bind([c("0")], .fit, "Fit", "Show the whole series again.", .run),
    bind([c("<"), c(",")], .panLeft, "Earlier", "Move the zoomed chart to earlier steps.", .run),
    bind([c(">"), c(".")], .panRight, "Later", "Move the zoomed chart to later steps.", .run),
    bind(
      [c("]")], .nextMark, "Event", "Move the chart's cursor to the next event marked on it.", .run),
    bind(
      [c("[")], .previousMark, "Event", "Move the chart's cursor to the event marked before.", .run),
    bind([c("V")], .previousCurves, "Back", "Show the previous set of curves.", .run),
    bind(
      [c("H")], .hidePane, "Hide",
      "Hide the pane that has the keys (the list of panes shows it again).", .run),
    bind([c("{")], .paneEarlier, "Forward", "Move the pane towards the first place.", .run),
    bind([c("}")], .paneLater, "Backward", "Move the pane towards the last place.", .run),
  ]

  private static let seriesKeys = zip(Action.series, ordinals).enumerated().map { index, pair in
    bind(
      [c(Character("\(index + 1)"))], pair.0, pair.1.short,
      "Show or hide the \(pair.1.word) series\(index == 0 ? " of the chart" : "").", .run)
  }

  /// Ordinal numbers for the keys of series.
  static let ordinals: [(short: String, word: String)] = [
    ("1st", "first"), ("2nd", "second"), ("3rd", "third"), ("4th", "fourth"), ("5th", "fifth"),
    ("6th", "sixth"), ("7th", "seventh"), ("8th", "eighth"),
  ]

  // MARK: Why a key cannot be used

  package func availability(of action: Action, in app: AppState) -> Availability {
    switch action {
    case .search:
      return Availability(
        unless: app.histories[id]?.events.isEmpty ?? true ? "The log is empty." : nil)
    case .logScale, .zoomIn, .zoomOut, .fit, .panLeft, .panRight, .curves, .previousCurves, .smooth,
      .xAxis, .exportChart, .nextMark, .previousMark:
      return Availability(
        unless: app.histories[id]?.series.isEmpty ?? true ? "Nothing was measured yet." : nil)
    default: return .undecided
    }
  }

  package static func availabilityAnywhere(of action: Action, in app: AppState) -> Availability {
    switch action {
    case .pause: return Availability(unless: reasonNotToPause(app))
    case .stop: return need("stop", [.running, .paused, .queued], app)
    case .liveSettings: return need("change its settings", [.running, .paused, .queued], app)
    case .checkpoint: return need("write a checkpoint", [.running, .paused], app)
    case .resume, .restart:
      guard let run = app.currentRun else { return Availability(unless: app.reasonForNoRun) }
      if run.state.next.contains(.queued) { return .available }
      if run.state == .running || run.state == .queued {
        return .unavailable("Run #\(run.id) is \(run.state.rawValue) already.")
      }
      if run.state == .paused {
        let key = app.keys.name(of: .pause, in: .run)
        return .unavailable("Run #\(run.id) is paused; \(key) resumes it.")
      }
      return .unavailable(
        "Run #\(run.id) is \(run.state.rawValue); fork it instead (\(app.forkKey)).")
    case .search: return .unavailable("Open a run first.")
    default: return .undecided
    }
  }

  private static func reasonNotToPause(_ app: AppState) -> String? {
    guard let run = app.currentRun else { return app.reasonForNoRun }
    switch run.state {
    case .running, .paused: return nil
    case .queued:
      return
        "Run #\(run.id) has not started; \(app.keys.name(of: .stop, in: .run)) takes it out of "
        + "the queue."
    default: return "Run #\(run.id) is \(run.state.rawValue); only a running one can be paused."
    }
  }

  private static func need(
    _ what: String, _ states: [RunState], _ app: AppState
  ) -> Availability {
    guard let run = app.currentRun else { return Availability(unless: app.reasonForNoRun) }
    if states.contains(run.state) { return .available }
    if run.state == .queued { return .unavailable("Run #\(run.id) has not started yet.") }
    return .unavailable("Run #\(run.id) is \(run.state.rawValue): too late to \(what).")
  }

  // MARK: Commands

  package static let commands: [TypedCommand] = [
    TypedCommand(
      "set", "KEY VALUE", "Change a setting of the form or the run.",
      words: { words, app in
        let form = app.stack.top(ExperimentForm.self)
        switch words.count {
        case 2: return (form?.descriptors ?? Settings.live).map(\.key)
        case 3 where words[1] == Settings.startCheckpoint.key:
          return app.startCompletions(of: words[2])
        case 3:
          guard case .choice(let choices)? = Settings.descriptor(words[1])?.kind else { return [] }
          return choices
        default: return []
        }
      }
    ) { set($0, in: &$1) },
    TypedCommand(
      "export-chart", "PATH",
      "Write the chart as SVG (a name that ends so) or as text; ! writes over a file.",
      path: { $0 },
      words: { words, app in words.count == 2 ? app.pathCompletions(of: words[1]) : [] },
      forced: { exportChart(to: $0, overwrites: true, in: &$1) }
    ) { exportChart(to: $0, overwrites: false, in: &$1) },
    TypedCommand(
      "smooth", "WEIGHT", "Smooth the curves: off, auto, or 0 to 1.",
      words: { words, _ in words.count == 2 ? Smoothing.choices.map(\.text) : [] }
    ) { text, app in
      if let smoothing = Smoothing(text) { return smooth(smoothing, nil, in: &app) }
      app.say(.error, ":smooth needs off, auto, or a weight from 0 to below 1, such as 0.95.")
      return []
    },
    TypedCommand(
      "x-axis", "AXIS", "Count step, epoch or time along the x axis.",
      words: { words, _ in
        words.count == 2 ? RunArrangement.Axis.allCases.map(\.rawValue) : []
      }
    ) { count(named: $0, in: &$1) },
  ]

  private static func count(named name: String, in app: inout AppState) -> [Effect] {
    guard let axis = RunArrangement.Axis(rawValue: name) else {
      app.say(.error, "There is no x axis \(name); there are step, epoch and time.")
      return []
    }
    return app.act { screen, app in
      guard var run = screen as? RunScreen, let shown = run.chart(of: run.activeChart, in: app)
      else {
        app.say(.warning, "Open a run first.")
        return []
      }
      defer { screen = run }
      return run.count(axis, shown, in: &app)
    }
  }

  private static func set(_ argument: String, in app: inout AppState) -> [Effect] {
    let parts = argument.split(separator: " ", maxSplits: 1).map(String.init)
    guard parts.count == 2 else {
      app.say(.error, ":set needs KEY VALUE, such as :set tuning.epochs 20.")
      return []
    }
    if app.stack.top(ExperimentForm.self) != nil {
      return ExperimentForm.set(parts[0], to: parts[1], in: &app)
    }
    guard let run = app.currentRun else {
      app.say(.warning, "There is no run here.")
      return []
    }
    guard Settings.live.contains(where: { $0.key == parts[0] }) else {
      app.say(
        .error,
        "\(parts[0]) cannot change while a run runs; fork the run instead (\(app.forkKey)).")
      return []
    }
    if let reason = app.reasonUnusable(.liveSettings) {
      app.say(.warning, reason)
      return []
    }
    do {
      let value = try Settings.value(of: parts[0], parts[1])
      app.say(.information, "Asked run #\(run.id) for \(parts[0]) = \(parts[1]).")
      return [.notebook(.control(.set(key: parts[0], value: value), run.id))]
    } catch {
      app.say(.error, error.shortDescription)
      return []
    }
  }
}
