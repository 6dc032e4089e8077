import NamedEntities
import NotebookScreens

/// A difference of F1 as a report says it: `+1.9 [+0.3, +3.4] ▲`.
struct BootstrapText {
  let difference: Double
  let bootstrap: BootstrapDifference?

  /// Whether the interval leaves zero out.
  var isBeyondNoise: Bool { bootstrap?.isBeyondNoise ?? false }

  /// Whether the run is better than the control.
  var isGain: Bool { difference > 0 }

  /// The difference with its interval and a sign where that leaves zero out.
  var text: String {
    [Self.points(difference), interval, bootstrap?.significantChange?.mark].compactMap(\.self)
      .joined(separator: " ")
  }

  /// The interval; nil where there is none.
  var interval: String? {
    bootstrap.map { "[\(Self.points($0.lower)), \(Self.points($0.upper))]" }
  }

  /// The cell of a table.
  var cell: ReportTable.Cell { ReportTable.Cell(text, look) }

  /// What the signs mean.
  static let legend =
    "▲ better, ▼ worse than the control, where the 95 % interval leaves zero out."

  private static func points(_ difference: Double) -> String { Formatting.f1Change(difference) }
}
