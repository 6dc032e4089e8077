/// The bytes of lines on their way into a file; made without one string for each part.
package struct LineBuffer: Sendable {
  /// The bytes, of which the first `count` are used.
  private var storage: [UInt8] = []

  /// How many bytes there are.
  package private(set) var count = 0

  /// An empty buffer.
  package init() {}

  /// The bytes so far.
  package var bytes: ArraySlice<UInt8> { storage[..<count] }

  /// Removes the first bytes, which have been written.
  package mutating func removeFirst(_ count: Int) {
    storage.removeFirst(count)
    self.count -= count
  }

  /// Looks at the bytes so far.
  package func withUnsafeBytes<Value, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    try storage.withUnsafeBytes { bytes in
      Result { () throws(Failure) in
        try body(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
      }
    }.get()
  }

  /// Adds what a function writes, at most so many bytes.
  mutating func add(atMost room: Int, _ write: (inout ByteCursor) -> Void) {
    if storage.count - count < room {
      storage.append(contentsOf: repeatElement(0, count: max(room, storage.count, 1 << 12)))
    }
    let used = count
    count += storage.withUnsafeMutableBytes { bytes in
      guard let base = bytes.baseAddress else { return 0 }
      var cursor = ByteCursor(base + used)
      write(&cursor)
      return cursor.place - (base + used)
    }
  }

  /// Adds a text as it is.
  package mutating func add(_ text: StaticString) {
    add(atMost: text.utf8CodeUnitCount) { $0.add(text) }
  }

  /// Adds a text as it is.
  package mutating func add(_ text: String) {
    add(atMost: text.utf8.count) { $0.add(text) }
  }

  /// Adds other lines.
  package mutating func add(_ other: LineBuffer) {
    add(atMost: other.count) { cursor in other.withUnsafeBytes { cursor.add($0) } }
  }

  /// Adds a text as a JSON string.
  package mutating func add(quoted text: String) {
    add(atMost: ByteCursor.room(quoted: text)) { $0.add(quoted: text) }
  }

  /// Adds a whole number.
  package mutating func add(_ number: Int) {
    add(atMost: ByteCursor.roomOfNumber) { $0.add(number) }
  }

  /// Adds a number as a JSON value; see `NumberText`.
  package mutating func add(_ number: Double) {
    add(atMost: ByteCursor.roomOfNumber) { $0.add(number) }
  }

  /// Adds seconds since 1970, to the microsecond.
  package mutating func add(time: Double) {
    add(atMost: ByteCursor.roomOfNumber) { $0.add(time: time) }
  }
}

/// A place in memory that is written to; whoever makes one sees to it that there is room.
struct ByteCursor {
  private(set) var place: UnsafeMutableRawPointer

  /// The most bytes that a number has.
  static let roomOfNumber = 40

  /// The most bytes that a text has as a JSON string.
  static func room(quoted text: String) -> Int { 2 + 6 * text.utf8.count }

  init(_ place: UnsafeMutableRawPointer) { self.place = place }

  mutating func add(_ byte: UInt8) {
    place.storeBytes(of: byte, as: UInt8.self)
    place += 1
  }

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress else { return }
    place.copyMemory(from: base, byteCount: bytes.count)
    place += bytes.count
  }

  mutating func add(_ text: StaticString) {
    add(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func add(_ text: String) {
    let isCopied: Void? = text.utf8.withContiguousStorageIfAvailable {
      add(UnsafeRawBufferPointer($0))
    }
    if isCopied == nil { for byte in text.utf8 { add(byte) } }
  }

  mutating func add(quoted text: String) {
    add(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        add(UInt8(ascii: "\\"))
        add(byte)
      case 0x0A: add("\\n")
      case 0x09: add("\\t")
      case 0x0D: add("\\r")
      case 0..<0x20, 0x7F:
        add("\\u00")
        add(Self.hexadecimal(byte >> 4))
        add(Self.hexadecimal(byte & 15))
      default: add(byte)
      }
    }
    add(UInt8(ascii: "\""))
  }

  private static func hexadecimal(_ digit: UInt8) -> UInt8 {
    digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
  }

  mutating func add(_ number: Int) {
    if number < 0 { add(UInt8(ascii: "-")) }
    var rest = number.magnitude
    var digits = 1
    var power: UInt = 10
    while digits < 20, rest >= power {
      digits += 1
      let (next, isOver) = power.multipliedReportingOverflow(by: 10)
      if isOver { break }
      power = next
    }
    for index in (0..<digits).reversed() {
      (place + index).storeBytes(
        of: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10), as: UInt8.self)
      rest /= 10
    }
    place += digits
  }

  /// Adds a whole number, or `null`.
  mutating func add(_ number: Int?) {
    if let number { add(number) } else { add("null") }
  }

  mutating func add(_ number: Double) {
    if number.isFinite { add(number.description) } else { add(NumberText.json(number)) }
  }

  mutating func add(time: Double) {
    guard time.isFinite, time >= 0, time < 9e9 else { return add(time) }
    let microseconds = Int((time * 1e6).rounded())
    add(microseconds / 1_000_000)
    var rest = microseconds % 1_000_000
    if rest == 0 { return }
    add(UInt8(ascii: "."))
    var divisor = 100_000
    while rest > 0 {
      add(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest / divisor))
      rest %= divisor
      divisor /= 10
    }
  }
}
