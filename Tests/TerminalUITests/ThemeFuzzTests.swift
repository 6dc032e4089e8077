import Foundation
import TestSupport
import Testing

@testable import TerminalUI

/// Theme files with bytes and lines changed: an error that names the file, or a whole theme.
@Suite struct ThemeFuzzTests {
  @Test func `a theme is an error that names the file, or has a style for every role`() throws {
    let text = try String(contentsOfFile: ThemeTests.folder + "/dark.theme", encoding: .utf8)
    let mutator = TextMutator(
      text, words: text.split { " =\t\n".contains($0) }.map(String.init),
      separators: [" ", "=", "#"], tokens: ["\n", "\t", "#fffffff", "256", "-1"])
    try Fuzz.run(
      "theme", make: { mutator.mutated(&$0) },
      read: { fuzz, input in
        let theme = try Theme(file: fuzz.file("some.theme", input))
        #expect(Role.allCases.allSatisfy { theme[$0, .trueColor].foreground != nil })
      },
      isExpected: { error in
        guard let error = error as? ThemeError else { return false }
        return error.file.hasSuffix("some.theme") && !error.problem.isEmpty
      })
  }
}
