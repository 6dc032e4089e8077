import Files
import Processes
import Foundation
import LabNotebook
import RunFolders
import RunQueue

/// The user's own editor: which it is, how it is called, and the file it works on.
package struct ExternalEditor: Sendable {
  /// What the shell runs; the file's path comes behind it.
  package let command: String

  /// The editor of `VISUAL` or `EDITOR`, else the first of the usual ones that is installed.
  package init(environment: [String: String]) throws {
    for variable in ["VISUAL", "EDITOR"] {
      guard let value = environment[variable]?.trimmingCharacters(in: .whitespaces) else {
        continue
      }
      if !value.isEmpty {
        command = value
        return
      }
    }
    let folders = (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
    let usual = ["sensible-editor", "nano", "vim", "vi", "micro", "emacs", "ed"]
    let found = usual.first { name in
      folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
    }
    guard let found else {
      throw ProcessError(
        "There is no editor: set EDITOR, as in `export EDITOR=nano`, or install one of "
          + usual.dropFirst().joined(separator: ", ") + ".")
    }
    command = found
  }

  /// The words that run it on a file, beginning at a line where the editor is known to take one.
  package func arguments(path: String, line: Int?) -> [String] {
    let name =
      command.split(separator: " ").first?.split(separator: "/").last.map(String.init) ?? ""
    let takesLine = ["vi", "vim", "nvim", "nano", "emacs", "micro", "kak", "joe", "ne", "view"]
    let place = line.flatMap { takesLine.contains(name) ? "+\($0) " : nil } ?? ""
    return ["/bin/sh", "-c", "\(command) \(place)\"$1\"", "sh", path]
  }

  /// Writes a text to the file that the editor is to change: one of its own in `drafts` of the
  /// notebook's folder, or the path that it has already.
  package static func writeDraft(_ text: String, name: String, notebook: String) throws -> String {
    let folder = notebook + "/drafts"
    var path = name
    if !name.hasPrefix(folder + "/") {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let plain = (name as NSString).lastPathComponent
      let stem = (plain as NSString).deletingPathExtension
      let kind = (plain as NSString).pathExtension
      var number = 1
      // What was kept of another time is not written over.
      repeat {
        path = "\(folder)/\(stem)\(number == 1 ? "" : "-\(number)").\(kind)"
        number += 1
      } while FileManager.default.fileExists(atPath: path)
    }
    try AtomicFile.write(text, to: path)
    return path
  }
}
