import Foundation
import TestSupport
import Testing

@testable import TerminalUI

/// A screen as an SVG picture.
@Suite struct BufferPictureTests {
  private var picture: String {
    var buffer = Buffer(width: 8, height: 3)
    buffer.write("╭─a<b─╮", at: 0, 0, style: Style(.border))
    buffer.write("⠁⣿█▄▌", at: 0, 1, style: Style(.series1))
    buffer.write("东e\u{301}", at: 0, 2, style: Style(.selection))
    return buffer.svg(theme: .builtIn, title: "x & y")
  }

  @Test func `letters, shapes and backgrounds stand where their cells are`() throws {
    try expectGolden(picture, "screen.svg")
  }

  @Test func `it is well-formed, and each dot of a braille cell is one stroke`() {
    // One dot, and all eight.
    #expect(picture.components(separatedBy: "h.01").count - 1 == 9)
    #expect(picture.contains("<title>x &amp; y</title>") && picture.contains("&lt;"))
    let opened = picture.components(separatedBy: "<").count - 1
    let closed = picture.components(separatedBy: ">").count - 1
    #expect(opened == closed)
  }

  @Test func `a theme that leaves colours to the terminal is drawn in plain ones`() throws {
    let theme = try Theme.load(
      name: "monochrome", folders: [packageFolder.appending(path: "themes").path])
    var buffer = Buffer(width: 2, height: 1)
    buffer.write("x", at: 0, 0)
    let text = buffer.svg(theme: theme, title: "")
    #expect(text.contains("fill=\"#1e1e1e\"") && text.contains("fill=\"#d4d4d4\""))
  }
}
