import Foundation

extension TokenizerFile {
  /// What is done to a text first, and how it is cut into words then.
  func stages() throws(TokenizerError) -> (Normalizer?, PreTokenizer?) {
    let normalizer = try normalizer(members["normalizer"] ?? .null)
    let preTokenizer = try preTokenizer(members["pre_tokenizer"] ?? .null)
    if let problem = TextGrowth.problem(normalizer, preTokenizer) {
      throw error(problem, expected: TextGrowth.expected)
    }
    return (normalizer, preTokenizer)
  }

  private func normalizer(_ value: JSONValue) throws(TokenizerError) -> Normalizer? {
    if value.isNull { return nil }
    switch value["type"]?.string {
    case "Sequence":
      guard let steps = value["normalizers"]?.array else {
        throw error("its normalizer Sequence has no list", expected: "a list \"normalizers\"")
      }
      var result: [Normalizer] = []
      for step in steps {
        if let step = try normalizer(step) { result.append(step) }
      }
      return .sequence(result)
    case "BertNormalizer":
      let lowercases = try flag(value, "lowercase") ?? true
      return .bert(
        BertNormalizer(
          cleansText: try flag(value, "clean_text") ?? true,
          separatesChinese: try flag(value, "handle_chinese_chars") ?? true,
          stripsAccents: try flag(value, "strip_accents") ?? lowercases, lowercases: lowercases))
    case "Precompiled": return .precompiled(try charsmap(value))
    case "Replace": return try replacement(value)
    case "NFC": return .form(NormalForm(isCompatible: false, composes: true))
    case "NFD": return .form(NormalForm(isCompatible: false, composes: false))
    case "NFKC": return .form(NormalForm(isCompatible: true, composes: true))
    case "NFKD": return .form(NormalForm(isCompatible: true, composes: false))
    case "Lowercase": return .lowercase
    case "StripAccents": return .stripAccents
    case "Nmt": return .nmt
    case "Strip":
      return .strip(
        left: try flag(value, "strip_left") ?? true, right: try flag(value, "strip_right") ?? true)
    case "ByteLevel": return .byteLevel
    case "Prepend": return .prepend(Array(try text(value, "prepend").utf8))
    case let type:
      throw error(
        "its normalizer is of type \(type ?? "?")",
        expected: "BertNormalizer, Precompiled, Replace, NFC, NFD, NFKC, NFKD, Lowercase, Strip, "
          + "StripAccents, Prepend, Nmt, ByteLevel, or a Sequence of them")
    }
  }

  private func charsmap(_ value: JSONValue) throws(TokenizerError) -> PrecompiledCharsmap {
    let expected = "a table of replacements that SentencePiece made, in base64"
    let base64 = try text(value, "precompiled_charsmap")
    guard let data = Data(base64Encoded: base64) else {
      throw error("its precompiled_charsmap is not base64", expected: expected)
    }
    do throws(PrecompiledCharsmap.Problem) {
      return try PrecompiledCharsmap([UInt8](data))
    } catch {
      let problem = error.text(byteCount: data.count)
      throw self.error("its precompiled_charsmap \(problem)", expected: expected)
    }
  }

  private func replacement(_ value: JSONValue) throws(TokenizerError) -> Normalizer {
    let pattern = try pattern(value)
    if case .text(let text) = pattern, text.isEmpty {
      throw error("its normalizer Replace has an empty pattern", expected: "a text to replace")
    }
    return .replace(pattern, with: Array(try text(value, "content").utf8))
  }

  private func pattern(_ value: JSONValue) throws(TokenizerError) -> TextPattern {
    let stage = value["type"]?.string ?? "stage"
    let pattern = value["pattern"] ?? .null
    if let text = pattern["String"]?.string { return .text(Array(text.utf8)) }
    guard let expression = pattern["Regex"]?.string else {
      throw error("its \(stage) has no pattern", expected: "a String or a Regex")
    }
    if let run = Self.run(expression) { return run }
    guard let compiled = try? RegularExpression(expression) else {
      throw error(
        "its \(stage) has the pattern \(expression.debugDescription)",
        expected: "a regular expression")
    }
    return .expression(compiled)
  }

  /// The commonest expression, as ` {2,}`, without an engine for expressions.
  private static func run(_ expression: String) -> TextPattern? {
    let bytes = Array(expression.utf8)
    guard bytes.count > 4, bytes[0] == 32, expression.dropFirst().hasPrefix("{"),
      expression.hasSuffix(",}"), let count = Int(expression.dropFirst(2).dropLast(2)), count > 0
    else { return nil }
    return .run(of: bytes[0], atLeast: count)
  }

