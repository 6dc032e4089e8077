/// Recognises from a file's first lines what its columns hold.
///
/// In this order: headings; CoNLL-U with the tag in its last column; a first column that counts; then
/// the column in which tags stand. Of several columns of tags, those of chunks (`B-NP`) are none; with a
/// counter the first is taken, as of GermEval's outer and inner entities, else the last.
struct ColumnRecognition {
  /// How many lines with words are looked at.
  private static let sampleSize = 2000
  /// A column of which fewer cells are tags is no column of tags.
  private static let enough = 0.9

  private static let wordHeadings = ["token", "tokens", "word", "words", "form"]
  private static let tagHeadings = [
    "ne-coarse-lit", "ner", "ner_tag", "ner_tags", "ner-tag", "ner:tag", "tag", "tags", "label",
    "labels", "ne", "entity", "bio", "iob", "iob2", "named_entity",
  ]
  private static let chunks: Set<EntityType> = [
    "NP", "VP", "PP", "ADVP", "ADJP", "SBAR", "PRT", "CONJP", "INTJ", "LST", "UCP", "NC", "PC",
    "VC",
  ]

  /// The lines that surely hold words, cut into columns, each sentence by itself.
  private var sentences: [[[Bytes]]] = []
  private var tabCount = 0
  /// The columns that `# global.columns = …` names.
  private var namedColumns: [Bytes] = []
  private let choice: ColumnChoice

  /// The layout of a file that begins with `bytes`.
  static func layout(of bytes: Bytes, choice: ColumnChoice = ColumnChoice()) -> ColumnLayout {
    var recognition = ColumnRecognition(choice: choice)
    var count = 0
    bytes.forEachLine { line, _ in
      if recognition.look(at: line) { count += 1 }
      return count < sampleSize
    }
    return recognition.layout
  }

  /// Whether a column of a file that begins with `bytes` holds tags.
  static func findsTags(in bytes: Bytes) -> Bool {
    let layout = layout(of: bytes)
    var (words, tags) = (0, 0)
    bytes.forEachLine { line, _ in
      guard case .word(_, let tag, _)? = try? layout.cut(line) else { return true }
      words += 1
      if tag.map({ CorpusTag($0) != nil }) ?? true { tags += 1 }
      return words < sampleSize
    }
    return layout.tag != nil && words > 0 && tags * 2 > words
  }

  private init(choice: ColumnChoice) {
    self.choice = choice
  }

  private static func isOne(_ cell: Bytes, of names: [String]) -> Bool {
    guard cell.count < 20 else { return false }
    let text = cell.text.lowercased()
    return names.contains { $0.utf8.elementsEqual(text.utf8) }
  }

  static func isWordHeading(_ cell: Bytes) -> Bool { isOne(cell.trimmed, of: wordHeadings) }

  /// Takes a line into the sample; whether it surely holds a word.
  private mutating func look(at line: Bytes) -> Bool {
    let trimmed = line.trimmed
    if trimmed.isBlankLine || trimmed.isDocumentStart {
      if sentences.last?.isEmpty == false { sentences.append([]) }
      return false
    }
    if trimmed.first == .hash {
      if namedColumns.isEmpty, trimmed.starts(with: "# global.columns".utf8),
        let equals = trimmed.firstIndex(of: UInt8(ascii: "="))
      {
        namedColumns = trimmed[(equals + 1)...].split(whereSeparator: \.isBlank)
      }
      return false
    }
    let hasTabs = line.contains(.tab)
    if hasTabs { tabCount += 1 }
    let cells: [Bytes] =
      hasTabs
      ? line.droppingTrailingBlanks.split(separator: .tab, omittingEmptySubsequences: false)
        .map(\.trimmed)
      : trimmed.split(whereSeparator: \.isBlank)
    if sentences.isEmpty { sentences.append([]) }
    sentences[sentences.count - 1].append(cells)
    return true
  }

  // MARK: Deciding

  private var layout: ColumnLayout {
    var layout = ColumnLayout()
    var names = namedColumns
    var sentences = sentences
    if names.isEmpty, let first = sentences.first?.first,
      let word = first.firstIndex(where: Self.isWordHeading), word < 2,
      first.contains(where: { Self.isOne($0, of: Self.tagHeadings) })
    {
      names = first
      sentences[0].removeFirst()
      layout.hasHeading = true
    }
    let rows = sentences.flatMap { $0 }
    layout.usesTabs = rows.isEmpty || tabCount * 2 > rows.count
    layout.count = Self.usual(rows.map(\.count)) ?? 2
    layout.hasCounter =
      choice.word != 1 && Self.count(sentences)
      && !(layout.count == 2 && Self.share(of: 1, in: rows) >= Self.enough)
    layout.word = choice.word.map { $0 - 1 } ?? (layout.hasCounter ? 1 : 0)
    if let word = names.firstIndex(where: Self.isWordHeading), choice.word == nil {
      layout.word = word
    }
    if let tag = choice.tag {
      layout.tag = .column(tag - 1)
    } else if let tag = Self.tagColumn(named: names) {
      layout.tag = .column(tag)
    } else if let key = Self.attributeKey(in: rows, layout) {
      layout.tag = .attribute(column: 9, key: key)
    } else {
      decideTag(&layout, rows)
    }
    layout.flags = names.firstIndex { Self.isOne($0, of: ["misc"]) }
    return layout
  }

