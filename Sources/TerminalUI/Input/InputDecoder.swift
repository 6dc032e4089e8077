import CNcurses

/// Reads characters from bytes that arrive in pieces.
struct InputDecoder {
  private let isUTF8: Bool
  /// The bytes of a character whose rest has not come yet.
  private var pending: [UInt8] = []
  private var missing = 0

  /// A decoder for UTF-8, or else for the character set of the locale.
  init(isUTF8: Bool = true) {
    self.isUTF8 = isUTF8
  }

  /// The characters that are complete with these bytes.
  ///
  /// A byte from 0x80 to 0x9F that belongs to no character is the control character of that number
  /// (C1), as terminals send it in their 8-bit form; other bytes that make no sense are U+FFFD.
  mutating func scalars(_ bytes: [UInt8]) -> [Unicode.Scalar] {
    var scalars: [Unicode.Scalar] = []
    for byte in bytes {
      if isUTF8 { addUTF8(byte, to: &scalars) } else { addLocal(byte, to: &scalars) }
    }
    return scalars
  }

  private mutating func addUTF8(_ byte: UInt8, to scalars: inout [Unicode.Scalar]) {
    if missing > 0 {
      if byte & 0xC0 == 0x80 {
        pending.append(byte)
        missing -= 1
        guard missing == 0 else { return }
        scalars.append(
          String(validating: pending, as: UTF8.self)?.unicodeScalars.first ?? "\u{FFFD}")
        pending = []
        return
      }
      scalars.append("\u{FFFD}")
      (pending, missing) = ([], 0)
    }
    switch byte {
    case 0..<0xA0: scalars.append(Unicode.Scalar(byte))
    case 0xC2...0xDF: (pending, missing) = ([byte], 1)
    case 0xE0...0xEF: (pending, missing) = ([byte], 2)
    case 0xF0...0xF4: (pending, missing) = ([byte], 3)
    default: scalars.append("\u{FFFD}")
    }
  }

  private mutating func addLocal(_ byte: UInt8, to scalars: inout [Unicode.Scalar]) {
    pending.append(byte)
    var wide: wchar_t = 0
    let length = pending.withUnsafeBytes { bytes in
      cncurses_character(bytes.bindMemory(to: CChar.self).baseAddress, bytes.count, &wide)
    }
    // No character set has longer ones than these.
    if length == 0, pending.count < 8 { return }
    let isValid = length > 0
    let isControl = pending.count == 1 && (0x80...0x9F).contains(byte)
    scalars.append(
      isValid
        ? Unicode.Scalar(UInt32(truncatingIfNeeded: wide)) ?? "\u{FFFD}"
        : isControl ? Unicode.Scalar(byte) : "\u{FFFD}")
    pending = []
  }
}
