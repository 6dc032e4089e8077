import Foundation
import NotebookScreens
import TestSupport
import Testing

@Suite struct KeyReferenceTests {
  @Test func `the reference lists the keys of the table`() throws {
    let article = try String(
      contentsOf: packageFolder.appending(
        path: "Sources/NotebookScreens/NotebookScreens.docc/KeyReference.md"), encoding: .utf8)
    let section = try #require(article.split(separator: "<!-- keys -->\n").last)
      .split(separator: "\n<!-- end of keys -->").first
    // `primer keys` prints the section.
    #expect(section.map(String.init) == String(KeyMap.standard.markdown.dropLast()))
  }
}
