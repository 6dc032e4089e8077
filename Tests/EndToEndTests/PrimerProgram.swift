import Foundation
import NotebookSupport
import Processes
import TestSupport
import Testing

/// The built program, run as a person runs it.
struct PrimerProgram {
  /// What a command left behind.
  struct Outcome {
    var status: Int32
    var output: String
    var errors: String

    var lines: [String] { output.split(separator: "\n").map(String.init) }
  }

  /// A folder of its own: the default notebook is made in it, and commands run in it.
  let folder: URL
  /// What differs from the plain environment; an empty value takes a variable away.
  var environment: [String: String] = [:]
  /// Another copy of the program, if not the built one.
  var copy: String?

  /// The program beside the tests' own, where the build puts both.
  static var path: String {
    get throws {
      let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
      let path = URL(filePath: tests).deletingLastPathComponent().appending(path: "primer").path
      try #require(FileManager.default.isExecutableFile(atPath: path), "build \(path) first")
      return path
    }
  }

  /// Runs `primer` with arguments and waits for its end.
  func callAsFunction(_ arguments: String..., input: String = "") throws -> Outcome {
    try run(arguments, input: input)
  }

  /// Runs `primer` with a list of arguments and waits for its end.
  func run(_ arguments: [String], input: String = "") throws -> Outcome {
    let source = folder.appending(path: "input-\(UUID().uuidString)")
    try Data(input.utf8).write(to: source)
    let outcome = try ChildProcess.finished(
      copy ?? Self.path, arguments,
      environment: [
        "XDG_DATA_HOME": folder.path, "HOME": folder.path, "LC_ALL": "C.UTF-8",
        "PATH": "/usr/bin:/bin",
      ].merging(environment) { $1 }.filter { !$0.value.isEmpty },
      folder: folder.path, input: .reading(source.path))
    return Outcome(
      status: outcome.ending.status, output: try Self.text(outcome.output),
      errors: try Self.text(outcome.errors))
  }

  private static func text(_ data: Data) throws -> String {
    try #require(String(validating: data, as: UTF8.self), "not UTF-8")
  }

  /// A copy of the program in a folder of its own, where a script may be its engine.
  func copied(engine: String? = nil) throws -> PrimerProgram {
    let bin = folder.appending(path: "bin")
    try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
    var copy = self
    copy.copy = bin.appending(path: "primer").path
    try copyProgram(Self.path, to: bin.appending(path: "primer").path)
    if let engine { try writeScript(engine, to: bin.appending(path: "primer-engine").path) }
    return copy
  }

  /// Writes a file in the program's folder.
  func write(_ text: String, to path: String) throws {
    let file = folder.appending(path: path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }
}

/// One line of JSON as a dictionary.
func object(_ line: String?) throws -> [String: Any] {
  let value = try JSONSerialization.jsonObject(with: Data(try #require(line).utf8))
  return try #require(value as? [String: Any])
}

/// Calls `body` with the program in an empty folder, which is removed afterwards.
func withPrimer(_ body: (PrimerProgram) throws -> Void) throws {
  try withTemporaryFolder { try body(PrimerProgram(folder: $0)) }
}
