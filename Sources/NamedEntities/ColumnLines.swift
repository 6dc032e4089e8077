/// Finds the words in lines of columns that come one by one, as from standard input.
///
/// The first sentence tells the layout, as `ColumnRecognition` says of files.
package struct ColumnLines {
  /// What a line holds.
  package enum Row: Hashable, Sendable {
    /// A word, and whether the sentence ends behind it.
    case word(String, ends: Bool)
    /// Nothing: the end of a sentence.
    case blank
    /// A comment, headings, or the start of a document.
    case other
  }

  private let format: CorpusFormat
  private let choice: ColumnChoice
  private var layout: ColumnLayout?

  /// Lines of PAN-X or of columns.
  package init(format: CorpusFormat, columns: ColumnChoice = ColumnChoice()) {
    self.format = format
    choice = columns
  }

  /// Whether lines are PAN-X's.
  package var isPanx: Bool { format == .panx }

  /// Whether the layout is known, so that a line can be cut.
  package var isReady: Bool { format == .panx || layout != nil }

  /// Learns the layout from the lines of the first sentence.
  package mutating func learn(from lines: [String]) {
    let text = Array(lines.joined(separator: "\n").utf8)
    layout = text.withUnsafeBufferPointer { bytes in
      ColumnRecognition.layout(of: bytes[...], choice: choice)
    }
  }

  /// Whether a line ends a sentence, whatever the layout: there is nothing on it.
  package static func isBlank(_ line: String) -> Bool {
    withBytes(of: line) { $0.isBlankLine }
  }

  /// Whether a line is neither blank nor likely a comment.
  package static func hasColumns(_ line: String) -> Bool {
    withBytes(of: line) { !$0.isBlankLine && !$0.isDocumentStart && $0.trimmed.first != .hash }
  }

  /// What a line holds; the layout must be known.
  package func row(_ line: String) throws(CorpusLineProblem) -> Row {
    let result = Self.withBytes(of: line) { bytes -> Result<Row, CorpusLineProblem> in
      do throws(CorpusLineProblem) {
        return .success(try row(bytes))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private func row(_ line: Bytes) throws(CorpusLineProblem) -> Row {
    guard format == .conll else {
      return line.isBlankLine ? .blank : .word(try PanxLines().word(line).text, ends: false)
    }
    guard let layout else { preconditionFailure("A layout is learned before lines are cut") }
    switch try layout.cut(line, needsTag: false) {
    case .word(let word, _, let ends): return .word(word.text, ends: ends)
    case .blank: return .blank
    case .comment, .documentStart: return .other
    }
  }

  fileprivate static func withBytes<Result>(of line: String, _ body: (Bytes) -> Result) -> Result {
    Array(line.utf8).withUnsafeBufferPointer { body($0[...]) }
  }
}

extension EntityScores {
  /// The scores of lines of columns whose last two are the gold tag and the predicted one.
  package init(columns lines: InputLines) throws(CorpusError) {
    var (gold, predicted): ([[ChunkTag]], [[ChunkTag]]) = ([[]], [[]])
    func tag(_ bytes: Bytes?) throws(CorpusLineProblem) -> ChunkTag {
      guard let bytes else {
        throw CorpusLineProblem(
          problem: "there are fewer than three columns",
          advice: "Write word, gold tag and predicted tag, separated by tabs or spaces.")
      }
      guard let tag = CorpusTag(bytes.trimmed) else {
        throw CorpusLineProblem(
          problem: "‘\(bytes.trimmed.shown)’ is not a tag this program knows",
          advice: "Convert the tags to IOB1, IOB2 or BIOES.")
      }
      return tag.chunk
    }
    while let line = try lines.next() {
      let pair = ColumnLines.withBytes(of: line) {
        bytes -> Result<(ChunkTag, ChunkTag)?, CorpusLineProblem> in
        if bytes.isBlankLine || bytes.isDocumentStart { return .success(nil) }
        let line = bytes.droppingTrailingBlanks
        let count = line.columnCount
        do throws(CorpusLineProblem) {
          return .success(
            (
              try tag(count < 3 ? nil : line.column(count - 2)),
              try tag(count < 3 ? nil : line.column(count - 1))
            ))
        } catch {
          return .failure(error)
        }
      }
      do throws(CorpusLineProblem) {
        if let (own, found) = try pair.get() {
          gold[gold.count - 1].append(own)
          predicted[predicted.count - 1].append(found)
        } else if gold.last?.isEmpty == false {
          gold.append([])
          predicted.append([])
        }
      } catch {
        throw lines.complaint(
          error.problem, expected: "columns of which the last two are tags", advice: error.advice)
      }
    }
    self.init(
      gold: gold.map { entitySpans(of: $0) }, predicted: predicted.map { entitySpans(of: $0) })
  }
}
