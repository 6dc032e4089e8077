import Foundation

/// A terminal's entry in the terminfo database.
struct Terminfo {
  /// The entry's file.
  let path: String
  /// How many colours the terminal has; 0 without colours.
  let colorCount: Int

  /// Looks for the entry of a terminal's name where ncurses looks, or gives nil.
  init?(name: String, environment: [String: String]) {
    guard let first = name.utf8.first else { return nil }
    let letter = [String(name.prefix(1)), String(first, radix: 16)]
    for folder in Self.folders(environment: environment) {
      for subfolder in letter {
        let path = "\(folder)/\(subfolder)/\(name)"
        if let data = FileManager.default.contents(atPath: path) {
          self.path = path
          colorCount = Self.colorCount(in: [UInt8](data))
          return
        }
      }
    }
    return nil
  }

  private static func folders(environment: [String: String]) -> [String] {
    let own = [environment["TERMINFO"], environment["HOME"].map { "\($0)/.terminfo" }]
    let listed = environment["TERMINFO_DIRS"]?.split(separator: ":").map(String.init) ?? []
    return own.compactMap(\.self) + listed
      + ["/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo", "/usr/lib/terminfo"]
  }

  /// Reads `max_colors`, the number at place 13 of a compiled entry.
  ///
  /// The entry begins with six little-endian shorts: a magic number, then the sizes of names,
  /// booleans, numbers, strings and their text. Numbers are shorts, or with the magic number
  /// 01036 (octal) four bytes, and begin at an even place.
  static func colorCount(in bytes: [UInt8]) -> Int {
    func short(_ place: Int) -> Int {
      place + 1 < bytes.count ? Int(bytes[place]) | Int(bytes[place + 1]) << 8 : 0
    }
    let size = short(0) == 0o1036 ? 4 : 2
    guard short(6) > 13 else { return 0 }
    let numbers = (12 + short(2) + short(4) + 1) / 2 * 2
    let place = numbers + 13 * size
    guard place + size <= bytes.count else { return 0 }
    let value = bytes[place..<(place + size)].reversed().reduce(0) { $0 << 8 | Int($1) }
    return value >> (8 * size - 1) == 1 ? 0 : value  // −1 and −2 mean that it has none
  }
}
