import Foundation
import NotebookScreens
import TestSupport
import Testing

@Suite struct ReadmeKeysTests {
  @Test func `the README lists the keys of the table`() throws {
    let readme = try String(
      contentsOf: packageFolder.appending(path: "README.md"), encoding: .utf8)
    let section = try #require(readme.split(separator: "<!-- keys -->\n").last)
      .split(separator: "\n<!-- end of keys -->").first
    // `primer keys` prints the section.
    #expect(section.map(String.init) == String(KeyMap.standard.markdown.dropLast()))
  }
}
