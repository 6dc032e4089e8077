import Experiments
import Foundation
import LabNotebook
import RunFolders

/// Looks whether the files that the program needs beside it are there.
struct FilesCheck {
  var findings: [Finding] {
    [themes, sampleData]
  }

  private var themes: Finding {
    let folders = ResourceLocator.themesFolders
    let files = folders.flatMap { folder in
      (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    }.filter { $0.hasSuffix(".theme") }
    guard !files.isEmpty else {
      return .warning(
        "themes", "none found; the built-in theme is used",
        advice: "Set PRIMER_HOME to the folder that has themes and sample-data")
    }
    return .ok("themes", "\(files.count) in \(folders.joined(separator: ", "))")
  }

  private var sampleData: Finding {
    guard let folder = ResourceLocator.sampleData else {
      return .warning(
        "sample data", "not found; the sample experiments cannot run",
        advice: "Set PRIMER_HOME to the folder that has themes and sample-data")
    }
    return .ok("sample data", folder)
  }
}
