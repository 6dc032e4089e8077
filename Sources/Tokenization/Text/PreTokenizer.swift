/// Cuts a normalised text into words.
///
/// The names and settings are those of the `tokenizers` library.
indirect enum PreTokenizer: Sendable {
  /// At white space, and each punctuation mark is a word.
  case bert
  /// At white space.
  case whitespace
  /// Runs of letters, digits and the like, and runs of everything else but white space.
  case wordsAndSymbols
  /// At each of a character; it is dropped.
  case delimiter(Unicode.Scalar)
  /// At punctuation marks.
  case punctuation(Splitting)
  /// At digits: each one, or runs of them.
  case digits(individually: Bool)
  /// Where the script of the letters changes.
  case scripts
  /// After so many characters.
  case length(Int)
  /// At what a pattern finds.
  case pattern(TextPattern, Splitting, isInverted: Bool)
  /// As GPT-2 does, each byte written as a letter.
  case byteLevel(ByteLevel)
  /// Writes a sign for each blank, and cuts before the sign.
  case metaspace(Metaspace)
  /// One after the other.
  case sequence([PreTokenizer])

  /// What becomes of the text that is cut at.
  enum Splitting: String, Sendable {
    /// It is dropped.
    case removed = "Removed"
    /// It is a piece of its own.
    case isolated = "Isolated"
    /// It belongs to the piece before it.
    case mergedWithPrevious = "MergedWithPrevious"
    /// It belongs to the piece behind it.
    case mergedWithNext = "MergedWithNext"
    /// It is a piece together with its like beside it.
    case contiguous = "Contiguous"
  }

  struct ByteLevel: Sendable {
    /// Whether a piece that begins without a blank gets one.
    var addsPrefixSpace = true
    /// Whether it cuts as GPT-2 does.
    var splits = true
  }

  struct Metaspace: Sendable {
    enum Prefix: String, Sendable { case always, first, never }
    /// The sign, `▁`.
    var sign: [UInt8]
    /// Which pieces get a sign in front.
    var prefix = Prefix.always
    /// Whether it cuts.
    var splits = true
  }

  func split(_ text: SegmentedText) -> SegmentedText {
    switch self {
    case .bert:
      Self.cut(text) { UnicodeTables.isPunctuation($0) ? .alone : $0.isBlank ? .dropped : .joined }
    case .whitespace: Self.cut(text) { $0.isBlank ? .dropped : .joined }
    case .wordsAndSymbols:
      Self.cut(text) { $0.isBlank ? .dropped : UnicodeTables.isWord($0) ? .joined : .joinedApart }
    case .delimiter(let delimiter): Self.cut(text) { $0 == delimiter ? .dropped : .joined }
    case .punctuation(let splitting):
      splitting.split(text) { Self.matches($0, $1) { UnicodeTables.isPunctuation($0) } }
    case .digits(let individually):
      Self.cut(text) {
        UnicodeTables.isNumeric($0) ? (individually ? .alone : .joinedApart) : .joined
      }
    case .scripts: Self.splitAtScripts(text)
    case .length(let length): Self.split(text, every: length)
    case .pattern(let pattern, let splitting, let isInverted):
      splitting.split(text, isInverted: isInverted) { pattern.matches(in: $0, $1) }
    case .byteLevel(let level): level.split(text)
    case .metaspace(let metaspace): metaspace.split(text)
    case .sequence(let steps): steps.reduce(text) { $1.split($0) }
    }
  }

  /// The same with a blank before each word, for a sentence whose words come one by one.
  var prefixingSpaces: PreTokenizer {
    switch self {
    case .byteLevel(var level):
      level.addsPrefixSpace = true
      return .byteLevel(level)
    case .sequence(let steps): return .sequence(steps.map(\.prefixingSpaces))
    default: return self
    }
  }

  // MARK: Scalar by scalar

  /// What a scalar does to the pieces.
  private enum Role {
    /// It is in no piece.
    case dropped
    /// It is a piece.
    case alone
    /// It is of one piece with the scalars of its kind before it; there are two kinds.
    case joined, joinedApart
  }

  private static func cut(
    _ text: SegmentedText, role: (Unicode.Scalar) -> Role
  ) -> SegmentedText {
    text.mapPieces { bytes, range, add in
      var start = range.lowerBound
      var last = Role.dropped
      var index = range.lowerBound
      while index < range.upperBound {
        let (scalar, length) = bytes.scalar(at: index)
        let role = role(scalar)
        if role != last || role == .alone {
          if last != .dropped { add(start..<index) }
          start = index
          last = role
        }
        index += length
      }
      if last != .dropped { add(start..<range.upperBound) }
    }
  }

  /// Each scalar of a kind as a match.
  private static func matches(
    _ bytes: [UInt8], _ range: Range<Int>, where isMatch: (Unicode.Scalar) -> Bool
  ) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var index = range.lowerBound
    while index < range.upperBound {
      let (scalar, length) = bytes.scalar(at: index)
      if isMatch(scalar) { result.append(index..<index + length) }
      index += length
    }
    return result
  }

  private static func split(_ text: SegmentedText, every count: Int) -> SegmentedText {
    text.mapPieces { bytes, range, add in
      var (start, index, done) = (range.lowerBound, range.lowerBound, 0)
      while index < range.upperBound {
        index += bytes.scalar(at: index).length
        done += 1
        if done % count == 0 {
          add(start..<index)
          start = index
        }
      }
      add(start..<range.upperBound)
    }
  }

  /// A blank belongs to the piece before it; those that a text begins with are dropped.
  private static func splitAtScripts(_ text: SegmentedText) -> SegmentedText {
    text.mapPieces { bytes, range, add in
      var (start, last): (Int?, UnicodeScripts.Script?) = (nil, nil)
      var index = range.lowerBound
      while index < range.upperBound {
        let (scalar, length) = bytes.scalar(at: index)
        if let script = UnicodeScripts.script(of: scalar) {
          if script != last {
            if let start { add(start..<index) }
            start = index
          }
          last = script
        }
        index += length
      }
      if let start { add(start..<range.upperBound) }
    }
  }
}

