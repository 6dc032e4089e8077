import Foundation
import NotebookScreens
import TestSupport
import Testing

@testable import TerminalUI

/// The cells of a screen with their looks as text: what each cell means, letter by letter.
///
///     ..aaaaaa..        . text
///     ..bbbb....        a title
///                       b faint
struct StyledPicture {
  private static let letters = Array(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-*/=<>#%&@$?!")

  private let buffer: Buffer
  private var styles: [Style] = []

  init(_ buffer: Buffer) {
    self.buffer = buffer
    for y in 0..<buffer.height {
      for x in 0..<buffer.width {
        let style = buffer[x, y].style
        if style != .text, !styles.contains(style) { styles.append(style) }
      }
    }
    precondition(styles.count <= Self.letters.count, "A screen has at most 76 styles")
  }

  /// The picture and its legend.
  var text: String {
    let numbers = Dictionary(uniqueKeysWithValues: styles.enumerated().map { ($1, $0) })
    let rows = (0..<buffer.height).map { y in
      String(
        (0..<buffer.width).map { x in
          numbers[buffer[x, y].style].map { Self.letters[$0] } ?? "."
        })
    }
    let legend = [(Character("."), Style.text)] + zip(Self.letters, styles)
    let meanings = legend.map { "\($0)  \(Self.name($1))" }
    return rows.joined(separator: "\n") + "\n\n" + meanings.joined(separator: "\n") + "\n"
  }

  /// How a theme shows each meaning, alone and on the selected row: without colour, with 16, with 256
  /// and with all of them.
  static func palette(_ theme: Theme) -> String {
    let styles = [nil, Role.selection, .selectionInactive].flatMap { background in
      Role.allCases.map { Style($0, on: background) }
    }
    return styles.map { style in
      let depths: [ColorDepth] = [.none, .sixteen, .palette, .trueColor]
      return name(style) + ": "
        + depths.map { name(theme.resolve(style, at: $0)) }.joined(separator: " | ") + "\n"
    }.joined()
  }

  private static func name(_ style: Style) -> String {
    style.role.rawValue + (style.background.map { " on \($0.rawValue)" } ?? "")
      + name(style.attributes)
  }

  private static func name(_ look: ThemeStyle) -> String {
    let colors = [look.foreground, look.background].map { $0.map(name) ?? "default" }
    let text =
      (colors == ["default", "default"] ? "" : "\(colors[0]) on \(colors[1])")
      + name(look.attributes)
    return text.isEmpty ? "–" : text.trimmingCharacters(in: .whitespaces)
  }

  private static func name(_ attributes: TextAttributes) -> String {
    let names: [(TextAttributes, String)] = [
      (.bold, " bold"), (.underline, " underline"), (.reverse, " reverse"), (.faint, " faint"),
    ]
    return names.filter { attributes.contains($0.0) }.map(\.1).joined()
  }

  private static func name(_ color: ThemeColor) -> String {
    switch color {
    case .terminalDefault: "default"
    case .indexed(let index): index < 16 ? ThemeColor.names[Int(index)] : "\(index)"
    case .rgb(let red, let green, let blue):
      "#" + [red, green, blue].map { String(format: "%02x", $0) }.joined()
    }
  }
}

/// Compares a screen with its golden files.
///
/// The file that ends in `.txt` has the text, the one that ends in `.styles` what the cells mean. How
/// each theme shows a meaning is in `palette-THEME.txt`.
func expectScreen(
  _ state: AppState, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let buffer = view(state, width: state.width, height: state.height, glyphs: .braille)
  for (kind, text) in [("txt", buffer.text() + "\n"), ("styles", StyledPicture(buffer).text)] {
    let file = "\(name)-\(state.width)x\(state.height).\(kind)"
    try expectGolden(text, sharedGoldens[file] ?? file, sourceLocation: sourceLocation)
  }
}

/// The golden files of screens that look like another one.
///
/// Where all panes have room, only the styles of the frames tell which one has the keys.
private let sharedGoldens = [
  "compare-curves-160x48.txt": "compare-160x48.txt",
  "compare-sentences-160x48.txt": "compare-160x48.txt",
  "compare-settings-160x48.txt": "compare-160x48.txt",
  "live-settings-160x48.txt": "run-settings-160x48.txt",
  "live-settings-160x48.styles": "run-settings-160x48.styles",
]

@Suite struct GoldenFileTests {
  @Test func `each theme shows each meaning as it did`() throws {
    let folder = packageFolder.appending(path: "themes").path
    let names = Theme.available(in: [folder]).sorted()
    #expect(names.count >= 5, "dark, light, high contrast, colour-blind, monochrome")
    for name in names {
      let theme = try Theme.load(name: name, folders: [folder])
      try expectGolden(StyledPicture.palette(theme), "palette-\(name).txt")
    }
  }

  @Test func `no two golden files have the same bytes`() throws {
    var names: [Data: String] = [:]
    for module in ["NotebookScreensTests", "TerminalUITests"] {
      let folder = packageFolder.appending(path: "Tests/\(module)/Snapshots")
      let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      #expect(!files.isEmpty)
      for file in files {
        let other = names.updateValue(
          file, forKey: try Data(contentsOf: folder.appending(path: file)))
        #expect(other == nil, "\(file) and \(other ?? "")")
      }
    }
  }
}
