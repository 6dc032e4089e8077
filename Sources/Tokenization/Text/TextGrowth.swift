/// How much longer a text can become on its way to the vocabulary.
///
/// The stages come from a file. Forty replacements of "a" by "aa" in a row, a file of two thousand
/// bytes, would make of one letter more than any memory holds; so what stages can do at most is
/// multiplied up, and a pipeline that can do too much is refused when it is read.
enum TextGrowth {
  /// How many times as long a text may become at most.
  ///
  /// XLM-R's stages come to 132.
  static let limit = 1000.0
  /// So many stages may follow each other.
  static let stageLimit = 64

  /// What is too much about a pipeline; nil for one that is in order.
  static func problem(_ normalizer: Normalizer?, _ preTokenizer: PreTokenizer?) -> String? {
    let stages = (normalizer?.stageCount ?? 0) + (preTokenizer?.stageCount ?? 0)
    if stages > stageLimit {
      return "its normalizer and pre_tokenizer have \(stages) stages"
    }
    let growth = (normalizer?.growth ?? 1) * (preTokenizer?.growth ?? 1)
    if growth <= limit { return nil }
    return "its normalizer and pre_tokenizer can make a text \(growth) times as long"
  }

  /// What is expected where there is a problem.
  static let expected =
    "at most \(stageLimit) stages, which together make a text at most \(Int(limit)) times as long"
}

extension Normalizer {
  /// How many stages there are, within sequences too.
  var stageCount: Int {
    if case .sequence(let steps) = self { steps.reduce(1) { $0 + $1.stageCount } } else { 1 }
  }

  /// How many bytes one byte can become at most.
  var growth: Double {
    switch self {
    // A blank on both sides of an ideograph; a letter may have another size when it is small.
    case .bert, .lowercase: 3
    case .precompiled(let charsmap): Double(max(1, charsmap.longestReplacement))
    case .replace(.text(let text), let content):
      max(1, Double(content.count) / Double(max(1, text.count)))
    case .replace(.run(_, let count), let content):
      max(1, Double(content.count) / Double(max(1, count)))
    // It may match at each place without taking anything.
    case .replace(.expression, let content): Double(1 + content.count)
    // U+FDFA has three bytes, and its compatible form 33; a letter of Greek has two, and six.
    case .form(let form): form.isCompatible ? 12 : 3
    case .strip, .stripAccents, .nmt: 1
    case .byteLevel: 2
    case .prepend(let prefix): Double(1 + prefix.count)
    case .sequence(let steps): steps.reduce(1) { $0 * $1.growth }
    }
  }
}

extension PreTokenizer {
  /// How many stages there are, within sequences too.
  var stageCount: Int {
    if case .sequence(let steps) = self { steps.reduce(1) { $0 + $1.stageCount } } else { 1 }
  }

  /// How many bytes one byte can become at most.
  var growth: Double {
    switch self {
    case .bert, .whitespace, .wordsAndSymbols, .delimiter, .punctuation, .digits, .scripts,
      .length, .pattern:
      1
    // A blank in front of each piece, and two bytes for a letter.
    case .byteLevel: 4
    // A sign for a blank, and one in front of each piece.
    case .metaspace(let metaspace): Double(1 + metaspace.sign.count)
    case .sequence(let steps): steps.reduce(1) { $0 * $1.growth }
    }
  }
}
