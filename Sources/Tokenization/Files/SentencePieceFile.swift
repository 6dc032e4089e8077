/// A model of SentencePiece: `sentencepiece.bpe.model`, whose name says BPE and which is a Unigram in
/// the models of XLM-R; `spm.model` in those of DeBERTa.
///
/// A protocol buffer (sentencepiece_model.proto of github.com/google/sentencepiece); fields that
/// say nothing about how a text is cut are passed over.
struct SentencePieceFile {
  /// What a piece is for.
  enum Kind: UInt64 {
    case normal = 1
    case unknown, control, userDefined, unused, byte
  }

  let path: String
  /// The pieces in the order of the model's own ids.
  private(set) var pieces = SubwordList()
  private(set) var scores: [Double] = []
  private(set) var kinds: [Kind] = []
  /// The table of replacements; empty for none.
  private(set) var charsmap: [UInt8] = []
  /// Whether a text gets a blank in front.
  private(set) var addsPrefix = true
  /// Whether blanks at the end go, and several are one.
  private(set) var removesExtraBlanks = true
  /// Whether blanks are written as `▁`.
  private(set) var escapesBlanks = true

  /// Whether it is a model of byte pairs, not a Unigram.
  private(set) var isBytePair = false
  /// The id of the unknown piece.
  private(set) var unknownID = 0

  private static let expected = "a Unigram or BPE model of SentencePiece"

  /// Reads a file.
  init(path: String) throws(TokenizerError) {
    self.path = path
    let bytes = try TokenizerError.contents(
      of: path, expected: Self.expected, advice: "Download the whole model directory.")
    do throws(ProtobufReader.Problem) {
      try read(bytes)
    } catch {
      throw TokenizerError(
        path: path, problem: "\(error.text) (before byte \(error.position))",
        expected: Self.expected, advice: "The file is truncated or damaged; copy it again.")
    }
    guard kinds.contains(.unknown), kinds.indices.contains(unknownID) else {
      throw TokenizerError(
        path: path, problem: "none of its \(kinds.count) pieces is the unknown one",
        expected: Self.expected)
    }
  }

  /// Throws unless the first three pieces are the special ones.
  func checkFirstPieces() throws(TokenizerError) {
    guard kinds.count >= 3, kinds[0] == .unknown, kinds[1] == .control, kinds[2] == .control else {
      throw TokenizerError(
        path: path, problem: "its first three of \(kinds.count) pieces are not the special ones",
        expected: "<unk>, <s> and </s>, as in the models of XLM-R")
    }
  }

  private mutating func read(_ bytes: [UInt8]) throws(ProtobufReader.Problem) {
    pieces.reserve(count: bytes.count / 20, bytes: bytes.count / 2)
    var parts: Set<Int> = []
    var reader = ProtobufReader(bytes, 0..<bytes.count)
    while let field = try reader.next() {
      parts.insert(field.number)
      switch (field.number, field.value) {
      case (1, .bytes(let range)): try readPiece(bytes, range)
      case (2, .bytes(let range)): try readTrainer(bytes, range)
      case (3, .bytes(let range)): try readNormalizer(bytes, range)
      default: break
      }
    }
    // They follow the pieces: a file cut off between two pieces has neither.
    guard parts.isSuperset(of: [2, 3]) else {
      throw reader.problem("it ends without trainer_spec or normalizer_spec")
    }
  }

  private mutating func readPiece(
    _ bytes: [UInt8], _ range: Range<Int>
  ) throws(ProtobufReader.Problem) {
    var text: Range<Int>?
    var score: Float = 0
    var kind = Kind.normal
    var reader = ProtobufReader(bytes, range)
    while let field = try reader.next() {
      switch (field.number, field.value) {
      case (1, .bytes(let range)): text = range
      case (2, .fourBytes(let bits)): score = Float(bitPattern: bits)
      case (3, .integer(let number)):
        guard let known = Kind(rawValue: number) else {
          throw reader.problem("a piece is of the kind \(number)")
        }
        kind = known
      case (1...3, _): throw reader.problem("a piece's field \(field.number) is of a wrong type")
      default: break
      }
    }
    guard let text, !text.isEmpty else { throw reader.problem("a piece has no text") }
    guard String(validating: bytes[text], as: UTF8.self) != nil else {
      throw reader.problem("a piece is not UTF-8")
    }
    guard text.count <= SubwordList.maximumLength else {
      throw reader.problem("a piece has \(text.count) bytes")
    }
    guard score.isFinite else { throw reader.problem("a piece has the score \(score)") }
    pieces.append(bytes[text])
    scores.append(Double(score))
    kinds.append(kind)
  }

  private mutating func readTrainer(
    _ bytes: [UInt8], _ range: Range<Int>
  ) throws(ProtobufReader.Problem) {
    var reader = ProtobufReader(bytes, range)
    while let field = try reader.next() {
      switch (field.number, field.value) {
      case (3, .integer(2)): isBytePair = true
      case (40, .integer(let id)): unknownID = Int(clamping: id)
      case (3, .integer(let type)) where type != 1:
        let names: [UInt64: String] = [3: "words", 4: "characters"]
        throw reader.problem("it is a model of the type \(names[type] ?? String(type))")
      case (24, .integer(let flag)) where flag != 0:
        throw reader.problem("it writes blanks behind words (treat_whitespace_as_suffix)")
      default: break
      }
    }
  }

  private mutating func readNormalizer(
    _ bytes: [UInt8], _ range: Range<Int>
  ) throws(ProtobufReader.Problem) {
    var reader = ProtobufReader(bytes, range)
    while let field = try reader.next() {
      switch (field.number, field.value) {
      case (2, .bytes(let range)): charsmap = Array(bytes[range])
      case (3, .integer(let flag)): addsPrefix = flag != 0
      case (4, .integer(let flag)): removesExtraBlanks = flag != 0
      case (5, .integer(let flag)): escapesBlanks = flag != 0
      case (2...5, _):
        throw reader.problem("the normaliser's field \(field.number) is of a wrong type")
      default: break
      }
    }
  }
}
