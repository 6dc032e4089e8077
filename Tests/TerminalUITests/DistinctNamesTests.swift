import Testing

@testable import TerminalUI

@Suite struct DistinctNamesTests {
  @Test func `names that fit stay as they are`() {
    #expect(DistinctNames.shortened(["outer", "inner"], to: 5) == ["outer", "inner"])
  }

  @Test func `the end is cut unless the difference is there`() {
    #expect(
      DistinctNames.shortened(["outer loss", "inner loss"], to: 6) == ["outer…", "inner…"])
    #expect(
      DistinctNames.shortened(["priming, seed 1", "priming, seed 2"], to: 9)
        == ["…, seed 1", "…, seed 2"])
  }

  @Test func `the middle is cut when both ends differ`() {
    let names = ["a common middle 1", "a common middle 2", "b common middle 1"]
    #expect(DistinctNames.shortened(names, to: 7) == ["a c…e 1", "a c…e 2", "b c…e 1"])
  }

  @Test func `what nothing keeps apart is numbered`() {
    let names = ["xxxxaxxxx", "xxxxbxxxx"]
    #expect(DistinctNames.shortened(names, to: 4) == ["xx…1", "xx…2"])
  }

  /// Every set of three names over two letters, of five to seven characters, in every width.
  @Test func `different names never become the same`() {
    let names = (0..<128).map { number in
      String((0..<7).map { number >> $0 & 1 == 0 ? Character("a") : "東" })
    }
    for start in stride(from: 0, to: names.count - 3, by: 3) {
      let some = [names[start], names[start + 1], names[(start * 5 + 7) % 128]]
      for columns in 3...14 {
        let short = DistinctNames.shortened(some, to: columns)
        #expect(Set(short).count == Set(some).count, "\(some) in \(columns): \(short)")
        #expect(short.allSatisfy { TextWidth.width(of: $0) <= columns })
      }
    }
  }
}
