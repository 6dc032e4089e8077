/// XLM-R's tokenizer: words that begin with `▁`, each cut so that its subwords' scores are best.
package struct UnigramTokenizer: Tokenizer {
  package let vocabularySize: Int
  package let special: SpecialSubwords

  private let pipeline: TextPipeline
  private let template: SentenceTemplate
  private let model: UnigramModel
  /// The model's subwords and those that were added to it.
  private let subwords: SubwordList

  init(
    model: UnigramModel, subwords: SubwordList, special: SpecialSubwords,
    template: SentenceTemplate, pipeline: TextPipeline
  ) {
    self.model = model
    self.subwords = subwords
    self.special = special
    self.template = template
    self.pipeline = pipeline
    vocabularySize = subwords.count
  }

  /// Cuts a text, and puts the special subwords around it.
  ///
  /// An unknown subword comes as the text that it stands for.
  package func encode(text: String) -> TextEncoding {
    var ids = template.before
    var texts = ids.map(subword)
    let words = pipeline.words(of: text)
    for word in words.segments {
      if let id = word.addedID {
        ids.append(id)
        texts.append(String(decoding: words.bytes[word.range], as: UTF8.self))
      } else {
        model.encode(words.bytes, word.range) { id, part in
          ids.append(id)
          texts.append(
            model.isByte(id)
              ? subword(id) : String(decoding: words.bytes[part], as: UTF8.self))
        }
      }
    }
    ids += template.after
    texts += template.after.map(subword)
    return TextEncoding(ids: ids, subwords: texts)
  }

  package func encode(words: [String]) -> WordEncoding {
    var ids = template.before
    var wordIDs = [Int?](repeating: nil, count: ids.count)
    for (number, text) in words.enumerated() {
      let words = pipeline.words(of: text)
      for word in words.segments {
        if let id = word.addedID {
          ids.append(id)
        } else {
          model.encode(words.bytes, word.range) { id, _ in ids.append(id) }
        }
      }
      wordIDs.append(contentsOf: repeatElement(Int?.some(number), count: ids.count - wordIDs.count))
    }
    ids += template.after
    wordIDs.append(contentsOf: repeatElement(Int?.none, count: template.after.count))
    return WordEncoding(ids: ids, wordIDs: wordIDs)
  }

  package func subword(_ id: Int) -> String { subwords.string(of: id) }
}
