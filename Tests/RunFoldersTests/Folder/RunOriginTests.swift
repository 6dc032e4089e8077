import Foundation
import Processes
import TestSupport
import Testing

@testable import RunFolders

@Suite struct RunOriginTests {
  private func git(_ folder: URL, _ arguments: String...) throws {
    let outcome = try ChildProcess.outcome(
      of: "git",
      [
        "-C", folder.path, "-c", "user.name=x", "-c", "user.email=x@y", "-c",
        "commit.gpgsign=false",
      ]
        + arguments, seconds: 20)
    #expect(outcome.ending == .exited(0), "\(String(decoding: outcome.errors, as: UTF8.self))")
  }

  @Test func `the commit of a folder is known, and whether files differ from it`() throws {
    try withTemporaryFolder { folder in
      #expect(RunOrigin.git(in: folder.path) == nil)
      try git(folder, "init", "-q", "-b", "trunk")
      #expect(RunOrigin.git(in: folder.path) == nil)
      let file = folder.appending(path: "x.toml")
      try "a".write(to: file, atomically: true, encoding: .utf8)
      try git(folder, "add", ".")
      try git(folder, "commit", "-qm", "first")
      let clean = try #require(RunOrigin.git(in: folder.path))
      #expect(clean.commit.count == 40 && clean.branch == "trunk" && !clean.isChanged)
      try "b".write(to: file, atomically: true, encoding: .utf8)
      #expect(RunOrigin.git(in: folder.path)?.isChanged == true)
      try git(folder, "checkout", "-q", "--detach")
      #expect(RunOrigin.git(in: folder.path)?.branch == nil)
    }
  }

  @Test func `a run's log keeps where the run came from, and reads as ever without`() throws {
    try withTemporaryFolder { folder in
      let run = RunFolder(folder.path)
      let origin = RunOrigin(
        command: ["primer", "run", "a b.toml"], folder: "/home/x", version: "1.0",
        git: .init(commit: String(repeating: "a", count: 40), branch: nil, isChanged: true))
      try RunLog.append(
        [.header(.init(created: 1_764_000_000, name: "x", study: "", origin: origin))], to: run)
      #expect(run.origin == origin)
      #expect(origin.git?.words == "aaaaaaaaaaaa, with changes that are not committed")
    }
    try withTemporaryFolder { folder in
      let run = RunFolder(folder.path)
      try RunLog.append([.header(.init(created: 1_764_000_000, name: "x", study: ""))], to: run)
      #expect(try String(contentsOfFile: run.log, encoding: .utf8).contains("origin") == false)
      #expect(run.origin == nil)
    }
  }
}
