/// Cuts a normalised text into words.
indirect enum PreTokenizer: Sendable {
  /// At white space, and each punctuation mark is a word.
  case bert
  /// At white space.
  case whitespace
  /// Writes a sign for each blank, and cuts before the sign.
  case metaspace(Metaspace)
  /// One after the other.
  case sequence([PreTokenizer])

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
    case .bert: Self.words(text) { UnicodeTables.isPunctuation($0) }
    case .whitespace: Self.words(text) { _ in false }
    case .metaspace(let metaspace): metaspace.split(text)
    case .sequence(let steps): steps.reduce(text) { $1.split($0) }
    }
  }

  private static func words(
    _ text: SegmentedText, isWord: (Unicode.Scalar) -> Bool
  ) -> SegmentedText {
    text.mapSegments { segment, result in
      let start = result.append(text.bytes[segment.range]).lowerBound
      let shift = segment.range.lowerBound - start
      var wordStart = segment.range.lowerBound
      var index = segment.range.lowerBound
      func add(_ range: Range<Int>) {
        result.add(
          range.lowerBound - shift..<range.upperBound - shift,
          isFirst: segment.isFirst && range.lowerBound == segment.range.lowerBound)
      }
      while index < segment.range.upperBound {
        let (scalar, length) = text.bytes.scalar(at: index)
        if scalar.properties.isWhitespace {
          add(wordStart..<index)
          wordStart = index + length
        } else if isWord(scalar) {
          add(wordStart..<index)
          add(index..<index + length)
          wordStart = index + length
        }
        index += length
      }
      add(wordStart..<segment.range.upperBound)
    }
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
