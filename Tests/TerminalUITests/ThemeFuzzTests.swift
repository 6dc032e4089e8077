import Foundation
import TestSupport
import Testing

@testable import TerminalUI

/// Theme files with bytes and lines changed: an error that names the file, or a whole theme.
@Suite struct ThemeFuzzTests {
  @Test func `a theme is an error that names the file, or has a style for every role`() throws {
    let text = try String(contentsOfFile: ThemeTests.folder + "/dark.theme", encoding: .utf8)
    let words = text.split { " =\t\n".contains($0) }.map(String.init)
    let lines = LineMutator(words: words, separators: [" ", "=", "#"])
    let bytes = ByteMutator(
      tokens: words + ["\n", "\t", "#fffffff", "256", "-1"], bytes: [[0xC3], [0xED, 0xA0]],
      donors: [Array(text.utf8)])
    try Fuzz.run(
      "theme",
      make: { chance in
        chance.once(in: 2)
          ? Array(lines.mutated(text, &chance).utf8) : bytes.mutated(Array(text.utf8), &chance)
      },
      read: { fuzz, input in
        let theme = try Theme(file: fuzz.file("some.theme", input))
        for role in Role.allCases { _ = theme[role, .trueColor] }
      },
      isExpected: { error in
        guard let error = error as? ThemeError else { return false }
        return error.file.hasSuffix("some.theme") && !error.problem.isEmpty
      })
  }
}
