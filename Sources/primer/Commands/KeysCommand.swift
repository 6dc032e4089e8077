import ArgumentParser
import NotebookScreens

/// Prints the keys of every screen, from the table that the screens use.
struct KeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys", abstract: "List the keys of every screen.")

  func run() throws {
    print(KeyTable.markdown, terminator: "")
  }
}
