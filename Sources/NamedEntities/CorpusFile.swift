import Foundation

/// A line of a corpus that was left out because it cannot be read.
package struct SkippedLine: Hashable, Sendable {
  /// The line, counted from 1.
  package let line: Int
  /// What is wrong with it.
  package let problem: String

  /// How many there are, and what is wrong with the first ones.
  ///
  ///     2 lines skipped (data.badLines = "skip"): line 3, there is a tag but no word; line 9, …
  package static func summary(of lines: [SkippedLine]) -> String {
    let told = 20
    let list = lines.prefix(told).map { "line \($0.line), \($0.problem.shortened(to: 100))" }
    return "\(lines.count) \(lines.count == 1 ? "line" : "lines") skipped "
      + "(data.badLines = \"skip\"): " + list.joined(separator: "; ")
      + (lines.count > told ? "; and \(lines.count - told) more" : "")
  }
}

/// One file of a corpus: reads its bytes once, checks them, and makes sentences of them.
struct CorpusFile {
  let path: String
  let format: CorpusFormat
  var options = CorpusOptions()
  var part = Part.all

  /// Which of its sentences are read.
  enum Part {
    case all
    /// A share of them, at least one, from the end.
    case last(Double)
    /// All but those.
    case allButLast(Double)
  }

  /// The sentences of a file, and what was found out about it.
  struct Contents {
    var sentences: [Sentence] = []
    /// The scheme that its tags follow.
    var scheme = TagScheme.iob2
    /// What its columns hold; nil for a format that needs no recognition.
    var columns: ColumnLayout?
    /// Entities that are read as `O`, by their types in the file.
    var leftOut: [EntityType: Int] = [:]
    /// Lines that were left out because they cannot be read.
    var skipped: [SkippedLine] = []
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
      throw CorpusError(
        path: path, problem: "the file cannot be read (\(error))",
        expected: "a file of sentences", advice: "Check that it is there and that you may read it.")
    }
    let result = data.withUnsafeBytes { raw -> Result<Contents, CorpusError> in
      let bytes = raw.bindMemory(to: UInt8.self)[...].droppingLeadingMarks
      do throws(CorpusError) {
        let limited = isWhole ? limit : nil
        var contents: Contents
        if format == .jsonl {
          var lines = JSONLines(self, of: bytes, limit: limited, scheme: scheme)
          contents = try lines.carryOut(isCancelled: isCancelled)
        } else {
          var reading = CorpusReading(self, of: bytes, limit: limited, scheme: scheme)
          contents = try reading.carryOut(isCancelled: isCancelled)
        }
        if !isWhole { try cut(&contents, limit: limit) }
        contents.choose(options.types)
        return .success(contents)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private var isWhole: Bool { if case .all = part { true } else { false } }

  /// Leaves the part of the sentences that is read.
  private func cut(_ contents: inout Contents, limit: Int?) throws(CorpusError) {
    let all = contents.sentences
    guard all.count > 1 else {
      throw CorpusError(
        path: path, problem: "there is one sentence, which cannot be split into train and dev",
        expected: "at least two sentences",
        advice: "Add a file of dev, or set data.devFromTrain to 0.")
    }
    func count(_ share: Double) -> Int {
      min(max(Int((Double(all.count) * share).rounded()), 1), all.count - 1)
    }
    switch part {
    case .all: break
    case .last(let share):
      contents.sentences = all.suffix(count(share))
      contents.skipped = []  // they are told of train
    case .allButLast(let share): contents.sentences = all.dropLast(count(share))
    }
    if let limit { contents.sentences = Array(contents.sentences.prefix(limit)) }
  }
}

extension CorpusFile.Contents {
  /// Reads types as others and leaves some out.
  fileprivate mutating func choose(_ types: TypeChoice) {
    if types == .all { return }
    for place in sentences.indices {
      sentences[place].spans = types.read(sentences[place].spans, leftOut: &leftOut)
    }
  }
}

/// The reading of one file of lines, from its first to its last.
private struct CorpusReading {
  private let file: CorpusFile
  private let bytes: Bytes
  private let limit: Int?
  private let scheme: TagScheme?
  private let layout: ColumnLayout?
  /// Whether tags are types alone.
  private let hasPlainTags: Bool

  private var contents = CorpusFile.Contents()
  private var table = TagTable()
  private var words: [String] = []
  private var tags: [ChunkTag] = []
  private var schemes = SchemeDetection()

  /// How many lines are read before it is asked again whether to go on.
  private static let linesBetweenLooks = 4096

  init(_ file: CorpusFile, of bytes: Bytes, limit: Int?, scheme: TagScheme?) {
    self.file = file
    self.bytes = bytes
    self.limit = limit
    self.scheme = scheme
    var layout =
      file.format == .conll
      ? ColumnRecognition.layout(of: bytes, choice: file.options.columns) : nil
    if layout?.tag == nil { layout?.tag = .last }
    self.layout = layout
    hasPlainTags = scheme == .io || scheme == nil && layout?.hasPlainTags(in: bytes) == true
    contents.columns = layout
  }

  mutating func carryOut(
    isCancelled: () -> Bool
  ) throws(CorpusError) -> CorpusFile.Contents {
    if !file.options.skipsBadLines { try checkEncoding() }
    var wasCancelled = false
    let end = bytes.droppingTrailingBlankLines.endIndex
    try bytes.forEachLine { line, number throws(CorpusError) in
      if number % Self.linesBetweenLooks == 0, isCancelled() {
        wasCancelled = true
        return false
      }
      let isEdge = number == 1 || line.endIndex >= end
      try take(isEdge ? line.droppingMarksAtEnds : line, number, isEdge: isEdge)
      return contents.sentences.count < limit ?? .max
    }
    if contents.sentences.count < limit ?? .max { endSentence() }
    if contents.sentences.isEmpty, limit != 0, !wasCancelled {
      throw complaint(
        nil, bytes.isEmpty ? "the file is empty" : "there is no sentence in the file",
        expected: "sentences of lines \(file.format.lineExpectation)",
        advice: "Check that the corpus was fetched whole.")
    }
    contents.scheme = scheme ?? (hasPlainTags ? .io : schemes.scheme)
    return contents
  }

  private mutating func take(_ line: Bytes, _ number: Int, isEdge: Bool) throws(CorpusError) {
    do throws(CorpusError) {
      let content: CorpusLine
      do throws(CorpusLineProblem) {
        content = if let layout { try layout.cut(line) } else { try PanxLines().cut(line) }
      } catch {
        // A line with only a byte-order mark and a tag has no word.
        if isEdge, hadMark(line), error == .emptyWord || !line.trimmed.hasTwoColumns { return }
        throw complaint(
          number, error.problem, expected: file.format.lineExpectation, advice: error.advice)
      }
      switch content {
      case .blank, .documentStart: endSentence()
      case .comment: break
      case .word(let word, let tag, let ends):
        if file.options.skipsBadLines { try checkEncoding(line, number) }
        let tag = try tag.map { bytes throws(CorpusError) in try self.tag(bytes, line: number) }
        words.append(word.text)
        tags.append(tag ?? .outside)
        if ends { endSentence() }
      }
    } catch {
      guard file.options.skipsBadLines else { throw error }
      contents.skipped.append(SkippedLine(line: number, problem: error.problem))
    }
  }

  private mutating func endSentence() {
    guard !words.isEmpty else { return }
    schemes.add(tags)
    contents.sentences.append(
      Sentence(words: words, spans: entitySpans(of: tags), id: contents.sentences.count))
    words.removeAll()
    tags.removeAll()
  }

  private mutating func tag(_ bytes: Bytes, line: Int) throws(CorpusError) -> ChunkTag {
    guard bytes.count <= CorpusTag.longest else {
      throw complaint(
        line, "the tag has \(bytes.count) bytes",
        expected: "a tag of at most \(CorpusTag.longest) bytes, as in B-PER",
        advice: "Check that each line has a word and a tag"
          + (layout == nil ? "." : ", or set data.columns.tag to the column of the tag."))
    }
    if let known = table[bytes] { return known }
    guard let tag = hasPlainTags ? CorpusTag(plain: bytes) : CorpusTag(bytes) else {
      let columns = (layout?.count ?? 2) > 2
      throw complaint(
        line, "‘\(bytes.shown)’ is not a tag this program knows",
        expected: "O, or one of B- I- E- S- and a type, as in B-PER",
        advice: "Convert the tags to IOB1, IOB2 or BIOES"
          + (columns ? ", or set data.columns.tag to the column of the tag." : "."))
    }
    if let scheme, !scheme.allows(tag.chunk) {
      throw complaint(
        line, "the tag ‘\(bytes.shown)’ is not one of \(scheme.rawValue.uppercased())",
        expected: scheme.expectation, advice: "Name another scheme, or let it be detected.")
    }
    if tag.isBilou { schemes.hasBilou = true }
    table.add(bytes, tag.chunk)
    return tag.chunk
  }

  private func checkEncoding() throws(CorpusError) {
    if String(validating: bytes, as: UTF8.self) != nil { return }
    try bytes.forEachLine { line, number throws(CorpusError) in
      try checkEncoding(line, number)
      return true
    }
  }

  private func checkEncoding(_ line: Bytes, _ number: Int) throws(CorpusError) {
    if String(validating: line, as: UTF8.self) != nil { return }
    throw complaint(
      number, "the line is not UTF-8 (‘\(line.droppingTrailingBlanks.text)’)",
      expected: "text in UTF-8",
      advice: "Convert the file, for example with `iconv -f latin1 -t utf-8`.")
  }

  /// Whether byte-order marks stood before a line.
  private func hadMark(_ line: Bytes) -> Bool {
    let start = line.startIndex
    return start >= 3 && Bytes(base: line.base, bounds: start - 3..<start).isMark
  }

  private func complaint(
    _ line: Int?, _ problem: String, expected: String, advice: String
  ) -> CorpusError {
    CorpusError(path: file.path, line: line, problem: problem, expected: expected, advice: advice)
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

extension ColumnLayout {
  /// Whether the tags of a file are types alone, as `PER` and `O`.
  ///
  /// Its first words have no tag with a letter before the type, half of them are `O`, and the others
  /// are few and none is a single letter.
  fileprivate func hasPlainTags(in bytes: Bytes) -> Bool {
    var seen: Set<[UInt8]> = []
    var (count, outside) = (0, 0)
    var isPlain = true
    bytes.forEachLine { line, _ in
      guard case .word(_, let tag?, _)? = try? cut(line) else { return true }
      count += 1
      if let prefixed = CorpusTag(tag) {
        if prefixed.chunk == .outside { outside += 1 } else { isPlain = false }
      } else if tag.count < 2 || tag[tag.startIndex + 1] == UInt8(ascii: "-") || !tag.isSeen {
        isPlain = false
      } else {
        seen.insert(Array(tag))
      }
      return isPlain && count < 2000 && seen.count <= 100
    }
    return isPlain && !seen.isEmpty && seen.count <= 100 && outside * 2 >= count
  }
}
