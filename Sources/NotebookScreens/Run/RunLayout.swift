import TerminalUI

/// Where the parts of the run screen stand; an empty area is not shown.
struct RunLayout {
  private static let nothing = Rect(x: 0, y: 0, width: 0, height: 0)

  private(set) var curves = nothing
  private(set) var secondCurves = nothing
  private(set) var progress = nothing
  private(set) var numbers = nothing
  private(set) var settings = nothing
  private(set) var scores = nothing
  private(set) var scoreCurves = nothing
  private(set) var log = nothing

  /// Two columns, or three from 150 columns of the terminal on.
  init(body: Rect, screen: RunScreenState, scoreRows: Int) {
    if screen.isEnlarged {
      switch screen.pane {
      case .curves: curves = body
      case .scores: scores = body
      case .log: log = body
      }
    } else if body.width >= 150, body.height >= 30 {
      arrangeWide(body, scoreRows: scoreRows)
    } else {
      arrangeNarrow(body, scoreRows: scoreRows)
    }
  }

  private mutating func arrangeNarrow(_ body: Rect, scoreRows: Int) {
    let logHeight = body.height >= 30 ? body.height / 5 : min(4, max(body.height - 14, 3))
    let rest = max(body.height - logHeight, 0)
    let wantedScores = max(scoreRows + 2, 7)
    let middle = min(wantedScores, max(rest * 2 / 5, 7))
    let rows = body.rows([.fill, .fixed(min(middle, rest / 2)), .fixed(logHeight)])
    let side = min(max(body.width * 2 / 5, 30), 46)
    let top = rows[0].columns([.fill, .fixed(side)])
    let bottom = rows[1].columns([.fill, .fixed(side)])
    (curves, progress) = (top[0], top[1])
    (scores, numbers) = (bottom[0], bottom[1])
    log = rows[2]
    // What the progress does not need is given to the settings.
    if progress.height >= 20 {
      let parts = progress.rows([.fixed(9), .fill])
      (progress, settings) = (parts[0], parts[1])
    }
  }

  private mutating func arrangeWide(_ body: Rect, scoreRows: Int) {
    let columns = body.columns([.fill, .fixed(min(body.width * 3 / 10, 64))])
    let main = columns[0].rows([.fill, .fixed(max(body.height / 5, 6))])
    log = main[1]
    let halves = main[0].columns([.fill, .fixed(44)])
    let charts = halves[0].rows([.fill, .fraction(0.4)])
    (curves, secondCurves) = (charts[0], charts[1])
    let middle = halves[1].rows([.fixed(11), .fixed(11), .fill])
    (progress, numbers, settings) = (middle[0], middle[1], middle[2])
    let wanted = min(scoreRows * 2 + 1, body.height * 2 / 3)
    let right = columns[1].rows([.fixed(max(wanted, 8)), .fill])
    (scores, scoreCurves) = (right[0], right[1])
  }
}
