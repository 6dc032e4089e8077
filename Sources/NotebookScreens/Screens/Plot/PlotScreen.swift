package import Experiments
package import LabNotebook
package import TerminalUI

extension KeyContext {
  package static let plot = KeyContext("Plot")
}

extension Action {
  package static let plot = Action("plot")
  package static let nextSetting = Action("next-setting")
  package static let previousSetting = Action("previous-setting")
  package static let nextLanguage = Action("next-language")
}

/// F1 of some runs against a setting in which they differ.
package struct PlotScreen: Screen {
  /// The runs, in the order of the list that they were chosen in.
  package let runs: [RunID]
  /// The setting that was chosen; nil: the first that differs.
  package var key: String?
  /// What was chosen to be measured; nil: the mean on the first split that was evaluated.
  package var measure: SettingPlot.Measure?
  /// Whether the setting's axis is logarithmic; nil: as its values suggest.
  package var isLogarithmic: Bool?
  /// The value under the cursor, from 0.
  package var cursor = 0

  package init(_ runs: [RunID], key: String? = nil) {
    self.runs = runs
    self.key = key
  }

  /// What is drawn.
  package struct Picture: Sendable {
    package var runs: [RunRecord]
    /// The settings that differ, and which of them is shown.
    package var settings: [SettingDescriptor]
    package var setting: SettingDescriptor
    package var measures: [SettingPlot.Measure]
    package var plot: SettingPlot
  }

  /// What there is to draw; nil where no setting differs or no run is left.
  package func picture(_ app: AppState) -> Picture? {
    let records = runs.compactMap(app.runs.record)
    let settings = SettingPlot.varying(records)
    let measures = SettingPlot.measures(records)
    let wanted = key.flatMap { key in settings.first { $0.key == key } }
    guard let setting = wanted ?? settings.first else { return nil }
    let measure =
      measure.flatMap { measures.contains($0) ? $0 : nil } ?? measures.first
      ?? SettingPlot.Measure(split: "test")
    return Picture(
      runs: records, settings: settings, setting: setting, measures: measures,
      plot: SettingPlot(records, key: setting.key, measure: measure))
  }

  // MARK: The screen

  package static let keySections = [KeySection(.plot)]

  package static let keys: [KeyTable.Binding] = [
    bind(
      [c("V")], .plot, "Plot",
      "Plot F1 against a setting, of the marked runs or all that are listed.",
      .runs),
    bind([c("V")], .plot, "Plot", "Plot F1 against a setting of the study's runs.", .study),
    bind([c("x")], .nextSetting, "Setting", "Plot against the next setting that differs.", .plot),
    bind([c("X")], .previousSetting, "Back", "Plot against the setting before.", .plot),
    bind(
      [c("v")], .nextLanguage, "Language", "Show the F1 of the next language, or the mean.", .plot),
    bind([c("s")], .split, "Split", "Show the next split that was evaluated.", .plot),
    bind([c("y")], .logScale, "Log", "Draw the setting's axis logarithmic, or linear.", .plot),
    bind([.enter], .open, "Open", "Open the best run with the value under the cursor.", .plot),
  ]

  package static let commands: [TypedCommand] = [
    TypedCommand(
      "plot", "SETTING", "Plot F1 against a setting of the marked runs, or of all that are listed.",
      words: { words, app in
        words.count == 2 ? SettingPlot.varying(chosen(in: app)).map(\.key) : []
      }
    ) { key, app in
      guard Settings.descriptor(key) != nil else {
        app.say(.error, "There is no setting ‘\(key)’.")
        return []
      }
      if let reason = reasonNotToPlot(app) ?? reasonNotToPlot(against: key, app) {
        app.say(.warning, reason)
        return []
      }
      app.stack.open(PlotScreen(chosen(in: app).map(\.id), key: key))
      return []
    }
  ]

  package static func performAnywhere(_ action: Action, in app: inout AppState) -> [Effect]? {
    guard action == .plot else { return nil }
    app.stack.open(PlotScreen(chosen(in: app).map(\.id)))
    return []
  }

  package static func availabilityAnywhere(of action: Action, in app: AppState) -> Availability {
    action == .plot ? Availability(unless: reasonNotToPlot(app)) : .undecided
  }

  /// The runs that would be plotted: a study's, the marked ones, or all that are listed.
  private static func chosen(in app: AppState) -> [RunRecord] {
    if let study = app.stack.top(StudyScreen.self) {
      return (study.picture?.cells ?? []).compactMap { $0.run.flatMap(app.runs.record) }
    }
    let visible = app.runs.visible
    let marked = visible.filter { app.runs.marked.contains($0.id) }
    return (marked.isEmpty ? visible : marked).filter { !$0.isPretraining }
  }

  private static func reasonNotToPlot(_ app: AppState) -> String? {
    let runs = chosen(in: app)
    if runs.count < 2 { return "A plot needs two runs or more." }
    if SettingPlot.varying(runs).isEmpty { return "No setting differs among these runs." }
    return SettingPlot.measures(runs).isEmpty ? "None of these runs has an F1 yet." : nil
  }

  private static func reasonNotToPlot(against key: String, _ app: AppState) -> String? {
    SettingPlot.varying(chosen(in: app)).contains { $0.key == key }
      ? nil : "\(key) is the same in all these runs."
  }

  package func context(in app: AppState) -> KeyContext { .plot }

  package func run(in app: AppState) -> RunChoice { .run(best(app)) }

  package mutating func keep(in app: AppState) -> Bool { picture(app) != nil }

  /// The best run with the value under the cursor.
  private func best(_ app: AppState) -> RunID? {
    guard let groups = picture(app)?.plot.groups, groups.indices.contains(cursor) else {
      return nil
    }
    return groups[cursor].runs.first?.id
  }

  package func availability(of action: Action, in app: AppState) -> Availability {
    guard let picture = picture(app) else { return .undecided }
    switch action {
    case .nextSetting, .previousSetting:
      return Availability(
        unless: picture.settings.count < 2 ? "Only \(picture.setting.key) differs." : nil)
    case .nextLanguage:
      let others = picture.measures.filter { $0.split == picture.plot.measure.split }
      return Availability(unless: others.count < 3 ? "There is only one language." : nil)
    case .split:
      return Availability(
        unless: Set(picture.measures.map(\.split)).count < 2
          ? "Only \(picture.plot.measure.split) was evaluated." : nil)
    case .logScale:
      guard picture.plot.isNumeric else {
        return .unavailable("\(picture.setting.key) is not a number.")
      }
      let least = picture.plot.groups.first?.number ?? 0
      return Availability(
        unless: least <= 0 ? "A logarithmic axis needs values above 0." : nil)
    case .open: return Availability(unless: best(app) == nil ? "No run here has an F1 yet." : nil)
    default: return .undecided
    }
  }

  package mutating func perform(_ action: Action, in app: inout AppState) -> [Effect] {
    guard let picture = picture(app) else { return [] }
    let plot = picture.plot
    switch action {
    case .left, .up: cursor -= 1
    case .right, .down: cursor += 1
    case .top: cursor = 0
    case .bottom: cursor = plot.groups.count - 1
    case .nextSetting, .previousSetting:
      let count = picture.settings.count
      let place = picture.settings.firstIndex { $0.key == picture.setting.key } ?? 0
      let step = action == .nextSetting ? 1 : count - 1
      (key, cursor, isLogarithmic) = (picture.settings[(place + step) % count].key, 0, nil)
      return []
    case .nextLanguage:
      measure = Self.next(
        plot.measure, among: picture.measures.filter { $0.split == plot.measure.split })
    case .split:
      let splits = picture.measures.filter { $0.language == nil }
      measure = Self.next(SettingPlot.Measure(split: plot.measure.split), among: splits)
    case .logScale: isLogarithmic = !(isLogarithmic ?? plot.suitsLogarithm)
    case .open:
      if let run = best(app) { app.stack.open(RunScreen(run)) }
      return []
    default: break
    }
    cursor = min(max(cursor, 0), max(plot.groups.count - 1, 0))
    return []
  }

  private static func next(
    _ measure: SettingPlot.Measure, among all: [SettingPlot.Measure]
  ) -> SettingPlot.Measure? {
    guard let place = all.firstIndex(of: measure) else { return all.first }
    return all[(place + 1) % all.count]
  }

  package mutating func click(
    _ mouse: MouseEvent, isDouble: Bool, in body: Rect, app: inout AppState
  ) -> Clicked {
    guard let picture = picture(app) else { return .done() }
    let rows = PlotLayout(body: body, groupCount: picture.plot.groups.count).rows
    guard
      let index = rows.row(at: mouse, selected: cursor, count: picture.plot.groups.count)
    else { return .done() }
    cursor = index
    return isDouble ? .action(.open) : .done()
  }
}
