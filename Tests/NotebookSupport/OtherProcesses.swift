import Foundation
package import LabNotebook
package import Testing

/// A program for the system to start.
///
/// Another process writes it: a file that this one has open
/// may be inherited by what another test starts, and then it is too busy to be started itself.
package func script(_ text: String, in notebook: Notebook, name: String = "engine") throws -> String
{
  let path = notebook.folder + "/" + name
  let writer = Process()
  writer.executableURL = URL(filePath: "/bin/sh")
  writer.arguments = [
    "-c", "printf '#!/bin/sh\\n%s\\n' \"$1\" > \"$2\" && chmod 755 \"$2\"", "sh", text, path,
  ]
  try writer.run()
  writer.waitUntilExit()
  return path
}

/// Waits for something that another process or thread does.
package func wait(
  sourceLocation: SourceLocation = #_sourceLocation, until condition: () throws -> Bool
) throws {
  for _ in 0..<3600 {
    if try condition() { return }
    Thread.sleep(forTimeInterval: 0.05)
  }
  Issue.record("waited for three minutes in vain", sourceLocation: sourceLocation)
}

package func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
