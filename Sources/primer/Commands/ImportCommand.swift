import ArgumentParser
import Foundation
import LabNotebook
import NotebookScreens
import RunFolders

/// Takes runs of another notebook into this one.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Take runs out of a file that primer export --format primer wrote.",
    discussion: """
      The runs get new numbers. All of the file is checked first; a run that is here already is \
      left as it is. The file may come from anybody: nothing in it is carried out, and none of its \
      paths leads out of its run's folder.
      """)

  @Argument(help: ArgumentHelp("The file.", valueName: "file"), completion: .file())
  var file: String

  @Argument(help: ArgumentHelp("The numbers that the runs had; all without.", valueName: "run"))
  var numbers: [Int64] = []

  @Flag(help: "Only list what is in it.")
  var list = false

  @OptionGroup var notebook: NotebookOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if list, !numbers.isEmpty { throw ValidationError("--list lists every run; give no numbers.") }
  }

  func run() throws {
    let archive = try RunArchive(path: (file as NSString).expandingTildeInPath)
    if list {
      try printList(archive)
      return
    }
    let runs = try notebook.openOrMake().takeIn(archive, numbers.isEmpty ? nil : numbers)
    if output.json {
      for run in runs { try printJSON(run) }
      return
    }
    for run in runs {
      print(
        run.wasHere
          ? "#\(run.original) is here already: #\(run.run) \(run.name)"
          : "#\(run.original) is now #\(run.run) \(run.name)")
    }
    if runs.isEmpty { print("There is no run in \(file).") }
  }

  private func printList(_ archive: RunArchive) throws {
    let runs = try archive.listing()
    if output.json {
      for run in runs { try printJSON(run) }
      return
    }
    var table = TextTable([
      .right("run"), .left("state"), .left("name"), .left("created"), .right("size"),
    ])
    for run in runs {
      table.add([
        "#\(run.id)", run.state.rawValue, run.name, localTime(run.created),
        Formatting.bytes(run.bytes),
      ])
    }
    print(table.text)
  }
}
