package import Experiments
package import TerminalUI

/// A study being planned in front of the form: the values of one setting, and the seeds.
package struct StudyGrid: TypedOverlay, Hashable {
  /// A line of it.
  package enum Field: Int, CaseIterable, Hashable, Sendable { case values, seeds, name }

  /// The setting that the study goes over.
  package var key: String
  package var base: Experiment
  /// The file that relative paths are relative to.
  package var near: String?
  package var field = Field.values
  package var values: TextInput
  package var seeds: TextInput
  package var name: TextInput

  /// A study over a setting of an experiment, with its value to begin with.
  package init(key: String, base: Experiment, near: String?) {
    self.key = key
    self.base = base
    self.near = near
    let label = key.split(separator: ".").last.map(String.init) ?? key
    values = TextInput(base[key: key].map(SettingText.text) ?? "")
    seeds = TextInput(String(base[Settings.seed]))
    name = TextInput("\(base[Settings.name]), \(label)")
  }

  /// The line that is being typed.
  package var line: TextInput {
    get {
      switch field {
      case .values: values
      case .seeds: seeds
      case .name: name
      }
    }
    set {
      switch field {
      case .values: values = newValue
      case .seeds: seeds = newValue
      case .name: name = newValue
      }
    }
  }

  /// What is wrong with a line as it stands.
  package func error(of field: Field) -> String? {
    switch field {
    case .values:
      guard let descriptor = Settings.descriptor(key) else { return "\(key) is not a setting" }
      return Self.problem(values.text, of: descriptor)
    case .seeds: return Self.problem(seeds.text, of: Settings.seed.descriptor)
    case .name:
      return name.text.contains(where: { !$0.isWhitespace }) ? nil : "a study needs a name"
    }
  }

  /// The study, or what is wrong with one of its runs.
  package var study: Result<Study, ExperimentError> {
    do throws(ExperimentError) {
      guard let descriptor = Settings.descriptor(key) else {
        throw ExperimentError(key: key, problem: "\(key) is not a setting")
      }
      let numbers = try GridValues(seeds.text, of: Settings.seed.descriptor).values
        .compactMap(Int.init(setting:))
      return .success(
        try Study.grid(
          name.text, over: key, values: GridValues(values.text, of: descriptor).values,
          seeds: numbers, base: base))
    } catch {
      return .failure(error)
    }
  }

  private static func problem(_ text: String, of descriptor: SettingDescriptor) -> String? {
    do throws(ExperimentError) {
      _ = try GridValues(text, of: descriptor)
      return nil
    } catch {
      return error.shortDescription
    }
  }
}

/// Its keys.
extension StudyGrid {
  package var context: KeyContext { .grid }

  package mutating func perform(_ action: Action, in app: inout AppState) -> [Effect] {
    let fields = Field.allCases
    let index = field.rawValue
    switch action {
    case .cancel: app.overlay = nil
    case .nextPane, .down: field = fields[(index + 1) % fields.count]
    case .previousPane, .up: field = fields[(index + fields.count - 1) % fields.count]
    case .confirm:
      switch study {
      case .success(let study):
        app.overlay = nil
        return [.notebook(.startStudy(study, near: near))]
      case .failure(let error): app.say(.error, "Not started: \(error.shortDescription)")
      }
    default: break
    }
    return []
  }

  package func paint(on painter: inout ScreenPainter) {
    painter.draw(StudyGridView.init) { $0.paint(self) }
  }
}

extension ExperimentForm {
  /// Plans a study over the setting under the cursor.
  func openGrid(in app: inout AppState) {
    guard let descriptor = current else { return }
    guard !Study.reservedKeys.contains(descriptor.key) else {
      app.say(
        .warning, "Move to the setting that the study is to go over; seeds have their own line.")
      return
    }
    app.overlay = StudyGrid(key: descriptor.key, base: experiment, near: near)
  }
}

/// The study being planned.
private struct StudyGridView: ScreenView {
  var painter: ScreenPainter

