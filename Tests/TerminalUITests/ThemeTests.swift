import Foundation
import TestSupport
import Testing

@testable import TerminalUI

@Suite struct ThemeTests {
  static let folder = packageFolder.appending(path: "themes").path
  static let names = Theme.available(in: [folder])

  @Test func `the themes of the package are those the README may promise`() {
    let expected: Set = ["dark", "light", "high-contrast", "colour-blind", "monochrome"]
    #expect(expected.isSubset(of: Set(Self.names)))
  }

  @Test(arguments: names)
  func `a theme in the folder can be loaded and names every role at every depth`(
    name: String
  ) throws {
    let theme = try Theme.load(name: name, folders: [Self.folder])
    #expect(theme.name == name)
    for role in Role.allCases {
      for depth in [ColorDepth.sixteen, .palette, .trueColor] {
        #expect(theme[role, depth].foreground != nil, "\(role) at \(depth)")
      }
    }
  }

  @Test func `the built-in theme is the same as the dark one`() throws {
    let file = try String(contentsOfFile: Self.folder + "/dark.theme", encoding: .utf8)
    #expect(Theme.builtInText == file)
    #expect(Theme.builtIn.name == "dark")
  }

  @Test(arguments: names)
  func `the selected row can be told from the others, with and without colour`(
    name: String
  ) throws {
    let theme = try Theme.load(name: name, folders: [Self.folder])
    for depth in ColorDepth.allCases {
      let plain = theme.resolve(.text, at: depth)
      let selected = theme.resolve(Style(.text, on: .selection), at: depth)
      let inactive = theme.resolve(Style(.text, on: .selectionInactive), at: depth)
      #expect(selected != plain)
      #expect(inactive != plain)
      #expect(selected != inactive)
    }
  }

  @Test func `monochrome uses no colour`() throws {
    let theme = try Theme.load(name: "monochrome", folders: [Self.folder])
    for role in Role.allCases {
      for depth in ColorDepth.allCases {
        let style = theme[role, depth]
        #expect([nil, .terminalDefault].contains(style.foreground))
        #expect([nil, .terminalDefault].contains(style.background))
      }
    }
  }

  @Test func `without colours a background becomes reverse`() {
    #expect(Theme.builtIn[.selection, .none].attributes.contains(.reverse))
    #expect(Theme.builtIn[.selection, .none].background == nil)
    #expect(Theme.builtIn[.selectionInactive, .none].attributes == .underline)
    #expect(Theme.builtIn[.error, .none].attributes == .bold)
  }

  @Test func `text on a selection takes the selection's colour, elsewhere it keeps its own`() {
    let theme = Theme.builtIn
    let selected = theme.resolve(Style(.finished, on: .selection), at: .trueColor)
    #expect(selected.foreground == theme[.selection].foreground)
    #expect(selected.background == theme[.selection].background)
    let typed = theme.resolve(Style(.faint, on: .inputText), at: .trueColor)
    #expect(typed.foreground == theme[.faint].foreground)
    #expect(typed.background == theme[.inputText].background)
  }

  @Test(arguments: [
    ("red", ThemeColor.indexed(1)), ("brightWhite", .indexed(15)), ("default", .terminalDefault),
    ("200", .indexed(200)), ("#0a1bff", .rgb(red: 10, green: 27, blue: 255)),
  ])
  func `colours are names, numbers or red, green and blue`(text: String, color: ThemeColor) {
    #expect(ThemeColor(text) == color)
  }

  @Test(arguments: ["", "256", "-1", "#12345", "#12345g", "#+12345", "crimson", "Red"])
  func `what is no colour is refused`(text: String) {
    #expect(ThemeColor(text) == nil)
  }

  /// The built-in text with one line replaced, and what the error says about it.
  @Test(arguments: [
    ("faint = red | 1", "faint: 2 columns; expected three, for 16, 256 and true colour"),
    ("faint red", "“faint red” has no “=”; expected role = colours | colours | colours"),
    ("faint = red | 1 | 1 on", "faint: “on” has nothing behind it; expected a colour behind “on”"),
    (
      "faint = red | 1 | 1 blinking",
      "faint: “blinking” is not an attribute; expected bold, underline, reverse or faint"
    ),
    (
      "faint = red | #ffffff | 1",
      "faint: “#ffffff” in the column for 256 colours; expected a name or a number there"
    ),
    ("text = red | 1 | 1", "text: the role is named twice; expected each role once"),
  ])
  func `a mistake is reported with its line, role and what was expected`(
    line: String, message: String
  ) throws {
    let lines = Theme.builtInText.split(separator: "\n", omittingEmptySubsequences: false)
    let index = try #require(lines.firstIndex { $0.hasPrefix("faint ") })
    let text = (lines[..<index] + [line[...]] + lines[(index + 1)...]).joined(separator: "\n")
    let error = #expect(throws: ThemeError.self) {
      try Theme(text: text, name: "my", file: "my.theme")
    }
    #expect(error?.description == "my.theme:\(index + 1): \(message)")
  }

  @Test func `an unknown role is reported with those there are`() {
    let error = #expect(throws: ThemeError.self) {
      try Theme(text: "colour = red | 1 | 1", name: "my", file: "my.theme")
    }
    #expect(error?.line == 1)
    #expect(error?.role == "colour")
    #expect(error?.expected.contains("innerLoss outerLoss series1") == true)
  }

  @Test func `a missing role is reported by name`() {
    let lines = Theme.builtInText.split(separator: "\n").filter { !$0.hasPrefix("axis ") }
    let error = #expect(throws: ThemeError.self) {
      try Theme(text: lines.joined(separator: "\n"), name: "my", file: "my.theme")
    }
    #expect(error?.problem == "no line for axis")
  }

  @Test func `an unknown theme is reported with those there are`() {
    let error = #expect(throws: ThemeError.self) {
      try Theme.load(name: "neon", folders: ["/nowhere"])
    }
    #expect(error?.description == "neon.theme: there is no such theme; expected one of dark")
    #expect(throws: ThemeError.self) { try Theme(file: "/nowhere/neon.theme") }
  }

  @Test func `the built-in theme is found without any folder`() throws {
    #expect(try Theme.load(name: "dark", folders: []).name == "dark")
  }
}
