import LabNotebook
import RunFolders

/// Actions on a study, and on the list of studies.
extension AppState {
  /// Opens the study of the run under the cursor, or the list of studies.
  mutating func openStudies() -> [Effect] {
    let name =
      runs.underCursor?.study ?? (runs.grouping == .study ? runs.groupUnderCursor?.name : nil)
    stack.append(.studies(StudyListState(wanted: name.flatMap { $0.isEmpty ? nil : $0 })))
    return [.analyse(.studies)]
  }

  /// Takes the list of studies, and opens the one that was wanted.
  mutating func take(_ studies: [StudyFile]) {
    for index in stack.indices {
      guard case .studies(var list) = stack[index] else { continue }
      list.studies = studies
      if let wanted = list.wanted, let study = studies.first(where: { $0.name == wanted }) {
        stack[index] = .study(StudyScreenState(path: study.path))
        continue
      }
      list.wanted = nil
      stack[index] = .studies(list)
    }
  }

  /// Takes a picture of a study, unless another one was asked for since.
  mutating func take(_ picture: StudyPicture) {
    changeStudies(picture.question) { screen in
      screen.picture = picture
      screen.problem = nil
    }
  }

  /// Takes the reason why a study cannot be shown.
  mutating func take(_ problem: String, of question: StudyQuestion) {
    changeStudies(question) { screen in
      screen.picture = nil
      screen.problem = problem
    }
  }

  private mutating func changeStudies(
    _ question: StudyQuestion, _ change: (inout StudyScreenState) -> Void
  ) {
    for index in stack.indices {
      guard case .study(var screen) = stack[index], screen.asked == question else { continue }
      change(&screen)
      stack[index] = .study(screen)
    }
  }

  /// Carries an action of the list of studies out.
  mutating func performInStudies(_ action: Action, _ list: inout StudyListState) {
    let count = list.studies?.count ?? 0
    switch action {
    case .up, .pageUp: list.cursor -= action == .up ? 1 : height / 2
    case .down, .pageDown: list.cursor += action == .down ? 1 : height / 2
    case .top: list.cursor = 0
    case .bottom: list.cursor = count - 1
    case .open:
      guard let studies = list.studies, studies.indices.contains(list.cursor) else { return }
      stack.append(.study(StudyScreenState(path: studies[list.cursor].path)))
    default: return
    }
    list.cursor = min(max(list.cursor, 0), max(count - 1, 0))
  }

  /// Carries an action of a study out.
  mutating func performInStudy(_ action: Action, _ screen: inout StudyScreenState) -> [Effect] {
    switch action {
    case .nextPane, .previousPane: screen.pane = screen.pane == .table ? .runs : .table
    case .up: screen.move(by: -1)
    case .down: screen.move(by: 1)
    case .pageUp: screen.move(by: -10)
    case .pageDown: screen.move(by: 10)
    case .top: screen.move(by: -100_000)
    case .bottom: screen.move(by: 100_000)
    case .left: screen.moveColumn(by: -1)
    case .right: screen.moveColumn(by: 1)
    case .open:
      if screen.pane == .table, screen.currentCells.count > 1 {
        screen.pane = .runs
      } else if let run = screen.currentRun {
        stack.append(.run(RunScreenState(run)))
      }
    case .split:
      guard let picture = screen.picture,
        let index = picture.splits.firstIndex(of: picture.results.split)
      else { return [] }
      screen.split = picture.splits[(index + 1) % picture.splits.count]
    case .compare:
      let chosen = runsToCompare(in: screen)
      guard chosen.count > 1 else { return [] }
      var comparison = CompareScreenState(chosen)
      comparison.control = chosen[0].id
      comparison.runs = chosen.map(\.id)
      comparison.other = chosen[1].id
      stack.append(.compare(comparison))
    case .export:
      guard let results = screen.picture?.results else { return [] }
      overlay = .prompt(Prompt(.exportStudy, text: Self.fileName(of: results.name) + ".md"))
    case .start:
      guard let picture = screen.picture else { return [] }
      let count = picture.missing
      overlay = .confirmation(
        Confirmation(
          title: "Queue \(count) run\(count == 1 ? "" : "s")?",
          text: "Those of \(picture.results.name) that the notebook does not have yet.",
          effects: [.notebook(.continueStudy(path: screen.path))]))
    default: break
    }
    return []
  }

