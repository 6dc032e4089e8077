import Foundation
import NamedEntities

/// Prints text on standard output; nothing in it steers the terminal.
///
/// Names, words and notes come from files and from other people. This stands before Swift's own
/// `print` for every text in this program, so that no command can forget to make controls visible.
func print(_ text: String, terminator: String = "\n") {
  Swift.print(text.linesWithVisibleControls, terminator: terminator)
}

/// Prints a line on standard error; nothing in it steers the terminal.
func printError(_ text: String) {
  FileHandle.standardError.write(Data((text.linesWithVisibleControls + "\n").utf8))
}
