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
    if let prompt = overlay as? Prompt { return prompt.kind.path(in: prompt.line.text) }
    return overlay == nil ? screen.typedPath(in: self) : nil
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
    refreshCandidates()
  }

  /// Offers what became known in the line that is being typed.
  mutating func refreshCandidates() {
    guard var prompt = overlay as? Prompt else { return }
    prompt.refreshCandidates(in: self)
    overlay = prompt
  }

  /// A folder without the slash that completion puts behind it.
  static func folder(_ text: some StringProtocol) -> String {
    text.count > 1 && text.hasSuffix("/") ? String(text.dropLast()) : String(text)
  }

  private static func split(_ path: String) -> (folder: String, beginning: String) {
    guard let slash = path.lastIndex(of: "/") else { return ("", path) }
    let after = path.index(after: slash)
    return (String(path[..<after]), String(path[after...]))
  }
}
