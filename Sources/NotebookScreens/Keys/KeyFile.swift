package import Experiments
import Foundation
import TerminalUI

/// The user's own keys: a TOML file whose tables are the contexts of the key table, and whose lines
/// are actions with the keys that do them.
///
///     [everywhere]
///     theme = "F5"
///
///     [runs]
///     stop    = ["X", "Ctrl-X"]
///     archive = []                # no key
///
/// A line takes the place of the action's keys in that context; its keys are taken from the actions
/// that had them. What is wrong is told by line and left out, so a damaged file ends nothing.
package struct KeyFile: Sendable {
  /// The keys with what is right in the file.
  package private(set) var keys = KeyMap.standard
  /// What is wrong in it, in the order of its lines.
  package private(set) var problems: [ExperimentError] = []
  /// What somebody may not have meant: actions that are left without a key.
  package private(set) var warnings: [ExperimentError] = []

  /// Where the file is unless told otherwise: `$XDG_CONFIG_HOME/primer/keys.toml`, or under
  /// `~/.config`.
  package static var defaultPath: String {
    let environment = ProcessInfo.processInfo.environment
    if let folder = environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") {
      return folder + "/primer/keys.toml"
    }
    return (environment["HOME"] ?? NSHomeDirectory()) + "/.config/primer/keys.toml"
  }

  /// Reads a file; nil reads the one at the default path where there is one.
  package static func load(path: String?) -> KeyFile {
    var result = KeyFile()
    let path = path ?? (FileManager.default.fileExists(atPath: defaultPath) ? defaultPath : nil)
    guard let path else { return result }
    do throws(ExperimentError) {
      result.apply(try TableFile.load(path: path), file: path)
    } catch {
      result.problems = [error]
    }
    return result
  }

  /// Reads a text; `file` is what errors call it.
  package init(toml: String, file: String) {
    do throws(ExperimentError) {
      apply(try TableFile(toml: toml, file: file), file: file)
    } catch {
      problems = [error]
    }
  }

  private init() {}

  /// One sentence for the screen: the first problem and how many more there are; nil without any.
  package var notice: String? {
    guard let first = problems.first ?? warnings.first else { return nil }
    let more = problems.count + warnings.count - 1
    return "\(first)." + (more > 0 ? " And \(more) more: primer keys." : "")
  }

  // MARK: Reading

  /// A line of the file that is right.
  private struct Line {
    var action: Action
    var keys: [KeyEvent]
    var number: Int?
  }

  private mutating func apply(_ file: TableFile, file path: String) {
    problems = file.problems
    func complain(_ line: Int?, _ problem: String, _ expected: String, near: String? = nil) {
      problems.append(
        ExperimentError(
          file: path, line: line, problem: problem, expected: expected, nearestKey: near))
    }
    let names = KeyMap.tables.map(\.name)
    for (name, line) in file.tables where KeyMap.place(named: name) == nil {
      let near = nearestName(to: name, among: names)
      complain(
        line, "there is no [\(name)]", near == nil ? names.joined(separator: ", ") : "a context",
        near: near.map { "[\($0)]" })
    }
    var lines: [KeyMap.Place: [Line]] = [:]
    for entry in file.entries {
      if entry.table.isEmpty {
        complain(
          entry.line, "\(entry.name) stands in no context", "a line as [everywhere] or [runs] above"
        )
        continue
      }
      guard let place = KeyMap.place(named: entry.table) else { continue }
      let actions = keys.actions(in: place)
      guard let action = Action.named(entry.name), actions.contains(action) else {
        let known = actions.map(\.name).sorted()
        let near = nearestName(to: entry.name, among: known)
        complain(
          entry.line, "\(entry.name) is not an action of [\(entry.table)]",
          near == nil ? known.joined(separator: ", ") : "", near: near)
        continue
      }
      var keys: [KeyEvent] = []
      var isRight = true
      for text in entry.texts {
        do throws(KeyEvent.NameError) {
          let key = try KeyEvent(name: text)
          if let reason = KeyMap.reasonUnusable(key, for: action, in: place) {
            complain(entry.line, "\(key) cannot be \(action.name): \(reason)", "another key")
            isRight = false
          } else if let other = lines[place]?.first(where: { $0.keys.contains(key) }) {
            let where_ = other.number.map { " (line \($0))" } ?? ""
            complain(
              entry.line, "\(key) is \(other.action.name) already\(where_)", "another key")
            isRight = false
          } else if !keys.contains(key) {
            keys.append(key)
          }
        } catch {
          complain(entry.line, error.problem, error.expected)
          isRight = false
        }
      }
      if entry.texts.isEmpty, KeyMap.isNeeded(action, in: place) {
        complain(entry.line, "\(action.name) cannot be without a key", "at least one key")
        isRight = false
      }
      if isRight {
        lines[place, default: []].append(Line(action: action, keys: keys, number: entry.line))
      }
    }
    take(lines, file: path)
    problems.sort { ($0.line ?? 0) < ($1.line ?? 0) }
  }

  // MARK: Changing the table

  private mutating func take(_ lines: [KeyMap.Place: [Line]], file path: String) {
    let everywhere = lines[.everywhere] ?? []
    for line in everywhere { keys.setShared(line.action, keys: line.keys) }
    for context in KeyContext.all {
      let own = lines[.context(context)] ?? []
      let isScreen = KeyContext.screens.contains(context)
      let shared =
        isScreen ? everywhere.filter { line in !own.contains { $0.action == line.action } } : []
      let before = keys.rows[context]
      for line in own { keys.set(line.action, keys: line.keys, in: context) }
      var lost: [(action: Action, line: Line)] = []
      // A line of the context goes before one for everywhere, and both before the table.
      for line in shared {
        lost += keys.take(line.keys, for: line.action, from: context, except: own.map(\.action))
          .map { ($0, line) }
      }
      for line in own {
        lost += keys.take(line.keys, for: line.action, from: context, except: own.map(\.action))
          .map { ($0, line) }
      }
      if let needed = lost.first(where: { KeyMap.isNeeded($0.action, in: .context(context)) }) {
        keys.rows[context] = before
        problems.append(
          ExperimentError(
            file: path, line: needed.line.number,
            problem: "\(needed.line.action.name) takes the last key from "
              + "\(needed.action.name) in [\(context.tableName)]", expected: "another key"))
        continue
      }
      for (action, line) in lost {
        let named = line.keys.map(\.description).joined(separator: " ")
        warnings.append(
          ExperimentError(
            file: path, line: line.number,
            problem: "\(named) is \(line.action.name) now, and \(action.name) has no key "
              + "left in [\(context.tableName)]; :\(action.name) does it"))
      }
    }
  }
}
