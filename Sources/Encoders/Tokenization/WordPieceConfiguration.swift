import Foundation

/// The fields of a `tokenizer_config.json` that say how a BERT tokenizer works.
///
/// What is left out has the value that transformers gives it.
struct WordPieceConfiguration: Decodable {
  /// The tokenizer's class in transformers.
  var className: String?
  var lowercases = true
  /// Follows `lowercases` when nil.
  var stripsAccents: Bool?
  var separatesChinese = true
  var padding = Token("[PAD]")
  var unknown = Token("[UNK]")
  var start = Token("[CLS]")
  var end = Token("[SEP]")
  var mask = Token("[MASK]")
  /// Further subwords that are found whole, by their ids as text.
  var added: [String: Token] = [:]

  /// What is read where there is no file.
  init() {}

  /// A subword in the file: a text alone, or an object.
  struct Token: Decodable {
    var content: String
    var isNormalized = false
    var isWholeWord = false
    var stripsLeft = false
    var stripsRight = false

    init(_ content: String) { self.content = content }

    enum CodingKeys: String, CodingKey {
      case content, normalized
      case isWholeWord = "single_word"
      case stripsLeft = "lstrip"
      case stripsRight = "rstrip"
    }

    init(from decoder: any Decoder) throws {
      if let text = try? decoder.singleValueContainer().decode(String.self) {
        content = text
        return
      }
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      content = try fields.decode(String.self, forKey: .content)
      isNormalized = try fields.decodeIfPresent(Bool.self, forKey: .normalized) ?? false
      isWholeWord = try fields.decodeIfPresent(Bool.self, forKey: .isWholeWord) ?? false
      stripsLeft = try fields.decodeIfPresent(Bool.self, forKey: .stripsLeft) ?? false
      stripsRight = try fields.decodeIfPresent(Bool.self, forKey: .stripsRight) ?? false
    }

    func subword(id: Int) -> AddedSubword {
      AddedSubword(
        content: content, id: id, isNormalized: isNormalized, isWholeWord: isWholeWord,
        stripsLeft: stripsLeft, stripsRight: stripsRight)
    }
  }

  enum CodingKeys: String, CodingKey {
    case className = "tokenizer_class"
    case lowercases = "do_lower_case"
    case stripsAccents = "strip_accents"
    case separatesChinese = "tokenize_chinese_chars"
    case padding = "pad_token"
    case unknown = "unk_token"
    case start = "cls_token"
    case end = "sep_token"
    case mask = "mask_token"
    case added = "added_tokens_decoder"
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    func value<Value: Decodable>(_ key: CodingKeys, _ usual: Value) throws -> Value {
      try fields.decodeIfPresent(Value.self, forKey: key) ?? usual
    }
    className = try fields.decodeIfPresent(String.self, forKey: .className)
    lowercases = try value(.lowercases, lowercases)
    stripsAccents = try fields.decodeIfPresent(Bool.self, forKey: .stripsAccents)
    separatesChinese = try value(.separatesChinese, separatesChinese)
    padding = try value(.padding, padding)
    unknown = try value(.unknown, unknown)
    start = try value(.start, start)
    end = try value(.end, end)
    mask = try value(.mask, mask)
    added = try value(.added, added)
  }

  /// Reads a file, which need not be there.
  init(path: String) throws(TokenizerError) {
    guard FileManager.default.fileExists(atPath: path) else {
      self.init()
      return
    }
    let expected = "a JSON object as transformers writes it"
    let bytes = try TokenizerError.contents(of: path, expected: expected)
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(bytes))
    } catch {
      throw TokenizerError(
        path: path, problem: Self.problem(error), expected: expected,
        advice: "Save the tokenizer again with transformers.")
    }
    guard let className, !Self.isBert(className) else { return }
    throw TokenizerError(
      path: path, problem: "a tokenizer_class of \(className) is not known with a vocab.txt",
      expected: "BertTokenizer or one that works alike",
      advice: "Use a BERT or XLM-RoBERTa model directory.")
  }

  private static func problem(_ error: any Error) -> String {
    switch error as? DecodingError {
    case .typeMismatch(_, let context), .valueNotFound(_, let context),
      .keyNotFound(_, let context):
      let field = context.codingPath.map(\.stringValue).joined(separator: ".")
      return "its value of \(field.isEmpty ? "the whole" : field) is of the wrong kind"
    default: return "it is not JSON"
    }
  }

  /// Whether a class is BERT's, or cuts as BERT's does.
  private static func isBert(_ className: String) -> Bool {
    let name = className.hasSuffix("Fast") ? String(className.dropLast(4)) : className
    return [
      "BertTokenizer", "DistilBertTokenizer", "ElectraTokenizer", "MobileBertTokenizer",
      "ConvBertTokenizer", "SqueezeBertTokenizer", "PreTrainedTokenizer",
    ].contains(name)
  }
}
