import Foundation

extension WordPieceTokenizer {
  /// Writes a vocabulary as transformers' `BertTokenizer` reads it.
  ///
  /// That is `vocab.txt`, a subword a line in the order of the ids, and `tokenizer_config.json`.
  /// The directory is made if it is not there.
  ///
  /// - Parameter vocabulary: Every subword once, those of `WordPieceTrainer.specialSubwords`
  ///   among them, none empty or with a line break in it.
  package static func write(
    vocabulary: [String], lowercase: Bool, to directory: String
  ) throws {
    let missing = Set(WordPieceTrainer.specialSubwords).subtracting(vocabulary)
    precondition(missing.isEmpty, "A vocabulary has its special subwords: \(missing.sorted())")
    precondition(
      vocabulary.allSatisfy { subword in
        !subword.isEmpty && !subword.utf8.contains { $0 == 10 || $0 == 13 }
      }, "A subword is some text on one line")
    precondition(
      Set(vocabulary.map { Array($0.utf8) }).count == vocabulary.count,
      "A vocabulary has every subword once")
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
    let lines = vocabulary.map { $0 + "\n" }.joined()
    try Data(lines.utf8).write(to: URL(filePath: directory + "/vocab.txt"), options: .atomic)

    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    let configuration = try encoder.encode(WrittenConfiguration(lowercase: lowercase))
    try configuration.write(
      to: URL(filePath: directory + "/tokenizer_config.json"), options: .atomic)
  }

  /// The fields of the `tokenizer_config.json` that is written.
  private struct WrittenConfiguration: Encodable {
    private let tokenizerClass = "BertTokenizer"
    private let doLowerCase: Bool
    private let stripAccents: Bool
    private let tokenizeChineseCharacters = true
    private let maximumLength = 512
    private let padding = "[PAD]"
    private let unknown = "[UNK]"
    private let start = "[CLS]"
    private let end = "[SEP]"
    private let mask = "[MASK]"

    init(lowercase: Bool) {
      doLowerCase = lowercase
      stripAccents = lowercase
    }

    enum CodingKeys: String, CodingKey {
      case tokenizerClass = "tokenizer_class"
      case doLowerCase = "do_lower_case"
      case stripAccents = "strip_accents"
      case tokenizeChineseCharacters = "tokenize_chinese_chars"
      case maximumLength = "model_max_length"
      case padding = "pad_token"
      case unknown = "unk_token"
      case start = "cls_token"
      case end = "sep_token"
      case mask = "mask_token"
    }
  }
}
