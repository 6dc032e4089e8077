extension Tokenizers {
  /// The tokenizer of a model of SentencePiece alone, as transformers makes it for the tokenizer's class.
  static func open(
    _ file: SentencePieceFile, _ configuration: TokenizerConfiguration
  ) throws(TokenizerError) -> any Tokenizer {
    var configuration = configuration
    if configuration.family.names.isEmpty || configuration.family.isBertLike {
      configuration.family = TokenizerFamily(name: "XLMRobertaTokenizer")
    }
    return try SentencePieceParts(file, configuration.family).tokenizer(configuration)
  }
}

/// A model of SentencePiece with the ids that a tokenizer's class gives its pieces.
///
///     model:          <unk> <s>   </s>     ,  ▁the …
///     XLM-R:          <s>   <pad> </s>  <unk>    ,  ▁the …  <mask>
///     CamemBERT:      <s>NOTUSED <pad> </s>NOTUSED <unk> <unk>NOTUSED <s> </s> ,  ▁the … <mask>
///     DeBERTa-v2:     the model's own
private struct SentencePieceParts {
  private let file: SentencePieceFile
  private let family: TokenizerFamily
  private var subwords = SubwordList()
  private var scores: [Double] = []
  private var unknown = 3

  init(_ file: SentencePieceFile, _ family: TokenizerFamily) throws(TokenizerError) {
    self.file = file
    self.family = family
    subwords.reserve(count: file.pieces.count + 8, bytes: file.pieces.pool.count + 64)
    var first = 0
    if family.isDebertaV2 {
      unknown = file.unknownID
    } else {
      try file.checkFirstPieces()
      first = family.isCamembert ? 1 : 3
      let special =
        family.isCamembert
        ? ["<s>NOTUSED", "<pad>", "</s>NOTUSED", "<unk>", "<unk>NOTUSED"]
        : ["<s>", "<pad>", "</s>", "<unk>"]
      for name in special { add(name.utf8, score: name == "<unk>NOTUSED" ? -100 : 0) }
    }
    for id in first..<file.pieces.count {
      add(file.pieces.bytes(of: id), score: file.scores[id])
    }
    if !family.isDebertaV2 { add("<mask>".utf8, score: 0) }
  }

  private mutating func add(_ text: some Sequence<UInt8>, score: Double) {
    subwords.append(text)
    scores.append(score)
  }

  func tokenizer(
    _ configuration: TokenizerConfiguration
  ) throws(TokenizerError) -> any Tokenizer {
    var configuration = configuration
    if family.isCamembert {
      for name in ["<s>NOTUSED", "</s>NOTUSED", "<unk>NOTUSED"] {
        configuration.additional.append(AddedSubword(content: name, id: 0))
      }
    }
    let table = SubwordTable(subwords) { !subwords.range(of: $0).isEmpty }
    let count = (0..<subwords.count).count { table.id(of: Array(subwords.bytes(of: $0))) == $0 }
    var added = AddedVocabulary(subwords, count: count)
    // The model's own come first, then the configuration's.
    for id in file.kinds.indices where [.control, .userDefined].contains(file.kinds[id]) {
      added.add(AddedSubword(content: file.pieces.string(of: id), id: id))
    }
    added.add(configuration, file: [])
    let names = configuration.family.names
    func id(_ role: String) -> Int {
      added.id(of: configuration.names[role] ?? names[role] ?? "") ?? unknown
    }
    let template = SentenceTemplate(before: [id("cls")], after: [id("sep")])
    let frame = TokenizerFrame(
      pipeline: try pipeline(configuration, added: added.subwords), template: template,
      subwords: added.list(subwords),
      special: configuration.special(added, unknown: unknown, template: template))
    guard file.isBytePair else {
      return UnigramTokenizer(
        model: UnigramModel(
          subwords: subwords, scores: scores, unknown: unknown,
          fallsBackToBytes: !family.isDebertaV2 && file.kinds.contains(.byte)), frame)
    }
    var options = BytePairModel.Options()
    options.unknown = unknown
    options.joinsUnknown = true
    do throws(BytePairModel.Problem) {
      return BytePairTokenizer(
        model: try BytePairModel(subwords, merges: merges(table), options), frame)
    } catch {
      preconditionFailure("Both parts of a merge are subwords, and so is what they make")
    }
  }

