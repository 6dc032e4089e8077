import CNcurses
import Glibc

/// Reads keys, mouse reports and pasted text from ncurses.
enum NcursesKeys {
  /// Numbers of our own for sequences that ncurses is told about.
  private static let mouseReport: Int32 = 0x4001
  private static let pasteStart: Int32 = 0x4002
  private static let pasteEnd: Int32 = 0x4003

  /// Tells ncurses the sequences that begin reports.
  static func defineReports() {
    define_key(nil, KEY_MOUSE)
    define_key("\u{1B}[<", mouseReport)
    define_key("\u{1B}[200~", pasteStart)
    define_key("\u{1B}[201~", pasteEnd)
  }

  /// What is there to be read now: nothing, or one event (rarely two).
  static func read() -> [InputEvent] {
    guard let input = next() else { return [] }
    switch input {
    case .character(0x1B): return escape()
    case .character(let value): return [.key(key(value))]
    case .code(mouseReport): return [mouse()]
    case .code(pasteStart): return [.paste(paste())]
    case .code(pasteEnd), .code(KEY_RESIZE): return [.none]
    case .code(let code): return [NcursesKeyCodes.event(code).map { .key($0) } ?? .none]
    }
  }

  private enum Input: Equatable {
    case character(UInt32)
    case code(Int32)
  }

  private static func next() -> Input? {
    var value: wint_t = 0
    switch wget_wch(cncurses_stdscr(), &value) {
    case OK: return .character(value)
    case KEY_CODE_YES: return .code(Int32(bitPattern: value))
    default: return nil
    }
  }

  /// The next input of a sequence that has begun; the rest may still be on its way.
  private static func nextSoon(milliseconds: Int32 = 200) -> Input? {
    if let input = next() { return input }
    var file = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    return poll(&file, 1, milliseconds) > 0 ? next() : nil
  }

  private static func key(_ value: UInt32) -> KeyEvent {
    switch value {
    case 9: return KeyEvent(.tab)
    case 10, 13: return KeyEvent(.enter)
    case 27: return KeyEvent(.escape)
    case 8, 127: return KeyEvent(.backspace)
    case 0: return KeyEvent(.control(" "))
    case 1..<27:
      return KeyEvent(.control(Unicode.Scalar(value + 96).map { Character($0) } ?? " "))
    case 28..<32:
      return KeyEvent(.control(Unicode.Scalar(value + 64).map { Character($0) } ?? " "))
    default:
      return KeyEvent(.character(Unicode.Scalar(value).map { Character($0) } ?? "?"))
    }
  }

  /// After an escape: nothing (the key itself), a key with Alt, or a sequence ncurses doesn't know.
  private static func escape() -> [InputEvent] {
    guard let following = next() else { return [.key(KeyEvent(.escape))] }
    switch following {
    case .character(0x5B), .character(0x4F):  // [ and O
      return [controlSequence()]
    case .character(0x1B): return [.key(KeyEvent(.escape)), .key(KeyEvent(.escape))]
    case .character(let value):
      let plain = key(value)
      return [.key(KeyEvent(plain.key, plain.modifiers.union(.alt)))]
    case .code(let code):
      guard let plain = NcursesKeyCodes.event(code) else { return [.none] }
      return [.key(KeyEvent(plain.key, plain.modifiers.union(.alt)))]
    }
  }

  /// A sequence up to its final letter; only keys with modifiers are of interest.
  private static func controlSequence() -> InputEvent {
    var parameters = ""
    while case .character(let value)? = next() {
      guard let scalar = Unicode.Scalar(value) else { break }
      if (0x40...0x7E).contains(value) {
        return ModifiedKeys.event(parameters: parameters, final: Character(scalar))
          .map { .key($0) } ?? .none
      }
      parameters.unicodeScalars.append(scalar)
      if parameters.count > 32 { break }
    }
    return parameters.isEmpty ? .key(KeyEvent(.character("["), .alt)) : .none
  }

  private static func mouse() -> InputEvent {
    var report = ""
    while case .character(let value)? = nextSoon(), let scalar = Unicode.Scalar(value) {
      report.unicodeScalars.append(scalar)
      if scalar == "M" || scalar == "m" {
        return MouseReport.event(report).map { .mouse($0) } ?? .none
      }
      if report.count > 32 { break }
    }
    return .none
  }

  /// Pasted text; its end may be long in coming, but a lost end must not swallow the keyboard.
  private static func paste() -> String {
    var text = ""
    while let input = nextSoon(milliseconds: 1000) {
      switch input {
      case .code(pasteEnd): return normalized(text)
      case .character(let value): Unicode.Scalar(value).map { text.unicodeScalars.append($0) }
      case .code: continue
      }
    }
    return normalized(text)
  }

  private static func normalized(_ text: String) -> String {
    String(text.map { $0 == "\r" || $0 == "\r\n" ? "\n" : $0 })
  }
}
