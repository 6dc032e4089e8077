import GRDB

/// Thrown for a row whose value is of another kind than this program writes: the file is damaged.
struct UnreadableRow: Error, CustomStringConvertible {
  let description: String
}

extension Row {
  /// A value of the row; one of another kind is an error, and not the end of the program.
  func stored<Value: DatabaseValueConvertible>(_ index: Int) throws -> Value {
    guard let value: Value = try storedIfAny(index) else {
      throw UnreadableRow(description: "there is nothing where a \(Value.self) belongs")
    }
    return value
  }

  /// A value of the row that may be missing.
  func storedIfAny<Value: DatabaseValueConvertible>(_ index: Int) throws -> Value? {
    guard index < count else {
      throw UnreadableRow(description: "a row has only \(count) values")
    }
    let stored: DatabaseValue = self[index]
    if stored.isNull { return nil }
    guard let value = Value.fromDatabaseValue(stored) else {
      throw UnreadableRow(description: "a value is no \(Value.self)")
    }
    return value
  }
}
