import Foundation

/// Finds the files that come with the program: themes, sample data, and relative paths of
/// experiments.
///
/// A relative path is looked for in the working folder, beside the experiment's file and in the
/// folders above it, in `$PRIMER_HOME`, beside the program, in `../share/primer` from there, and
/// in the package's folder that the program was built in.
package enum ResourceLocator {
  /// The path of an existing file or folder; nil when there is none.
  ///
  /// - Parameter near: The experiment's file or folder, if there is one.
  package static func resolve(_ path: String, near: String?) -> String? {
    guard !path.isEmpty else { return nil }
    let expanded = (path as NSString).expandingTildeInPath
    if expanded.hasPrefix("/") { return exists(expanded) ? expanded : nil }
    for folder in [FileManager.default.currentDirectoryPath] + above(near) + homes {
      let candidate = standardized(folder + "/" + expanded)
      if exists(candidate) { return candidate }
    }
    return nil
  }

  /// The folders that may hold theme files, those of the user first.
  package static var themesFolders: [String] {
    existing("themes")
  }

  /// The folder of the sample data, if it is installed.
  package static var sampleData: String? {
    existing("sample-data").first
  }

  private static func existing(_ name: String) -> [String] {
    var found: [String] = []
    for folder in homes {
      let candidate = standardized("\(folder)/\(name)")
      if exists(candidate), !found.contains(candidate) { found.append(candidate) }
    }
    return found
  }

  private static var homes: [String] {
    var folders: [String] = []
    let environment = ProcessInfo.processInfo.environment
    if let home = environment["PRIMER_HOME"], !home.isEmpty { folders.append(home) }
    let program = programFolder
    folders += [program, program + "/../share/primer"]
    // Built by SwiftPM, the program is in PACKAGE/.build/<triplet>/release.
    let parts = program.split(separator: "/").map(String.init)
    if let build = parts.lastIndex(where: { $0 == ".build" || $0.hasPrefix(".build-") }) {
      folders.append("/" + parts[..<build].joined(separator: "/"))
    }
    folders.append(userFolder)
    return folders
  }

  /// The folder of the user's own data: `$XDG_DATA_HOME/primer`.
  package static var userFolder: String {
    let environment = ProcessInfo.processInfo.environment
    if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") { return data + "/primer" }
    return (environment["HOME"] ?? NSHomeDirectory()) + "/.local/share/primer"
  }

  /// The folder of the running program.
  package static var programFolder: String {
    let program =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments.first ?? ""
    return (program as NSString).deletingLastPathComponent
  }

  private static func above(_ path: String?) -> [String] {
    guard let path else { return [] }
    let absolute =
      path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    var folder = standardized((absolute as NSString).deletingLastPathComponent)
    var folders = [folder]
    while folder != "/", folders.count < 64 {
      folder = (folder as NSString).deletingLastPathComponent
      folders.append(folder)
    }
    return folders
  }

  private static func standardized(_ path: String) -> String {
    (path as NSString).standardizingPath
  }

  private static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path)
  }
}
