/// How the line of a series is dashed; in ASCII each has its own letter.
package enum LineMarker: Int, CaseIterable, Hashable, Sendable {
  case solid, dashed, dotted, dashDotted, longDashed, sparse, dashDoubleDotted, shortDashed

  /// The marker of the n-th series; it starts again after the eighth.
  package static func series(_ index: Int) -> LineMarker {
    allCases[((index % allCases.count) + allCases.count) % allCases.count]
  }

  /// The letter that stands for the line where there are no dots.
  var letter: Character {
    switch self {
    case .solid: "*"
    case .dashed: "+"
    case .dotted: "o"
    case .dashDotted: "x"
    case .longDashed: "%"
    case .sparse: "@"
    case .dashDoubleDotted: "#"
    case .shortDashed: "="
    }
  }

  /// What marks a single measured point of the line.
  func symbol(_ glyphs: Glyphs) -> Character {
    guard glyphs == .braille else { return letter }
    return switch self {
    case .solid: "●"
    case .dashed: "■"
    case .dotted: "▲"
    case .dashDotted: "◆"
    case .longDashed: "○"
    case .sparse: "□"
    case .dashDoubleDotted: "▼"
    case .shortDashed: "◇"
    }
  }

  /// A piece of the line for the legend.
  package func sample(_ glyphs: Glyphs) -> String {
    guard glyphs != .ascii else { return String(repeating: letter, count: 2) }
    return switch self {
    case .solid: "───"
    case .dashed: "╌╌╌"
    case .dotted: "···"
    case .dashDotted: "─·─"
    case .longDashed: "── "
    case .sparse: "·  "
    case .dashDoubleDotted: "─··"
    case .shortDashed: "╴ ╴"
    }
  }

  /// Whether the line is drawn at this column of dots.
  func isDrawn(atDot column: Int) -> Bool {
    switch self {
    case .solid: true
    case .dashed: column % 6 < 4
    case .dotted: column % 2 == 0
    case .dashDotted: [0, 1, 2, 3, 6].contains(column % 9)
    case .longDashed: column % 14 < 10
    case .sparse: column % 4 == 0
    case .dashDoubleDotted: [0, 1, 2, 3, 6, 9].contains(column % 12)
    case .shortDashed: column % 5 < 2
    }
  }

  /// The same dashes for a picture: lengths drawn and left out, in points.
  var dashes: String? {
    switch self {
    case .solid: nil
    case .dashed: "8 4"
    case .dotted: "2 3"
    case .dashDotted: "8 3 2 3"
    case .longDashed: "16 5"
    case .sparse: "2 7"
    case .dashDoubleDotted: "8 3 2 3 2 3"
    case .shortDashed: "4 6"
    }
  }
}
