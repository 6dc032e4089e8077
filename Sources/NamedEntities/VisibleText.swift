extension String {
  /// The text with a visible sign for each character that would steer a terminal.
  ///
  /// C0 controls and DEL become their pictures (␛), C1 controls and those that turn the direction
  /// of writing become �. Tabs stay.
  package var withVisibleControls: String {
    guard unicodeScalars.contains(where: \.steersTerminal) else { return self }
    var result = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      switch scalar.value {
      case _ where !scalar.steersTerminal: result.append(scalar)
      case 0x7F: result.append("␡")
      case let value where value < 0x20:
        result.append(Unicode.Scalar(0x2400 + value) ?? "\u{FFFD}")
      default: result.append("\u{FFFD}")
      }
    }
    return String(result)
  }
}

extension Unicode.Scalar {
  fileprivate var steersTerminal: Bool {
    switch value {
    case 0x09: false
    case 0..<0x20, 0x7F...0x9F, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
