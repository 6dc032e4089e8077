import Foundation
import Processes

/// Where a run came from: the command that queued it, and the state of the files around it.
package struct RunOrigin: Codable, Hashable, Sendable {
  /// The commit of a git repository.
  package struct Git: Codable, Hashable, Sendable {
    /// The commit's full name.
    package var commit: String
    /// The branch; nil where none is checked out.
    package var branch: String?
    /// Whether files that git knows differ from the commit.
    package var isChanged: Bool

    /// A commit with what is known of it.
    package init(commit: String, branch: String?, isChanged: Bool) {
      self.commit = commit
      self.branch = branch
      self.isChanged = isChanged
    }

    /// As people read it: `1a2b3c4d5e6f on main, with changes`.
    package var words: String {
      commit.prefix(12) + (branch.map { " on \($0)" } ?? "")
        + (isChanged ? ", with changes that are not committed" : "")
    }
  }

  /// The program's words, its own name first.
  package var command: [String]
  /// The folder in which it was started.
  package var folder: String
  /// The program's version.
  package var version: String
  /// The git repository of that folder; nil where there is none.
  package var git: Git?

  /// An origin with all that is known of it.
  package init(command: [String], folder: String, version: String, git: Git?) {
    self.command = command
    self.folder = folder
    self.version = version
    self.git = git
  }

  /// The longest command line that is kept, in bytes.
  private static let longestCommand = 10_000
  /// How long git may take, in seconds: whoever starts a run does not wait for it longer.
  private static let patience = 2.0

  /// That of this process.
  package static func current(version: String) -> RunOrigin {
    var command = CommandLine.arguments
    if let first = command.first { command[0] = (first as NSString).lastPathComponent }
    var length = 0
    command = Array(
      command.prefix { word in
        length += word.utf8.count
        return length <= longestCommand
      })
    let folder = FileManager.default.currentDirectoryPath
    return RunOrigin(command: command, folder: folder, version: version, git: git(in: folder))
  }

  /// The state of the git repository that a folder is in; nil where there is none, or no git.
  package static func git(in folder: String) -> Git? {
    // It reads only: no lock of the repository is taken, and no hook or pager is run.
    let environment = ProcessInfo.processInfo.environment.merging([
      "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C",
    ]) { $1 }
    func ask(_ arguments: [String]) -> String? {
      guard
        let outcome = try? ChildProcess.outcome(
          of: "git", ["-C", folder] + arguments, environment: environment, seconds: patience),
        outcome.ending == .exited(0)
      else { return nil }
      return String(decoding: outcome.output, as: UTF8.self)
        .trimmingCharacters(in: .whitespacesAndNewlines)
    }
    guard let commit = ask(["rev-parse", "HEAD"]), (40...64).contains(commit.utf8.count) else {
      return nil
    }
    let branch = ask(["symbolic-ref", "--short", "-q", "HEAD"])
    let changes = ask([
      "-c", "core.fsmonitor=false", "status", "--porcelain", "--untracked-files=no",
    ])
    return Git(commit: commit, branch: branch, isChanged: changes.map { !$0.isEmpty } ?? false)
  }
}

extension RunFolder {
  /// Where the run came from; nil for one of an older program, or that no command queued.
  package var origin: RunOrigin? { try? RunLog(self).header?.origin }
}
