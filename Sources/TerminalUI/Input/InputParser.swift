/// Reads keys, mouse reports and pasted text from the bytes that a terminal sends.
///
/// What a terminal answers or tells of itself is data, and never a key: control strings (OSC, DCS,
/// APC, PM, SOS) up to BEL, `ESC \` or the C1 control ST, and control sequences (CSI, SS3) that
/// stand for no key. They may come in any pieces, at any time and of any length. Nothing of them is
/// kept, and where the end of one is lost the keyboard works again:
///
/// - A sequence, a string or a bracketed paste ends when nothing has come for two seconds.
/// - A string that has lasted for ten seconds ends with a read of eight bytes or fewer, which is
///   how keys come.
/// - What comes of it after that, in one read with its end, is still recognised.
///
/// An escape is the key when nothing follows it for 25 ms. `ESC [`, `ESC O`, `ESC ]`, `ESC P`,
/// `ESC X`, `ESC ^` and `ESC _` always begin what is described above, so these characters with Alt
/// are no keys.
///
/// **Text without brackets.** A terminal that does not mark pasted text sends it as if it was typed.
/// One read is taken for a paste when it has a line end with text behind it, and either two line
/// ends and two characters, or eight characters; nobody types that between two reads. Where the
/// program was busy before the read, as many characters as somebody may have typed meanwhile are keys.
/// What follows a paste within 50 ms belongs to it. It becomes one `.paste`, which inserts text where text is typed and
/// does nothing elsewhere. A pasted line without a line end within it is the same bytes as fast
/// typing, and stays keys.
///
/// The parser is a pure function of bytes and times: times are counted from any moment.
package struct InputParser {
  /// How long an escape waits for what may follow it.
  static let escapeDelay: Duration = .milliseconds(25)
  /// How long the rest of anything else is waited for.
  static let patience: Duration = .seconds(2)
  /// After how long a string ends with the next short read, and what a short read is.
  static let longestString: Duration = .seconds(10)
  static let shortRead = 8
  /// How long a paste without brackets waits for more of it.
  static let pasteDelay: Duration = .milliseconds(50)
  /// How fast somebody types who does not wait for the program, in characters a second.
  static let typingSpeed = 25.0
  /// How long the rest of something that was given up is still recognised.
  static let memory: Duration = .seconds(30)
  /// What is pasted beyond so many characters is left out.
  static let longestPaste = 8 << 20

  private enum State: Equatable {
    case ground
    /// After an escape, or two.
    case escape(isDoubled: Bool)
    /// After CSI (`[`) or SS3 (`O`), with what came of it; `isTooLong` when not all was kept.
    case sequence(Unicode.Scalar, body: String, isTooLong: Bool, hasAlt: Bool)
    /// After `ESC [ [`: the console's function keys.
    case consoleKey
    /// After `ESC [ M`: the mouse's three characters.
    case oldMouse([UInt32])
    case string(sawEscape: Bool)
    case paste
  }

  private enum Abandoned: Equatable { case escape, sequence, string }

  private let keys: [String: KeyEvent]
  private var decoder: InputDecoder
  private var state = State.ground
  /// When the state was entered, and when the last byte came.
  private var began = Duration.zero
  private var lastByte = Duration.zero
  /// The text of a bracketed paste, with its line ends as they came.
  private var pasted: [Unicode.Scalar] = []
  /// The text of a paste without brackets that may go on.
  private var unmarked: String?
  /// What was given up last, and when.
  private var abandoned: (what: Abandoned, time: Duration)?
  private var events: [InputEvent] = []

  /// A parser that also knows a terminal's own sequences of keys.
  ///
  /// - Parameter keys: Sequences from their escape on; those that begin strings or look like the
  ///   report of the cursor's position are not used.
  package init(keys: [String: KeyEvent] = [:], isUTF8: Bool = true) {
    decoder = InputDecoder(isUTF8: isUTF8)
    self.keys = keys.filter { sequence, _ in
      let scalars = Array(sequence.unicodeScalars)
      return scalars.count > 1 && scalars[0] == "\u{1B}" && scalars[1] != "\u{1B}"
        && !Self.stringIntroducers.contains(scalars[1])
        && !(scalars[1] == "[" && scalars.last == "R" && scalars.contains(";"))
    }
  }

  /// When `expire` has something to do; nil when only bytes change anything.
  package var deadline: Duration? {
    switch state {
    case .ground: unmarked == nil ? nil : lastByte + Self.pasteDelay
    case .escape: lastByte + Self.escapeDelay
    default: lastByte + Self.patience
    }
  }

  /// Takes what one read brought.
  ///
  /// - Parameter busy: How long nobody had looked whether something came.
  package mutating func feed(
    _ bytes: [UInt8], at time: Duration, busy: Duration = .zero
  ) -> [InputEvent] {
    guard !bytes.isEmpty else { return [] }
    if case .string = state, time - began >= Self.longestString, bytes.count <= Self.shortRead {
      giveUp(.string, at: time)
    }
    var scalars = decoder.scalars(bytes)[...]
    if state == .ground { skipRest(of: &scalars, at: time) }
    var previous: Unicode.Scalar?
    for scalar in scalars {
      // The two characters of a line end are one key.
      if !(scalar == "\n" && previous == "\r" && state == .ground) { take(scalar, at: time) }
      previous = scalar
    }
    lastByte = time
    setUnmarkedPasteAside(busy: busy)
    defer { events = [] }
    return events
  }

  /// Ends what was waited for too long; to be called when nothing is there to be read.
  package mutating func expire(at time: Duration) -> [InputEvent] {
    guard let deadline, time >= deadline else { return [] }
    defer { events = [] }
    switch state {
    case .ground:
      if let text = unmarked { events.append(.paste(Self.normalized(text))) }
      unmarked = nil
    case .escape(let isDoubled):
      for _ in 0..<(isDoubled ? 2 : 1) { events.append(.key(KeyEvent(.escape))) }
      giveUp(.escape, at: time)
    case .string: giveUp(.string, at: time)
    case .paste: endPaste()
    case .sequence, .consoleKey, .oldMouse: giveUp(.sequence, at: time)
    }
    return events
  }

  private mutating func giveUp(_ what: Abandoned, at time: Duration) {
    state = .ground
    abandoned = (what, time)
  }

  // MARK: Characters

  private static let stringIntroducers: Set<Unicode.Scalar> = ["]", "P", "X", "^", "_"]

  private mutating func enter(_ state: State, at time: Duration) {
    self.state = state
    began = time
  }

  private mutating func take(_ scalar: Unicode.Scalar, at time: Duration) {
    switch state {
    case .ground: takePlain(scalar, at: time)
    case .escape(let isDoubled): takeEscaped(scalar, isDoubled: isDoubled, at: time)
    case .sequence(let introducer, let body, let isTooLong, let hasAlt):
      takeInSequence(scalar, introducer, body, isTooLong: isTooLong, hasAlt: hasAlt, at: time)
    case .consoleKey:
      state = .ground
      if ("A"..."E").contains(scalar) {
        emit(KeyEvent(.function(Int(scalar.value) - 0x40)), hasAlt: false)
      }
    case .oldMouse(let values):
      state = values.count < 2 ? .oldMouse(values + [scalar.value]) : .ground
      if state == .ground { takeOldMouse(values + [scalar.value]) }
    case .string(let sawEscape):
      if scalar == "\u{7}" || scalar == "\u{9C}" || sawEscape && scalar == "\\" {
        state = .ground
      } else {
        state = .string(sawEscape: scalar == "\u{1B}")
      }
    case .paste:
      if pasted.count < Self.longestPaste || scalar == "~" || scalar == "\u{1B}" {
        pasted.append(scalar)
      }
      if scalar == "~", pasted.suffix(Self.pasteEnd.count).elementsEqual(Self.pasteEnd) {
        pasted.removeLast(Self.pasteEnd.count)
        endPaste()
      }
    }
  }

  private mutating func takePlain(_ scalar: Unicode.Scalar, at time: Duration) {
    switch scalar.value {
    case 0x1B: enter(.escape(isDoubled: false), at: time)
    case 0x9B: enter(.sequence("[", body: "", isTooLong: false, hasAlt: false), at: time)
    case 0x8F: enter(.sequence("O", body: "", isTooLong: false, hasAlt: false), at: time)
    case 0x90, 0x98, 0x9D...0x9F: enter(.string(sawEscape: false), at: time)
    case 0x80...0x9F: break
    default: events.append(.key(Self.key(scalar)))
    }
  }

  private mutating func takeEscaped(_ scalar: Unicode.Scalar, isDoubled: Bool, at time: Duration) {
    switch scalar {
    case "[", "O":
      enter(.sequence(scalar, body: "", isTooLong: false, hasAlt: isDoubled), at: time)
    case _ where Self.stringIntroducers.contains(scalar):
      enter(.string(sawEscape: false), at: time)
    case "\u{1B}":
      if isDoubled { emit(KeyEvent(.escape), hasAlt: false) }
      state = .escape(isDoubled: true)
    default:
      state = .ground
      if isDoubled { emit(KeyEvent(.escape), hasAlt: false) }
      if (0x80...0x9F).contains(scalar.value) {
        takePlain(scalar, at: time)
      } else if let key = keys["\u{1B}" + String(scalar)] {
        emit(key, hasAlt: false)
      } else {
        emit(Self.key(scalar), hasAlt: true)
      }
    }
  }

  private mutating func takeInSequence(
    _ scalar: Unicode.Scalar, _ introducer: Unicode.Scalar, _ body: String, isTooLong: Bool,
    hasAlt: Bool, at time: Duration
  ) {
    switch scalar.value {
    case 0x1B: enter(.escape(isDoubled: false), at: time)
    case 0..<0x20, 0x80...0x9F:
      state = .ground
      takePlain(scalar, at: time)
    case 0x20..<0x40:
      let isFull = body.utf8.count >= 64
      var longer = body
      if !isFull { longer.unicodeScalars.append(scalar) }
      if scalar.value < 0x30, !isFull, let key = keys["\u{1B}\(introducer)\(longer)"] {
        state = .ground
        emit(key, hasAlt: hasAlt)
      } else {
        state = .sequence(introducer, body: longer, isTooLong: isTooLong || isFull, hasAlt: hasAlt)
      }
    case 0x5B where introducer == "[" && body.isEmpty: enter(.consoleKey, at: time)
    case 0x40..<0x7F:
      state = .ground
      if !isTooLong { finish(introducer, body, scalar, hasAlt: hasAlt, at: time) }
    default: state = .ground
    }
  }

  private mutating func finish(
    _ introducer: Unicode.Scalar, _ body: String, _ final: Unicode.Scalar, hasAlt: Bool,
    at time: Duration
  ) {
    if let key = keys["\u{1B}\(introducer)\(body)\(final)"] {
      emit(key, hasAlt: hasAlt)
    } else if introducer == "O" {
      if let key = ModifiedKeys.keypad(parameters: body, final: final) { emit(key, hasAlt: hasAlt) }
    } else if body == "200", final == "~" {
      pasted = []
      enter(.paste, at: time)
    } else if body == "201", final == "~" {
      // The end of a paste that was given up: what came before it in this read is of it.
      turnKeysIntoPaste()
    } else if body.first == "<", final == "M" || final == "m" {
      if let mouse = MouseReport.event(body.dropFirst() + String(final)) {
        events.append(.mouse(mouse))
      }
    } else if body.isEmpty, final == "M" {
      enter(.oldMouse([]), at: time)
    } else if let key = ModifiedKeys.event(parameters: body, final: Character(final)) {
      emit(key, hasAlt: hasAlt)
    }
  }

  /// A report of the mouse in its first form, each number 32 more than what is meant.
  private mutating func takeOldMouse(_ values: [UInt32]) {
    guard values.allSatisfy({ (0x20..<0x7F).contains($0) }) else { return }
    let numbers = values.map { Int($0) - 32 }
    // A release does not say of which button.
    let isRelease = numbers[0] & 0x63 == 3
    let code = isRelease ? 0 : numbers[0]
    let report = "\(code);\(numbers[1]);\(numbers[2])\(isRelease ? "m" : "M")"
    if let mouse = MouseReport.event(report) { events.append(.mouse(mouse)) }
  }

  private mutating func emit(_ key: KeyEvent, hasAlt: Bool) {
    events.append(.key(KeyEvent(key.key, hasAlt ? key.modifiers.union(.alt) : key.modifiers)))
  }

  private static func key(_ scalar: Unicode.Scalar) -> KeyEvent {
    let value = scalar.value
    func letter(_ value: UInt32) -> Character { Unicode.Scalar(value).map { Character($0) } ?? " " }
    switch value {
    case 9: return KeyEvent(.tab)
    case 10, 13: return KeyEvent(.enter)
    case 8, 127: return KeyEvent(.backspace)
    case 0: return KeyEvent(.control(" "))
    case 1..<27: return KeyEvent(.control(letter(value + 96)))
    case 27: return KeyEvent(.escape)
    case 28..<32: return KeyEvent(.control(letter(value + 64)))
    default: return KeyEvent(.character(Character(scalar)))
    }
  }

  // MARK: Pastes

  private static let pasteEnd = Array("\u{1B}[201~".unicodeScalars)

  private mutating func endPaste() {
    state = .ground
    events.append(.paste(Self.normalized(Self.string(pasted))))
    pasted = []
  }

  private static func normalized(_ text: String) -> String {
    String(text.map { $0 == "\r" || $0 == "\r\n" ? "\n" : $0 })
  }

  /// The character that a key puts into a text; nil for other keys and events.
  private static func text(of event: InputEvent) -> Unicode.Scalar? {
    guard case .key(let key) = event, key.modifiers.isEmpty else { return nil }
    switch key.key {
    case .character(let character): return character.unicodeScalars.first
    case .enter: return "\n"
    case .tab: return "\t"
    default: return nil
    }
  }

  /// Takes the keys of this read out, and puts their text by, if they are a paste (or more of one).
  private mutating func setUnmarkedPasteAside(busy: Duration) {
    let text = events.compactMap(Self.text)
    let lineEnds = text.count { $0 == "\n" }
    let characters = text.count { $0 != "\n" && $0 != "\t" }
    let goesOn =
      text.firstIndex(of: "\n").map { text[$0...].contains { $0 != "\n" && $0 != "\t" } } ?? false
    let mayBeTyped = Double(text.count) <= busy / .seconds(1) * Self.typingSpeed
    let isPaste =
      goesOn && !mayBeTyped && (lineEnds >= 2 && characters >= 2 || characters >= Self.shortRead)
    guard unmarked != nil || isPaste else { return }
    var longer = unmarked ?? ""
    if longer.utf8.count < Self.longestPaste {
      longer.unicodeScalars.append(contentsOf: text)
    }
    unmarked = longer
    events.removeAll { if case .key = $0 { true } else { false } }
  }

  private mutating func turnKeysIntoPaste() {
    let text = events.compactMap(Self.text)
    events.removeAll { if case .key = $0 { true } else { false } }
    if !text.isEmpty { events.append(.paste(Self.string(text))) }
  }

  private static func string(_ scalars: [Unicode.Scalar]) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  // MARK: Late rests

  /// Removes the rest of what was given up, where a read begins with it.
  private mutating func skipRest(of scalars: inout ArraySlice<Unicode.Scalar>, at time: Duration) {
    guard let (what, since) = abandoned else { return }
    guard time - since < Self.memory else {
      abandoned = nil
      return
    }
    switch what {
    case .string:
      guard let end = scalars.endOfString else { return }
      scalars = scalars[end...]
    case .sequence:
      guard let end = scalars.endOfSequence, end - scalars.startIndex > 1 else { return }
      scalars = scalars[end...]
    case .escape:
      // The key itself has been reported; what follows late must not be text.
      guard time - since < Self.patience, let first = scalars.first else { break }
      let rest = scalars.dropFirst()
      let isRest =
        switch first {
        case "[": rest.endOfSequence != nil
        case "O": rest.count == 1 && "ABCDFHPQRS".unicodeScalars.contains(rest[rest.startIndex])
        case "]": rest.first.map { ("0"..."9").contains($0) } ?? false
        default: Self.stringIntroducers.contains(first) && rest.endOfString != nil
        }
      if isRest { scalars.insert("\u{1B}", at: scalars.startIndex) }
    }
    abandoned = nil
  }
}
