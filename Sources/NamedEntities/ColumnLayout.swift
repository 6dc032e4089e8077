/// Which columns a file is to be read by, counted from 1; what is nil is recognised.
package struct ColumnChoice: Hashable, Sendable {
  /// The column of the word.
  package var word: Int?
  /// The column of the tag.
  package var tag: Int?

  /// Columns that somebody named.
  package init(word: Int? = nil, tag: Int? = nil) {
    precondition(word ?? 1 > 0 && tag ?? 1 > 0, "Columns are counted from 1")
    self.word = word
    self.tag = tag
  }
}

/// What the columns of a file hold.
///
///     Ada      NNP  B-PER            word in column 1, tag in column 3 of 3
///     1  Ada   B-PER  -  somebody    a counter in column 1, word in column 2, tag in column 3 of 5
///     TOKEN    NE-COARSE-LIT  MISC   a heading names them
///     1  Ada … SpaceAfter=No|NER=B-PER   CoNLL-U: the tag is NER in column 10
///
/// It is recognised from the file's first lines by `ColumnRecognition`.
package struct ColumnLayout: Hashable, Sendable {
  /// Where the tag stands; columns are counted from 0 here.
  enum Tag: Hashable {
    case column(Int)
    /// In the last one, however many there are on the line.
    case last
    /// As the value of a key in a column of `KEY=VALUE|…`; a word without the key is `O`.
    case attribute(column: Int, key: [UInt8])
  }

  /// Whether columns are separated by tabs; else by runs of spaces.
  var usesTabs = true
  /// How many columns most lines have.
  var count = 2
  /// The column of the word, from 0.
  var word = 0
  /// Where the tag is; nil where nothing looks like one.
  var tag: Tag? = .last
  /// Whether the first column counts the words of a sentence.
  var hasCounter = false
  /// Whether a line of headings is there.
  var hasHeading = false
  /// The column that may say `EndOfSentence`, from 0.
  var flags: Int?
  /// Further columns that hold tags of entities and were not taken, from 0.
  var otherTags: [Int] = []

  /// The column of the word, counted from 1.
  package var wordColumn: Int { word + 1 }

  /// The column of the tag, counted from 1; nil where nothing looks like one.
  package var tagColumn: Int? {
    switch tag {
    case nil: nil
    case .column(let column), .attribute(let column, _): column + 1
    case .last: count
    }
  }

  /// The columns that hold tags of entities too and were not taken, counted from 1.
  package var otherTagColumns: [Int] { otherTags.map { $0 + 1 } }

  /// How many columns most lines have.
  package var columnCount: Int { count }

  /// The key in the tag's column whose value is the tag; nil where the column is the tag.
  package var tagKey: String? {
    if case .attribute(_, let key) = tag { String(decoding: key, as: UTF8.self) } else { nil }
  }

  /// What was recognised, in words: `a counter in column 1, word in column 2, tag in column 3 of 5`.
  package var description: String {
    var parts: [String] = []
    if hasHeading { parts.append("a line of headings") }
    if hasCounter { parts.append("a counter in column 1") }
    parts.append("word in column \(wordColumn)")
    if let tagColumn {
      let key = tagKey.map { "\($0)= in " } ?? ""
      parts.append("tag \(key.isEmpty ? "in " : key)column \(tagColumn) of \(count)")
    }
    var text = parts.joined(separator: ", ")
    if !otherTags.isEmpty {
      let columns = otherTagColumns.map(String.init).joined(separator: " and ")
      text += " (\(columns) \(otherTags.count == 1 ? "has" : "have") tags, too)"
    }
    return text
  }
}

extension ColumnLayout {
  /// What a line, which is without its line feed, holds.
  ///
  /// - Parameter needsTag: Whether a word without a tag is a problem.
  func cut(_ line: Bytes, needsTag: Bool = true) throws(CorpusLineProblem) -> CorpusLine {
    if line.isBlankLine { return .blank }
    if line.isDocumentStart { return .documentStart }
    let hasTabs = line.contains(.tab)
    let line = hasTabs ? line.droppingTrailingBlanks : line.trimmed
    if line.first == .hash, isComment(line, hasTabs: hasTabs) { return .comment }
    if hasCounter, let id = line.column(0), !id.isNumber {
      guard id.isRangeOrPart else {
        throw CorpusLineProblem(
          problem: "the first column counts the words and has ‘\(id.shown)’ here",
          advice: "Write the word's number, or set data.columns.word and data.columns.tag.")
      }
      return .comment
    }
    if hasHeading, line.column(word).map(ColumnRecognition.isWordHeading) == true,
      !tagCell(of: line).isTag
    {
      return .comment
    }
    guard let cell = line.column(word) else { throw tooShort(line, lacks: word) }
    guard !needsTag || line.hasTwoColumns else { throw tooShort(line, lacks: 1) }
    let tag = tagCell(of: line)
    if needsTag, case .absent = tag { throw tooShort(line, lacks: (tagColumn ?? count) - 1) }
    let word = cell.trimmed
    guard !word.isEmpty else { throw .emptyWord }
    let endsSentence = flags.flatMap { line.column($0) }?.split(separator: .bar)
      .contains { $0.elementsEqual("EndOfSentence".utf8) }
    return .word(word, tag: tag.bytes, ends: endsSentence ?? false)
  }