  /// The merges that made the pieces: each cut of a piece in two others, the best piece first.
  private func merges(_ table: SubwordTable) -> [(ArraySlice<UInt8>, ArraySlice<UInt8>)] {
    struct Merge {
      var first: ArraySlice<UInt8>
      var second: ArraySlice<UInt8>
      var lengths: (Int, Int)
      var score: Double
      var place: Int
    }
    var found: [Merge] = []
    for id in 0..<subwords.count {
      let text = subwords.bytes(of: id)
      guard table.id(of: Array(text)) == id else { continue }
      var cuts: [(ids: (Int, Int), merge: Merge)] = []
      for index in text.indices.dropFirst() where text[index] & 0xC0 != 0x80 {
        let (first, second) = (text[..<index], text[index...])
        guard let one = table.id(of: Array(first)), let other = table.id(of: Array(second)) else {
          continue
        }
        let lengths = (first.count { $0 & 0xC0 != 0x80 }, second.count { $0 & 0xC0 != 0x80 })
        cuts.append(
          (
            (one, other),
            Merge(
              first: first, second: second, lengths: lengths, score: scores[id], place: 0)
          ))
      }
      cuts.sort { $0.ids < $1.ids }
      for cut in cuts {
        var merge = cut.merge
        merge.place = found.count
        found.append(merge)
      }
    }
    // By the largest score, then the longest parts; of equals the first, as Python sorts.
    found.sort { one, other in
      (other.score, other.lengths.0, other.lengths.1, one.place)
        < (one.score, one.lengths.0, one.lengths.1, other.place)
    }
    return found.map { ($0.first, $0.second) }
  }

  private func pipeline(
    _ configuration: TokenizerConfiguration, added: [AddedSubword]
  ) throws(TokenizerError) -> TextPipeline {
    var steps: [Normalizer] = []
    if family.isDebertaV2 {
      if configuration.lowercases == true { steps.append(.lowercase) }
      steps.append(.strip(left: true, right: true))
    }
    if !file.charsmap.isEmpty {
      do throws(PrecompiledCharsmap.Problem) {
        steps.append(.precompiled(try PrecompiledCharsmap(file.charsmap)))
      } catch {
        throw TokenizerError(
          path: file.path,
          problem: "its precompiled_charsmap \(error.text(byteCount: file.charsmap.count))",
          expected: "a table of replacements that SentencePiece made")
      }
    }
    let sign = file.escapesBlanks || family.isDebertaV2 ? "▁" : " "
    if family.isDebertaV2 {
      steps.append(.replace(.run(of: 32, atLeast: 2), with: [32]))
    } else if file.removesExtraBlanks {
      steps.append(.strip(left: false, right: true))
      steps.append(.replace(.run(of: 32, atLeast: 2), with: Array(sign.utf8)))
    }
    var preTokenizer = PreTokenizer.metaspace(
      PreTokenizer.Metaspace(
        sign: Array(sign.utf8),
        prefix: file.addsPrefix || family.isDebertaV2 ? .always : .never))
    if family.isDebertaV2, configuration.splitsAtPunctuation == true {
      preTokenizer = .sequence([.punctuation(.isolated), preTokenizer])
    }
    if let problem = TextGrowth.problem(.sequence(steps), preTokenizer) {
      throw TokenizerError(path: file.path, problem: problem, expected: TextGrowth.expected)
    }
    return TextPipeline(normalizer: .sequence(steps), preTokenizer: preTokenizer, added: added)
  }
}
