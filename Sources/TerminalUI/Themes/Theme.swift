/// The look of every role, at 16, 256 and true colour.
///
/// Themes are files, `themes/<name>.theme`; the built-in one is the same as `dark.theme`.
package struct Theme: Sendable {
  /// What the user calls it.
  package let name: String
  private let styles: [ColorDepth: [Role: ThemeStyle]]

  init(name: String, styles: [ColorDepth: [Role: ThemeStyle]]) {
    self.name = name
    self.styles = styles
  }

  /// The look of a role at true colour.
  package subscript(role: Role) -> ThemeStyle { self[role, .trueColor] }

  /// The look of a role at a depth of colour.
  ///
  /// What a role doesn't name it has from `text`: a theme whose text has a background paints the
  /// whole screen with it. Without colours a role with a background of its own is shown in reverse,
  /// and the selection of a part without focus is underlined: meaning never rests on colour alone.
  package subscript(role: Role, depth: ColorDepth) -> ThemeStyle {
    guard depth == .none else { return grounded(role, depth) }
    var attributes = grounded(role, .sixteen).attributes
    if role == .selectionInactive {
      attributes.insert(.underline)
    } else if hasOwnBackground(role) {
      attributes.insert(.reverse)
    }
    return ThemeStyle(attributes: attributes)
  }

  /// The look of a cell's style: its role, on the background of another role if it has one.
  ///
  /// On a selection the text takes the selection's colour: not every colour can be read there.
  package func resolve(_ style: Style, at depth: ColorDepth) -> ThemeStyle {
    var result = self[style.role, depth]
    if let role = style.background {
      let behind = self[role, depth]
      result.background = behind.background ?? result.background
      result.attributes.formUnion(behind.attributes)
      let isPlain = style.role == .text || Self.isDefault(result.foreground)
      if isPlain || role == .selection || role == .selectionInactive {
        result.foreground = behind.foreground
      }
    }
    result.attributes.formUnion(style.attributes)
    return result
  }

  /// A role's look with the colours of the text where it has none.
  private func grounded(_ role: Role, _ depth: ColorDepth) -> ThemeStyle {
    let text = styles[depth]?[.text]
    var style = styles[depth]?[role] ?? ThemeStyle()
    style.background = style.background ?? text?.background
    if Self.isDefault(style.foreground) { style.foreground = text?.foreground }
    return style
  }

  private func hasOwnBackground(_ role: Role) -> Bool {
    let background = grounded(role, .sixteen).background
    return !Self.isDefault(background) && background != grounded(.text, .sixteen).background
  }

  private static func isDefault(_ color: ThemeColor?) -> Bool {
    color == nil || color == .terminalDefault
  }
}

/// What is wrong with a theme file.
package struct ThemeError: Error, Hashable, CustomStringConvertible {
  package let file: String
  /// The line, from 1; `nil` when the file as a whole is wrong.
  package let line: Int?
  /// The role it is about, when it is about one.
  package let role: String?
  package let problem: String
  package let expected: String

  package var description: String {
    let place = line.map { "\(file):\($0)" } ?? file
    return "\(place): \(role.map { "\($0): " } ?? "")\(problem); expected \(expected)"
  }
}
