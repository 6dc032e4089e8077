import Experiments
import Foundation
package import LabNotebook
import RunFolders
import TerminalUI

/// A column of the list of runs: something every run has, or one of its settings.
///
/// Its word is its name after `:sort`, in `:columns` and in the file that remembers the choice; a
/// setting's is its key.
package enum RunColumn: Hashable, Sendable {
  case state, id, name, method, languages, f1, progress, time, loss
  case tags, study, created, note
  /// F1 of a language.
  case languageF1(String)
  case setting(String)

  /// The columns that do not depend on a setting, in the order in which they are offered.
  package static let plain: [RunColumn] = [
    .state, .id, .name, .method, .languages, .f1, .progress, .time, .loss, .tags, .study,
    .created, .note,
  ]

  /// The column of a word; nil for a word that names none.
  package init?(word: String) {
    if let plain = Self.plain.first(where: { $0.word == word }) {
      self = plain
    } else if word.hasPrefix("f1:"), word.count > 3 {
      self = .languageF1(String(word.dropFirst(3)))
    } else if Settings.descriptor(word) != nil {
      self = .setting(word)
    } else {
      return nil
    }
  }

  /// What the column is called where it is typed.
  package var word: String {
    switch self {
    case .setting(let key): key
    case .languageF1(let language): "f1:\(language)"
    default: "\(self)"
    }
  }

  /// The title above it.
  package var title: String {
    switch self {
    case .state: "State"
    case .id: "#"
    case .name: "Name"
    case .method: "Method"
    case .languages: "Languages"
    case .f1: "F1"
    case .progress: "Done"
    case .time: "Time"
    case .loss: "Loss"
    case .tags: "Tags"
    case .study: "Study"
    case .created: "Queued"
    case .note: "Note"
    case .languageF1(let language): "F1 \(language)"
    case .setting(let key):
      key.split(separator: ".").count > 2
        ? key.split(separator: ".").dropFirst().joined(separator: ".")
        : key.split(separator: ".").last.map(String.init) ?? key
    }
  }

  /// What it tells, for the list of columns.
  package var help: String {
    switch self {
    case .state: "what the run is doing, or how it ended"
    case .id: "its number, with its star and mark"
    case .name: "what it is called"
    case .method: "how it is primed"
    case .languages: "primed on → tuned on"
    case .f1: "mean F1 over its languages on test, else dev (d); ◆ the best so far"
    case .progress: "how much of it is done"
    case .time: "how long it was at work"
    case .loss: "the course of its loss"
    case .tags: "its tags"
    case .study: "the study it belongs to"
    case .created: "when it was queued"
    case .note: "its note"
    case .languageF1(let language): "F1 of \(language) on test, else dev"
    case .setting(let key): Settings.descriptor(key)?.doc ?? ""
    }
  }

  /// How many cells it takes at least, its title included.
  package var width: Int {
    switch self {
    case .state: 13
    case .id: 5
    case .name: 10
    case .method: 9
    case .languages: 18
    case .f1: 6
    case .progress: 6
    case .time: 6
    case .loss: 8
    case .tags: 14
    case .study: 14
    case .created: 6
    case .note: 16
    case .languageF1: max(title.count + 2, 6)
    case .setting: min(max(title.count + 2, 6), 20)
    }
  }

  /// Whether it takes a share of what is left.
  package var grows: Bool { self == .name || self == .note }

  /// Whether runs can be sorted by it.
  package var sorts: Bool { self != .loss }

  /// Whether the largest comes first when one begins to sort by it.
  package var beginsDescending: Bool {
    switch self {
    case .id, .f1, .languageF1, .created: true
    default: false
    }
  }

  /// Whether its values stand at the right.
  package var isRightAligned: Bool {
    switch self {
    case .id, .f1, .languageF1, .progress, .time, .created: true
    case .setting(let key):
      switch Settings.descriptor(key)?.kind {
      case .integer, .number: true
      default: false
      }
    default: false
    }
  }

  /// Whether the first comes before the second; nil when they are equal.
  package func compare(_ first: RunRecord, _ second: RunRecord) -> Bool? {
    key(of: first).precedes(key(of: second))
  }

  /// What a run is sorted by, made once for each of ten thousand.
  func key(of run: RunRecord) -> RunSortKey {
    switch self {
    case .id: RunSortKey(Double(run.id))
    case .state:
      RunSortKey(Double(run.state.rank), run.state == .queued ? run.position : 0)
    case .name: RunSortKey(run.name.lowercased())
    case .method: RunSortKey(run.methodName)
    case .languages: RunSortKey(run.languagesText)
    case .f1: RunSortKey(run.shownF1 ?? -1)
    case .languageF1(let language): RunSortKey(run.shownF1(of: language) ?? -1)
    case .progress: RunSortKey(run.fraction)
    case .time: RunSortKey(run.progress?.secondsElapsed ?? 0)
    case .tags: RunSortKey(run.tags.joined(separator: " "))
    case .study: RunSortKey(run.study)
    case .created: RunSortKey(run.created.timeIntervalSinceReferenceDate)
    case .note: RunSortKey(run.note.lowercased())
    case .loss: RunSortKey(0)
    case .setting(let key):
      run.experiment[key: key].map { value in
        value.numeric.map { RunSortKey($0) } ?? RunSortKey(value.description)
      } ?? RunSortKey("")
    }
  }
}

/// What a column sorts a run by: numbers, else a text.
struct RunSortKey {
  private var first = 0.0
  private var second = 0.0
  private var text = ""

  init(_ first: Double, _ second: Double = 0) { (self.first, self.second) = (first, second) }

  init(_ text: String) { self.text = text }

  /// Whether it comes before another; nil when they are equal.
  func precedes(_ other: RunSortKey) -> Bool? {
    if first != other.first { return first < other.first }
    if second != other.second { return second < other.second }
    return text == other.text ? nil : text < other.text
  }
}

extension SettingValue {
  /// The value as a number, where it is one.
  package var numeric: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
}

/// Which columns are shown when so many cells are there.
package struct RunColumnChoice: Hashable, Sendable {
  /// The columns that have room, in their order.
  package var shown: [RunColumn]
  /// Those that were chosen and have none.
  package var hidden: [RunColumn] = []

  private static let spacing = 2

  /// As many of the chosen columns as fit; of none chosen, those that suit the width.
  package init(chosen: [RunColumn], width: Int) {
    guard !chosen.isEmpty else {
      shown = Self.automatic(width: width)
      return
    }
    shown = []
    var used = -Self.spacing
    for column in chosen {
      if used + Self.spacing + column.width <= width || shown.isEmpty {
        used += Self.spacing + column.width
        shown.append(column)
      } else {
        hidden.append(column)
      }
    }
  }

  /// How wide each shown column is.
  var constraints: [Constraint] {
    shown.map { $0.grows ? .minimum($0.width) : .fixed($0.width) }
  }

  private static func automatic(width: Int) -> [RunColumn] {
    if width >= 116 {
      return [.state, .id, .name, .method, .languages, .f1, .progress, .time, .loss]
    }
    if width >= 100 { return [.state, .id, .name, .method, .languages, .f1, .time, .loss] }
    if width >= 74 { return [.state, .id, .name, .method, .f1, .time, .loss] }
    return [.state, .id, .name, .f1, .time]
  }
}
