import Files
import Foundation
import ModelFiles
import NamedEntities
import Tokenization

/// A JSON object in a file, whose fields are read one by one with errors that name file and field.
struct ConfigurationFile {
  let path: String
  private let prefix: String
  private let members: JSONObject

  /// Reads the file `name` of a folder; `writer` is the library that is expected to have made it.
  init(folder: String, name: String, writer: String) throws(ModelFileError) {
    path = folder + "/" + name
    prefix = ""
    let data: Data
    do throws(OrdinaryFile.Problem) {
      data = try OrdinaryFile.contents(of: path, limit: 16 << 20)
    } catch {
      throw ModelFileError(
        path: path, problem: "it cannot be read (\(error))",
        expected: "the \(name) that \(writer) writes")
    }
    do throws(JSONReader.Problem) {
      var reader = JSONReader(Array(data))
      let value = try reader.value()
      try reader.end()
      guard let object = value.members else { throw reader.problem("the JSON is not an object") }
      members = object
    } catch {
      throw ModelFileError(
        path: "\(path):\(error.line)", problem: error.text,
        expected: "the \(name) that \(writer) writes")
    }
  }

  private init(path: String, prefix: String, members: JSONObject) {
    self.path = path
    self.prefix = prefix
    self.members = members
  }

  /// The names of the fields.
  var keys: [String] { members.keys.sorted() }

  /// The field's value; nil where it is absent or null.
  subscript(key: String) -> JSONValue? {
    guard let value = members[key], !value.isNull else { return nil }
    return value
  }

  /// The object in a field; nil where it is absent or null.
  func object(_ key: String) throws(ModelFileError) -> ConfigurationFile? {
    guard let value = self[key] else { return nil }
    guard let object = value.members else { throw problem(key, expected: "an object") }
    return ConfigurationFile(path: path, prefix: "\(prefix)\(key).", members: object)
  }

  func text(_ key: String) throws(ModelFileError) -> String? {
    guard let value = self[key] else { return nil }
    guard let text = value.string else { throw problem(key, expected: "a text") }
    return text
  }

  func flag(_ key: String, default standard: Bool) throws(ModelFileError) -> Bool {
    guard let value = self[key] else { return standard }
    guard let flag = value.bool else { throw problem(key, expected: "true or false") }
    return flag
  }

  func number(_ key: String) throws(ModelFileError) -> Double? {
    guard let value = self[key] else { return nil }
    guard case .number(let number) = value else { throw problem(key, expected: "a number") }
    return number
  }

  /// A whole number of at least 1, not larger than any module's size.
  func count(_ key: String) throws(ModelFileError) -> Int {
    let range = 1...1_000_000
    guard let number = self[key]?.integer, range ~= number else {
      throw problem(
        key, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func texts(_ key: String) throws(ModelFileError) -> [String]? {
    guard let value = self[key] else { return nil }
    guard let texts = value.array?.map(\.string), texts.allSatisfy({ $0 != nil }) else {
      throw problem(key, expected: "a list of texts")
    }
    return texts.compactMap(\.self)
  }

  /// Refuses fields that are set to something that this program does not compute.
  ///
  /// - Parameter keys: Flags that must be false, lists and objects that must be empty.
  func refuse(_ keys: [String]) throws(ModelFileError) {
    for key in keys {
      switch self[key] {
      case nil, .bool(false): continue
      case .array(let list) where list.isEmpty: continue
      case .object(let members) where members.isEmpty: continue
      default: throw problem(key, expected: "none, since this program does not compute it")
      }
    }
  }

  /// Refuses fields that this program does not know, unless they are set to nothing.
  ///
  /// - Parameter known: The names of the fields that are read, and of those without a meaning for what
  ///   is computed.
  func refuseAllBut(_ known: Set<String>) throws(ModelFileError) {
    for key in keys where !known.contains(key) {
      switch self[key] {
      case nil, .bool(false): continue
      case .array(let list) where list.isEmpty: continue
      case .object(let members) where members.isEmpty: continue
      default:
        throw problem(
          key, expected: "none, since this program does not know what \(key) changes")
      }
    }
  }

  func problem(_ key: String, expected: String) -> ModelFileError {
    ModelFileError(
      path: path,
      problem: members[key].map { "\(prefix)\(key) is \($0.shown)" } ?? "it has no \(prefix)\(key)",
      expected: expected)
  }
}

extension JSONValue {
  /// A few words for an error.
  fileprivate var shown: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .number(let value): Int(exactly: value).map(String.init) ?? "\(value)"
    case .string(let value): "‘\(value)’"
    case .array: "a list"
    case .object: "an object"
    }
  }
}

/// JSON as Python's `json.dump(…, indent=2, sort_keys=True)` writes it.
///
/// Whole numbers and floating-point ones stay apart, since AdapterHub takes a scaling of `1.0` and
/// refuses one of `1`.
enum PythonJSON: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([PythonJSON])
  case object([String: PythonJSON])

  init(nilLiteral: ()) { self = .null }
  init(booleanLiteral value: Bool) { self = .bool(value) }
  init(integerLiteral value: Int) { self = .integer(value) }
  init(floatLiteral value: Double) { self = .number(value) }
  init(stringLiteral value: String) { self = .text(value) }
  init(arrayLiteral elements: PythonJSON...) { self = .list(elements) }
  init(dictionaryLiteral elements: (String, PythonJSON)...) {
    self = .object(Dictionary(uniqueKeysWithValues: elements))
  }

  /// A number that is written as a whole one where it is one.
  static func shortest(_ value: Double) -> PythonJSON {
    Int(exactly: value).map(PythonJSON.integer) ?? .number(value)
  }

  static func texts(_ values: [String]) -> PythonJSON { .list(values.map(PythonJSON.text)) }

  func text(indent: String = "") -> String {
    let inner = indent + "  "
    switch self {
    case .null: return "null"
    case .bool(let value): return value ? "true" : "false"
    case .integer(let value): return "\(value)"
    case .number(let value): return "\(value)"
    case .text(let value): return Self.quoted(value)
    case .list(let values):
      if values.isEmpty { return "[]" }
      let lines = values.map { inner + $0.text(indent: inner) }
      return "[\n" + lines.joined(separator: ",\n") + "\n\(indent)]"
    case .object(let members):
      if members.isEmpty { return "{}" }
      let lines = members.sorted { $0.key < $1.key }.map {
        "\(inner)\(Self.quoted($0.key)): \($0.value.text(indent: inner))"
      }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case _ where scalar.value < 0x20:
        let code = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - code.count) + code
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  func write(to path: String) throws {
    try AtomicFile.write(text(), to: path)
  }
}
