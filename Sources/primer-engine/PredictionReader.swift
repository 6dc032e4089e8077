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
  private var columns: ColumnReader
  private var isAtEnd = false

  /// - Parameter columns: Which columns lines of columns are read by.
  init(format: PredictionFormat, lines: InputLines, columns: ColumnChoice = ColumnChoice()) {
    self.format = format
    self.lines = lines
    self.columns = ColumnReader(
      ColumnLines(format: format == .panx ? .panx : .conll, columns: columns))
  }

  /// The next sentence; nil at the end.
  mutating func next() throws -> PredictionInput? {
    if let input = columns.next() { return input }
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
        try columns.add(line, lines)
        if let input = columns.next() { return input }
      }
    }
    isAtEnd = true
    guard format == .conll || format == .panx else { return nil }
    try columns.finish(lines)
    return columns.next()
  }

  /// Whether a next line is there soon.
  func isReady(_ milliseconds: Int32) throws -> Bool {
    if columns.hasNext { return true }
    return try lines.isReady(withinMilliseconds: milliseconds)
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

/// Collects the rows of sentences; one ends at a blank line.
private struct ColumnReader {
  private var columns: ColumnLines
  /// The lines of the first sentence with their numbers, while the layout is not known.
  private var first: [(text: String, number: Int)] = []
  private var hasFirstWord = false
  private var rows: [PredictionInput.Row] = []
  private var words: [String] = []
  /// Sentences that are complete.
  private var complete: [PredictionInput] = []

  init(_ columns: ColumnLines) {
    self.columns = columns
  }

  var hasNext: Bool { !complete.isEmpty }

  mutating func next() -> PredictionInput? {
    complete.isEmpty ? nil : complete.removeFirst()
  }

  mutating func add(_ line: String, _ lines: InputLines) throws(CorpusError) {
    if columns.isReady { return try take(line, lines.number, lines) }
    first.append((line, lines.number))
    if ColumnLines.hasColumns(line) { hasFirstWord = true }
    if hasFirstWord, ColumnLines.isBlank(line) { try learn(lines) }
  }

  /// Ends the sentence at the end of the input; not where there is not even a blank line.
  mutating func finish(_ lines: InputLines) throws(CorpusError) {
    if !columns.isReady { try learn(lines) }
    endSentence()
  }

  private mutating func learn(_ lines: InputLines) throws(CorpusError) {
    columns.learn(from: first.map(\.text))
    let known = first
    first = []
    for (text, number) in known { try take(text, number, lines) }
  }

  private mutating func take(
    _ line: String, _ number: Int, _ lines: InputLines
  ) throws(CorpusError) {
    let row: ColumnLines.Row
    do throws(CorpusLineProblem) {
      row = try columns.row(line)
    } catch {
      throw CorpusError(
        path: lines.name, line: number, problem: error.problem, expected: expectation,
        advice: "\(error.advice) End a sentence by an empty line; --format says how the input is "
          + "written.")
    }
    switch row {
    case .word(let word, let ends):
      rows.append(.init(text: line, hasWord: true))
      words.append(word)
      if ends { endSentence() }
    case .other: rows.append(.init(text: line, hasWord: false))
    case .blank:
      rows.append(.init(text: "", hasWord: false))
      endSentence()
    }
  }

  private var expectation: String {
    columns.isPanx
      ? "`lang:word<TAB>tag`, as in `en:Ada<TAB>B-PER`"
      : "columns as on the other lines, one of them the word"
  }

  private mutating func endSentence() {
    if rows.isEmpty { return }
    complete.append(PredictionInput(words: words, source: .rows(rows)))
    (rows, words) = ([], [])
  }
}
