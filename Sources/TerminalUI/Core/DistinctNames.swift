/// Names made short enough for a narrow place, but never so that two of them look the same.
///
///     DistinctNames.shortened(["priming, seed 1", "priming, seed 2"], to: 9)
///     // ["…, seed 1", "…, seed 2"]
///
/// What is cut is shown by an ellipsis. Where it is cut depends on all the names: at the end if that
/// keeps them apart, else at the beginning, else in the middle; what nothing keeps apart is numbered.
package enum DistinctNames {
  /// The names in at most `columns` columns each; names that differ stay different.
  package static func shortened(_ names: [String], to columns: Int) -> [String] {
    guard columns > 0 else { return names.map { _ in "" } }
    if names.allSatisfy({ TextWidth.width(of: $0) <= columns }) { return names }
    let wanted = Set(names).count
    for head in heads(columns) {
      let cut = names.map { Self.cut($0, to: columns, head: head) }
      if Set(cut).count == wanted { return cut }
    }
    return numbered(names, columns)
  }

  /// How many columns are kept at the beginning: all, none, and shares between.
  private static func heads(_ columns: Int) -> [Int] {
    let room = columns - 1
    guard room > 1 else { return [room, 0] }
    let shares = [room / 2, room * 2 / 3, room / 3] + (1..<room)
    return [room, 0] + shares.filter { $0 > 0 && $0 < room }
  }

  private static func cut(_ name: String, to columns: Int, head: Int) -> String {
    guard TextWidth.width(of: name) > columns else { return name }
    let tail = columns - 1 - head
    return prefix(name, head) + "…" + suffix(name, tail)
  }

  private static func prefix(_ name: String, _ columns: Int) -> String {
    var left = columns
    return String(
      name.prefix {
        left -= TextWidth.width(of: $0)
        return left >= 0
      })
  }

  private static func suffix(_ name: String, _ columns: Int) -> String {
    String(prefix(String(name.reversed()), columns).reversed())
  }

  private static func numbered(_ names: [String], _ columns: Int) -> [String] {
    var numbers: [String: Int] = [:]
    return names.map { name in
      let number = numbers[name] ?? numbers.count + 1
      numbers[name] = number
      let mark = "\(number)"
      return cut(name, to: max(columns - mark.count, 1), head: max(columns - mark.count - 1, 0))
        + mark
    }
  }
}
