import Foundation

extension Theme {
  /// The longest file that is read, in bytes.
  private static let longest = 1_000_000

  /// Reads a theme file.
  package init(file: String) throws(ThemeError) {
    // A pipe of that name would never end.
    var facts = stat()
    guard stat(file, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG, facts.st_size <= Self.longest,
      let data = FileManager.default.contents(atPath: file)
    else {
      throw ThemeError(
        file: file, line: nil, role: nil, problem: "the file can't be read",
        expected: "a readable theme file")
    }
    guard let text = String(bytes: data, encoding: .utf8) else {
      throw ThemeError(
        file: file, line: nil, role: nil, problem: "the file is not UTF-8", expected: "UTF-8 text")
    }
    let stem = URL(filePath: file).deletingPathExtension().lastPathComponent
    try self.init(text: text, name: stem, file: file)
  }

  /// Finds a theme by name: the first `<name>.theme` in the folders, or the built-in one.
  package static func load(name: String, folders: [String]) throws(ThemeError) -> Theme {
    for folder in folders {
      let path = "\(folder)/\(name).theme"
      if FileManager.default.fileExists(atPath: path) { return try Theme(file: path) }
    }
    if name == builtIn.name { return builtIn }
    let known = available(in: folders).joined(separator: ", ")
    throw ThemeError(
      file: "\(name).theme", line: nil, role: nil, problem: "there is no such theme",
      expected: "one of \(known)")
  }

  /// The names of the themes in the folders and of the built-in one, sorted.
  package static func available(in folders: [String]) -> [String] {
    var names: Set<String> = [builtIn.name]
    for folder in folders {
      let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      for file in files where file.hasSuffix(".theme") { names.insert(String(file.dropLast(6))) }
    }
    return names.sorted()
  }

  /// Reads the text of a theme file: a line a role, `role = 16 colours | 256 colours | true colour`.
  ///
  /// Each column is `foreground [on background] [bold underline reverse faint]`; a line that
  /// begins with `#` is a comment.
  package init(text: String, name: String, file: String) throws(ThemeError) {
    let depths: [ColorDepth] = [.sixteen, .palette, .trueColor]
    var styles: [ColorDepth: [Role: ThemeStyle]] = [:]
    var seen: Set<Role> = []
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, raw) in lines.enumerated() {
      let line = raw.trimmingCharacters(in: .whitespaces)
      if line.isEmpty || line.hasPrefix("#") { continue }
      func failure(_ role: String?, _ problem: String, _ expected: String) -> ThemeError {
        ThemeError(file: file, line: index + 1, role: role, problem: problem, expected: expected)
      }
      let halves = line.split(separator: "=", maxSplits: 1)
      guard halves.count == 2 else {
        throw failure(nil, "“\(line)” has no “=”", "role = colours | colours | colours")
      }
      let key = halves[0].trimmingCharacters(in: .whitespaces)
      guard let role = Role(rawValue: key) else {
        throw failure(
          key, "there is no such role",
          "one of \(Role.allCases.map(\.rawValue).joined(separator: " "))")
      }
      guard seen.insert(role).inserted else {
        throw failure(key, "the role is named twice", "each role once")
      }
      let columns = halves[1].split(separator: "|", omittingEmptySubsequences: false)
      guard columns.count == depths.count else {
        throw failure(key, "\(columns.count) columns", "three, for 16, 256 and true colour")
      }
      for (depth, column) in zip(depths, columns) {
        styles[depth, default: [:]][role] = try Self.style(column, at: depth) {
          failure(key, $0, $1)
        }
      }
    }
    let missing = Role.allCases.filter { !seen.contains($0) }.map(\.rawValue)
    guard missing.isEmpty else {
      throw ThemeError(
        file: file, line: nil, role: nil, problem: "no line for \(missing.joined(separator: ", "))",
        expected: "a line for every role")
    }
    self.init(name: name, styles: styles)
  }

  private static func style(
    _ column: Substring, at depth: ColorDepth,
    failure: (_ problem: String, _ expected: String) -> ThemeError
  ) throws(ThemeError) -> ThemeStyle {
    var words = column.split(separator: " ")[...]
    var style = ThemeStyle()
    guard let first = words.popFirst() else {
      throw failure("the column for \(depth.rawValue) colours is empty", "a colour, or default")
    }
    style.foreground = try color(first, at: depth, failure: failure)
    if words.first == "on" {
      words.removeFirst()
      guard let second = words.popFirst() else {
        throw failure("“on” has nothing behind it", "a colour behind “on”")
      }
      style.background = try color(second, at: depth, failure: failure)
    }
    for word in words {
      switch word {
      case "bold": style.attributes.insert(.bold)
      case "underline": style.attributes.insert(.underline)
      case "reverse": style.attributes.insert(.reverse)
      case "faint": style.attributes.insert(.faint)
      default:
        throw failure("“\(word)” is not an attribute", "bold, underline, reverse or faint")
      }
    }
    return style
  }

  private static func color(
    _ word: Substring, at depth: ColorDepth,
    failure: (_ problem: String, _ expected: String) -> ThemeError
  ) throws(ThemeError) -> ThemeColor {
    let names = "default, \(ThemeColor.names.joined(separator: ", "))"
    switch (ThemeColor(word), depth) {
    case (.rgb?, .sixteen), (.rgb?, .palette):
      throw failure(
        "“\(word)” in the column for \(depth.rawValue) colours", "a name or a number there")
    case (.indexed(16...)?, .sixteen):
      throw failure("“\(word)” in the column for 16 colours", "\(names), or 0 to 15")
    case (let color?, _): return color
    case (nil, _):
      throw failure("“\(word)” is not a colour", "\(names), 0 to 255, or #rrggbb")
    }
  }
}
