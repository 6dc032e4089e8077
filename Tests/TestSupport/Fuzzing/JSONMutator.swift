import Foundation

/// JSON as a tree that keeps what no reader's own types would: numbers as written, names twice.
package indirect enum FuzzJSON: Sendable {
  /// A number, a word or anything else, as it is written.
  case raw(String)
  case text(String)
  case list([FuzzJSON])
  case object([(key: String, value: FuzzJSON)])

  /// The tree of a JSON text, which must be one.
  package init(_ text: String) throws {
    _ = try JSONSerialization.jsonObject(with: Data(text.utf8), options: [.fragmentsAllowed])
    var rest = Substring(text)
    self = Self.value(&rest)
  }

  private static func value(_ rest: inout Substring) -> FuzzJSON {
    skipBlanks(&rest)
    switch rest.first {
    case "{":
      var members: [(key: String, value: FuzzJSON)] = []
      forEachPart(&rest) { rest in
        let key = quotedText(&rest)
        skipBlanks(&rest)
        rest.removeFirst()  // the colon
        members.append((key, value(&rest)))
      }
      return .object(members)
    case "[":
      var items: [FuzzJSON] = []
      forEachPart(&rest) { items.append(value(&$0)) }
      return .list(items)
    case "\"": return .text(quotedText(&rest))
    default:
      let word = rest.prefix { !",]} \n\t\r".contains($0) }
      rest.removeFirst(word.count)
      return .raw(String(word))
    }
  }

  /// Takes what stands between brackets, part by part.
  private static func forEachPart(_ rest: inout Substring, _ take: (inout Substring) -> Void) {
    rest.removeFirst()
    while true {
      skipBlanks(&rest)
      guard let first = rest.first, !"]}".contains(first) else { break }
      if first == "," {
        rest.removeFirst()
        skipBlanks(&rest)
      }
      take(&rest)
    }
    rest = rest.dropFirst()
  }

  private static func skipBlanks(_ rest: inout Substring) {
    rest = rest.drop { " \n\t\r".contains($0) }
  }

  private static func quotedText(_ rest: inout Substring) -> String {
    var end = rest.index(after: rest.startIndex)
    while rest[end] != "\"" {
      end = rest.index(end, offsetBy: rest[end] == "\\" ? 2 : 1)
    }
    let quoted = rest[...end]
    rest = rest[rest.index(after: end)...]
    let text = try? JSONDecoder().decode(String.self, from: Data(quoted.utf8))
    return text ?? String(quoted)
  }

  /// The JSON text.
  package var written: String {
    switch self {
    case .raw(let text): text
    case .text(let text): Self.quoted(text)
    case .list(let items): "[" + items.map(\.written).joined(separator: ",") + "]"
    case .object(let members):
      "{" + members.map { Self.quoted($0.key) + ":" + $0.value.written }.joined(separator: ",")
        + "}"
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\" + String(scalar)
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

/// Changes JSON where it still is JSON: values of other types, members gone, twice or elsewhere.
package struct JSONMutator: Sendable {
  /// Names and texts that mean something to the reader.
  package var words: [String]

  /// A mutator with the words of a reader.
  package init(words: [String] = []) {
    self.words = words
  }

  private static let numbers = [
    "0", "1", "-1", "2", "3", "16", "0.5", "-0.0", "1e-400", "1e308", "1e999", "2147483647",
    "2147483648", "4294967296", "9007199254740993", "9223372036854775807", "9223372036854775808",
    "-9223372036854775808", "18446744073709551615", "18446744073709551616", "1152921504606846976",
    "281474976710656", "NaN", "01", "1.", "-", "0x10", "1e", "123456789012345678901234567890",
  ]

  /// One to four changes of a tree.
  package func mutated(_ tree: FuzzJSON, _ chance: inout FuzzChance) -> FuzzJSON {
    var tree = tree
    for _ in 0...chance.below(4) { tree = changed(tree, &chance) }
    return tree
  }

  /// A value that is hostile somewhere.
  package func hostile(_ chance: inout FuzzChance) -> FuzzJSON {
    switch chance.below(12) {
    case 0, 1, 2: .raw(chance.pick(Self.numbers))
    case 3: .raw(chance.pick(["true", "false", "null"]))
    case 4, 5: .text(words.isEmpty ? "x" : chance.pick(words))
    case 6: .text(chance.pick(LineMutator.hostile))
    case 7: .list([])
    case 8: .object([])
    case 9: .list((0..<chance.below(9)).map { _ in .raw(chance.pick(Self.numbers)) })
    case 10: nested(chance.pick([3, 63, 64, 65, 200, 511, 513, 2000]), &chance)
    default: .object([(words.isEmpty ? "x" : chance.pick(words), .raw("1"))])
    }
  }

  private func nested(_ depth: Int, _ chance: inout FuzzChance) -> FuzzJSON {
    let isList = chance.once(in: 2)
    return .raw(
      String(repeating: isList ? "[" : "{\"type\":", count: depth) + (isList ? "" : "1")
        + String(repeating: isList ? "]" : "}", count: depth))
  }

  /// Changes one place: goes down from the root by chance and stops somewhere.
  private func changed(_ tree: FuzzJSON, _ chance: inout FuzzChance) -> FuzzJSON {
    switch tree {
    case .list(var items):
      if items.isEmpty || chance.once(in: 8) { return hostile(&chance) }
      let place = chance.below(items.count)
      switch chance.below(8) {
      case 0: items.remove(at: place)
      case 1: items.append(items[place])
      case 2: items.swapAt(place, chance.below(items.count))
      case 3: items.insert(hostile(&chance), at: place)
      default: items[place] = changed(items[place], &chance)
      }
      return .list(items)
    case .object(var members):
      if members.isEmpty || chance.once(in: 10) { return hostile(&chance) }
      let place = chance.below(members.count)
      switch chance.below(9) {
      case 0: members.remove(at: place)
      case 1: members.append(members[place])
      case 2:
        members[place].key = words.isEmpty ? chance.pick(LineMutator.hostile) : chance.pick(words)
      case 3: members[place].value = members[chance.below(members.count)].value
      case 4: members.append((words.isEmpty ? "x" : chance.pick(words), hostile(&chance)))
      default: members[place].value = changed(members[place].value, &chance)
      }
      return .object(members)
    case .raw, .text: return hostile(&chance)
    }
  }
}
