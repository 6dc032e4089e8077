import ArgumentParser
import Foundation
import NotebookScreens

/// Prints the keys of every screen as they are with the user's own file, and what is wrong in it.
struct KeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys", abstract: "List the keys of every screen.",
    discussion: """
      Keys are yours to change, in \(KeyFile.defaultPath) or the file that --keys names when primer \
      is started. Its tables are the screens, its lines actions with the keys that do them; \
      `primer keys --toml` prints one that changes nothing, to begin with:

        [everywhere]
        theme = "F5"

        [runs]
        stop    = ["X", "Ctrl-X"]
        archive = []                # no key; :archive does it
      """)

  @Argument(
    help: ArgumentHelp(
      "A file of keys (default: \(KeyFile.defaultPath), where it is there).", valueName: "file"),
    completion: .file(extensions: ["toml"]))
  var file: String?

  @Flag(help: "Print them as such a file.")
  var toml = false

  func run() throws {
    let keys = KeyFile.load(path: file.map { ($0 as NSString).expandingTildeInPath })
    print(toml ? keys.keys.toml : keys.keys.markdown, terminator: "")
    for warning in keys.warnings { printError("\(warning)") }
    for problem in keys.problems { printError("\(problem)") }
    if !keys.problems.isEmpty { throw ExitCode.failure }
  }
}
