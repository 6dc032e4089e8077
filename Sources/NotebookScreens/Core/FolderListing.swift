import TerminalUI

/// What is in a folder, for the completion of paths; folders end with a slash.
package struct FolderListing: Hashable, Sendable {
  /// The folder as it was typed: empty for the working folder, else with a slash behind it.
  package var folder: String
  package var names: [String]

  package init(folder: String, names: [String]) {
    self.folder = folder
    self.names = names
  }
}

extension AppState {
  /// The path that is being typed, where one is.
  var typedPath: String? {
    if case .prompt(let prompt) = overlay {
      switch prompt.purpose {
      case .openPath, .corpusPath, .encoderPath: return prompt.line.text
      case .command:
        let words = prompt.line.text.split(
          separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard words.count == 2, TypedCommands.takingPaths.contains(String(words[0])) else {
          return nil
        }
        // `:open` takes a run's number too.
        let isNumber = words[1].first.map { $0.isNumber || $0 == "#" } ?? true
        return words[0] == "open" && isNumber ? nil : String(words[1])
      default: return nil
      }
    }
    if overlay == nil, case .experiment(let form) = stack.last, let edit = form.edit,
      form.isPath(edit.key)
    {
      // Of several folders joined by colons the last is being typed.
      return edit.line.text.split(separator: ":", omittingEmptySubsequences: false).last
        .map(String.init)
    }
    return nil
  }

  /// The paths that one can become, as far as its folder is known: folders, and files where wanted.
  func pathCompletions(of path: String, foldersOnly: Bool = false) -> [String] {
    let (folder, beginning) = Self.split(path)
    guard let listing, listing.folder == folder else { return [] }
    return listing.names.filter { name in
      name.hasPrefix(beginning) && (beginning.hasPrefix(".") || !name.hasPrefix("."))
        && (!foldersOnly || name.hasSuffix("/"))
    }.map { folder + $0 }
  }

  /// Asks what is in the folder of the path that is being typed, where that is not known.
  mutating func refreshListing() -> [Effect] {
    guard let path = typedPath else {
      listing = nil
      askedFolder = nil
      return []
    }
    let folder = Self.split(path).folder
    guard folder != askedFolder else { return [] }
    askedFolder = folder
    return [.notebook(.listFolder(folder))]
  }

  /// Takes what is in a folder, and offers it where it is being typed.
  mutating func take(_ listing: FolderListing) {
    guard listing.folder == askedFolder else { return }
    self.listing = listing
    if case .prompt(var prompt) = overlay, prompt.candidate == nil {
      prompt.candidates = candidates(for: prompt)
      overlay = .prompt(prompt)
    }
  }

  private static func split(_ path: String) -> (folder: String, beginning: String) {
    guard let slash = path.lastIndex(of: "/") else { return ("", path) }
    let after = path.index(after: slash)
    return (String(path[..<after]), String(path[after...]))
  }
}
