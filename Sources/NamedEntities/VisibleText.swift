extension String {
  /// The text with a visible sign for each character that would steer a terminal.
  ///
  /// C0 controls and DEL become their pictures (␛), C1 controls and those that turn the direction
  /// of writing become �. Tabs stay.
  package var withVisibleControls: String {
    visible { $0.steersTerminal }
  }

  /// Text of several lines with a visible sign for each character that would steer a terminal.
  ///
  /// As `withVisibleControls`, but line feeds stay too.
  package var linesWithVisibleControls: String {
    visible { $0.steersTerminal && $0 != "\n" }
  }

  /// JSON that means the same and has no character that would steer a terminal: `\u001b`.
  ///
  /// JSON has such characters only inside strings.
  package var jsonWithEscapedControls: String {
    guard unicodeScalars.contains(where: { $0.steersTerminal && $0 != "\n" }) else { return self }
    return unicodeScalars.reduce(into: "") { escaped, scalar in
      if scalar.steersTerminal && scalar != "\n" {
        let digits = String(scalar.value, radix: 16)
        escaped += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      } else {
        escaped.unicodeScalars.append(scalar)
      }
    }
  }

  private func visible(_ isReplaced: (Unicode.Scalar) -> Bool) -> String {
    guard unicodeScalars.contains(where: isReplaced) else { return self }
    var result = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      switch scalar.value {
      case _ where !isReplaced(scalar): result.append(scalar)
      case 0x7F: result.append("␡")
      case let value where value < 0x20:
        result.append(Unicode.Scalar(0x2400 + value) ?? "\u{FFFD}")
      default: result.append("\u{FFFD}")
      }
    }
    return String(result)
  }
}

/// The code points of a text, as `U+0045 U+0301`.
package func codePoints(of text: String) -> String {
  text.unicodeScalars.map { scalar in
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }.joined(separator: " ")
}

extension Unicode.Scalar {
  fileprivate var steersTerminal: Bool {
    switch value {
    case 0x09: false
    case 0..<0x20, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
