/// What the environment says about the terminal: its type, its characters, its colours.
struct TerminalEnvironment {
  let variables: [String: String]

  /// The value of a variable that is set and not empty.
  subscript(name: String) -> String? {
    variables[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Whether the user asks for no colour (no-color.org).
  var refusesColor: Bool { self["NO_COLOR"] != nil }

  /// Whether the locale that is asked for is one of UTF-8.
  var asksForUTF8: Bool {
    let locale = (self["LC_ALL"] ?? self["LC_CTYPE"] ?? self["LANG"] ?? "").lowercased()
    return locale.contains("utf-8") || locale.contains("utf8")
  }

  /// Whether the terminal says that it shows any colour.
  ///
  /// GNU screen passes the variable on without being able to.
  var saysTrueColor: Bool {
    ["truecolor", "24bit"].contains(self["COLORTERM"]) && self["STY"] == nil
  }

  /// The colours to use, given how many the terminal's description has.
  func colorDepth(described colors: Int) -> ColorDepth {
    if refusesColor || colors < 8 { return .none }
    if colors >= 1 << 24 || (saysTrueColor && colors >= 256) { return .trueColor }
    return colors >= 256 ? .palette : .sixteen
  }

  /// Whether the terminal shows characters in the order in which they come, or does so when asked.
  ///
  /// Some put text that is read from right to left in order by themselves, and cannot be asked to leave
  /// it. VTE can (ECMA-48's BDSM), unless a multiplexer stands between, which swallows the question.
  var needsOrderedText: Bool {
    let type = self["TERM"] ?? ""
    if type.hasPrefix("mlterm") || type.contains("kitty") { return false }
    if self["KONSOLE_VERSION"] != nil || self["TERM_PROGRAM"] == "Apple_Terminal" { return false }
    return self["VTE_VERSION"] == nil || (self["TMUX"] == nil && self["STY"] == nil)
  }

  /// The characters that charts are drawn with.
  func glyphs(isUTF8: Bool) -> Glyphs {
    let type = self["TERM"] ?? ""
    if !isUTF8 || type == "dumb" || (type == "linux" && !asksForUTF8) { return .ascii }
    return type == "linux" ? .blocks : .braille
  }
}
