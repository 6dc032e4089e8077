/// A JSON value.
package enum JSONValue: Sendable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)

  /// A member of an object; nil where there is none, and of any other value.
  package subscript(key: String) -> JSONValue? {
    if case .object(let members) = self { members[key] } else { nil }
  }
  /// The text; nil of any other value.
  package var string: String? { if case .string(let value) = self { value } else { nil } }
  /// The truth value; nil of any other value.
  package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  /// The number where it is whole; nil of any other value.
  package var integer: Int? {
    if case .number(let value) = self { Int(exactly: value) } else { nil }
  }
  /// The elements; nil of any other value.
  package var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
  /// Whether it is null.
  package var isNull: Bool { if case .null = self { true } else { false } }
  /// The members of an object; nil of any other value.
  package var members: JSONObject? {
    if case .object(let members) = self { members } else { nil }
  }
}

/// The members of a JSON object in their order; keys are one where their bytes are.
///
/// A dictionary by `String` would take "é" in one scalar and in two for one key. Of two members with
/// one key the later counts.
package struct JSONObject: Sequence, Sendable, ExpressibleByDictionaryLiteral {
  private var entries: [(key: String, value: JSONValue)] = []
  private var places: [[UInt8]: Int] = [:]

  /// An object without members.
  package init() {}

  /// An object of members in their order.
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    for (key, value) in elements { self[key] = value }
  }

  /// The member of a key.
  package subscript(key: String) -> JSONValue? {
    get { places[Array(key.utf8)].map { entries[$0].value } }
    set {
      let bytes = Array(key.utf8)
      if let place = places[bytes] {
        if let newValue { entries[place].value = newValue }
      } else if let newValue {
        places[bytes] = entries.count
        entries.append((key, newValue))
      }
    }
  }

  /// How many members there are.
  package var count: Int { entries.count }
  /// Whether there is none.
  package var isEmpty: Bool { entries.isEmpty }
  /// The keys in their order.
  package var keys: [String] { entries.map(\.key) }

  /// The members one after the other.
  package func makeIterator() -> IndexingIterator<[(key: String, value: JSONValue)]> {
    entries.makeIterator()
  }
}

