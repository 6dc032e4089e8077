import Foundation
import Experiments
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

  @Test func `each picture of the README is there`() throws {
    let readme = try String(
      contentsOf: packageFolder.appending(path: "README.md"), encoding: .utf8)
    let pictures = readme.components(separatedBy: "](.github/screens/").dropFirst().compactMap {
      $0.split(separator: ")").first.map(String.init)
    }
    #expect(pictures.count >= 8)
    for name in pictures {
      let file = packageFolder.appending(path: ".github/screens/\(name)")
      #expect(try String(contentsOf: file, encoding: .utf8).hasPrefix("<svg "), "\(name)")
    }
  }
}
