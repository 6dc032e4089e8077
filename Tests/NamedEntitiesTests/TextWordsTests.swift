import NamedEntities
import Testing

@Suite struct TextWordsTests {
  @Test(arguments: [
    ("Ada's U.S. trip (1843), St. Ives.", "Ada 's U.S. trip ( 1843 ) , St. Ives ."),
    ("Ada met Bo.", "Ada met Bo ."),
    ("  tabs\tand   spaces\u{A0}too ", "tabs and spaces too"),
    ("\"Hm...\" she said!!", "\" Hm ... \" she said !!"),
    ("''The Crown'' (2016)", "'' The Crown '' ( 2016 )"),
    ("J. R. R. Tolkien Jr. und der 3. Mai 1990.", "J. R. R. Tolkien Jr. und der 3. Mai 1990 ."),
    ("He left the U.S.", "He left the U.S."),
    ("A plan B.", "A plan B."),
    ("Pas-de-Calais d'Espagne O'Brien 1,000 50%", "Pas-de-Calais d'Espagne O'Brien 1,000 50 %"),
    ("Noord- en Zuid", "Noord- en Zuid"),
    ("C# @ada a.b@c.org, https://x.org/a?b.", "C# @ada a.b@c.org , https://x.org/a?b ."),
    ("«Où?» ¿Dónde? „Wo?“", "« Où ? » ¿ Dónde ? „ Wo ? “"),
    ("Paris—Rome -- Oslo – Bern -5", "Paris — Rome -- Oslo – Bern -5"),
    ("राम दिल्ली में है।", "राम दिल्ली में है ।"),
    ("أين هو؟ هنا،", "أين هو ؟ هنا ،"),
    ("東京は、日本。IBMも", "東 京 は 、 日 本 。 IBM も"),
    ("dogs' 's tail", "dogs ' 's tail"),
    ("", ""), (" ", ""), (".", "."), ("'", "'"), ("...", "..."), ("--", "--"), ("-", "-"),
  ])
  func `punctuation at a word's edge is a word of its own`(line: String, words: String) {
    #expect(TextWords(line).words.joined(separator: " ") == words)
  }

  @Test func `words keep their places, and no letter is lost`() {
    let line = " (Ada)  met “Bo’s” U.S.—crew, 東京! "
    let words = TextWords(line).words
    #expect(words.joined() == line.filter { !$0.isWhitespace })
    for (one, next) in zip(words, words.dropFirst()) { #expect(one.endIndex <= next.startIndex) }
  }
}
