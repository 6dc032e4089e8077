import Foundation
import NamedEntities
import TOMLKit

extension Study {
  /// Reads a study's file; its base is looked for beside it.
  package static func load(path: String) throws -> Study {
    guard let data = try? OrdinaryFile.contents(of: path, limit: 1_000_000),
      let text = String(validating: data, as: UTF8.self)
    else {
      throw ExperimentError(
        file: path, problem: "it cannot be read", expected: "a study in TOML, as UTF-8")
    }
    try TOMLGuard.check(text, file: path)
    let table: TOMLTable
    do {
      table = try TOMLTable(string: text)
    } catch let error as TOMLParseError {
      throw ExperimentError(
        file: path, line: error.source.begin.line, problem: "it is not TOML: \(error.description)")
    }
    return try withExtendedLifetime(table) {
      do {
        return try read(table, path: path)
      } catch var error as ExperimentError {
        if error.file == nil {
          error.file = path
          error.line = error.key.flatMap { line(mentioning: $0, in: text) }
        }
        throw error
      }
    }
  }

  private static func read(_ table: TOMLTable, path: String) throws -> Study {
    let known = [
      "name", "base", "control", "seeds", "method", "tuning", "grid", "match", "matchTo", "share",
    ]
    if let stranger = table.keys.sorted().first(where: { !known.contains($0) }) {
      throw ExperimentError(
        key: stranger, problem: "\(stranger) is not a key of a study",
        expected: known.joined(separator: ", "))
    }
    guard let base = table["base"]?.string else {
      throw ExperimentError(
        key: "base", problem: "there is no base", expected: "the path of an experiment's file")
    }
    guard let file = ResourceLocator.resolve(base, near: path) else {
      throw ExperimentError(
        key: "base", problem: "\(base) is not there", expected: "the path of an experiment's file")
    }
    let seeds = try (table["seeds"]?.array).map { array in
      try array.map { value in
        guard let seed = value.int else {
          throw ExperimentError(
            key: "seeds", problem: "a seed is not an integer", expected: "seeds = [1, 2, 3]")
        }
        return seed
      }
    }
    var study = Study(
      name: table["name"]?.string ?? (path as NSString).lastPathComponent,
      base: try Experiment.load(path: file), methods: try variants("method", table),
      tunings: try variants("tuning", table), seeds: seeds ?? [1],
      control: table["control"]?.string ?? "")
    study.match = try match(table["match"]) ?? .none
    study.matchTo = table["matchTo"]?.string
    if let share = table["share"] {
      guard let value = share.bool else {
        throw ExperimentError(
          key: "share", problem: "share is not a boolean", expected: "share = true or false")
      }
      study.sharesPriming = value
    }
    if let grid = table["grid"] { try study.spread(over: grid) }
    if let name = study.matchTo, !study.methods.contains(where: { $0.name == name }) {
      throw ExperimentError(
        key: "matchTo", problem: "matchTo is ‘\(name)’",
        expected: "one of \(study.methods.map(\.name).joined(separator: ", "))")
    }
    guard study.methods.contains(where: { $0.name == study.control }) else {
      throw ExperimentError(
        key: "control", problem: "the control is ‘\(study.control)’",
        expected: "one of \(study.methods.map(\.name).joined(separator: ", "))")
    }
    guard !study.seeds.isEmpty, Set(study.seeds).count == study.seeds.count else {
      throw ExperimentError(
        key: "seeds", problem: "there are no seeds, or one comes twice",
        expected: "seeds = [1, 2, 3]")
    }
    // What can be checked before anything runs; times are not known yet.
    var untimed = study
    if untimed.match == .time { untimed.match = .none }
    untimed.methods = untimed.methods.map { method in
      var method = method
      if method.match == .time { method.match = StudyMatch.none }
      return method
    }
    _ = try untimed.cells()
    return study
  }

  private static func variants(_ kind: String, _ table: TOMLTable) throws -> [Variant] {
    let variants = try (table[kind]?.array).map { array in
      try array.map { value -> Variant in
        guard let entry = value.table, let name = entry["name"]?.string else {
          throw ExperimentError(
            key: kind, problem: "a \(kind) has no name",
            expected: "[[\(kind)]] with a name and a table `set`")
        }
        var changes: [Change] = []
        if let set = entry["set"]?.table { try flatten(set, "", into: &changes) }
        return Variant(name: name, changes: changes, match: try match(entry["match"]))
      }
    }
    guard let variants, !variants.isEmpty, Set(variants.map(\.name)).count == variants.count else {
      throw ExperimentError(
        key: kind, problem: "there is no \(kind), or two have one name",
        expected: "[[\(kind)]] with a name and a table `set`")
    }
    return variants
  }

