import ArgumentParser
import Foundation
import NotebookScreens

/// How the screens look and which keys they have.
struct ScreenOptions: ParsableArguments {
  @Option(help: "The theme of the screen: the name of a file in themes.")
  var theme: String?

  @Option(
    name: .customLong("keys"),
    help: ArgumentHelp(
      "A file of keys of your own (default: \(KeyFile.defaultPath), where it is there); see primer "
        + "keys.", valueName: "file"), completion: .file(extensions: ["toml"]))
  var keysPath: String?

  /// The keys with what the user's file changes.
  var keys: KeyFile {
    KeyFile.load(path: keysPath.map { ($0 as NSString).expandingTildeInPath })
  }
}
