import ArgumentParser
import Experiments
import Files
import Foundation
import NotebookScreens
import NotebookSession
import TerminalUI
import RunFolders

/// Draws what the screens show, without a terminal.
struct ScreenshotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "screenshot", abstract: "Write what a screen shows as text or as an SVG picture.",
    discussion: """
      The keys are typed as in the screens; what would change the notebook is not done. For example \
      the newest run's F1 over time, as a picture:

        primer screenshot --type ':open 3' --press Enter --press v --out f1.svg
      """)

  @Option(help: "What is typed first: keys and commands, letter by letter.")
  var type = ""

  @Option(
    name: .customLong("press"),
    help: ArgumentHelp(
      "A key that is pressed then, by its name (Enter, Tab, Ctrl-X, v); may be repeated.",
      valueName: "key"))
  var presses: [String] = []

  @Option(help: ArgumentHelp("The screen's size.", valueName: "columns×rows"))
  var size = "100x30"

  @Option(
    help: ArgumentHelp(
      "Where it is written: a name that ends in .svg for a picture, another for text (default: "
        + "standard output, as text).", valueName: "path"),
    completion: .file())
  var out: String?

  @OptionGroup var notebook: NotebookOptions
  @OptionGroup var screen: ScreenOptions

  func run() throws {
    let theme =
      try screen.theme.map { try Theme.load(name: $0, folders: ResourceLocator.themesFolders) }
      ?? .builtIn
    let (width, height) = try ScreenSize.parse(size)
    var capture = try ScreenCapture(
      try notebook.openToRead(), width: width, height: height, theme: theme.name,
      keys: screen.keys.keys)
    try capture.type(type)
    for name in presses {
      do {
        try capture.press(try KeyEvent(name: name))
      } catch let error as KeyEvent.NameError {
        throw ValidationError("\(error.problem); expected \(error.expected)")
      }
    }
    let picture = capture.picture()
    guard let out else {
      print(picture.text())
      return
    }
    let path = (out as NSString).expandingTildeInPath
    let text =
      out.lowercased().hasSuffix(".svg")
      ? picture.svg(theme: theme, title: "Primer") : picture.text() + "\n"
    do {
      try AtomicFile.write(text, to: path)
    } catch {
      throw CommandFailure("\(error)")
    }
  }
}

/// The size of a screen on the command line: `100x30`.
enum ScreenSize {
  static func parse(_ text: String) throws -> (width: Int, height: Int) {
    let parts = text.split { $0 == "x" || $0 == "×" }.map { Int($0) }
    guard parts.count == 2, let width = parts[0], let height = parts[1],
      (60...1000).contains(width), (16...1000).contains(height)
    else {
      throw ValidationError("--size is \(text); expected columns and rows, such as 160x48.")
    }
    return (width, height)
  }
}
