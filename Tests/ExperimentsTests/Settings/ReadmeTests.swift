import Foundation
import Experiments
import TestSupport
import Testing

@Suite struct ReadmeTests {
  @Test func `the reference lists the settings of the table`() throws {
    let article = try String(
      contentsOf: packageFolder.appending(
        path: "Sources/Experiments/Experiments.docc/SettingsReference.md"), encoding: .utf8)
    let section = try #require(article.split(separator: "<!-- settings -->\n").last)
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

  @Test func `each link of the README leads to a file, and it has at most 250 lines`() throws {
    let readme = try String(
      contentsOf: packageFolder.appending(path: "README.md"), encoding: .utf8)
    let links = readme.matches(of: /\]\(([^):]+)\)/).map { String($0.1) }
    #expect(links.count >= 20)
    for link in links {
      #expect(
        FileManager.default.fileExists(atPath: packageFolder.appending(path: link).path), "\(link)")
    }
    #expect(readme.split(separator: "\n", omittingEmptySubsequences: false).count <= 251)
  }
}
