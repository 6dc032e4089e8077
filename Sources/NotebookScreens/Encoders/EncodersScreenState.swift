/// The screen of encoders: those that are at hand, and how one covers the languages of a corpus.
package struct EncodersScreenState: Hashable, Sendable {
  /// The corpus whose words the vocabularies are measured on.
  package var corpus: String
  /// The path of the encoder under the cursor; nil: the first.
  package var cursor: String?
  package var isEnlarged = false
  /// How far the languages are scrolled.
  package var offset = 0
  /// The encoders that were asked about.
  package var asked: [EncoderPlace] = []
  /// What coverage was asked for last.
  package var askedCoverage: CoverageQuestion?

  package init(corpus: String, cursor: String? = nil) {
    self.corpus = corpus
    self.cursor = cursor
  }
}
