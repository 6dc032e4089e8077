import Files
import Foundation
import NamedEntities
import RunFolders

/// What the screens remember from one session to the next: which columns, which panes.
///
/// A small file of lines `key = words`, in `$XDG_STATE_HOME/primer`:
///
///     runs.columns = state number name f1 loss
///     runs.sort = f1 descending
///
/// Each screen has keys of its own, with its name before the dot, and reads of them what it
/// understands: nothing in the file is an error, and it may be deleted at any time.
package struct ScreenMemory: Hashable, Sendable {
  /// The largest file that is read; a larger one is not ours.
  private static let limit = 64 * 1024

  private var entries: [String: [String]] = [:]

  /// A memory of nothing.
  package init() {}

  /// What a text says, line by line; lines that say nothing are left out.
  package init(text: String) {
    for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { continue }
      let key = parts[0].trimmingCharacters(in: .whitespaces)
      guard Self.isKey(key) else { continue }
      entries[key] = parts[1].split(separator: " ").map(String.init).filter(Self.isWord)
    }
  }

  /// The words remembered under a key, such as `runs.columns`; nil when nothing is.
  ///
  /// Words have no spaces and no control characters; what is set with others is left out.
  package subscript(key: String) -> [String]? {
    get { entries[key] }
    set {
      precondition(Self.isKey(key), "A key of the memory has letters, digits, dots and hyphens")
      entries[key] = newValue?.filter(Self.isWord)
    }
  }

  /// The file's text, sorted by key.
  package var text: String {
    let lines = entries.sorted { $0.key < $1.key }.map { key, words in
      "\(key) = \(words.joined(separator: " "))".trimmingCharacters(in: .whitespaces)
    }
    return (["# What Primer's screens remember; it may be deleted."] + lines)
      .joined(separator: "\n") + "\n"
  }

  /// Where it is kept: `$XDG_STATE_HOME/primer/screens`, or under `~/.local/state`.
  package static var defaultPath: String {
    let environment = ProcessInfo.processInfo.environment
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
      return state + "/primer/screens"
    }
    return (environment["HOME"] ?? NSHomeDirectory()) + "/.local/state/primer/screens"
  }

  /// What a file remembers; nothing where it is not there or is no such file.
  package static func load(path: String) -> ScreenMemory {
    guard let data = try? OrdinaryFile.contents(of: path, limit: limit) else {
      return ScreenMemory()
    }
    return ScreenMemory(text: String(decoding: data, as: UTF8.self))
  }

  /// Remembers words under a key in a file, and leaves what else it says as it is.
  package static func remember(_ words: [String], for key: String, path: String) throws {
    var memory = load(path: path)
    memory[key] = words
    let folder = (path as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try AtomicFile.write(memory.text, to: path)
  }

  private static func isKey(_ text: String) -> Bool {
    !text.isEmpty
      && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "-") }
  }

  private static func isWord(_ text: String) -> Bool {
    !text.isEmpty
      && !text.unicodeScalars.contains {
        $0.properties.isWhitespace || $0.properties.generalCategory == .control
      }
  }
}
