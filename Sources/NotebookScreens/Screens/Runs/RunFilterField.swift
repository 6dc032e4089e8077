import Experiments
import LabNotebook
import RunFolders

/// Something of a run that a filter can ask for.
package enum RunFilterField: Hashable, Sendable {
  case id, name, method, language, state, note, tag, study, star, host
  case f1, progress, time
  case setting(String)

  /// The fields that are no settings, by the names that are offered.
  package static let plain: [(name: String, field: RunFilterField)] = [
    ("method", .method), ("state", .state), ("tag", .tag), ("study", .study), ("lang", .language),
    ("f1", .f1), ("name", .name), ("note", .note), ("progress", .progress), ("time", .time),
    ("star", .star), ("id", .id), ("host", .host),
  ]

  private static let otherNames: [String: RunFilterField] = [
    "language": .language, "languages": .language, "tags": .tag, "starred": .star,
    "done": .progress,
  ]

  /// The field of a name: of a setting also the end of its key, where no other key ends so.
  package init?(_ name: String) {
    if let known = Self.plain.first(where: { $0.name == name })?.field ?? Self.otherNames[name] {
      self = known
      return
    }
    let keys = Settings.all.map(\.key)
    if let key = keys.first(where: { $0.lowercased() == name }) {
      self = .setting(key)
      return
    }
    let ending = keys.filter { $0.lowercased().hasSuffix("." + name) }
    guard let only = ending.first, ending.count == 1 else { return nil }
    self = .setting(only)
  }

  /// Names that are like one that is none, for a message.
  static func near(_ name: String) -> String {
    let endings = Settings.all.map(\.key).filter { $0.lowercased().hasSuffix("." + name) }
    let first = plain.map(\.name).filter { $0.hasPrefix(name.prefix(1)) }
    let key = Settings.nearestKey(to: name)
    let all = endings + first + [key].compactMap(\.self)
    let distinct = all.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    return distinct.isEmpty ? "method, state, f1" : distinct.prefix(4).joined(separator: ", ")
  }

  /// Whether it can be compared with a number.
  var isNumeric: Bool {
    switch self {
    case .id, .f1, .progress, .time: return true
    case .setting(let key):
      switch Settings.descriptor(key)?.kind {
      case .integer, .number: return true
      default: return false
      }
    default: return false
    }
  }

  /// What a run says there, in lower case.
  func texts(of run: RunRecord) -> [String] {
    switch self {
    case .id: ["#\(run.id)"]
    case .name: [run.name.lowercased()]
    case .method: [run.methodName.lowercased()]
    case .language: (run.primingLanguages + run.tuningLanguages).map { $0.lowercased() }
    case .state: [run.state.rawValue]
    case .note: [run.note.lowercased()]
    case .tag: run.tags.map { $0.lowercased() }
    case .study: [run.study.lowercased()]
    case .star: [run.starred ? "yes" : "no", run.starred ? "true" : "false"]
    case .host: [run.host?.lowercased() ?? ""]
    case .f1, .progress, .time: number(of: run).map { ["\($0)"] } ?? []
    case .setting(let key):
      [run.experiment[key: key].map(SettingText.text)?.lowercased() ?? ""]
    }
  }

  /// The number it stands for: F1 in points, progress in percent, time in seconds.
  func number(of run: RunRecord) -> Double? {
    switch self {
    case .id: Double(run.id)
    case .f1: run.shownF1.map { $0 * 100 }
    case .progress: run.fraction * 100
    case .time: run.progress?.secondsElapsed
    case .setting(let key): run.experiment[key: key]?.numeric
    default: nil
    }
  }

  /// Whether `field:word` applies: short words with a meaning of their own are compared from their
  /// beginning, numbers as a whole, everything else anywhere.
  func matches(_ word: String, _ run: RunRecord) -> Bool {
    switch self {
    case .language, .tag, .state, .star: return texts(of: run).contains { $0.hasPrefix(word) }
    default:
      if isNumeric, let number = Double(word.hasPrefix("#") ? String(word.dropFirst()) : word) {
        return self.number(of: run) == number
      }
      return texts(of: run).contains { $0.containsFolded(word) }
    }
  }
}

extension RunRecord {
  /// Whether a word alone, in lower case, occurs in what the run says of itself: its number, name,
  /// method, languages, state, note, tags or study.
  ///
  /// Ten thousand runs are asked at each key, so nothing is recomputed that need not be.
  func says(_ word: String) -> Bool {
    if word.isEmpty || name.containsFolded(word) || state.rawValue.containsFolded(word)
      || note.containsFolded(word) || study.containsFolded(word)
      || tags.contains(where: { $0.containsFolded(word) }) || "#\(id)".containsFolded(word)
    {
      return true
    }
    return planWords.contains { $0.containsFolded(word) }
  }
}

extension RunFilter {
  /// The lines that a filter's text can become by completing its last word: names of fields, then
  /// what the runs have there.
  static func completions(of text: String, in runs: [RunRecord]) -> [String] {
    let start = text.lastIndex(of: " ").map { text.index(after: $0) } ?? text.startIndex
    let before = String(text[..<start])
    var word = String(text[start...])
    var sign = ""
    if word.hasPrefix("-") {
      sign = "-"
      word.removeFirst()
    }
    guard let colon = word.firstIndex(of: ":") else {
      let names = RunFilterField.plain.map(\.name).filter { $0.hasPrefix(word.lowercased()) }
      return names.map { name in
        "\(before)\(sign)\(name)\(RunFilterField(name)?.isNumeric == true ? ">" : ":")"
      }
    }
    let name = String(word[..<colon]).lowercased()
    let typed = word[word.index(after: colon)...].lowercased().filter { $0 != "\"" }
    guard let field = RunFilterField(name) else { return [] }
    let values = Set(runs.flatMap { field.texts(of: $0) }).filter { !$0.isEmpty }
    return values.filter { $0.hasPrefix(typed) }.sorted().prefix(40).map { value in
      "\(before)\(sign)\(name):\(value.contains(" ") ? "\"\(value)\"" : value)"
    }
  }
}