  private func decideTag(_ layout: inout ColumnLayout, _ rows: [[Bytes]]) {
    let shares = (0..<max(layout.count, 1)).map { Self.share(of: $0, in: rows) }
    var columns = shares.indices.filter { $0 != layout.word && shares[$0] >= Self.enough }
    if columns.isEmpty, choice.word == nil, !layout.hasCounter, layout.count > 1,
      shares[0] >= Self.enough, Self.hasEntity(0, rows)
    {
      // The tag comes first.
      (layout.word, columns) = (1, [0])
    }
    for isWanted in [Self.hasEntity, { !Self.holdsChunks($0, $1) }] {
      let wanted = columns.filter { isWanted($0, rows) }
      if !wanted.isEmpty { columns = wanted }
    }
    let best = shares.indices.filter { $0 != layout.word }.max { shares[$0] < shares[$1] }
    let last = layout.count - 1
    let column: Int
    if let first = columns.first, let final = columns.last {
      column = layout.hasCounter ? first : final
    } else if let best, shares[last] < 0.5, shares[best] > shares[last], best != layout.word {
      column = best
    } else {
      column = last
    }
    layout.otherTags = columns.filter { $0 != column }
    let isTag = column != layout.word && shares.indices.contains(column) && shares[column] >= 0.5
    layout.tag = !isTag ? nil : column == last ? .last : .column(column)
  }

  /// The number that is there most often, the larger of two.
  private static func usual(_ numbers: [Int]) -> Int? {
    let counts = numbers.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    return counts.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key
  }

  /// Whether the first column numbers the words of each sentence, but for few lines.
  private static func count(_ sentences: [[[Bytes]]]) -> Bool {
    var (right, wrong) = (0, 0)
    var last = -1
    for sentence in sentences {
      for (place, cells) in sentence.enumerated() {
        guard cells.count > 1 else {
          wrong += 1
          continue
        }
        if cells[0].isRangeOrPart, right > 0 || place == 0 { continue }
        guard cells[0].count < 10, let number = Int(cells[0].text), cells[0].isNumber else {
          wrong += 1
          continue
        }
        let isNext = number == last + 1 || place == 0 && (number == 0 || number == 1)
        if isNext { right += 1 } else { wrong += 1 }
        last = number
      }
    }
    return right > 0 && wrong * 20 <= right
  }

  /// The share of a column's cells that are tags.
  private static func share(of column: Int, in rows: [[Bytes]]) -> Double {
    let cells = rows.lazy.filter { $0.count > column }.map { $0[column] }
    let (all, tags) = cells.reduce((0, 0)) { counts, cell in
      (counts.0 + 1, counts.1 + (isTag(cell) ? 1 : 0))
    }
    return all == 0 ? 0 : Double(tags) / Double(all)
  }

  private static func isTag(_ cell: Bytes) -> Bool {
    cell.count < 200 && CorpusTag(prefixed: cell) != nil
  }

  private static func hasEntity(_ column: Int, _ rows: [[Bytes]]) -> Bool {
    rows.contains { row in
      row.count > column && CorpusTag(prefixed: row[column]).map { $0.chunk != .outside } == true
    }
  }

  private static func holdsChunks(_ column: Int, _ rows: [[Bytes]]) -> Bool {
    let types = rows.lazy.filter { $0.count > column }
      .compactMap { CorpusTag(prefixed: $0[column])?.chunk }.filter { $0 != .outside }.map(\.type)
    return Set(types).isSubset(of: chunks)
  }

  private static func tagColumn(named names: [Bytes]) -> Int? {
    // In the order of preference, not of the columns.
    for heading in tagHeadings {
      if let column = names.firstIndex(where: { isOne($0, of: [heading]) }) { return column }
    }
    return nil
  }

  /// The key in the last column of CoNLL-U whose values are tags.
  private static func attributeKey(in rows: [[Bytes]], _ layout: ColumnLayout) -> [UInt8]? {
    guard layout.hasCounter, layout.count == 10 else { return nil }
    var keys: [[UInt8]: (tags: Int, entities: Int, others: Int)] = [:]
    for row in rows where row.count == 10 {
      for part in row[9].split(separator: .bar) {
        guard let equals = part.firstIndex(of: .equals) else { continue }
        let tag = CorpusTag(prefixed: part[(equals + 1)...])
        var counts = keys[Array(part[..<equals])] ?? (0, 0, 0)
        if let tag {
          counts.tags += 1
          if tag.chunk != .outside { counts.entities += 1 }
        } else {
          counts.others += 1
        }
        keys[Array(part[..<equals])] = counts
      }
    }
    return keys.filter { $0.value.others * 20 <= $0.value.tags && $0.value.tags > 0 }
      .max { one, other in
        (one.value.entities, one.value.tags, other.key.count)
          < (other.value.entities, other.value.tags, one.key.count)
      }?.key
  }
}
