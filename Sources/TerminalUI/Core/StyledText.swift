/// A row of text of which parts have their own styles.
///
///     StyledText(.init("F1 "), .init("61.3", Style(.f1Up)))
///     let plain: StyledText = "just text"
package struct StyledText: Hashable, Sendable, ExpressibleByStringInterpolation {
  /// A part in one style.
  package struct Span: Hashable, Sendable {
    package var text: String
    package var style: Style

    /// Text in a style.
    package init(_ text: String, _ style: Style = .text) {
      self.text = text
      self.style = style
    }
  }

  /// The parts, left to right.
  package var spans: [Span]

  /// A row of parts.
  package init(_ spans: [Span]) {
    self.spans = spans
  }

  /// A row of parts.
  package init(_ spans: Span...) {
    self.spans = spans
  }

  /// A row in one style.
  package init(_ text: String, _ style: Style = .text) {
    spans = [Span(text, style)]
  }

  /// A row of plain text.
  package init(stringLiteral value: String) {
    self.init(value)
  }

  /// The text without its styles.
  package var plain: String { spans.map(\.text).joined() }

  /// The columns it takes.
  package var width: Int { spans.reduce(0) { $0 + TextWidth.width(of: $1.text) } }

  /// One row after the other.
  package static func + (left: StyledText, right: StyledText) -> StyledText {
    StyledText(left.spans + right.spans)
  }
}
