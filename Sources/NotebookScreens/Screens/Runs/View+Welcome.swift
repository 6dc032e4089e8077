import Experiments
import TerminalUI

/// The page of an empty notebook: what this is, and an experiment to start with.
struct WelcomeView: ScreenView {
  var painter: ScreenPainter

  mutating func paint(in body: Rect) {
    paintTitle("A new notebook", right: StyledText(state.notebookFolder, .faint))
    let area = body.centered(width: min(body.width - 4, 76), height: body.height - 2)
    let intro: [StyledText] = [
      StyledText("Does it pay to prime an encoder for the fine-tuning that follows?", .title),
      "",
      StyledText(
        "Primer meta-learns an encoder so that small adapters learn named entities faster, "
          + "and shows whether it helped: loss as it falls, F1 for each language.", .faint),
      "",
    ]
    let introHeight = Paragraph(intro).height(forWidth: max(area.width, 1))
    let parts = area.rows([.fixed(introHeight), .fill])
    buffer.draw(Paragraph(intro), in: parts[0])
    guard !state.samples.isEmpty else {
      let text =
        "No sample experiment was found. Set PRIMER_HOME to the folder that holds sample-data, "
        + "or press \(state.keys.name(of: .new, in: .welcome)) to plan an experiment of your own."
      buffer.draw(Paragraph(text), in: parts[1])
      return
    }
    paintSamples(in: parts[1])
  }

  private mutating func paintSamples(in area: Rect) {
    let samples = state.samples
    let selected = min(max(state.runs.sampleCursor, 0), samples.count - 1)
    let listHeight = min(samples.count + 2, max(area.height - 6, 3))
    let parts = area.rows([.fixed(listHeight), .fixed(1), .fill])
    let inner = paintBlock(
      StyledText("\(state.keys.name(of: .startSample, in: .welcome)) starts an experiment"),
      isFocused: true, in: parts[0])
    let rows = samples.map { sample in
      let name = sample.experiment[Settings.name]
      return [StyledText(name), StyledText(Self.fileName(of: sample.path), .faint)]
    }
    let table = Table(
      columns: [.init("", width: .fill), .init("", width: .fixed(28))],
      rows: rows, selected: selected,
      offset: ListWindow.first(selected: selected, count: rows.count, visible: inner.height),
      showsHeader: false, glyphs: glyphs)
    buffer.draw(table, in: inner)
    let sample = samples[selected]
    var lines: [StyledText] = []
    if !sample.summary.isEmpty { lines += [StyledText(sample.summary), ""] }
    lines += Self.summary(of: sample.experiment)
    buffer.draw(Paragraph(lines), in: parts[2].inset(horizontal: 1, vertical: 0))
  }

  private static func fileName(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  /// What the experiment will do, in three lines.
  private static func summary(of experiment: Experiment) -> [StyledText] {
    func text<Value>(_ setting: Setting<Value>) -> String {
      experiment[setting].settingValue.description
    }
    let method = experiment[Settings.primingMethod]
    var lines: [StyledText] = []
    if method != .none {
      let plan = "\(method) on \(text(Settings.primingLanguages))"
      lines.append(
        StyledText(
          .init("priming     ", .faint),
          .init("\(plan), \(experiment[Settings.primingSteps]) steps")))
    }
    lines.append(
      StyledText(
        .init("tuning      ", .faint),
        .init(
          "\(text(Settings.tuningLanguages)): \(text(Settings.tuningUpdates)), "
            + "\(text(Settings.tuningEpochs)) epochs")))
    lines.append(
      StyledText(
        .init("evaluation  ", .faint),
        .init("entity F1 on \(text(Settings.evaluationSplits))")))
    return lines
  }
}
