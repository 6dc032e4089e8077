import ArgumentParser
import Foundation
import NamedEntities

/// How the input of `predict` is written.
enum PredictionFormat: String, ExpressibleByArgument, CaseIterable {
  /// A sentence a line.
  case text
  /// A JSON array of words a line.
  case words
  /// Columns, the word first, and a blank line behind each sentence.
  case conll
  /// The same with lines `lang:word<TAB>tag`.
  case panx
}

/// One sentence to tag, and what its answer is made of.
struct PredictionInput {
  /// A line of columns; one without a word is a comment, a document's start, or blank.
  struct Row {
    var text: String
    var hasWord: Bool
  }

  enum Source {
    case text(String, [Substring])
    case words
    case rows([Row])
  }

  var words: [String]
  var source: Source
}

/// Makes sentences of lines.
struct PredictionReader {
  let format: PredictionFormat
  let lines: InputLines
  private var columns = ColumnReader()
  private var isAtEnd = false

  init(format: PredictionFormat, lines: InputLines) {
    self.format = format
    self.lines = lines
  }

  /// The next sentence; nil at the end.
  mutating func next() throws -> PredictionInput? {
    if isAtEnd { return nil }
    while let line = try lines.next() {
      switch format {
      case .text:
        let words = TextWords(line).words
        return PredictionInput(words: words.map(String.init), source: .text(line, words))
      case .words:
        if line.allSatisfy(\.isWhitespace) { continue }
        return PredictionInput(words: try Self.words(line, lines), source: .words)
      case .conll, .panx:
        if let input = try columns.add(line, format: format, lines: lines) { return input }
      }
    }
    isAtEnd = true
    return columns.finish()
  }

  /// Whether a next line is there soon.
  func isReady(_ milliseconds: Int32) throws -> Bool {
    try lines.isReady(withinMilliseconds: milliseconds)
  }

  /// The words of a JSON array.
  static func words(_ line: String, _ lines: InputLines) throws(CorpusError) -> [String] {
    do {
      return try JSONDecoder().decode([String].self, from: Data(line.utf8))
    } catch {
      throw lines.complaint(
        "the line is no JSON array of words", expected: #"a line as ["Ada","met","Bo"]"#,
        advice: "Write each sentence's words as JSON strings, one array a line.")
    }
  }
}

/// Collects the rows of one sentence; it ends at a blank line.
private struct ColumnReader {
  private var rows: [PredictionInput.Row] = []
  private var words: [String] = []
  private struct Layout: Equatable {
    var columnCount: Int
    var usesTabs: Bool
  }

  /// That of the first line with a word, by which comments are told.
  private var layout: Layout?

  mutating func add(
    _ line: String, format: PredictionFormat, lines: InputLines
  ) throws(CorpusError) -> PredictionInput? {
    if line.allSatisfy(\.isWhitespace) {
      rows.append(.init(text: "", hasWord: false))
      return finish()
    }
    let word = format == .panx ? panxWord(line) : columnsWord(line)
    if let word, !word.contains(where: { !$0.isWhitespace }) {
      throw lines.complaint(
        format == .panx && !line.contains(":")
          ? "there is no `lang:` before the word" : "there is no word on this line",
        expected: format == .panx
          ? "`lang:word<TAB>tag`, as in `en:Ada<TAB>B-PER`" : "the word in the first column",
        advice: "End a sentence by an empty line; --format says how the input is written.")
    }
    rows.append(.init(text: line, hasWord: word != nil))
    if let word { words.append(word) }
    return nil
  }

  /// The sentence so far; nil where there is not even a blank line.
  mutating func finish() -> PredictionInput? {
    if rows.isEmpty { return nil }
    defer { (rows, words) = ([], []) }
    return PredictionInput(words: words, source: .rows(rows))
  }

  /// What stands between the first colon and the tab.
  private func panxWord(_ line: String) -> String {
    let column = line.prefix { $0 != "\t" }
    return column.firstIndex(of: ":").map { String(column[column.index(after: $0)...]) } ?? ""
  }

  /// The first column; nil for a comment and for the start of a document.
  ///
  /// A line that begins with `#` is a comment unless it has the columns of the lines before.
  private mutating func columnsWord(_ line: String) -> String? {
    let usesTabs = line.contains("\t")
    let columns =
      usesTabs
      ? line.split(separator: "\t", omittingEmptySubsequences: false) : line.split(separator: " ")
    let word = (columns.first ?? "").trimmingCharacters(in: .whitespaces)
    if word == "-DOCSTART-" || word.hasPrefix("-DOCSTART--") { return nil }
    let layout = Layout(columnCount: columns.count, usesTabs: usesTabs)
    if word.hasPrefix("#"), layout != self.layout ?? (word == "#" && usesTabs ? layout : nil) {
      return nil
    }
    if self.layout == nil { self.layout = layout }
    return word
  }
}
