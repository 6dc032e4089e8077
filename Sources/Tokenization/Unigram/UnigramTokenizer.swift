/// XLM-R's tokenizer: words that begin with `▁`, each cut so that its subwords' scores are best.
///
/// An unknown subword is shown as the text that it stands for.
package struct UnigramTokenizer: Tokenizer, PipelineTokenizer {
  let frame: TokenizerFrame
  let showsAddedText = true
  private let model: UnigramModel

  init(model: UnigramModel, _ frame: TokenizerFrame) {
    self.model = model
    self.frame = frame
  }

  func cut(
    _ bytes: [UInt8], _ word: Range<Int>, _ body: (_ id: Int, _ shown: Range<Int>?) -> Void
  ) {
    model.encode(bytes, word) { id, part in body(id, model.isByte(id) ? nil : part) }
  }
}
