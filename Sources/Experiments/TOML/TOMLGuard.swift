/// Finds what the TOML library does not refuse but ends the program at.
///
/// The bug is the library's: https://github.com/marzer/tomlplusplus/issues/294.
/// After `[` and `[[` of a header it asserts that a key begins, and within a list that a value does,
/// and does not ask; `[[[a]]]` or `[1, }` in a file would end every program that reads it. So texts
/// are looked at before.
struct TOMLGuard {
  private let bytes: [UInt8]
  private var place = 0
  private var line = 1

  /// How deep tables and lists may stand in each other, and how many parts a key may have: the library
  /// calls itself for each.
  private static let depth = 32
  /// How many settings a text may have.
  private static let mostSettings = 5000

  /// The first such place: its line, from 1, what is wrong and what was expected; nil for a text
  /// without one.
  static func problem(
    in text: String
  ) -> (line: Int, problem: String, expected: String)? {
    var guarded = TOMLGuard(bytes: Array(text.utf8))
    return guarded.search()
  }

  private init(bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
  }

  private mutating func search() -> (line: Int, problem: String, expected: String)? {
    // The brackets that are open, and whether a value may begin in the innermost list.
    var open: [UInt8] = []
    var (isAtStart, isHeader, beginsValue) = (true, false, false)
    var (dots, settings) = (0, 0)
    while place < bytes.count {
      let byte = bytes[place]
      switch byte {
      case UInt8(ascii: "\n"):
        (isAtStart, isHeader, dots) = (true, false, 0)
        line += 1
      case UInt8(ascii: "."):
        dots += 1
        if dots > Self.depth {
          return (line, "a key has more than \(Self.depth) parts", "fewer")
        }
        (isAtStart, beginsValue) = (false, false)
      case UInt8(ascii: "="):
        settings += 1
        if settings > Self.mostSettings {
          return (
            line, "it has more than \(Self.mostSettings) settings", "an experiment or a study"
          )
        }
        (isAtStart, beginsValue, dots) = (false, false, 0)
      case UInt8(ascii: " "), UInt8(ascii: "\t"): break
      case UInt8(ascii: "#"):
        while place + 1 < bytes.count, bytes[place + 1] != UInt8(ascii: "\n") { place += 1 }
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        if isAtStart, open.isEmpty, byte == UInt8(ascii: "[") {
          isHeader = true
          if !beginsKey() { return (line, "a header has no key", "[group] or [[group]]") }
        }
        isAtStart = false
        if !isHeader { open.append(byte) }
        if open.count > Self.depth {
          return (line, "tables or lists stand in each other more than \(Self.depth) deep", "fewer")
        }
        beginsValue = !isHeader && byte == UInt8(ascii: "[")
      case UInt8(ascii: ","):
        (isAtStart, dots) = (false, 0)
        beginsValue = open.last == UInt8(ascii: "[")
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        if beginsValue, byte == UInt8(ascii: "}") {
          return (line, "a list has } where a value belongs", "a value or ]")
        }
        (isAtStart, beginsValue) = (false, false)
        if !isHeader { _ = open.popLast() }
      case 0: return (line, "it has a zero byte", "text")
      case 0x80...0xFF where beginsValue:
        return (line, "a list has a character where a value belongs", "a value or ]")
      default:
        (isAtStart, beginsValue) = (false, false)
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") { skipString(byte) }
      }
      place += 1
    }
    return nil
  }

  /// Whether a key, or the end of the header or of the text, follows the brackets here.
  private func beginsKey() -> Bool {
    var next = place + 1
    func skipSpace() {
      while next < bytes.count, bytes[next] == 0x20 || bytes[next] == 0x09 { next += 1 }
    }
    skipSpace()
    if next < bytes.count, bytes[next] == UInt8(ascii: "[") {
      next += 1
      skipSpace()
    }
    guard next < bytes.count else { return true }
    switch bytes[next] {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
      UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "]"):
      return true
    default: return false
    }
  }

  /// Goes from a string's first quotation mark to its last.
  private mutating func skipString(_ mark: UInt8) {
    let isLong = bytes[place...].starts(with: [mark, mark, mark])
    place += isLong ? 3 : 1
    while place < bytes.count {
      let byte = bytes[place]
      if byte == UInt8(ascii: "\n") {
        guard isLong else {
          place -= 1
          return
        }
        line += 1
      } else if byte == UInt8(ascii: "\\"), mark == UInt8(ascii: "\"") {
        if place + 1 < bytes.count, bytes[place + 1] != UInt8(ascii: "\n") { place += 1 }
      } else if byte == mark {
        guard isLong else { return }
        if bytes[place...].starts(with: [mark, mark, mark]) {
          place += 2
          // Up to two more belong to the text.
          var more = 0
          while more < 2, place + 1 < bytes.count, bytes[place + 1] == mark {
            place += 1
            more += 1
          }
          return
        }
      }
      place += 1
    }
  }
}

extension TOMLGuard {
  /// Throws for a text with such a place.
  static func check(_ text: String, file: String?) throws(ExperimentError) {
    guard let (line, problem, expected) = problem(in: text) else { return }
    throw ExperimentError(
      file: file, line: line, problem: "it is not TOML: \(problem)", expected: expected)
  }
}
