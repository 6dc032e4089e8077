import TerminalUI

/// What is said in a terminal that has no room for the screens: the size that is needed, the size
/// that is there, and as much else as fits.
///
///     Primer needs a terminal of 60 × 16; this one has 58 × 20.
///
///     Make it larger, or its letters smaller. Nothing is lost; runs keep running.
///     Keys wait until then, but for Ctrl-C twice, which quits.
struct TooSmallNotice: Widget {
  let width: Int
  let height: Int
  /// Whether Ctrl-C was pressed once.
  let isQuitting: Bool
  let glyphs: Glyphs

  func render(in area: Rect, into buffer: inout Buffer) {
    let paragraph = texts.lazy.map { Paragraph($0) }
      .first { $0.height(forWidth: max(area.width, 1)) <= area.height }
    let shown = paragraph ?? Paragraph(needed, style: Style(.warning))
    buffer.draw(shown, in: area)
  }

  private var needed: String { size(AppState.minimumWidth, AppState.minimumHeight) }

  private func size(_ width: Int, _ height: Int) -> String {
    "\(width) \(glyphs == .ascii ? "x" : "×") \(height)"
  }

  /// From the fullest to the shortest.
  private var texts: [[StyledText]] {
    let here = size(width, height)
    let sentence = StyledText(
      "Primer needs a terminal of \(needed); this one has \(here).", Style(.warning, on: nil, .bold)
    )
    let quit =
      isQuitting
      ? StyledText("Press Ctrl-C again to quit.", Style(.warning))
      : StyledText("Keys wait until then, but for Ctrl-C twice, which quits.")
    let rest = StyledText(
      "Make it larger, or its letters smaller. Nothing is lost; runs keep running.")
    return [
      [sentence, "", rest, quit],
      [sentence, quit],
      [isQuitting ? quit : sentence],
      [StyledText(isQuitting ? "Ctrl-C again quits" : "\(needed), not \(here)", Style(.warning))],
    ]
  }
}
