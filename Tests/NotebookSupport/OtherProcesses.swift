import Foundation
package import LabNotebook
import Processes
import TestSupport
import Testing

// A file that this process has open to be written may be inherited by what another test starts, and
// as long as that is so it cannot be started itself ("Text file busy"). So other processes write what
// is to be started.

/// A program for the system to start, beside a notebook.
package func script(_ text: String, in notebook: Notebook, name: String = "engine") throws -> String
{
  let path = notebook.folder + "/" + name
  try writeScript(text, to: path)
  return path
}

/// Writes a shell script for the system to start.
package func writeScript(_ text: String, to path: String) throws {
  let command = #"printf '#!/bin/sh\n%s\n' "$1" > "$2" && chmod 755 "$2""#
  try #require(
    try ChildProcess("/bin/sh", ["-c", command, "sh", text, path]).finish() == .exited(0))
}

/// Copies a program for the system to start.
package func copyProgram(_ program: String, to path: String) throws {
  try #require(try ChildProcess("/bin/cp", [program, path]).finish() == .exited(0))
}

/// Whether there is a file or a folder.
package func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
