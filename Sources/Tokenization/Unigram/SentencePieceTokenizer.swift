extension UnigramTokenizer {
  /// The names of XLM-R's special subwords.
  private static let names = [
    "bos": "<s>", "pad": "<pad>", "eos": "</s>", "unk": "<unk>", "cls": "<s>", "sep": "</s>",
    "mask": "<mask>",
  ]

  /// XLM-R's tokenizer of a model of SentencePiece alone, as transformers makes it.
  ///
  /// The ids are fairseq's, not the model's own:
  ///
  ///     model:  <unk> <s>   </s>     ,  ▁the …
  ///     ids:    <s>   <pad> </s>  <unk>    ,  ▁the …  <mask>
  init(
    _ file: SentencePieceFile, _ configuration: TokenizerConfiguration
  ) throws(TokenizerError) {
    var subwords = SubwordList()
    subwords.reserve(count: file.pieces.count + 8, bytes: file.pieces.pool.count + 64)
    for special in ["<s>", "<pad>", "</s>", "<unk>"] { subwords.append(special.utf8) }
    for id in 3..<file.pieces.count { subwords.append(file.pieces.bytes(of: id)) }
    subwords.append("<mask>".utf8)
    let scores = [0, 0, 0, 0] + file.scores[3...] + [0]
    let model = UnigramModel(
      subwords: subwords, scores: scores, unknown: 3,
      fallsBackToBytes: file.kinds.contains(.byte))
    let added = Self.added(to: &subwords, model, file, configuration)
    func id(_ role: String) -> Int {
      let name = configuration.names[role] ?? Self.names[role] ?? ""
      return added.first { $0.content == name }?.id ?? 3
    }
    self.init(
      model: model, subwords: subwords,
      special: SpecialSubwords(
        padding: id("pad"), unknown: 3, start: id("cls"), end: id("sep"), mask: id("mask")),
      template: SentenceTemplate(before: [id("cls")], after: [id("sep")]),
      pipeline: try Self.pipeline(file, added: added))
  }

  /// The subwords that are found whole: the special ones, the model's own, the configuration's.
  ///
  /// Those that the model does not have get the next ids.
  private static func added(
    to subwords: inout SubwordList, _ model: UnigramModel, _ file: SentencePieceFile,
    _ configuration: TokenizerConfiguration
  ) -> [AddedSubword] {
    var result: [AddedSubword] = []
    var known: Set<String> = []
    func add(_ subword: AddedSubword) {
      guard !subword.content.isEmpty, known.insert(subword.content).inserted else { return }
      var subword = subword
      if let id = model.id(of: subword.content) {
        subword.id = id
      } else {
        subword.id = subwords.count
        subwords.append(subword.content.utf8)
      }
      result.append(subword)
    }
    for subword in configuration.added { add(subword) }
    for id in file.kinds.indices where [.control, .userDefined].contains(file.kinds[id]) {
      add(AddedSubword(content: file.pieces.string(of: id), id: id))
    }
    for role in ["bos", "eos", "unk", "sep", "pad", "cls", "mask"] {
      if let subword = configuration.described[role] {
        add(subword)
      } else {
        let name = configuration.names[role] ?? names[role] ?? ""
        // A mask is looked for after the replacements, and takes the blank before it with it.
        add(
          AddedSubword(
            content: name, id: 0, isNormalized: role == "mask", stripsLeft: role == "mask"))
      }
    }
    return result
  }

  private static func pipeline(
    _ file: SentencePieceFile, added: [AddedSubword]
  ) throws(TokenizerError) -> TextPipeline {
    var steps: [Normalizer] = []
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
    let sign = file.escapesBlanks ? "▁" : " "
    if file.removesExtraBlanks {
      steps.append(.strip(left: false, right: true))
      steps.append(.replace(.run(of: 32, atLeast: 2), with: Array(sign.utf8)))
    }
    let preTokenizer = PreTokenizer.metaspace(
      PreTokenizer.Metaspace(sign: Array(sign.utf8), prefix: file.addsPrefix ? .always : .never))
    if let problem = TextGrowth.problem(.sequence(steps), preTokenizer) {
      throw TokenizerError(path: file.path, problem: problem, expected: TextGrowth.expected)
    }
    return TextPipeline(normalizer: .sequence(steps), preTokenizer: preTokenizer, added: added)
  }
}