  /// The control's finished runs and those of the row under the cursor, of the same seeds.
  func runsToCompare(in screen: StudyScreenState) -> [RunRecord] {
    guard let row = screen.currentRow, let picture = screen.picture, !row.isControl,
      let control = picture.results.rows.first(where: { $0.isControl && $0.tuning == row.tuning })
    else { return [] }
    func finished(_ row: StudyResults.Row) -> [RunRecord] {
      picture.cells(of: row).compactMap { $0.run.flatMap(runs.record) }
        .filter { $0.state == .finished }
    }
    let half = CompareScreenState.largest / 2
    let (controls, own) = (finished(control), finished(row))
    return controls.isEmpty || own.isEmpty ? [] : Array(controls.prefix(half) + own.prefix(half))
  }

  /// What keeps an action of a study from being carried out.
  func reasonInStudy(_ action: Action, _ screen: StudyScreenState) -> String? {
    guard let picture = screen.picture else {
      if action == .probe { return reasonNotToProbe }
      return [.open, .export, .start, .split, .compare].contains(action)
        ? screen.problem ?? "The study is being read." : nil
    }
    switch action {
    case .open where screen.pane == .runs && screen.currentRun == nil,
      .open where screen.currentCells.count == 1 && screen.currentRun == nil:
      let key = keys.name(of: .start, in: .study)
      return "This cell has no run yet; \(key) queues what is missing."
    case .start:
      return picture.missing == 0 ? "Every cell of the study has its run." : nil
    case .split:
      return picture.splits.count < 2 ? "The study evaluates \(picture.results.split) only." : nil
    case .compare:
      if screen.currentRow?.isControl == true { return "This is the control itself." }
      return runsToCompare(in: screen).isEmpty
        ? "The row and its control need a finished run each." : nil
    case .export:
      return picture.hasIntervals ? nil : "The intervals are being found; a moment."
    case .probe: return reasonNotToProbe
    default: return nil
    }
  }

  // MARK: Export

  /// Writes the table in the format that the path's ending names.
  func exportStudy(to path: String) -> [Effect] {
    guard case .study(let screen) = stack.last, let results = screen.picture?.results else {
      return []
    }
    let overwrites = path.hasSuffix("!")
    let plain = overwrites ? String(path.dropLast()) : path
    let text: String
    switch Self.ending(of: plain) {
    case "md": text = results.markdown()
    case "tex": text = results.latex()
    case "csv": text = results.csv()
    default: return []
    }
    return [.notebook(.export(text, path: plain, overwrites: overwrites))]
  }

  /// What is wrong with the path of an export; nil when nothing is.
  func exportProblem(_ path: String) -> String? {
    let plain = path.hasSuffix("!") ? String(path.dropLast()) : path
    return ["md", "tex", "csv"].contains(Self.ending(of: plain))
      ? nil : "ends in .md, .tex or .csv"
  }

  /// The paths that Tab offers: the same name in each format.
  func exportCandidates(_ path: String) -> [String] {
    let stem =
      exportProblem(path) == nil
      ? path.split(separator: ".").dropLast().joined(separator: ".") : path
    return ["md", "tex", "csv"].map { "\(stem).\($0)" }
  }

  private static func ending(of path: String) -> String {
    guard let name = path.split(separator: "/").last, name.contains(".") else { return "" }
    return name.split(separator: ".").last.map { $0.lowercased() } ?? ""
  }

  private static func fileName(of name: String) -> String {
    let words = name.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: "-")
    return words.isEmpty ? "study" : words
  }
}

extension StudyScreenState {
  mutating func move(by count: Int) {
    switch pane {
    case .table:
      let rows = picture?.results.rows.count ?? 0
      row = min(max(row + count, 0), max(rows - 1, 0))
      cell = 0
    case .runs: cell = min(max(cell + count, 0), max(currentCells.count - 1, 0))
    }
  }

  mutating func moveColumn(by count: Int) {
    let columns = currentRow?.scores.count ?? 0
    column = min(max(column + count, 0), max(columns - 1, 0))
  }
}
