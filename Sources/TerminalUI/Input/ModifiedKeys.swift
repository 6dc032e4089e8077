/// Keys with modifiers as xterm and its relatives report them.
enum ModifiedKeys {
  /// The key of a control sequence: `ESC [ 1 ; 5 A` is Ctrl with the upward arrow.
  ///
  /// Nil for whatever a terminal reports in the same form, also for the position of the cursor
  /// (`ESC [ 1 ; 5 R`), which some terminals send for F3 with modifiers, too.
  static func event(parameters: String, final: Character) -> KeyEvent? {
    let parts = parameters.split(separator: ";", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { $0.isEmpty ? nil : Int($0) }
    guard numbers.count <= 2, parameters.isEmpty || numbers.count == parts.count,
      numbers.count < 2 || (1...16).contains(numbers[1])
    else { return nil }
    let modifiers = self.modifiers(numbers.count > 1 ? numbers[1] : 1)
    if let key = letters[final] {
      guard numbers.isEmpty || numbers[0] == 1, final != "R" || numbers.isEmpty else { return nil }
      return KeyEvent(key, modifiers)
    }
    let codes: [Int: Key] = [
      1: .home, 2: .insert, 3: .delete, 4: .end, 5: .pageUp, 6: .pageDown, 7: .home, 8: .end,
      11: .function(1), 12: .function(2), 13: .function(3), 14: .function(4), 15: .function(5),
      17: .function(6), 18: .function(7), 19: .function(8), 20: .function(9), 21: .function(10),
      23: .function(11), 24: .function(12),
    ]
    guard final == "~", let code = numbers.first, let key = codes[code] else { return nil }
    return KeyEvent(key, modifiers)
  }

  private static let letters: [Character: Key] = [
    "A": .up, "B": .down, "C": .right, "D": .left, "H": .home, "F": .end, "Z": .backTab,
    "P": .function(1), "Q": .function(2), "R": .function(3), "S": .function(4),
  ]

  /// The key of an SS3 sequence: arrows and function keys, and those of the number pad.
  ///
  /// - Parameter parameters: Empty, or the number of the modifiers in old versions of xterm.
  static func keypad(parameters: String, final: Unicode.Scalar) -> KeyEvent? {
    let number = parameters.isEmpty ? 1 : Int(parameters) ?? 0
    guard (1...16).contains(number) else { return nil }
    let modifiers = self.modifiers(number)
    if final == "M" { return KeyEvent(.enter, modifiers) }
    if ("j"..."y").contains(final) {
      let characters = Array("*+,-./0123456789")
      return KeyEvent(.character(characters[Int(final.value) - 0x6A]), modifiers)
    }
    return letters[Character(final)].map { KeyEvent($0, modifiers) }
  }

  /// The key of an extended name of terminfo: `kUP5` is Ctrl with the upward arrow.
  static func event(extendedName: String) -> KeyEvent? {
    let names: [String: Key] = [
      "kUP": .up, "kDN": .down, "kLFT": .left, "kRIT": .right, "kHOM": .home, "kEND": .end,
      "kPRV": .pageUp, "kNXT": .pageDown, "kDC": .delete, "kIC": .insert,
    ]
    let stem = extendedName.prefix { !$0.isNumber }
    guard let key = names[String(stem)] else { return nil }
    return KeyEvent(key, modifiers(Int(extendedName.dropFirst(stem.count)) ?? 2))
  }

  /// One more than the sum of 1 for Shift, 2 for Alt, 4 for Ctrl.
  private static func modifiers(_ number: Int) -> KeyModifiers {
    let bits = max(0, number - 1)
    var result: KeyModifiers = []
    if bits & 1 != 0 { result.insert(.shift) }
    if bits & 2 != 0 { result.insert(.alt) }
    if bits & 4 != 0 { result.insert(.control) }
    return result
  }
}
