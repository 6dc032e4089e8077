import Foundation
import LabNotebook
import TestSupport
import Testing

@Suite struct ReadmeTests {
  @Test func `the README lists the settings of the table`() throws {
    let readme = try String(
      contentsOf: packageFolder.appending(path: "README.md"), encoding: .utf8)
    let section = try #require(readme.split(separator: "<!-- settings -->\n").last)
      .split(separator: "\n<!-- end of settings -->").first
    // `primer describe --markdown` prints the section.
    #expect(section.map(String.init) == String(Settings.markdown.dropLast()))
  }
}
