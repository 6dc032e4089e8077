import GRDB

/// Thrown for a row whose value is of another kind than this program writes: the file is damaged.
struct UnreadableRow: Error, CustomStringConvertible {
  let description: String
}

/// Sees to it that rows come in the order that was asked for, each once.
///
/// In a damaged file a page may be part of several trees, or of one many times over: its rows would
/// come again and again.
struct RisingRows {
  private var last = Int64.min

  /// Takes note of the number of the next row; throws where it is not higher than the one before.
  mutating func take(_ number: Int64) throws {
    guard number > last else { throw UnreadableRow(description: "rows are out of order") }
    last = number
  }
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
