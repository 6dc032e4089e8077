import ArgumentParser
import Experiments
import Foundation
import LabNotebook
import RunFolders
import RunQueue

/// The runs that a command is about.
struct RunArguments: ParsableArguments {
  @Argument(help: runsHelp)
  var references: [RunReference]

  @OptionGroup var notebook: NotebookOptions

  /// Opens the notebook and finds the runs, each once.
  func find() throws -> (book: Notebook, runs: [RunRecord]) {
    let book = try notebook.open()
    let runs = try references.map { try book.run($0) }
    return (
      book,
      runs.reduce(into: []) { all, run in
        if !all.contains(where: { $0.id == run.id }) { all.append(run) }
      }
    )
  }
}

/// Runs in a sentence: `#3, #5`.
func numbers(_ runs: [RunRecord]) -> String { runs.map { "#\($0.id)" }.joined(separator: ", ") }

/// Prints or changes the tags of a run.
struct TagCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tag",
    abstract: "Print a run's tags, add some, or take some away.",
    discussion: """
      primer tag 7                      its tags, one a line
      primer tag 7 baseline "for-mia"   add two
      primer tag 7 --remove baseline    take one away
      """)

  @Argument(help: runHelp)
  var reference: RunReference

  @Argument(help: "Words to add.", completion: .custom { words, _, _ in RunCompletion.tags(words) })
  var tags: [String] = []

  @Option(
    parsing: .upToNextOption, help: ArgumentHelp("Words to take away.", valueName: "tag"),
    completion: .custom { words, _, _ in RunCompletion.tags(words) })
  var remove: [String] = []

  @OptionGroup var notebook: NotebookOptions

  func run() throws {
    let changes = !tags.isEmpty || !remove.isEmpty
    let book = try changes ? notebook.open() : notebook.openToRead()
    let run = try book.run(reference)
    guard changes else {
      for tag in run.tags { print(tag) }
      return
    }
    if let missing = try book.changeTags(run.id, adding: tags, removing: remove).first {
      throw CommandFailure(
        "run #\(run.id) has no tag ‘\(missing)’; its tags are: "
          + (run.tags.isEmpty ? "none" : run.tags.joined(separator: ", ")))
    }
  }
}

/// Marks runs with a star, or takes it away.
struct StarCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "star", abstract: "Mark runs with a star, or take it away.")

  @Flag(help: "Take the star away.")
  var undo = false

  @OptionGroup var arguments: RunArguments

  func run() throws {
    let (book, runs) = try arguments.find()
    for run in runs { try book.setStarred(run.id, !undo) }
  }
}

/// Gives a run another name.
struct RenameCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rename", abstract: "Give a run another name.")

  @Argument(help: runHelp)
  var reference: RunReference

  @Argument(help: "The new name.")
  var name: String

  @OptionGroup var notebook: NotebookOptions

  func validate() throws {
    if name.allSatisfy(\.isWhitespace) { throw ValidationError("A name has letters.") }
  }

  func run() throws {
    let book = try notebook.open()
    let run = try book.run(reference)
    do {
      try book.rename(run.id, name)
    } catch let error as ExperimentError {
      throw ValidationError("\(error)")
    }
  }
}

/// Puts runs away, or takes them out again.
struct ArchiveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "archive",
    abstract: "Put runs away: they stay, but are not listed.",
    discussion: """
      primer runs --all lists them too. To keep runs in a file, or to take them to another \
      notebook: primer export RUN… --format primer --out FILE, then primer import FILE there.
      """)

  @Flag(help: "Take them out again.")
  var undo = false

  @OptionGroup var arguments: RunArguments

  func run() throws {
    let (book, runs) = try arguments.find()
    for run in runs { try book.setArchived(run.id, !undo) }
    print(undo ? "\(numbers(runs)): listed again." : "\(numbers(runs)): put away.")
  }
}

/// Puts runs into the bin, or deletes them for good.
struct DeleteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete",
    abstract: "Put runs into the bin, from which they can be restored.",
    discussion: """
      With --for-good what is in the bin is deleted with its folder, and cannot be had again; a run \
      must be in the bin before. primer runs --bin lists what is there.
      """)

  @Flag(help: "Delete what is in the bin with its folder.")
  var forGood = false

  @OptionGroup var arguments: RunArguments

  func run() throws {
    let (book, runs) = try arguments.find()
    guard forGood else {
      try book.putIntoBin(runs.map(\.id))
      let ids = runs.map { "\($0.id)" }.joined(separator: " ")
      print("\(numbers(runs)): in the bin. Restore: \(book.command("restore \(ids)"))")
      return
    }
    if let other = runs.first(where: { $0.deleted == nil }) {
      throw CommandFailure(
        "run #\(other.id) is not in the bin, so nothing was deleted; put it there first: "
          + book.command("delete \(other.id)"))
    }
    for run in runs { try book.delete(run.id) }
    print("\(numbers(runs)): deleted for good.")
  }
}

/// Takes runs out of the bin.
struct RestoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Take runs out of the bin, as they were.")

  @OptionGroup var arguments: RunArguments

  func run() throws {
    let (book, runs) = try arguments.find()
    if let other = runs.first(where: { $0.deleted == nil }) {
      throw CommandFailure(
        "run #\(other.id) is not in the bin; \(book.command("runs --bin")) lists what is")
    }
    try book.takeOutOfBin(runs.map(\.id))
    print("\(numbers(runs)): listed again.")
    // One that waited in the queue waits again, and somebody must work on that.
    if runs.contains(where: { $0.state == .queued }) {
      try Runner.startIfNeeded(notebook: book, program: try programPath())
    }
  }
}
