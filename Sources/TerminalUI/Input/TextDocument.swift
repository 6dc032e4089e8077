/// Text of several lines and a cursor, with the editing keys of a shell, and undo.
///
/// No library edits a value without a terminal of its own, which screens and their tests need.
///
///     var text = TextDocument("Ada met Bo.\n")
///     text.insert("—")
///     text.undo()
package struct TextDocument: Hashable, Sendable {
  /// A place between two characters.
  package struct Position: Hashable, Comparable, Sendable {
    /// The line, from 0.
    package var line: Int
    /// How many characters of the line stand before it.
    package var column: Int

    /// A place in a line.
    package init(line: Int, column: Int) {
      self.line = line
      self.column = column
    }

    package static func < (left: Position, right: Position) -> Bool {
      (left.line, left.column) < (right.line, right.column)
    }
  }

  /// What can be gone back to.
  private struct Moment: Hashable, Sendable {
    var lines: [String]
    var cursor: Position
  }

  /// Edits of one kind in a row are taken back together.
  private enum Kind: Hashable, Sendable { case typing, deleting, other }

  private static let rememberedMoments = 1000

  /// The lines, at least one, without their line ends.
  package private(set) var lines: [String]
  /// Where the next character goes.
  package private(set) var cursor: Position
  /// What was cut last, to be put back elsewhere.
  private var cut = ""
  private var past: [Moment] = []
  private var future: [Moment] = []
  private var kind: Kind?
  /// The column of the screen that moving up and down keeps to.
  private var goal: Int?

  /// A text with the cursor behind it.
  package init(_ text: String = "") {
    lines = Self.lines(of: text)
    cursor = Position(line: lines.count - 1, column: lines[lines.count - 1].count)
  }

  /// All of it, lines separated by line feeds.
  package var text: String { lines.joined(separator: "\n") }

  /// Whether there is nothing in it.
  package var isEmpty: Bool { lines.count == 1 && lines[0].isEmpty }

  /// Whether there is something to take back, or to do again.
  package var canUndo: Bool { !past.isEmpty }
  package var canRedo: Bool { !future.isEmpty }

  // MARK: Changing

  /// Inserts text at the cursor; its line ends begin lines.
  package mutating func insert(_ text: String) {
    guard !text.isEmpty else { return }
    let isTyping = text.count == 1 && text != "\n"
    remember(isTyping ? .typing : .other)
    let (head, tail) = halves(of: lines[cursor.line], at: cursor.column)
    var pieces = Self.lines(of: text)
    pieces[0] = head + pieces[0]
    let last = pieces.count - 1
    pieces[last] += tail
    lines.replaceSubrange(cursor.line...cursor.line, with: pieces)
    // A combining mark joins the character before it, so the cursor is counted from the end.
    cursor = Position(line: cursor.line + last, column: max(0, pieces[last].count - tail.count))
    // A word is a step of its own to take back.
    if text == " " { kind = nil }
  }

  /// Replaces everything, as one change.
  package mutating func replaceAll(with text: String) {
    guard text != self.text else { return }
    remember(.other)
    lines = Self.lines(of: text)
    moveCursor(to: cursor)
  }

  /// Takes the last change back.
  package mutating func undo() {
    guard let moment = past.popLast() else { return }
    future.append(Moment(lines: lines, cursor: cursor))
    restore(moment)
  }

  /// Does again what was taken back last.
  package mutating func redo() {
    guard let moment = future.popLast() else { return }
    past.append(Moment(lines: lines, cursor: cursor))
    restore(moment)
  }

  /// Removes what lies between two places; true if there was something.
  @discardableResult
  private mutating func remove(from start: Position, to end: Position, keeps: Bool = false) -> Bool
  {
    guard start < end else { return false }
    remember(keeps ? .other : .deleting)
    let head = halves(of: lines[start.line], at: start.column).head
    let tail = halves(of: lines[end.line], at: end.column).tail
    if keeps {
      var removed = Array(lines[start.line...end.line])
      removed[removed.count - 1] = halves(of: removed[removed.count - 1], at: end.column).head
      removed[0] = halves(of: removed[0], at: start.column).tail
      cut = removed.joined(separator: "\n")
    }
    let joined = head + tail
    lines.replaceSubrange(start.line...end.line, with: [joined])
    cursor = Position(line: start.line, column: max(0, joined.count - tail.count))
    return true
  }

  private mutating func remember(_ kind: Kind) {
    goal = nil
    future = []
    if kind == .other || kind != self.kind {
      past.append(Moment(lines: lines, cursor: cursor))
      if past.count > Self.rememberedMoments { past.removeFirst() }
    }
    self.kind = kind
  }

  private mutating func restore(_ moment: Moment) {
    lines = moment.lines
    cursor = moment.cursor
    kind = nil
    goal = nil
  }

  // MARK: Moving

  /// Puts the cursor at the nearest place that is there.
  package mutating func moveCursor(to position: Position) {
    let line = min(max(position.line, 0), lines.count - 1)
    cursor = Position(line: line, column: min(max(position.column, 0), lines[line].count))
    kind = nil
    goal = nil
  }

  /// Moves by rows of the screen, as the text is wrapped at a width.
  package mutating func moveRows(by count: Int, width: Int) {
    let layout = TextLayout(lines, width: width)
    let place = layout.place(of: cursor)
    let column = goal ?? place.column
    let row = min(max(place.row + count, 0), layout.rows.count - 1)
    let target = layout.position(row: row, column: row == place.row ? .max : column)
    if row == place.row {
      cursor = count < 0 ? layout.position(row: row, column: 0) : target
    } else {
      cursor = target
    }
    kind = nil
    goal = column
  }

  /// The place one character before or after the cursor.
  private func neighbour(_ step: Int) -> Position {
    if step < 0 {
      if cursor.column > 0 { return Position(line: cursor.line, column: cursor.column - 1) }
      guard cursor.line > 0 else { return cursor }
      return Position(line: cursor.line - 1, column: lines[cursor.line - 1].count)
    }
    if cursor.column < lines[cursor.line].count {
      return Position(line: cursor.line, column: cursor.column + 1)
    }
    guard cursor.line < lines.count - 1 else { return cursor }
    return Position(line: cursor.line + 1, column: 0)
  }

  /// The start of the word before the cursor, or the end of the one behind it.
  private func wordEdge(_ step: Int) -> Position {
    let line = Array(lines[cursor.line])
    var column = cursor.column
    if step < 0 {
      if column == 0 { return neighbour(-1) }
      while column > 0, line[column - 1].isWhitespace { column -= 1 }
      while column > 0, !line[column - 1].isWhitespace { column -= 1 }
    } else {
      if column == line.count { return neighbour(1) }
      while column < line.count, line[column].isWhitespace { column += 1 }
      while column < line.count, !line[column].isWhitespace { column += 1 }
    }
    return Position(line: cursor.line, column: column)
  }

  private var lineStart: Position { Position(line: cursor.line, column: 0) }
  private var lineEnd: Position {
    Position(line: cursor.line, column: lines[cursor.line].count)
  }
  private var end: Position {
    Position(line: lines.count - 1, column: lines[lines.count - 1].count)
  }

  // MARK: Keys

  /// Carries out a key, and says whether it was an editing key.
  ///
  /// - Parameters:
  ///   - width: The columns that the text is wrapped at.
  ///   - page: The rows of a page.
  package mutating func handle(_ event: KeyEvent, width: Int, page: Int) -> Bool {
    let modifiers = event.modifiers.subtracting(.shift)
    if modifiers == .alt || modifiers == .control { return handleWords(event) }
    guard modifiers.isEmpty else { return false }
    switch event.key {
    case .character(let character): insert(String(character))
    case .enter: insert("\n")
    case .backspace, .control("h"): remove(from: neighbour(-1), to: cursor)
    case .delete, .control("d"): remove(from: cursor, to: neighbour(1))
    case .control("w"): remove(from: wordEdge(-1), to: cursor, keeps: true)
    case .control("u"): remove(from: lineStart, to: cursor, keeps: true)
    case .control("k"):
      remove(from: cursor, to: cursor == lineEnd ? neighbour(1) : lineEnd, keeps: true)
    case .control("y"): insert(cut)
    case .left, .control("b"): moveCursor(to: neighbour(-1))
    case .right, .control("f"): moveCursor(to: neighbour(1))
    case .home, .control("a"): moveCursor(to: lineStart)
    case .end, .control("e"): moveCursor(to: lineEnd)
    case .up, .control("p"): moveRows(by: -1, width: width)
    case .down, .control("n"): moveRows(by: 1, width: width)
    case .pageUp: moveRows(by: -max(page, 1), width: width)
    case .pageDown: moveRows(by: max(page, 1), width: width)
    default: return false
    }
    return true
  }

  private mutating func handleWords(_ event: KeyEvent) -> Bool {
    switch event.key {
    case .left, .character("b"): moveCursor(to: wordEdge(-1))
    case .right, .character("f"): moveCursor(to: wordEdge(1))
    case .home: moveCursor(to: Position(line: 0, column: 0))
    case .end: moveCursor(to: end)
    case .backspace: remove(from: wordEdge(-1), to: cursor, keeps: true)
    case .character("d"), .delete: remove(from: cursor, to: wordEdge(1), keeps: true)
    default: return false
    }
    return true
  }

  private static func lines(of text: String) -> [String] {
    text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
  }

  private func halves(of line: String, at column: Int) -> (head: String, tail: String) {
    let index = line.index(line.startIndex, offsetBy: column)
    return (String(line[..<index]), String(line[index...]))
  }
}
