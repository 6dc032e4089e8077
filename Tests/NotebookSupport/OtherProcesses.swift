import Foundation
package import LabNotebook

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

package func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
