import Experiments
import Foundation
import NamedEntities

/// Prints a value as one line of JSON, its keys sorted, without a character that steers a terminal.
///
/// Numbers that are not finite become the strings "nan", "inf" and "-inf".
func printJSON(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  encoder.dateEncodingStrategy = .iso8601
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  print(String(decoding: try encoder.encode(value), as: UTF8.self).jsonWithEscapedControls)
  flushOutput()
}

/// Prints JSON as one line, without a character that steers a terminal.
func printJSON(_ text: JSONText) {
  print(text.line.jsonWithEscapedControls)
  flushOutput()
}

/// A setting's value as plain JSON: a boolean, a number, a string or a list of strings.
struct PlainValue: Encodable {
  let value: SettingValue

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch value {
    case .bool(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .list(let value): try container.encode(value)
    }
  }
}
