import TestSupport
import Testing

@testable import NotebookScreens

@Suite struct FoldedTextTests {
  @Test(arguments: [
    ("Priming for Adapters", "for ada", true), ("ABC", "abc", true), ("abc", "abcd", false),
    ("aab", "ab", true), ("", "a", false), ("x", "", true), ("Ärger", "ärger", true),
    ("Große Ärger", "ß", true), ("ÉTÉ", "été", true), ("[A]", "{a}", false), ("a@b", "a`b", false),
    ("日本語 NER", "ner", true), ("naïve", "naive", false),
  ])
  func `a word is found in any case, in any script`(text: String, word: String, isThere: Bool) {
    #expect(text.containsFolded(word) == isThere)
  }

  @Test func `bytes find what letters find`() {
    var chance = FuzzChance(seed: 11)
    let letters = Array("aAbBzZ@[`{ 0")
    for _ in 0..<2000 {
      let text = String((0..<chance.below(12)).map { _ in chance.pick(letters) })
      let word = String((0..<chance.below(4)).map { _ in chance.pick(letters) }).lowercased()
      #expect(
        text.containsFolded(word) == (word.isEmpty || text.lowercased().contains(word)),
        "\(text) \(word)")
    }
  }
}
