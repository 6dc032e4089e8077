package import ArgumentParser
import Experiments
import Foundation
import LabNotebook
import RunFolders
import RunQueue

/// Which notebook a command works on.
struct NotebookOptions: ParsableArguments {
  @Option(
    name: .customLong("notebook"),
    help: ArgumentHelp(
      "The notebook's folder (default: \(Notebook.defaultFolder)).", valueName: "dir"))
  var path: String?

  /// The notebook's folder, as an absolute path.
  var folder: String {
    let path = path ?? Notebook.defaultFolder
    return URL(filePath: (path as NSString).expandingTildeInPath).standardizedFileURL.path
  }

  /// Opens the notebook to change what is there; one that is not there is an error.
  func open() throws -> Notebook { try opened(create: false) }

  /// Opens the notebook to add to it; a new one is made when there is none.
  func openOrMake() throws -> Notebook { try opened(create: true) }

  private func opened(create: Bool) throws -> Notebook {
    let notebook = try Notebook.open(folder: folder, mode: .readWrite, create: create)
    notebook.keepOrigins { RunOrigin.current(version: PrimerCommand.version) }
    for notice in notebook.notices { printError(notice) }
    return notebook
  }

  /// Opens the notebook to look at it: where it is damaged, or cannot be written to, for reading
  /// only, and says so.
  ///
  /// One that is not there is an error: looking makes none.
  func openToRead() throws -> Notebook {
    let notebook = try Notebook.openAsPossible(folder: folder, create: false)
    if let obstacle = notebook.obstacle { printError("Reading only. \(obstacle)") }
    for notice in notebook.notices { printError(notice) }
    return notebook
  }

  /// Says which runs wait in the queue though nobody works on it.
  static func tellOfAbandonedRuns(_ notebook: Notebook) throws {
    let runs = try Runner.abandonedRuns(of: notebook)
    guard let first = runs.first else { return }
    let those = runs.prefix(10).map { "#\($0)" }.joined(separator: ", ")
    let more = runs.count > 10 ? " and \(runs.count - 10) more" : ""
    printError(
      "\(those)\(more) \(runs.count == 1 ? "waits" : "wait") in the queue, and no runner works on "
        + "it: \(notebook.command("resume \(first)")) starts one")
  }
}

extension Notebook {
  /// A command on this notebook, as it is typed: with `--notebook` where it is not the default one.
  func command(_ text: String) -> String {
    let words = text.isEmpty ? "primer" : "primer \(text)"
    return folder == Self.absoluteDefaultFolder
      ? words : "\(words) --notebook \(folder.quotedForShell)"
  }

  private static var absoluteDefaultFolder: String {
    URL(filePath: (defaultFolder as NSString).expandingTildeInPath).standardizedFileURL.path
  }
}

extension String {
  /// The text as one word of a shell.
  var quotedForShell: String {
    let plain = unicodeScalars.allSatisfy { scalar in
      scalar.isASCII
        && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
          || "/._-+=:,@%".unicodeScalars.contains(scalar))
    }
    return plain && !isEmpty ? self : "'" + replacing("'", with: "'\\''") + "'"
  }
}

/// What is said of an argument that names a run.
let runHelp = ArgumentHelp("The run: its number, last, or its name.", valueName: "run")

/// What is said of arguments that name runs.
let runsHelp = ArgumentHelp("The runs: numbers, last, or names.", valueName: "run")

/// Whether to print for a program instead of for a person.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print JSON: one object, or one object a line.")
  var json = false
}

extension RunReference: ExpressibleByArgument {
  /// The shell completes the numbers of the runs that there are.
  package static var defaultCompletionKind: CompletionKind {
    .custom { words, _, _ in RunCompletion.numbers(words) }
  }
}

/// A command that could not do what was asked, and why.
struct CommandFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}

/// A setting and its new value on the command line: `priming.steps=100`.
struct Assignment: ExpressibleByArgument {
  let key: String
  let value: String

  init(key: String, value: String) {
    self.key = key
    self.value = value
  }

  init?(argument: String) {
    guard let equals = argument.firstIndex(of: "=") else { return nil }
    key = argument[..<equals].trimmingCharacters(in: .whitespaces)
    value = argument[argument.index(after: equals)...].trimmingCharacters(in: .whitespaces)
    if key.isEmpty { return nil }
  }
}

/// A path as it was typed where it is there, else among the files that came with the program.
func locatedPath(_ path: String) -> String {
  if FileManager.default.fileExists(atPath: path) { return path }
  return ResourceLocator.resolve(path, near: nil) ?? path
}