  private func preTokenizer(_ value: JSONValue) throws(TokenizerError) -> PreTokenizer? {
    if value.isNull { return nil }
    switch value["type"]?.string {
    case "Sequence":
      guard let steps = value["pretokenizers"]?.array else {
        throw error("its pre_tokenizer Sequence has no list", expected: "a list \"pretokenizers\"")
      }
      var result: [PreTokenizer] = []
      for step in steps {
        if let step = try preTokenizer(step) { result.append(step) }
      }
      return .sequence(result)
    case "BertPreTokenizer": return .bert
    case "Whitespace": return .wordsAndSymbols
    case "WhitespaceSplit": return .whitespace
    case "CharDelimiterSplit":
      return .delimiter(try character(value, "delimiter"))
    case "Punctuation":
      return .punctuation(try splitting(value, default: .isolated))
    case "Digits":
      return .digits(individually: try flag(value, "individual_digits") ?? false)
    case "UnicodeScripts": return .scripts
    case "FixedLength":
      let length = value["length"]?.integer ?? (value["length"] == nil ? 5 : 0)
      guard length > 0 else {
        throw error("its FixedLength has no length", expected: "a whole number from 1")
      }
      return .length(length)
    case "Split":
      return .pattern(
        try pattern(value), try splitting(value),
        isInverted: try flag(value, "invert") ?? false)
    case "ByteLevel":
      return .byteLevel(
        PreTokenizer.ByteLevel(
          addsPrefixSpace: try flag(value, "add_prefix_space") ?? true,
          splits: try flag(value, "use_regex") ?? true))
    case "Metaspace": return .metaspace(try metaspace(value))
    case let type:
      throw error(
        "its pre_tokenizer is of type \(type ?? "?")",
        expected:
          "BertPreTokenizer, ByteLevel, CharDelimiterSplit, Digits, FixedLength, Metaspace, "
          + "Punctuation, Split, UnicodeScripts, Whitespace, WhitespaceSplit, or a Sequence of them"
      )
    }
  }

  private func splitting(
    _ value: JSONValue, default standard: PreTokenizer.Splitting? = nil
  ) throws(TokenizerError) -> PreTokenizer.Splitting {
    if let standard, value["behavior"] == nil { return standard }
    guard let name = value["behavior"]?.string, let result = PreTokenizer.Splitting(rawValue: name)
    else {
      throw error(
        "its \(value["type"]?.string ?? "?") has no behavior, or an unknown one",
        expected: "Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous")
    }
    return result
  }

  private func character(
    _ value: JSONValue, _ key: String
  ) throws(TokenizerError) -> Unicode.Scalar {
    let scalars = try text(value, key).unicodeScalars
    guard let scalar = scalars.first, scalars.count == 1 else {
      throw error(
        "its \(value["type"]?.string ?? "?") has the \(key) \"\(String(scalars))\"",
        expected: "one character")
    }
    return scalar
  }

  private func metaspace(_ value: JSONValue) throws(TokenizerError) -> PreTokenizer.Metaspace {
    let sign = try character(value, "replacement")
    var result = PreTokenizer.Metaspace(sign: Array(String(sign).utf8))
    result.splits = try flag(value, "split") ?? true
    if let scheme = value["prepend_scheme"], !scheme.isNull {
      guard let name = scheme.string, let prefix = PreTokenizer.Metaspace.Prefix(rawValue: name)
      else {
        throw error(
          "its Metaspace has an unknown prepend_scheme", expected: "always, first or never")
      }
      result.prefix = prefix
    }
    if try flag(value, "add_prefix_space") == false { result.prefix = .never }
    return result
  }

  // MARK: Members

  private func flag(_ value: JSONValue, _ key: String) throws(TokenizerError) -> Bool? {
    guard let member = value[key], !member.isNull else { return nil }
    guard let flag = member.bool else {
      throw error("its \(key) is neither true nor false", expected: "one of them")
    }
    return flag
  }

  private func text(_ value: JSONValue, _ key: String) throws(TokenizerError) -> String {
    guard let text = value[key]?.string else {
      throw error("its \(value["type"]?.string ?? "?") has no text \(key)", expected: "one")
    }
    return text
  }
}
