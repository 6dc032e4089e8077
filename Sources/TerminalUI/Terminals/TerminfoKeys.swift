import CNcurses

/// The sequences that a terminal's description gives for its keys.
enum TerminfoKeys {
  /// Keys by the names of their capabilities (terminfo(5)).
  private static let names: [String: KeyEvent] = [
    "kcuu1": KeyEvent(.up), "kcud1": KeyEvent(.down), "kcub1": KeyEvent(.left),
    "kcuf1": KeyEvent(.right), "khome": KeyEvent(.home), "kend": KeyEvent(.end),
    "kfnd": KeyEvent(.home), "kslt": KeyEvent(.end), "kpp": KeyEvent(.pageUp),
    "knp": KeyEvent(.pageDown), "kich1": KeyEvent(.insert), "kdch1": KeyEvent(.delete),
    "kbs": KeyEvent(.backspace), "kent": KeyEvent(.enter), "kcbt": KeyEvent(.backTab),
    "kri": KeyEvent(.up, .shift), "kind": KeyEvent(.down, .shift),
    "kLFT": KeyEvent(.left, .shift), "kRIT": KeyEvent(.right, .shift),
    "kHOM": KeyEvent(.home, .shift), "kEND": KeyEvent(.end, .shift),
    "kPRV": KeyEvent(.pageUp, .shift), "kNXT": KeyEvent(.pageDown, .shift),
    "kDC": KeyEvent(.delete, .shift), "kIC": KeyEvent(.insert, .shift),
    "ka1": KeyEvent(.home), "ka3": KeyEvent(.pageUp), "kc1": KeyEvent(.end),
    "kc3": KeyEvent(.pageDown),
  ]

  /// Each sequence of the loaded description that begins with an escape, and its key.
  static func sequences() -> [String: KeyEvent] {
    var sequences: [String: KeyEvent] = [:]
    func add(_ name: String, _ key: KeyEvent) {
      guard let text = cncurses_capability(name, 0, 0) else { return }
      let sequence = String(cString: text)
      if sequence.unicodeScalars.first == "\u{1B}" { sequences[sequence] = key }
    }
    // Names such as kUP5 stand for keys with modifiers.
    let extended = ["kUP", "kDN", "kLFT", "kRIT", "kHOM", "kEND", "kPRV", "kNXT", "kDC", "kIC"]
    for name in extended.flatMap({ name in [name] + (3...8).map { "\(name)\($0)" } }) {
      if let key = ModifiedKeys.event(extendedName: name) { add(name, key) }
    }
    for number in 1...63 { add("kf\(number)", function(number)) }
    for (name, key) in names.sorted(by: { $0.key < $1.key }) { add(name, key) }
    return sequences
  }

  /// F13 and above are how terminals report the first twelve with Shift, Ctrl, and both.
  private static func function(_ number: Int) -> KeyEvent {
    let modifiers: [KeyModifiers] = [[], .shift, .control, [.control, .shift], .alt]
    let group = (number - 1) / 12
    guard group < modifiers.count else { return KeyEvent(.function(number)) }
    return KeyEvent(.function((number - 1) % 12 + 1), modifiers[group])
  }
}
