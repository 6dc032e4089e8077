import Foundation

/// One file of a corpus: reads its bytes once, checks them, and makes sentences of them.
struct CorpusFile {
  let path: String
  let format: CorpusFormat
  var types = TypeChoice.all

  /// How many lines are read before it is asked again whether to go on.
  private static let linesBetweenLooks = 4096

  /// The sentences of a file, and the scheme that its tags follow.
  struct Contents {
    var sentences: [Sentence]
    var scheme: TagScheme
    /// Entities that are read as `O`, by their types in the file.
    var leftOut: [EntityType: Int] = [:]
  }

  /// Reads the first `limit` sentences, or all.
  ///
  /// Without a `scheme` it is found out from the tags. Once `isCancelled` says so, what was read so
  /// far is returned.
  func read(
    limit: Int? = nil, scheme: TagScheme? = nil, isCancelled: () -> Bool = { false }
  ) throws(CorpusError) -> Contents {
    precondition(limit ?? 0 >= 0, "The number of sentences to read is not negative")
    let data: Data
    do throws(OrdinaryFile.Problem) {
      data = try OrdinaryFile.contents(of: path)
    } catch {
      throw complaint(
        nil, "the file cannot be read (\(error))", expected: "a file of sentences",
        advice: "Check that it is there and that you may read it.")
    }
    let result = data.withUnsafeBytes { raw -> Result<Contents, CorpusError> in
      let bytes = raw.bindMemory(to: UInt8.self)
      do throws(CorpusError) {
        return .success(
          try read(
            bytes[...].droppingByteOrderMark, limit: limit, scheme: scheme,
            isCancelled: isCancelled))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private func read(
    _ bytes: Bytes, limit: Int?, scheme: TagScheme?, isCancelled: () -> Bool
  ) throws(CorpusError) -> Contents {
    try checkEncoding(bytes)
    var wasCancelled = false
    var table = TagTable()
    var rows: [(words: [String], tags: [ChunkTag])] = []
    var words: [String] = []
    var tags: [ChunkTag] = []
    let layout = format == .conll ? ConllLines(layoutOf: bytes) : nil
    func endSentence() {
      guard !words.isEmpty else { return }
      rows.append((words, tags))
      words.removeAll()
      tags.removeAll()
    }
    try bytes.forEachLine { line, number throws(CorpusError) in
      if number % Self.linesBetweenLooks == 0, isCancelled() {
        wasCancelled = true
        return false
      }
      let content: CorpusLine
      do throws(CorpusLineProblem) {
        content = if let layout { try layout.cut(line) } else { try PanxLines().cut(line) }
      } catch {
        throw complaint(
          number, error.problem, expected: format.lineExpectation, advice: error.advice)
      }
      switch content {
      case .blank, .documentStart: endSentence()
      case .comment: break
      case .word(let word, let tag):
        words.append(word.text)
        tags.append(try self.tag(tag, line: number, table: &table, scheme: scheme))
      }
      return rows.count < limit ?? .max
    }
    if rows.count < limit ?? .max { endSentence() }
    if rows.isEmpty, limit != 0, !wasCancelled {
      throw complaint(
        nil, bytes.isEmpty ? "the file is empty" : "there is no sentence in the file",
        expected: "sentences of lines \(format.lineExpectation)",
        advice: "Check that the corpus was fetched whole.")
    }
    let found = scheme ?? TagScheme.detected(in: rows.lazy.map(\.tags))
    var contents = Contents(sentences: [], scheme: found)
    contents.sentences = rows.enumerated().map { id, row in
      let spans = types.read(entitySpans(of: row.tags), leftOut: &contents.leftOut)
      return Sentence(words: row.words, spans: spans, id: id)
    }
    return contents
  }

  private func tag(
    _ bytes: Bytes, line: Int, table: inout TagTable, scheme: TagScheme?
  ) throws(CorpusError) -> ChunkTag {
    if let known = table[bytes] { return known }
    let text = bytes.text
    guard let part = ChunkTag(checking: text) else {
      throw complaint(
        line, "‘\(text)’ is not a tag this program knows",
        expected: "O, or one of B- I- E- S- and a type, as in B-PER",
        advice: "Convert the tags to IOB1, IOB2 or BIOES.")
    }
    if let scheme, !scheme.allows(part) {
      throw complaint(
        line, "the tag ‘\(text)’ is not one of \(scheme.rawValue.uppercased())",
        expected: scheme.expectation, advice: "Name another scheme, or let it be detected.")
    }
    table.add(bytes, part)
    return part
  }

  private func checkEncoding(_ bytes: Bytes) throws(CorpusError) {
    if String(validating: bytes, as: UTF8.self) != nil { return }
    try bytes.forEachLine { line, number throws(CorpusError) in
      if String(validating: line, as: UTF8.self) != nil { return true }
      throw complaint(
        number, "the line is not UTF-8 (‘\(line.droppingTrailingBlanks.text)’)",
        expected: "text in UTF-8",
        advice: "Convert the file, for example with `iconv -f latin1 -t utf-8`.")
    }
  }

  private func complaint(
    _ line: Int?, _ problem: String, expected: String, advice: String
  ) -> CorpusError {
    CorpusError(path: path, line: line, problem: problem, expected: expected, advice: advice)
  }
}

/// The tags seen so far in a file, each taken apart once.
private struct TagTable {
  /// Looked through one by one: most corpora have seven.
  private var first: [(bytes: [UInt8], tag: ChunkTag)] = []
  /// A file that has very many is not to take the square of their number.
  private var others: [[UInt8]: ChunkTag] = [:]

  subscript(bytes: Bytes) -> ChunkTag? {
    first.first { $0.bytes.elementsEqual(bytes) }?.tag
      ?? (others.isEmpty ? nil : others[Array(bytes)])
  }

  mutating func add(_ bytes: Bytes, _ tag: ChunkTag) {
    if first.count < 32 { first.append((Array(bytes), tag)) } else { others[Array(bytes)] = tag }
  }
}

extension Bytes {
  /// Without the three bytes that some programs put before UTF-8 text.
  fileprivate var droppingByteOrderMark: Bytes {
    starts(with: [0xEF, 0xBB, 0xBF]) ? dropFirst(3) : self
  }
}
