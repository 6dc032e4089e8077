import Foundation

/// Standard error, for what is not the result of a command.
struct StandardError: TextOutputStream {
  func write(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }
}

/// Prints a line on standard error.
func printError(_ text: String) {
  StandardError().write(text + "\n")
}