  mutating func paint(_ grid: StudyGrid) {
    let body = frame.body
    var runLines = 3
    if case .success(let study) = grid.study { runLines = study.methods.count + 1 }
    let width = min(max(body.width * 2 / 3, 72), 110, body.width)
    let kind = Settings.descriptor(grid.key)?.kind ?? .text
    let hints = [
      GridValues.help(for: kind), GridValues.help(for: Settings.seed.descriptor.kind),
      "what its table is called",
    ]
    // The field stands behind the label, in a frame with a margin.
    let remarks = StudyGrid.Field.allCases.map {
      remark(on: $0, of: grid, hint: hints[$0.rawValue], width: width - 12)
    }
    let fieldLines = remarks.reduce(0) { $0 + 1 + $1.count }
    let area = body.centered(
      width: width, height: min(min(max(runLines, 4), 10) + fieldLines + 3, body.height))
    buffer.fill(area)
    let inner = paintBlock(
      StyledText(.init("A study over ", .title), .init(grid.key, Style(.accent))),
      footer: StyledText(
        "\(state.keys.name(of: .confirm, in: .grid)) queues it, "
          + "\(state.keys.name(of: .cancel, in: .grid)) leaves"), isFocused: true, in: area
    ).inset(horizontal: 1, vertical: 0)
    let parts = inner.rows(remarks.map { .fixed(1 + $0.count) } + [.fixed(1), .fill])
    for (field, part) in zip(StudyGrid.Field.allCases, parts) {
      paintField(field, of: grid, remarks[field.rawValue], in: part)
    }
    paintRuns(of: grid, in: parts[4])
  }

  /// What stands under a line: what is wrong with it, whole, or how it can be typed.
  private func remark(
    on field: StudyGrid.Field, of grid: StudyGrid, hint: String, width: Int
  ) -> [StyledText] {
    guard let error = grid.error(of: field) else { return [StyledText(hint, .faint)] }
    let mark = glyphs == .ascii ? "x" : "✗"
    return Paragraph.wrapped(StyledText("\(mark) \(error)", Style(.error)), width: max(width, 8))
  }

  private mutating func paintField(
    _ field: StudyGrid.Field, of grid: StudyGrid, _ remark: [StyledText], in area: Rect
  ) {
    let columns = area.columns([.fixed(8), .fill])
    let label =
      switch field {
      case .values: "Values"
      case .seeds: "Seeds"
      case .name: "Name"
      }
    buffer.write(label, at: area.x, area.y, style: Style(.header), maximumWidth: 8)
    let line =
      switch field {
      case .values: grid.values
      case .seeds: grid.seeds
      case .name: grid.name
      }
    let isInvalid = grid.error(of: field) != nil
    let row = Rect(x: columns[1].x, y: area.y, width: columns[1].width, height: 1)
      .intersection(area)
    buffer.draw(
      TextField(line, isFocused: field == grid.field, isInvalid: isInvalid), in: row)
    for (line, text) in remark.enumerated() where line + 1 < area.height {
      buffer.write(text, truncatedTo: row.width, at: row.x, area.y + 1 + line)
    }
  }

  private mutating func paintRuns(of grid: StudyGrid, in area: Rect) {
    switch grid.study {
    case .failure(let error):
      // What is wrong with a line stands under it.
      guard StudyGrid.Field.allCases.allSatisfy({ grid.error(of: $0) == nil }) else { return }
      buffer.draw(
        Paragraph("Not yet: \(error.shortDescription)", style: Style(.error)), in: area)
    case .success(let study):
      let count = study.methods.count * study.seeds.count
      var lines = [
        StyledText(
          .init("\(count) run\(count == 1 ? "" : "s")", Style(.accent, on: nil, .bold)),
          .init(": \(study.methods.count) × \(study.seeds.count) seed", .faint),
          .init(study.seeds.count == 1 ? "" : "s", .faint))
      ]
      for method in study.methods {
        let isControl = method.name == study.control
        lines.append(
          StyledText(
            .init("  \(method.name)"),
            .init(isControl ? "   what the others are compared with" : "", .faint)))
      }
      for warning in (try? study.settingWarnings) ?? [] {
        lines.insert(StyledText("! \(warning.problem)", Style(.warning)), at: 1)
      }
      if lines.count > area.height, area.height > 1 {
        let hidden = lines.count - area.height + 1
        lines = Array(lines.prefix(area.height - 1)) + [StyledText("  and \(hidden) more", .faint)]
      }
      buffer.draw(Paragraph(lines, wraps: false), in: area)
    }
  }
}
