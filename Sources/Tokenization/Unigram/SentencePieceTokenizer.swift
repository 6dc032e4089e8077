extension UnigramTokenizer {
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
    let table = SubwordTable(subwords) { !subwords.range(of: $0).isEmpty }
    let count = (0..<subwords.count).count { table.id(of: Array(subwords.bytes(of: $0))) == $0 }
    var added = AddedVocabulary(subwords, count: count)
    // The model's own come first, then the configuration's.
    for id in file.kinds.indices where [.control, .userDefined].contains(file.kinds[id]) {
      added.add(AddedSubword(content: file.pieces.string(of: id), id: id))
    }
    var configuration = configuration
    if configuration.family.names.isEmpty {
      configuration.family = TokenizerFamily(name: "XLMRobertaTokenizer")
    }
    added.add(configuration, file: [])
    func id(_ role: String) -> Int {
      let name = configuration.names[role] ?? configuration.family.names[role] ?? ""
      return added.id(of: name) ?? 3
    }
    let template = SentenceTemplate(before: [id("cls")], after: [id("sep")])
    self.init(
      model: model,
      TokenizerFrame(
        pipeline: try Self.pipeline(file, added: added.subwords), template: template,
        subwords: added.list(subwords),
        special: configuration.special(added, unknown: 3, template: template)))
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