extension Unicode.Scalar {
  /// Whether it is white space.
  fileprivate var isBlank: Bool { properties.isWhitespace }
}

extension SegmentedText {
  /// Cuts each piece that is no added subword into parts of it, none of which is changed.
  fileprivate func mapPieces(
    _ cut: (_ bytes: [UInt8], Range<Int>, _ add: (Range<Int>) -> Void) -> Void
  ) -> SegmentedText {
    mapSegments { segment, result in
      let start = result.append(bytes[segment.range]).lowerBound
      let shift = segment.range.lowerBound - start
      cut(bytes, segment.range) { part in
        result.add(
          part.lowerBound - shift..<part.upperBound - shift,
          isFirst: segment.isFirst && part.lowerBound == segment.range.lowerBound)
      }
    }
  }
}

extension PreTokenizer.Splitting {
  /// Cuts each piece of a text at the matches in it.
  ///
  /// - Parameter isInverted: Whether to cut at what lies between the matches.
  fileprivate func split(
    _ text: SegmentedText, isInverted: Bool = false,
    matches: ([UInt8], Range<Int>) -> [Range<Int>]
  ) -> SegmentedText {
    text.mapPieces { bytes, range, add in
      var parts: [(range: Range<Int>, isMatch: Bool)] = []
      var end = range.lowerBound
      for match in matches(bytes, range) {
        if match.lowerBound > end { parts.append((end..<match.lowerBound, isInverted)) }
        parts.append((match, !isInverted))
        end = match.upperBound
      }
      if end < range.upperBound { parts.append((end..<range.upperBound, isInverted)) }
      for part in joined(parts) where !part.isEmpty { add(part) }
    }
  }

  private func joined(_ parts: [(range: Range<Int>, isMatch: Bool)]) -> [Range<Int>] {
    switch self {
    case .removed: return parts.filter { !$0.isMatch }.map(\.range)
    case .isolated: return parts.map(\.range)
    case .contiguous: return Self.joining(parts) { $0 == $1 }
    case .mergedWithPrevious: return Self.joining(parts) { !$0 && $1 }
    case .mergedWithNext: return Self.joining(parts) { $0 && !$1 }
    }
  }

  /// Joins a part to the one before it where their being matches says so.
  private static func joining(
    _ parts: [(range: Range<Int>, isMatch: Bool)], where belongs: (Bool, Bool) -> Bool
  ) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var previous: Bool?
    for part in parts {
      if let previous, belongs(previous, part.isMatch), let last = result.popLast() {
        result.append(last.lowerBound..<part.range.upperBound)
      } else {
        result.append(part.range)
      }
      previous = part.isMatch
    }
    return result
  }
}

extension PreTokenizer.Metaspace {
  fileprivate func split(_ text: SegmentedText) -> SegmentedText {
    text.mapSegments { segment, result in
      var piece: [UInt8] = []
      piece.reserveCapacity(segment.range.count + 16)
      for byte in text.bytes[segment.range] {
        if byte == 32 { piece.append(contentsOf: sign) } else { piece.append(byte) }
      }
      let isPrefixed =
        switch prefix {
        case .always: true
        case .first: segment.isFirst
        case .never: false
        }
      if isPrefixed, !piece.starts(with: sign) { piece.insert(contentsOf: sign, at: 0) }
      let whole = result.append(piece)
      guard splits else { return result.add(whole, isFirst: segment.isFirst) }
      var start = whole.lowerBound
      var index = start
      while index < whole.upperBound {
        if result.bytes[index] == sign[0], result.bytes[index..<whole.upperBound].starts(with: sign)
        {
          result.add(start..<index, isFirst: segment.isFirst && start == whole.lowerBound)
          start = index
          index += sign.count
        } else {
          index += 1
        }
      }
      result.add(
        start..<whole.upperBound, isFirst: segment.isFirst && start == whole.lowerBound)
    }
  }
}