/// Reads JSON from its bytes, value by value.
///
/// A tokenizer's file has a quarter of a million entries, which the caller takes as they come;
/// what is small comes as a `JSONValue`.
package struct JSONReader {
  /// What is wrong, and where.
  package struct Problem: Error {
    /// The line, from 1.
    package var line: Int
    /// What is wrong.
    package var text: String
  }

  /// Deeper nesting than any tokenizer's file has is an error, so that none overflows the stack.
  static let maximumDepth = 64

  private let bytes: [UInt8]
  private var position = 0

  /// A reader at the beginning of a file's bytes.
  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  /// A problem at the place that was read last.
  package func problem(_ text: String) -> Problem {
    Problem(line: 1 + bytes[..<min(position, bytes.count)].count { $0 == 10 }, text: text)
  }

  /// The next byte that is no white space, without taking it.
  mutating func peek() throws(Problem) -> UInt8 {
    while position < bytes.count {
      switch bytes[position] {
      case 32, 10, 13, 9: position += 1
      default: return bytes[position]
      }
    }
    throw problem("the JSON ends too early")
  }

  /// Makes sure that nothing follows.
  package mutating func end() throws(Problem) {
    while position < bytes.count, [32, 10, 13, 9].contains(bytes[position]) { position += 1 }
    if position < bytes.count { throw problem("something follows the JSON value") }
  }

  private mutating func take(_ byte: UInt8) throws(Problem) {
    let found = try peek()
    guard found == byte else {
      let (want, got) = (Unicode.Scalar(byte), Unicode.Scalar(found))
      throw problem(
        "the JSON has \(got.isASCII ? "'\(got)'" : "a byte \(found)") where '\(want)' should be")
    }
    position += 1
  }

  /// Whether a `,` follows, taken; false, with the closing byte taken, at the end.
  private mutating func hasMore(_ close: UInt8, isFirst: Bool) throws(Problem) -> Bool {
    if try peek() == close {
      position += 1
      return false
    }
    if !isFirst { try take(UInt8(ascii: ",")) }
    return true
  }

  /// Reads an object; `member` must read each value.
  mutating func object(
    _ member: (inout JSONReader, String) throws(Problem) -> Void
  ) throws(Problem) {
    try take(UInt8(ascii: "{"))
    var isFirst = true
    while try hasMore(UInt8(ascii: "}"), isFirst: isFirst) {
      isFirst = false
      let key = try string()
      try take(UInt8(ascii: ":"))
      try member(&self, key)
    }
  }

  /// Reads an array; `element` must read each value.
  mutating func array(_ element: (inout JSONReader) throws(Problem) -> Void) throws(Problem) {
    try take(UInt8(ascii: "["))
    var isFirst = true
    while try hasMore(UInt8(ascii: "]"), isFirst: isFirst) {
      isFirst = false
      try element(&self)
    }
  }

  /// Reads a pair `[text, number]`.
  mutating func pair(into list: inout SubwordList) throws(Problem) -> Double {
    try take(UInt8(ascii: "["))
    try string(into: &list)
    try take(UInt8(ascii: ","))
    let number = try self.number()
    try take(UInt8(ascii: "]"))
    return number
  }

  /// Reads any value.
  package mutating func value(depth: Int = 0) throws(Problem) -> JSONValue {
    guard depth < Self.maximumDepth else {
      throw problem("the JSON is nested more than \(Self.maximumDepth) deep")
    }
    switch try peek() {
    case UInt8(ascii: "{"):
      var members = JSONObject()
      try object { reader, key throws(Problem) in
        members[key] = try reader.value(depth: depth + 1)
      }
      return .object(members)
    case UInt8(ascii: "["):
      var elements: [JSONValue] = []
      try array { reader throws(Problem) in
        elements.append(try reader.value(depth: depth + 1))
      }
      return .array(elements)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    default: return .number(try number())
    }
  }

  private mutating func literal(_ text: String, _ value: JSONValue) throws(Problem) -> JSONValue {
    guard bytes[position...].starts(with: text.utf8) else {
      throw problem("the JSON has a word that is none of true, false, null")
    }
    position += text.utf8.count
    return value
  }

  // MARK: Numbers

  private static let powers: [Double] = (0...22).map { exponent in
    (0..<exponent).reduce(1) { power, _ in power * 10 }
  }

  /// Reads a number, correctly rounded.
  mutating func number() throws(Problem) -> Double {
    _ = try peek()
    let start = position
    let isNegative = bytes[position] == UInt8(ascii: "-")
    if isNegative { position += 1 }
    var digits: UInt64 = 0
    var digitCount = 0
    var exponent = 0
    var isSimple = true
    func digit(_ index: Int) -> UInt64? {
      guard index < bytes.count, bytes[index] >= 48, bytes[index] <= 57 else { return nil }
      return UInt64(bytes[index] - 48)
    }
    while let next = digit(position) {
      digits = digits &* 10 &+ next
      digitCount += 1
      position += 1
    }
    guard digitCount > 0 else { throw problem("the JSON has something that is not a value") }
    if digitCount > 1, bytes[position - digitCount] == UInt8(ascii: "0") {
      throw problem("the JSON has a number that begins with 0")
    }
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      position += 1
      guard digit(position) != nil else {
        throw problem("the JSON has a number without digits after its point")
      }
      while let next = digit(position) {
        digits = digits &* 10 &+ next
        digitCount += 1
        exponent += 1
        position += 1
      }
    }
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      isSimple = false
      position += 1
      if position < bytes.count, [43, 45].contains(bytes[position]) { position += 1 }
      while digit(position) != nil { position += 1 }
    }
    // Both numbers are exact then, so their quotient is rounded once.
    if isSimple, digitCount <= 19, digits < 1 << 53, exponent < Self.powers.count {
      let magnitude = Double(digits) / Self.powers[exponent]
      return isNegative ? -magnitude : magnitude
    }
    guard let value = Double(String(decoding: bytes[start..<position], as: UTF8.self)),
      value.isFinite
    else { throw problem("the JSON has a number that cannot be read") }
    return value
  }

  // MARK: Strings

  /// Reads a text.
  mutating func string() throws(Problem) -> String {
    var text: [UInt8] = []
    try string { text.append(contentsOf: $0) }
    guard let string = String(validating: text, as: UTF8.self) else {
      throw problem("the JSON has a text that is not UTF-8")
    }
    return string
  }

  /// Reads a text as the list's next subword.
  mutating func string(into list: inout SubwordList) throws(Problem) {
    try take(UInt8(ascii: "\""))
    let start = position
    // Most have no escape and are ended by the next quotation mark.
    while position < bytes.count, bytes[position] != 0x22, bytes[position] != 0x5C,
      bytes[position] >= 0x20
    {
      position += 1
    }
    if position < bytes.count, bytes[position] == 0x22 {
      let text = bytes[start..<position]
      guard text.allSatisfy({ $0 < 0x80 }) || String(validating: text, as: UTF8.self) != nil else {
        throw problem("the JSON has a text that is not UTF-8")
      }
      list.append(text)
      position += 1
    } else {
      position = start - 1
      list.append(try string().utf8)
    }
  }

  private mutating func string(_ add: (ArraySlice<UInt8>) -> Void) throws(Problem) {
    try take(UInt8(ascii: "\""))
    var start = position
    while position < bytes.count {
      switch bytes[position] {
      case 0x22:
        add(bytes[start..<position])
        position += 1
        return
      case 0x5C:
        add(bytes[start..<position])
        position += 1
        add(try escape()[...])
        start = position
      case 0..<0x20: throw problem("the JSON has a control character in a text")
      default: position += 1
      }
    }
    throw problem("the JSON ends within a text")
  }

  private mutating func escape() throws(Problem) -> [UInt8] {
    guard position < bytes.count else { throw problem("the JSON ends within a text") }
    let letter = bytes[position]
    position += 1
    switch letter {
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "b"): return [8]
    case UInt8(ascii: "f"): return [12]
    case 0x22, 0x5C, 0x2F: return [letter]
    case UInt8(ascii: "u"):
      var value = try hexadecimal()
      if 0xD800..<0xDC00 ~= value, bytes[position...].starts(with: [0x5C, 0x75]) {
        position += 2
        let low = try hexadecimal()
        guard 0xDC00..<0xE000 ~= low else { throw problem("the JSON has half a \\u pair") }
        value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(value) else {
        throw problem("the JSON has half a \\u pair")
      }
      return Array(String(scalar).utf8)
    default: throw problem("the JSON has an escape that there is not")
    }
  }

  private mutating func hexadecimal() throws(Problem) -> UInt32 {
    guard position + 4 <= bytes.count,
      bytes[position..<position + 4].allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }),
      let value = UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
    else { throw problem("the JSON has a \\u without four hexadecimal digits") }
    position += 4
    return value
  }
}