  /// What stands where the tag is.
  private enum TagCell {
    /// The line has no such column.
    case absent
    /// There is no key of a tag, which is as good as `O`.
    case outside
    case tag(Bytes)

    var bytes: Bytes? { if case .tag(let bytes) = self { bytes } else { nil } }
    var isTag: Bool { bytes.map { CorpusTag(prefixed: $0) != nil } ?? false }
  }

  private func tagCell(of line: Bytes) -> TagCell {
    switch tag {
    case nil: return .absent
    case .last: return .tag(line.lastColumn.trimmed)
    case .column(let column):
      return line.column(column).map { .tag($0.trimmed) } ?? .absent
    case .attribute(let column, let key):
      guard let cell = line.column(column) else { return .absent }
      return cell.attribute(key).map { .tag($0.trimmed) } ?? .outside
    }
  }

  private func tooShort(_ line: Bytes, lacks column: Int) -> CorpusLineProblem {
    guard line.hasTwoColumns else {
      if CorpusTag(prefixed: line.trimmed) != nil, count > 1 { return .emptyWord }
      return CorpusLineProblem(
        problem: "there is one column, ‘\(line.shown)’",
        advice: "Write the word and its tag, separated by a tab or by spaces; end a sentence by a "
          + "blank line.")
    }
    return CorpusLineProblem(
      problem: "there are \(line.columnCount) columns and no column \(column + 1)",
      advice: "Write as many columns as on the other lines, or set data.columns.word and "
        + "data.columns.tag.")
  }

  /// Whether a line that begins with `#` is a comment: it does not look like the other lines.
  private func isComment(_ line: Bytes, hasTabs: Bool) -> Bool {
    if hasCounter { return true }
    guard line.columnCount == count, hasTabs == usesTabs else { return true }
    let tag = tagCell(of: line)
    if tag.bytes == nil || tag.isTag { return false }
    return !hasTabs || line.dropFirst().first == UInt8(ascii: " ")
  }
}

extension Bytes {
  /// The column of a number, counted from 0; nil where the line has fewer.
  func column(_ number: Int) -> Bytes? {
    var left = number
    if contains(.tab) {
      var start = startIndex
      while left > 0 {
        guard let tab = self[start...].firstIndex(of: .tab) else { return nil }
        start = tab + 1
        left -= 1
      }
      return self[start..<(self[start...].firstIndex(of: .tab) ?? endIndex)]
    }
    var rest = drop(while: \.isBlank)
    while left > 0 {
      guard let blank = rest.firstIndex(where: \.isBlank) else { return nil }
      rest = rest[blank...].drop(while: \.isBlank)
      left -= 1
    }
    return rest.isEmpty ? nil : rest.prefix { !$0.isBlank }
  }

  /// What stands behind the last tab, or the last space where there is no tab.
  var lastColumn: Bytes {
    let place = contains(.tab) ? lastIndex(of: .tab) : lastIndex(where: \.isBlank)
    return place.map { self[($0 + 1)...] } ?? self
  }

  /// Whether there is a second column.
  var hasTwoColumns: Bool { contains(.tab) || contains(where: \.isBlank) }

  /// The value of a key in `KEY=VALUE|KEY=VALUE`.
  func attribute(_ key: [UInt8]) -> Bytes? {
    for part in split(separator: .bar) {
      guard let equals = part.firstIndex(of: .equals) else { continue }
      if part[..<equals].elementsEqual(key) { return part[(equals + 1)...] }
    }
    return nil
  }

  /// Whether all of it is digits, as `12`.
  var isNumber: Bool { !isEmpty && allSatisfy(\.isDigit) }

  /// Whether it is the number of a word of several, or of none, as CoNLL-U has them: `3-4`, `5.1`.
  var isRangeOrPart: Bool {
    let parts = split(
      maxSplits: 1, omittingEmptySubsequences: false,
      whereSeparator: { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") })
    return parts.count == 2 && parts.allSatisfy(\.isNumber)
  }

  /// Whether there is nothing in it but white space and byte-order marks.
  var isBlankLine: Bool {
    if allSatisfy(\.isBlank) { return true }
    guard contains(0xEF) else { return false }
    return droppingByteOrderMarks.allSatisfy(\.isBlank)
  }

  /// The bytes without the byte-order marks among them, which are copied where there are any.
  var droppingByteOrderMarks: [UInt8] {
    var kept: [UInt8] = []
    var place = startIndex
    while place < endIndex {
      if self[place...].starts(with: [0xEF, 0xBB, 0xBF]) {
        place += 3
      } else {
        kept.append(self[place])
        place += 1
      }
    }
    return kept
  }
}

extension UInt8 {
  static let bar = UInt8(ascii: "|")
  static let equals = UInt8(ascii: "=")

  /// Whether this is one of `0` to `9`.
  var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
}
