import Foundation
import NotebookScreens
import TestSupport
import Testing

@testable import TerminalUI

/// The cells of a screen with their looks as text: what each cell means, letter by letter, and how
/// each theme shows each meaning at each depth of colour.
///
///     ..aaaaaa..        . text
///     ..bbbb....        a title
///                       b faint
///
///     dark
///     .  – | white on black | 252 on 233 | #d1d7e0 on #0d1117
///
/// The columns are those of `NO_COLOR`, of 16, of 256 and of all colours.
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

  /// The picture and its legend, for these themes.
  func text(_ themes: [Theme]) -> String {
    let numbers = Dictionary(uniqueKeysWithValues: styles.enumerated().map { ($1, $0) })
    let rows = (0..<buffer.height).map { y in
      String(
        (0..<buffer.width).map { x in
          numbers[buffer[x, y].style].map { Self.letters[$0] } ?? "."
        })
    }
    let legend = [(Character("."), Style.text)] + zip(Self.letters, styles)
    let meanings = legend.map { "\($0)  \(Self.name($1))" }
    let looks = themes.map { theme in
      ([theme.name]
        + legend.map { letter, style in
          let depths: [ColorDepth] = [.none, .sixteen, .palette, .trueColor]
          return "\(letter)  "
            + depths.map { Self.name(theme.resolve(style, at: $0)) }.joined(separator: " | ")
        }).joined(separator: "\n")
    }
    return ([rows.joined(separator: "\n"), meanings.joined(separator: "\n")] + looks)
      .joined(separator: "\n\n") + "\n"
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

/// Compares a screen with its golden files: `NAME-80x24.txt` for the text, `….styles` for what the
/// cells mean and how every theme shows them.
func expectScreen(
  _ state: AppState, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let buffer = view(state, width: state.width, height: state.height, glyphs: .braille)
  let file = "\(name)-\(state.width)x\(state.height)"
  try expectGolden(buffer.text() + "\n", "\(file).txt", sourceLocation: sourceLocation)
  let folder = packageFolder.appending(path: "themes").path
  let themes = try Theme.available(in: [folder]).sorted().map {
    try Theme.load(name: $0, folders: [folder])
  }
  #expect(themes.count >= 5, "dark, light, high contrast, colour-blind, monochrome")
  try expectGolden(
    StyledPicture(buffer).text(themes), "\(file).styles", sourceLocation: sourceLocation)
}
