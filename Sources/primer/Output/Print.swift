import Foundation
import NamedEntities
import RunFolders

/// Prints text on standard output; nothing in it steers the terminal.
///
/// Names, words and notes come from files and from other people. This stands before Swift's own
/// `print` for every text in this program, so that no command can forget to make controls visible.
func print(_ text: String, terminator: String = "\n") {
  printRaw(text.linesWithVisibleControls + terminator)
}

/// Writes text on standard output as it is; a program that cannot ends with 1 and says why.
func printRaw(_ text: String) {
  do {
    try StandardStreams.write(text)
  } catch {
    printError("Error: \(error)")
    Foundation.exit(1)
  }
}

/// Writes what waits for standard output; a program that cannot ends with 1 and says why.
func flushOutput() {
  do {
    try StandardStreams.flush()
  } catch {
    printError("Error: \(error)")
    Foundation.exit(1)
  }
}

/// Prints a line on standard error; nothing in it steers the terminal.
func printError(_ text: String) {
  StandardStreams.tell(text.linesWithVisibleControls + "\n")
}
