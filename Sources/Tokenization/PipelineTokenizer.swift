/// A tokenizer of four stages: added subwords and words are cut out of a text, a model cuts each word
/// into subwords, and a template puts the special ones around them.
protocol PipelineTokenizer: Tokenizer {
  /// What all tokenizers have in common.
  var frame: TokenizerFrame { get }

  /// Whether an added subword is shown as the text that it was found in, with its white space.
  var showsAddedText: Bool { get }

  /// Cuts a word into subwords.
  ///
  /// - Parameter body: Told each subword's id, and where in the bytes the text is that stands for it
  ///   in what people are shown; nil where the subword itself does.
  func cut(
    _ bytes: [UInt8], _ word: Range<Int>, _ body: (_ id: Int, _ shown: Range<Int>?) -> Void)
}

/// What every tokenizer has beside its model.
struct TokenizerFrame: Sendable {
  /// From a text to words.
  var pipeline: TextPipeline
  /// The same for the words of a sentence that come one by one.
  var wordPipeline: TextPipeline
  var template: SentenceTemplate
  /// The model's subwords and those that were added to it.
  var subwords: SubwordList
  var special: SpecialSubwords

  init(
    pipeline: TextPipeline, wordPipeline: TextPipeline? = nil, template: SentenceTemplate,
    subwords: SubwordList, special: SpecialSubwords
  ) {
    self.pipeline = pipeline
    self.wordPipeline = wordPipeline ?? pipeline
    self.template = template
    self.subwords = subwords
    self.special = special
  }
}

extension PipelineTokenizer {
  package var vocabularySize: Int { frame.subwords.count }
  package var special: SpecialSubwords { frame.special }
  var showsAddedText: Bool { false }

  package func encode(text: String) -> TextEncoding {
    var ids = frame.template.before
    var texts = ids.map(subword)
    let words = frame.pipeline.words(of: text)
    for word in words.segments {
      if let id = word.addedID {
        ids.append(id)
        texts.append(
          showsAddedText
            ? String(decoding: words.bytes[word.range], as: UTF8.self) : subword(id))
      } else {
        cut(words.bytes, word.range) { id, shown in
          ids.append(id)
          texts.append(
            shown.map { String(decoding: words.bytes[$0], as: UTF8.self) } ?? subword(id))
        }
      }
    }
    ids += frame.template.after
    texts += frame.template.after.map(subword)
    return TextEncoding(ids: ids, subwords: texts)
  }

  package func encode(words: [String]) -> WordEncoding {
    var ids = frame.template.before
    var wordIDs = [Int?](repeating: nil, count: ids.count)
    for (number, text) in words.enumerated() {
      let words = frame.wordPipeline.words(of: text)
      for word in words.segments {
        if let id = word.addedID {
          ids.append(id)
        } else {
          cut(words.bytes, word.range) { id, _ in ids.append(id) }
        }
      }
      wordIDs.append(contentsOf: repeatElement(Int?.some(number), count: ids.count - wordIDs.count))
    }
    ids += frame.template.after
    wordIDs.append(contentsOf: repeatElement(Int?.none, count: frame.template.after.count))
    return WordEncoding(ids: ids, wordIDs: wordIDs)
  }

  package func subword(_ id: Int) -> String { frame.subwords.string(of: id) }
}