  private static func match(_ value: (any TOMLValueConvertible)?) throws -> StudyMatch? {
    guard let value else { return nil }
    guard let text = value.string, let match = StudyMatch(rawValue: text) else {
      throw ExperimentError(
        key: "match", problem: "match is none of the ways to match",
        expected: StudyMatch.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", "))
    }
    return match
  }

  /// Every method with every combination of the grid's settings of priming, every tuning with
  /// those of all other settings.
  ///
  /// So a control that does not prime stays one method, and each tuning has its own control.
  private mutating func spread(over value: any TOMLValueConvertible) throws {
    guard let grid = value.table else {
      throw ExperimentError(
        key: "grid", problem: "grid is not a table",
        expected: "[grid] with lines as \"priming.inner.learningRate\" = [0.03, 0.1]")
    }
    for (key, values) in try Self.gridLines(grid, "") {
      if key.hasPrefix("priming.") {
        methods = try methods.flatMap { method in
          try experiment(of: method)[Settings.primingMethod] == .none
            ? [method] : try Self.variants(of: method, key, values)
        }
      } else {
        tunings = try tunings.flatMap { try Self.variants(of: $0, key, values) }
      }
    }
  }

  private static func variants(
    of variant: Variant, _ key: String, _ values: [String]
  ) throws -> [Variant] {
    let label = key.split(separator: ".").last.map(String.init) ?? key
    return try values.map { value in
      var own = variant
      own.name += ", \(label) \(value)"
      own.changes.append(try Change(key: key, typed: value))
      return own
    }
  }

  private static func gridLines(
    _ table: TOMLTable, _ group: String
  ) throws -> [(key: String, values: [String])] {
    try table.keys.sorted().flatMap { key -> [(key: String, values: [String])] in
      guard let value = table[key] else { return [] }
      let full = group.isEmpty ? key : "\(group).\(key)"
      if let inner = value.table, Settings.descriptor(full) == nil {
        return try gridLines(inner, full)
      }
      let values = try (value.array).map { array in
        try array.map { value -> String in
          guard let text = spelled(value) else {
            throw ExperimentError(
              key: full, problem: "\(full) has a value that no setting has",
              expected: "texts, numbers, true or false")
          }
          return text
        }
      }
      guard let values, !values.isEmpty, Set(values).count == values.count else {
        throw ExperimentError(
          key: full, problem: "\(full) of the grid has no values, or one twice",
          expected: "\"\(full)\" = [a, b, …]")
      }
      return [(full, values)]
    }
  }

  private static func flatten(
    _ table: TOMLTable, _ group: String, into changes: inout [Change]
  ) throws {
    for key in table.keys.sorted() {
      guard let value = table[key] else { continue }
      let full = group.isEmpty ? key : "\(group).\(key)"
      if let inner = value.table, Settings.descriptor(full) == nil {
        try flatten(inner, full, into: &changes)
      } else if let text = spelled(value) {
        changes.append(try Change(key: full, typed: text))
      } else {
        throw ExperimentError(
          key: full, problem: "\(full) is a \(value.type.description)",
          expected: "a text, a number, true, false or a list of texts")
      }
    }
  }

  private static func spelled(_ value: any TOMLValueConvertible) -> String? {
    if let array = value.array {
      let texts = array.compactMap(\.string)
      return texts.count == array.count ? texts.joined(separator: ", ") : nil
    }
    if let table = value.table {
      let texts = table.keys.map { key in table[key]?.string.map { "\(key)=\($0)" } }
      return texts.contains(nil) ? nil : texts.compactMap { $0 }.joined(separator: ", ")
    }
    return value.string ?? value.int.map(String.init) ?? value.double.map { shortest($0) }
      ?? value.bool.map { $0 ? "true" : "false" }
  }

  private static func line(mentioning key: String, in text: String) -> Int? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.firstIndex { $0.contains(key) && !$0.hasPrefix("#") }.map { $0 + 1 }
  }
}
