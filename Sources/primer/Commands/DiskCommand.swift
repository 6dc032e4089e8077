import ArgumentParser
import Experiments
import Foundation
import LabNotebook
import NotebookScreens
import RunFolders

/// Shows how much of the disk runs take, and removes what is not needed any more.
struct DiskCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "disk",
    abstract: "Show how much disk space runs take, and remove checkpoints.",
    discussion: """
      --prune removes the checkpoints of finished runs that have no star. Kept are the primed \
      encoder, the tuned adapters, predictions, curves, scores and notes: such a run is still \
      shown, compared, exported and probed, and others can begin with what it primed and tuned \
      (RUN/primed, RUN/tuned/LANGUAGE). No run can begin from its steps (RUN/priming/150, RUN/best) \
      any more. Nothing of runs that have not finished is removed. Deleted runs take space until \
      primer delete --for-good.
      """)

  @Argument(help: runsHelp)
  var references: [RunReference] = []

  @Flag(help: "Remove the checkpoints of finished runs without a star; asks first.")
  var prune = false

  @Flag(help: "Remove without asking.")
  var yes = false

  @OptionGroup var notebook: NotebookOptions
  @OptionGroup var output: OutputOptions

  /// What `--json` prints of a run.
  private struct Line: Encodable {
    var run: RunID
    var name: String
    var state: RunState
    var bytes: Int
    var parts: [String: Int]
    var removable: Int
    var isDeleted: Bool
  }

  func validate() throws {
    if yes, !prune { throw ValidationError("--yes is for --prune.") }
    if prune, output.json { throw ValidationError("--prune and --json exclude each other.") }
  }

  func run() throws {
    let book = try prune ? notebook.open() : notebook.openToRead()
    let wanted = Set(try references.map { try book.run($0).id })
    let spaces = try book.space().filter { wanted.isEmpty || wanted.contains($0.run.id) }
    if output.json {
      for space in spaces { try printJSON(Self.line(space)) }
      return
    }
    if spaces.isEmpty {
      print("There is no run yet.")
      return
    }
    print(table(spaces, of: book))
    let removable = spaces.filter { $0.removable > 0 }
    let sum = Formatting.bytes(removable.reduce(0) { $0 + $1.removable })
    let deleted = spaces.filter { $0.run.deleted != nil }
    if !deleted.isEmpty {
      let size = Formatting.bytes(deleted.reduce(0) { $0 + $1.total })
      let ids = deleted.map { "\($0.run.id)" }.joined(separator: " ")
      print(
        "\nDeleted runs take \(size). Remove them: "
          + book.command("delete \(ids) --for-good"))
    }
    guard prune else {
      if !removable.isEmpty {
        print(
          "\nCheckpoints of finished runs take \(sum). Remove them: "
            + book.command("disk --prune"))
      }
      return
    }
    try remove(removable, sum, in: book)
  }

  private func remove(_ removable: [RunSpace], _ sum: String, in book: Notebook) throws {
    if removable.isEmpty {
      print("\nNothing to remove: the checkpoints of unfinished and of starred runs are kept.")
      return
    }
    if !yes {
      guard isatty(STDIN_FILENO) == 1 else {
        throw ValidationError("--prune asks first, and nobody is here to answer; --yes answers.")
      }
      let runs = removable.map { "#\($0.run.id)" }.joined(separator: ", ")
      print("\nRemove the checkpoints of \(runs), \(sum)? [y/N] ", terminator: "")
      flushOutput()
      guard let answer = readLine(), ["y", "yes"].contains(answer.lowercased()) else {
        print("Nothing was removed.")
        return
      }
    }
    var freed = 0
    for space in removable { freed += try book.removeCheckpoints(of: space.run.id) }
    print("\nRemoved the checkpoints of \(removable.count) runs: \(Formatting.bytes(freed)).")
  }

  private static func line(_ space: RunSpace) -> Line {
    Line(
      run: space.run.id, name: space.run.name, state: space.run.state, bytes: space.total,
      parts: space.parts.reduce(into: [:]) { $0[$1.key.rawValue] = $1.value },
      removable: space.removable, isDeleted: space.run.deleted != nil)
  }

  private func table(_ spaces: [RunSpace], of book: Notebook) -> String {
    var table = TextTable(
      [.right("run"), .left("state"), .left("name"), .right("all")]
        + RunSpace.Part.allCases.map { .right($0.rawValue) } + [.right("removable")])
    func size(_ bytes: Int) -> String { bytes == 0 ? "–" : Formatting.bytes(bytes) }
    for space in spaces {
      let state = space.run.deleted == nil ? space.run.state.rawValue : "deleted"
      table.add(
        [
          "#\(space.run.id)", state, (space.run.starred ? "★ " : "") + space.run.name,
          size(space.total),
        ] + RunSpace.Part.allCases.map { size(space.parts[$0] ?? 0) } + [size(space.removable)])
    }
    func sum(_ value: (RunSpace) -> Int) -> String { size(spaces.reduce(0) { $0 + value($1) }) }
    table.add(
      ["", "", "all runs", sum(\.total)]
        + RunSpace.Part.allCases.map { part in sum { $0.parts[part] ?? 0 } } + [sum(\.removable)])
    if references.isEmpty {
      let rest = [String](repeating: "", count: RunSpace.Part.allCases.count + 1)
      table.add(["", "", "index and notes", size(book.spaceBesideRuns())] + rest)
    }
    return table.text
  }
}
