/// A value that is kept of a run beside its rows: what people add, and what the program knows of it.
package enum RunColumn: String, Codable, CaseIterable, Sendable {
  // What people add, and where the run belongs.
  case name, note, starred, archived, tags, study, position, deleted
  // What the first version of journals says beside.
  case error, rewinds, state, started, finished, host, processID
}

/// The value of a column.
package enum RunValue: Hashable, Sendable {
  case null
  case number(Double)
  case text(String)

  /// Adds the value as JSON.
  func write(to lines: inout LineBuffer) {
    switch self {
    case .null: lines.add("null")
    case .number(let number):
      // Whole numbers without a point, as the first version has them.
      if let whole = Int(exactly: number) { lines.add(whole) } else { lines.add(number) }
    case .text(let text): lines.add(quoted: text)
    }
  }
}

extension RunValue: Codable {
  package init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let isSet = try? value.decode(Bool.self) {
      self = .number(isSet ? 1 : 0)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else {
      self = .text(try value.decode(String.self))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .null: try value.encodeNil()
    case .number(let number): try value.encode(number)
    case .text(let text): try value.encode(text)
    }
  }
}
