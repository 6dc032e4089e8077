/// How text stands out besides its colour.
package struct TextAttributes: OptionSet, Hashable, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  package static let bold = TextAttributes(rawValue: 1)
  package static let underline = TextAttributes(rawValue: 2)
  package static let reverse = TextAttributes(rawValue: 4)
  package static let faint = TextAttributes(rawValue: 8)
}

/// The meaning of a cell, to be turned into colours by a `Theme` when it is drawn.
///
///     Style(.finished)                       // as the theme shows finished runs
///     Style(.finished, on: .selection)       // the same, on the selected row
package struct Style: Hashable, Sendable {
  /// What the text means.
  package var role: Role
  /// What lies behind the text; `nil` for what the role itself has.
  package var background: Role?
  /// Attributes in addition to the role's own.
  package var attributes: TextAttributes

  /// A style for a role, perhaps on another role's background.
  package init(_ role: Role, on background: Role? = nil, _ attributes: TextAttributes = []) {
    self.role = role
    self.background = background
    self.attributes = attributes
  }

  /// Plain text.
  package static let text = Style(.text)
  /// Text of less weight.
  package static let faint = Style(.faint)
  /// A title.
  package static let title = Style(.title)

  /// The same style on another background.
  package func on(_ background: Role?) -> Style {
    Style(role, on: background, attributes)
  }

  /// The same style with more attributes.
  package func with(_ attributes: TextAttributes) -> Style {
    Style(role, on: background, self.attributes.union(attributes))
  }
}
