import Foundation
import LabNotebook
import Processes
import TestSupport
import Testing

/// Standard output and standard error that cannot be written.
@Suite struct StandardStreamTests {
  /// Runs the program with redirections as a shell has them.
  private func run(
    _ arguments: [String], _ redirections: String, in primer: PrimerProgram
  ) throws -> (status: Int32, errors: String) {
    let outcome = try ChildProcess.finished(
      "/bin/sh",
      ["-c", "exec \"$0\" \"$@\" \(redirections)", try PrimerProgram.path] + arguments,
      environment: [
        "XDG_DATA_HOME": primer.folder.path, "HOME": primer.folder.path, "LC_ALL": "C.UTF-8",
        "PATH": "/usr/bin:/bin",
      ], folder: primer.folder.path)
    guard case .exited(let status) = outcome.ending else {
      Issue.record("\(arguments) \(redirections): \(outcome.ending)")
      return (outcome.ending.status, "")
    }
    return (status, String(decoding: outcome.errors, as: UTF8.self))
  }

  /// Makes the notebook that commands work on without `--notebook`.
  private func makeDefaultBook(of primer: PrimerProgram) throws {
    try Notebook.open(folder: primer.folder.appending(path: "primer").path).close()
  }

  /// Commands that print, of both programs, and what is printed before any command is.
  private static let printing = [
    ["runs"], ["describe"], ["keys"], ["--help"], ["run", "--help"],
    ["--version"], ["--generate-completion-script", "bash"], ["queue"],
    ["data", packageFolder.appending(path: "sample-data/panx").path],
    ["encoders", packageFolder.appending(path: "sample-data/encoder").path],
    ["doctor"],
  ]

  @Test(arguments: printing)
  func `output that is lost ends a command with 1 and says why`(arguments: [String]) throws {
    try withPrimer { primer in
      try makeDefaultBook(of: primer)
      let full = try run(arguments, ">/dev/full", in: primer)
      #expect(full.status == 1)
      #expect(
        full.errors.hasSuffix("Standard output cannot be written: No space left on device\n"),
        "\(arguments): \(full.errors)")
      let closed = try run(arguments, ">&-", in: primer)
      #expect(closed.status == 1)
      #expect(
        closed.errors.hasSuffix("Standard output cannot be written: Bad file descriptor\n"),
        "\(arguments): \(closed.errors)")
    }
  }

  @Test(arguments: [
    (["show", "99"], 1), (["no-such-command"], 64), (["run", "gone.toml"], 1), (["runs"], 0),
    (["encoders", "/nowhere"], 1),
  ])
  func `errors that nobody can read leave the exit status as it is`(
    arguments: [String], status: Int
  ) throws {
    try withPrimer { primer in
      try makeDefaultBook(of: primer)
      for redirection in ["", "2>/dev/full", "2>&-", "<&-"] {
        let ended = try run(arguments, redirection, in: primer).status
        #expect(ended == Int32(status), "\(arguments) \(redirection)")
      }
    }
  }

  @Test func `a reader that has gone ends a command in silence`() throws {
    try withPrimer { primer in
      try ChildProcess(
        "/bin/bash",
        [
          "-c", "\"$0\" describe 2>errors | true; echo ${PIPESTATUS[0]} >status",
          try PrimerProgram.path,
        ], folder: primer.folder.path
      ).finish()
      func text(_ name: String) throws -> String {
        try String(contentsOf: primer.folder.appending(path: name), encoding: .utf8)
      }
      // 0 where all was in the pipe before its reader went.
      let status = try text("status")
      #expect(["141\n", "0\n"].contains(status))
      #expect(try text("errors").isEmpty)
    }
  }

  @Test func `a note is not changed by a standard input that is closed, or never ends`() throws {
    try withPrimer { primer in
      _ = try primer("notes", "--page", "plans", "--write", "first this")
      let closed = try run(["notes", "--page", "plans", "--write", "-"], "<&-", in: primer)
      #expect(closed.status == 1)
      #expect(closed.errors.contains("Standard input cannot be read"), "\(closed.errors)")
      let endless = try run(
        ["notes", "--page", "plans", "--write", "-"], "</dev/zero", in: primer)
      #expect(endless.status == 1)
      #expect(endless.errors.contains("more than 16777216 bytes"), "\(endless.errors)")
      #expect(try primer("notes", "--page", "plans").output == "first this\n")
    }
  }
}
