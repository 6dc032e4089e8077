import Foundation
import TestSupport
import Testing

@testable import TerminalUI

@Suite struct ThemeContrastTests {
  static let folder = ThemeTests.folder
  static let names = ThemeTests.names
  static let depths: [ColorDepth] = [.sixteen, .palette, .trueColor]

  /// Red, green and blue, 0 to 1, and the contrast of two colours as WCAG 2.2 defines it.
  struct Light {
    let components: [Double]

    /// `nil` for what the terminal has by itself.
    init?(_ color: ThemeColor?) {
      switch color {
      case nil, .terminalDefault?: return nil
      case .rgb(let red, let green, let blue)?:
        components = [red, green, blue].map { Double($0) / 255 }
      case .indexed(let index)?:
        // The first sixteen are the user's; these are xterm's, from its XTerm-col.ad.
        let value = index < 16 ? Self.first[Int(index)] : Int(ColorPairs.rgb(ofIndex: index))
        components = [value >> 16, value >> 8 & 255, value & 255].map { Double($0) / 255 }
      }
    }

    static let first = [
      0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
      0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
    ]

    var luminance: Double {
      let linear = components.map { $0 <= 0.04045 ? $0 / 12.92 : power(($0 + 0.055) / 1.055) }
      return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    private func power(_ value: Double) -> Double { exp(2.4 * log(value)) }

    static func contrast(_ first: Light, _ second: Light) -> Double {
      let (low, high) = (
        min(first.luminance, second.luminance), max(first.luminance, second.luminance)
      )
      return (high + 0.05) / (low + 0.05)
    }
  }

  /// The contrast of a style's text; `nil` when a colour of it is the terminal's own.
  static func contrast(_ style: Style, _ theme: Theme, _ depth: ColorDepth) -> Double? {
    let look = theme.resolve(style, at: depth)
    guard let text = Light(look.foreground), let ground = Light(look.background) else { return nil }
    return Light.contrast(text, ground)
  }

  // By hand: black 1.05 / 0.05; #777777 ((0.4667 + 0.055) / 1.055)^2.4 = 0.1845, 1.05 / 0.2345;
  // blue 0.0722, 1.05 / 0.1222.
  @Test func `the contrast is that of WCAG`() throws {
    let white = try #require(Light(.rgb(red: 255, green: 255, blue: 255)))
    func contrast(_ red: UInt8, _ green: UInt8, _ blue: UInt8) throws -> Double {
      Light.contrast(white, try #require(Light(.rgb(red: red, green: green, blue: blue))))
    }
    #expect(abs(try contrast(0, 0, 0) - 21) < 0.01)
    #expect(abs(try contrast(0x77, 0x77, 0x77) - 4.48) < 0.01)
    #expect(abs(try contrast(0, 0, 255) - 8.59) < 0.01)
  }

  @Test(arguments: names)
  func `what is read can be read at every depth of colour`(name: String) throws {
    let theme = try Theme.load(name: name, folders: [Self.folder])
    let styles: [Style] = [
      .text, .title, Style(.selection), Style(.text, on: .selection),
      Style(.faint, on: .selection), Style(.text, on: .selectionInactive), Style(.header),
      Style(.keyName), Style(.keyHint), Style(.error), Style(.failed), Style(.inputText),
      Style(.inputInvalid), Style(.text, on: .inputInvalid), Style(.badge), Style(.help),
      Style(.cursor),
    ]
    for depth in Self.depths {
      for style in styles {
        guard let contrast = Self.contrast(style, theme, depth) else { continue }
        #expect(contrast >= 4.5, "\(style) at \(depth)")
      }
      guard let faint = Self.contrast(.faint, theme, depth) else { continue }
      #expect(faint >= 3, "faint at \(depth)")
    }
  }

  /// The sixteen colours have no dark green or yellow, and frames may be quiet.
  @Test(arguments: names)
  func `every colour stands out where there are enough to choose from`(name: String) throws {
    let theme = try Theme.load(name: name, folders: [Self.folder])
    let quiet: Set<Role> = [.border, .barEmpty]
    for role in Role.allCases where !quiet.contains(role) {
      for depth in [ColorDepth.palette, .trueColor] {
        guard let contrast = Self.contrast(Style(role), theme, depth) else { continue }
        #expect(contrast >= 3, "\(role) at \(depth)")
      }
    }
  }

  @Test(arguments: names)
  func `a theme paints the whole screen or leaves all of it to the terminal`(name: String) throws {
    let theme = try Theme.load(name: name, folders: [Self.folder])
    for depth in Self.depths {
      let isPainted = Light(theme.resolve(Cell.blank.style, at: depth).background) != nil
      #expect(isPainted == (name != "monochrome"))
      for role in Role.allCases {
        let look = theme[role, depth]
        #expect((Light(look.background) != nil) == isPainted, "\(role) at \(depth)")
        #expect((Light(look.foreground) != nil) == isPainted, "\(role) at \(depth)")
      }
    }
  }

  @Test(arguments: names)
  func `without colours the ground of the screen is never reversed`(name: String) throws {
    let theme = try Theme.load(name: name, folders: [Self.folder])
    for role in [Role.text, .faint, .title, .border, .help, .axis] {
      #expect(!theme[role, .none].attributes.contains(.reverse), "\(role)")
    }
    #expect(theme[.selection, .none].attributes.contains(.reverse))
  }

  @Test func `with eight colours faint text is readable on the theme's own background`() {
    // Bright black on: the terminal's own, black, white (bright white as eight colours have it).
    let expected: [(background: Int32, result: Int32)] = [(-1, -1), (0, 7), (15, 0)]
    for (background, result) in expected {
      let (colors, attributes) = ColorPairs.dimmed(
        ColorPairs.Colors(foreground: 8, background: background), [])
      #expect(colors.foreground == result)
      #expect(attributes == .faint)
    }
  }
}
