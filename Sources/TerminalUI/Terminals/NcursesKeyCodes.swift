import CNcurses

/// The keys that ncurses knows by number.
enum NcursesKeyCodes {
  private static let keys: [Int32: KeyEvent] = [
    KEY_UP: KeyEvent(.up), KEY_DOWN: KeyEvent(.down), KEY_LEFT: KeyEvent(.left),
    KEY_RIGHT: KeyEvent(.right), KEY_HOME: KeyEvent(.home), KEY_END: KeyEvent(.end),
    KEY_FIND: KeyEvent(.home), KEY_SELECT: KeyEvent(.end),
    KEY_PPAGE: KeyEvent(.pageUp), KEY_NPAGE: KeyEvent(.pageDown), KEY_IC: KeyEvent(.insert),
    KEY_DC: KeyEvent(.delete), KEY_BACKSPACE: KeyEvent(.backspace), KEY_ENTER: KeyEvent(.enter),
    KEY_BTAB: KeyEvent(.backTab), KEY_SR: KeyEvent(.up, .shift), KEY_SF: KeyEvent(.down, .shift),
    KEY_SLEFT: KeyEvent(.left, .shift), KEY_SRIGHT: KeyEvent(.right, .shift),
    KEY_SHOME: KeyEvent(.home, .shift), KEY_SEND: KeyEvent(.end, .shift),
    KEY_SPREVIOUS: KeyEvent(.pageUp, .shift), KEY_SNEXT: KeyEvent(.pageDown, .shift),
    KEY_SDC: KeyEvent(.delete, .shift), KEY_SIC: KeyEvent(.insert, .shift),
    KEY_A1: KeyEvent(.home), KEY_A3: KeyEvent(.pageUp), KEY_C1: KeyEvent(.end),
    KEY_C3: KeyEvent(.pageDown),
  ]

  static func event(_ code: Int32) -> KeyEvent? {
    if let known = keys[code] { return known }
    for number: Int32 in 1...63 where cncurses_key_function(number) == code {
      return function(Int(number))
    }
    // Names such as kUP5 stand for keys with modifiers.
    return keyname(code).flatMap { ModifiedKeys.event(extendedName: String(cString: $0)) }
  }

  /// F13 and above are how terminals report the first twelve with Shift, Ctrl, and both.
  private static func function(_ number: Int) -> KeyEvent {
    let modifiers: [KeyModifiers] = [[], .shift, .control, [.control, .shift], .alt]
    let group = (number - 1) / 12
    guard group < modifiers.count else { return KeyEvent(.function(number)) }
    return KeyEvent(.function((number - 1) % 12 + 1), modifiers[group])
  }
}
